// The end of an epoch: losses and scores of all parts, the best weights, and whether it goes on.
#include <algorithm>
#include <cmath>

#include "run.hpp"

namespace stirfry {

namespace {
// Parts up to this many floats stay in memory as blocks; larger ones are turned into blocks as they pass by.
constexpr size_t kept_floats = 1u << 21;
}  // namespace

void Run::close_epoch() {
    const double loss = losses / plan_.steps;
    if (!std::isfinite(loss)) {
        status = Status::not_finite;
        failed_loss = loss;
        return;
    }
    history.push_back(loss);
    history.push_back(score(train_, hits, rows_seen_));
    double validation = 0;
    for (size_t i = 0; i < followed_.size(); ++i) {
        double found, scored;
        evaluate(followed_[i], followed_blocks_[i], &found, &scored);
        history.push_back(found);
        history.push_back(scored);
        if (i == 0) validation = found;
    }
    ++epoch;
    step = 0;
    losses = hits = 0;
    if (plan_.validates && validation < best_loss - plan_.min_delta) {
        best_loss = validation;
        best_epoch = epoch;
        if (plan_.keep_best) {
            best_weights = weights;
            best_buffers = buffers;
            best_batches = batches;
        }
    }
    if (plan_.patience > 0 && epoch - best_epoch >= plan_.patience)
        status = Status::patience;
    else if (epoch == plan_.epochs)
        status = Status::finished;
}

void Run::evaluate(const Part& part, Blocks& blocks, double* loss, double* scored) {
    LossSums sums;
    double divisor = 0;
    Pass pass = desks_[0].pass;
    if (kernels_->exact) pass.kernels = kernels_->exact;  // products are in bfloat16 only where the network learns
    const auto through = [&](const Blocks& some) {
        for (int block = 0; block * R_ < some.rows; ++block) {
            const float* x = some.x.data() + (size_t)block * layout_.inputs * R_;
            const float* outputs = predict_block(pass, x, desks_[0].features.data(), R_);
            const LossSums found = loss_of(some, block, outputs, nullptr);
            sums.loss += found.loss;
            sums.hits += found.hits;
        }
        divisor += some.divisor;
    };
    if (!front_ && (size_t)part.rows * layout_.inputs <= kept_floats) {
        if (!blocks.filled) fill(part, in_order_.data(), part.rows, blocks);
        blocks.filled = true;
        through(blocks);
    } else {
        if (front_) front_->begin_prediction();
        for (int start = 0; start < part.rows; start += R_) {
            const int rows = std::min(R_, part.rows - start);
            fill(part, in_order_.data() + start, rows, blocks);
            if (front_) front_->predict(images(part, in_order_.data() + start), rows, blocks.x.data(), R_);
            through(blocks);
        }
    }
    *loss = (double)(float)(sums.loss / divisor);
    *scored = score(part, sums.hits, part.rows);
}
double Run::score(const Part& part, double found, int rows) const {
    if (part.classes) return found / rows;
    return part.spread > 0 ? 1 - found / part.spread : std::nan("");
}

}  // namespace stirfry
