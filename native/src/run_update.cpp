// The end of a step: the optimizer's update, and what a probe sees of it.
#include <algorithm>
#include <cmath>

#include "run.hpp"

namespace stirfry {

namespace {
// Floats of a layer's gradient that are summed and then spent at once, while they lie in the second-level cache.
constexpr size_t spent_at_once = 16384;
}  // namespace

void Run::set_sizes() {
    const Optimizer& o = plan_.optimizer;
    StepSizes& s = sizes_ = StepSizes{};
    s.factor = 1;
    s.lr = plan_.rates[(size_t)epoch * plan_.rate_columns + (plan_.rate_columns > 1 ? (size_t)step : 0)];
    s.momentum = o.momentum;
    s.weight_decay = o.weight_decay;
    s.beta1 = o.beta1;
    s.beta2 = o.beta2;
    s.eps = o.eps;
    s.alpha = o.alpha;
    s.nesterov = o.nesterov;
    s.first = optimizer_steps == 0;
    if (!first.empty() && !second.empty()) {
        s.correction1 = 1 - std::pow(o.beta1, (double)(optimizer_steps + 1));
        s.correction2 = 1 - std::pow(o.beta2, (double)(optimizer_steps + 1));
    }
}

// The optimizer's step of the weights from `begin` on.
void Run::take_step(size_t begin, const float* gradient, size_t n) {
    kernels_->step(plan_.optimizer.kind, sizes_, weights.data() + begin, gradient,
                   first.empty() ? nullptr : first.data() + begin, second.empty() ? nullptr : second.data() + begin, n);
}

void Run::update() {
    const Optimizer& o = plan_.optimizer;
    const size_t n = weights.size();
    if (!spends_) set_sizes();
    ++optimizer_steps;
    if (o.clip_norm > 0) {
        const double norm = std::sqrt(kernels_->square_sum(gradient_.data(), n));
        sizes_.factor = (float)std::min(1.0, o.clip_norm / (norm + 1e-6));
        if (std::isnan(norm)) sizes_.factor = (float)norm;
    }
    if (spends_ && front_) take_step(0, gradient_.data(), (size_t)front_->layout().weights);
    for (size_t i = 0; spends_ && i < layout_.layers.size(); ++i) {
        const Slot& slot = layout_.slots[i];
        const bool spent = layout_.layers[i].kind == Kind::linear && slot.lanes < 0;
        if (!spent && layout_.layers[i].parameters() > 0)
            take_step((size_t)slot.weight, gradient_.data() + slot.weight, (size_t)layout_.layers[i].parameters());
    }
    if (spends_) return;
    const auto part = [&](int, int begin, int end) {
        take_step((size_t)begin, gradient_.data() + begin, (size_t)(end - begin));
    };
    if (team_ && n > 20000)
        team_->split((int)n, 1024, part);
    else
        part(0, 0, (int)n);
}

// The gradient of a wide layer's outputs from `begin` to `end`, a few at a time in `room`, and the optimizer's step.
void Run::spend(const Layer& layer, const Slot& slot, const float* from, float* room, float* db, int begin, int end) {
    const size_t most = std::min(spent_at_once, (size_t)layout_.widest * R_) / (size_t)layer.in;
    const int some = most < 12 ? std::max(1, (int)most) : (int)std::min<size_t>(most / 12 * 12, (size_t)layer.out + 12);
    for (int o = begin; o < end; o += some) {
        const int here = std::min(some, end - o);
        kernels_->gradient_wide(from + (size_t)o * R_, panels_.data(), room, db ? db + o : nullptr, layer.in, R_, true, 0, here);
        take_step((size_t)slot.weight + (size_t)o * layer.in, room, (size_t)here * layer.in);
    }
    if (db) take_step((size_t)slot.bias + begin, db + begin, (size_t)(end - begin));
}

// Gradient norm, size of the update and share of idle units of each layer, from the newest step. The units are
// looked at in the last block of its rows.
void Run::probe(const std::vector<float>& before, int rows) {
    probes.push_back(epoch + 1);
    if (front_) {
        const Layout& layout = front_->layout();
        for (size_t i = 0; i < layout.layers.size(); ++i)
            probe_layer(layout.layers[i], layout.slots[i], before, front_->last_features(), front_->rows(), front_->last_rows());
    }
    const int block = (rows + R_ - 1) / R_ - 1;
    for (size_t i = 0; i < layout_.layers.size(); ++i)
        probe_layer(layout_.layers[i], layout_.slots[i], before, features(*last_desk_, block), R_, rows - block * R_);
}

void Run::probe_layer(const Layer& layer, const Slot& slot, const std::vector<float>& before, const float* features_,
                      int R, int rows) {
    double gradient = 0, update = 0;
    for (int j = slot.weight; j < slot.weight + layer.parameters(); ++j) {
        const double g = gradient_.data()[j], u = (double)weights[j] - before[j];
        gradient += g * g;
        update += u * u;
    }
    const auto at_rest = [&](float v) {
        if (layer.kind == Kind::sigmoid) return v < 0.01f || v > 0.99f;
        if (layer.kind == Kind::tanh) return v < -0.98f || v > 0.98f;
        return v == 0;
    };
    // A unit is a feature, or a channel with all its pixels.
    const int units = is_activation(layer.kind) ? layer.window.channels : 0;
    const float* y = features_ + (size_t)slot.y * R;
    int idle = 0;
    for (int unit = 0; unit < units; ++unit) {
        const int area = layer.out / units;
        bool rests = true;
        for (int f = unit * area; f < (unit + 1) * area && rests; ++f)
            for (int r = 0; r < rows && rests; ++r) rests = at_rest(y[(size_t)f * R + r]);
        idle += rests;
    }
    probes.push_back(std::sqrt(gradient));
    probes.push_back(std::sqrt(update));
    probes.push_back(units ? (double)idle / units : 0);
}

}  // namespace stirfry
