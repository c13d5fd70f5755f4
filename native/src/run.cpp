#include "run.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

namespace stirfry {

namespace {
// Parts up to this many floats stay in memory as blocks; larger ones are turned into blocks as they pass by.
constexpr size_t kept_floats = 1u << 21;
// Blocks of a large batch go through in groups, whose sums stay apart until the end: so threads can take a group each
// and the result doesn't depend on how many there are. In multiplications of a step: what makes a group worth its
// own sums, and what makes threads worth their waiting where they share the layers.
constexpr double group_from = 60e3, team_from = 2e6;
constexpr int few_groups = 8;
// A step of more is left in its midst where its time is over, and a group of more becomes two: about 3 and 5 ms.
constexpr double long_from = 30e6, group_most = 50e6;
constexpr int most_groups = 64;
}  // namespace

Run::Run(const Kernels* kernels, std::vector<Layer> layers, int inputs, Loss loss, Plan plan, Part train,
         std::vector<Part> followed, const float* weights_, const float* buffers_, Random random_, int threads)
    : random(random_),
      kernels_(kernels),
      layout_(behind(layers, image_layers(layers), inputs)),
      loss_(std::move(loss)),
      plan_(std::move(plan)),
      train_(train),
      followed_(std::move(followed)),
      followed_blocks_(followed_.size()) {
    weights.assign(weights_, weights_ + layout_.weights);
    buffers.assign(buffers_, buffers_ + layout_.buffers);
    const OptimizerKind kind = plan_.optimizer.kind;
    const bool adam = kind == OptimizerKind::adam || kind == OptimizerKind::adamw;
    if (kind != OptimizerKind::sgd || plan_.optimizer.momentum > 0) first.assign(weights.size(), 0.0f);
    if (adam || (kind == OptimizerKind::rmsprop && plan_.optimizer.momentum > 0)) second.assign(weights.size(), 0.0f);
    for (float weight : loss_.class_weights) class_weights_sum_ += weight;
    if (loss_.class_weights.empty()) class_weights_sum_ = (float)layout_.outputs;

    const int batch = std::min(plan_.batch_size, train_.rows);
    R_ = layout_.block_rows(batch, kernels_->lanes);
    const int images = image_layers(layers);
    if (images > 0) {
        R_ = (R_ + kernels_->panel - 1) / kernels_->panel * kernels_->panel;
        layers.resize((size_t)images);
        front_ = std::make_unique<Front>(kernels_, layers, inputs, layout_.whole_batch ? batch : R_, threads);
    }
    rows_seen_ = (int)std::min<int64_t>(train_.rows, (int64_t)plan_.steps * plan_.batch_size);
    const int blocks = (batch + R_ - 1) / R_;
    const double work = multiplications() * batch;
    long_steps_ = work > long_from;
    if (layout_.apart) {
        const double wanted = std::max(std::min(work / group_from, (double)few_groups), work / group_most);
        groups_ = std::max(1, (int)std::min({wanted, (double)blocks, (double)most_groups}));
    }
    if (threads > 1 && (groups_ > 1 || ((layout_.large || front_) && work >= team_from)))
        team_ = std::make_unique<Team>(groups_ > 1 ? std::min(threads, groups_) : threads);
    group_sums_.resize((size_t)groups_);
    gradient_room_ = weights.size() + 16;
    gradient_.resize(gradient_room_ * groups_);
    masks_.resize((size_t)(batch + R_) * layout_.masks);
    normalising_.resize(layout_.widest);
    size_t panels = 0;
    for (size_t i = 0; i < layout_.layers.size(); ++i)
        if (layout_.layers[i].kind == Kind::linear && layout_.slots[i].lanes < 0)
            panels = std::max(panels, kernels_->panel_floats(layout_.layers[i].in, R_));
    panels_.resize(panels);

    const size_t lanes = (size_t)kernels_->lanes, kept_blocks = layout_.whole_batch ? (size_t)blocks : 1;
    desks_.resize(groups_ > 1 && team_ ? (size_t)team_->threads() : 1);
    for (Desk& desk : desks_) {
        Team* shares = groups_ > 1 ? nullptr : team_.get();  // threads that have groups don't share layers too
        desk.features.resize(kept_blocks * layout_.features * R_);
        desk.d.resize(kept_blocks * 2 * layout_.widest * R_);
        desk.lanes.resize((layout_.lane_sums + lanes) * lanes);
        desk.inverse.resize((size_t)layout_.inverses + (size_t)R_ * layout_.layers.size());
        desk.scratch.resize((size_t)layout_.widest * R_ * (shares ? threads : 1));
        desk.pass = Pass{kernels_, &layout_, weights.data(), buffers.data(), &desk.scratch, shares};
    }
    in_order_.resize((size_t)train_.rows);
    for (const Part& part : followed_) in_order_.resize(std::max(in_order_.size(), (size_t)part.rows));
    std::iota(in_order_.begin(), in_order_.end(), 0);
}

Status Run::advance(double seconds, int64_t steps) {
    const auto end = Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    // A look at the clock costs as much as a step of the smallest networks: take several between two looks.
    const double work = 6 * multiplications() * std::min(plan_.batch_size, train_.rows);
    const int64_t between = std::max<int64_t>(1, (int64_t)(2e6 / (work + 1000)));
    for (Desk& desk : desks_) {
        desk.pass.weights = weights.data();
        desk.pass.buffers = buffers.data();
    }
    if (front_) front_->look_at(weights.data(), buffers.data(), team_.get());
    for (int64_t done = 0; status == Status::running;) {
        if (!under_way_) begin_step();
        if (!go_through_batch(end)) break;
        end_step();
        if (++step == plan_.steps) close_epoch();
        ++done;
        if (steps > 0 && done >= steps) break;
        if (done % between == 0 && Clock::now() >= end) break;
    }
    return status;
}

// What `DataLoader(shuffle=...)` draws at the start of an epoch: its workers' seed, then the order's.
void Run::draw_order() {
    if (!plan_.draws) return;
    random.integer();
    if (!plan_.shuffle) return;
    order.resize((size_t)train_.rows);
    randperm(random.integer(), order);
}

// By how many pixels each image of the batch is moved, as `torch.randint(-shift, shift + 1, (2, rows, 1))` draws it,
// and which ones are mirrored, as `torch.randint(0, 2, (rows, 1))` does.
void Run::draw_moves(int rows) {
    moves_.assign(3 * (size_t)rows, 0);
    int32_t* moves = moves_.data();
    int32_t* mirrored = moves + 2 * (size_t)rows;
    if (plan_.shift > 0)
        for (int32_t* move = moves; move < mirrored; ++move)
            *move = (int32_t)(random.word() % (uint32_t)(2 * plan_.shift + 1)) - plan_.shift;
    if (plan_.flip)
        for (int r = 0; r < rows; ++r) mirrored[r] = (int32_t)(random.word() % 2);
}

Images Run::batch_images() const {
    const int64_t start = (int64_t)step * plan_.batch_size;
    Images some = images(train_, (order.empty() ? in_order_.data() : order.data()) + start);
    if (plan_.moves()) some.moves = moves_.data();
    some.all = batch_.rows;
    return some;
}

void Run::begin_step() {
    if (long_steps_) before_step_ = random;
    if (step == 0) draw_order();
    const int64_t start = (int64_t)step * plan_.batch_size;
    const int rows = (int)std::min<int64_t>(plan_.batch_size, train_.rows - start);
    const bool always_the_same = plan_.steps == 1 && rows == train_.rows && order.empty();
    if (!always_the_same || !batch_.filled) {
        const int32_t* from = order.empty() ? in_order_.data() : order.data();
        fill(train_, from + start, rows, batch_);
        batch_.filled = true;
    }
    if (plan_.moves()) draw_moves(rows);
    if (front_) front_->begin_step(random, rows);
    for (size_t i = 0; i < layout_.layers.size(); ++i)
        if (layout_.slots[i].mask >= 0)
            dropout_mask(random, layout_.layers[i].p, rows, layout_.layers[i].out, R_,
                         masks_.data() + (size_t)layout_.slots[i].mask * ((rows + R_ - 1) / R_) * R_);

    if (layout_.whole_batch) moved_ = buffers;
    under_way_ = true;
    next_ = 0;
    // One block is the whole batch: a wide layer's gradient is spent where it is made, and never goes to memory.
    spends_ = batch_.rows <= R_ && !layout_.whole_batch && plan_.optimizer.clip_norm == 0 && !probes_now();
    if (spends_) set_sizes();
}

// Returns whether the whole batch went through. A long step can be left in its midst, and taken up again there.
bool Run::go_through_batch(Clock::time_point end) {
    const int count = (batch_.rows + R_ - 1) / R_;
    if (layout_.whole_batch) {
        Desk& desk = desks_[0];
        const int before = front_ ? front_->stretches() : 0;
        for (const int first = next_; next_ <= 2 * before; ++next_) {
            if (long_steps_ && next_ > first && Clock::now() >= end) return false;
            if (front_ && next_ == 0) front_->take(0, batch_.rows);
            if (next_ < before)
                front_->forward(next_, batch_images(), batch_.x.data(), R_, moved_.data());
            else if (next_ == before)
                go_through_together(desk, count);
            else
                front_->backward(2 * before - next_, [&](int block) { return d(desk, block, desk.side); }, R_,
                                 gradient(0), true);
        }
        return true;
    }
    if (groups_ == 1) {
        Desk& desk = desks_[0];
        for (const int first = next_; next_ < count; ++next_) {
            if (long_steps_ && next_ > first && Clock::now() >= end) return false;
            if (next_ == 0) group_sums_[0] = LossSums{};
            float* x = batch_.x.data() + (size_t)next_ * layout_.inputs * R_;
            if (front_) {
                front_->take(next_ * R_, rows_of(batch_, next_));
                front_->forward(0, batch_images(), x, R_, nullptr);
            }
            go_through(desk, 0, next_, next_ + 1, next_ == 0);
            if (front_) front_->backward(0, [&](int) { return d(desk, 0, desk.side); }, R_, gradient(0), next_ == 0);
        }
        gather_sums(desk, 0);
        last_desk_ = &desk;
        return true;
    }
    const int at_once = long_steps_ ? 2 * threads() : groups_;
    for (const int first = next_; next_ < groups_; next_ += at_once) {
        if (next_ > first && Clock::now() >= end) return false;
        const int here = std::min(at_once, groups_ - next_);
        const auto some = [&](int thread, int from, int to) {
            for (int group = next_ + from; group < next_ + to; ++group) do_group(desks_[(size_t)thread], group, count);
        };
        if (team_)
            team_->split(here, 1, some);
        else
            some(0, 0, here);
    }
    return true;
}

void Run::end_step() {
    under_way_ = false;
    if (layout_.whole_batch) {
        buffers = moved_;
        ++batches;
    }
    add_groups();
    LossSums sums;
    for (const LossSums& found : group_sums_) {
        sums.loss += found.loss;
        sums.hits += found.hits;
    }

    const double loss = (double)(float)(sums.loss / batch_.divisor);
    losses += loss;
    hits += sums.hits;
    if (plan_.keep_steps) step_losses.push_back((float)loss);
    if (!probes_now()) {
        update();
        return;
    }
    const std::vector<float> before = weights;
    update();
    probe(before, batch_.rows);
}

bool Run::probes_now() const {
    return plan_.probe_every > 0 && step + 1 == plan_.steps && epoch % plan_.probe_every == 0;
}

void Run::do_group(Desk& desk, int group, int count) {
    const int begin = (int)((int64_t)count * group / groups_), end = (int)((int64_t)count * (group + 1) / groups_);
    group_sums_[(size_t)group] = LossSums{};
    if (begin == end) {  // the last batch of an epoch may have fewer blocks than there are groups
        std::fill_n(gradient(group), weights.size(), 0.0f);
        return;
    }
    go_through(desk, group, begin, end, true);
    gather_sums(desk, group);
    if (end == count) last_desk_ = &desk;
}

// Some blocks of a group, each from input to gradient while it lies in the cache.
void Run::go_through(Desk& desk, int group, int begin, int end, bool first) {
    for (int block = begin; block < end; ++block) {
        for (size_t i = 0; i < layout_.layers.size(); ++i) forward(desk, i, batch_, block);
        judge(desk, block, group_sums_[(size_t)group]);
        for (int i = (int)layout_.layers.size() - 1; i >= layout_.first_trained; --i)
            backward(desk, (size_t)i, batch_, block, first && block == begin, group);
    }
}

// All blocks, layer by layer, since BatchNorm1d wants the whole batch.
void Run::go_through_together(Desk& desk, int count) {
    LossSums sums;
    for (size_t i = 0; i < layout_.layers.size(); ++i) {
        if (layout_.layers[i].kind == Kind::batch_norm) {
            normalising_.forward(
                desk.pass, i, {count, R_, batch_.rows}, [&](int b) { return const_cast<float*>(input(desk, i, batch_, b)); },
                [&](int b) { return features(desk, b); }, desk.inverse.data() + layout_.slots[i].inverse,
                moved_.data() + layout_.slots[i].buffer);
            continue;
        }
        for (int block = 0; block < count; ++block) forward(desk, i, batch_, block);
    }
    for (int block = 0; block < count; ++block) judge(desk, block, sums);
    for (int i = (int)layout_.layers.size() - 1; i >= layout_.first_trained; --i) {
        if (layout_.layers[(size_t)i].kind == Kind::batch_norm) {
            normalising_.backward(
                desk.pass, (size_t)i, {count, R_, batch_.rows}, [&](int b) { return features(desk, b); },
                [&](int b) { return d(desk, b, desk.side); }, desk.inverse.data() + layout_.slots[(size_t)i].inverse,
                gradient(0));
            continue;
        }
        const int side = desk.side;
        for (int block = 0; block < count; ++block) {
            desk.side = side;
            backward(desk, (size_t)i, batch_, block, block == 0, 0);
        }
    }
    group_sums_[0] = sums;
    gather_sums(desk, 0);
    last_desk_ = &desk;
}

void Run::judge(Desk& desk, int block, LossSums& sums) {
    // Where no layer lies behind those over images, theirs are the outputs.
    const float* outputs = layout_.layers.empty() ? batch_.x.data() + (size_t)block * layout_.inputs * R_
                                                  : features(desk, block) + (size_t)layout_.slots.back().y * R_;
    desk.side = 0;
    const LossSums found = loss_of(batch_, block, outputs, d(desk, block, 0));
    sums.loss += found.loss;
    sums.hits += found.hits;
}

void Run::forward(Desk& desk, size_t index, const Blocks& blocks, int block) {
    const Layer& layer = layout_.layers[index];
    const Slot& slot = layout_.slots[index];
    const float* x = input(desk, index, blocks, block);
    float* base = features(desk, block);
    float* y = base + (size_t)slot.y * R_;
    const size_t n = (size_t)layer.out * R_;
    switch (layer.kind) {
        case Kind::linear: return linear_block(desk.pass, index, x, y, R_);
        case Kind::dropout: {
            const int count = (blocks.rows + R_ - 1) / R_;
            const float* mask = masks_.data() + (size_t)slot.mask * count * R_ + (size_t)block * n;
            return kernels_->multiply(x, mask, y, n);
        }
        case Kind::layer_norm:
            return kernels_->layer_norm(x, weights.data() + slot.weight, weights.data() + slot.bias, layer.alpha,
                                        base + (size_t)slot.normal * R_, desk.inverse.data() + layout_.inverses + index * R_,
                                        y, layer.out, R_);
        default:
            if (!slot.forward_done) kernels_->activate(layer.kind, layer.alpha, x, y, n);
    }
}

void Run::backward(Desk& desk, size_t index, const Blocks& blocks, int block, bool first_block, int group) {
    const Layer& layer = layout_.layers[index];
    const Slot& slot = layout_.slots[index];
    const Kernels& k = *kernels_;
    float* from = d(desk, block, desk.side);
    const float* x = input(desk, index, blocks, block);
    float* base = features(desk, block);
    const size_t n = (size_t)layer.out * R_;
    if (layer.kind == Kind::dropout) {
        const int count = (blocks.rows + R_ - 1) / R_;
        k.multiply(from, masks_.data() + (size_t)slot.mask * count * R_ + (size_t)block * n, from, n);
        return;
    }
    if (layer.kind == Kind::layer_norm) {
        k.layer_norm_back(weights.data() + slot.weight, base + (size_t)slot.normal * R_,
                          desk.inverse.data() + layout_.inverses + index * R_, from,
                          desk.lanes.data() + (size_t)slot.lanes * k.lanes, layer.out, R_, first_block);
        return;
    }
    if (layer.kind != Kind::linear) {
        if (!slot.backward_done) k.activate_back(layer.kind, layer.alpha, x, base + (size_t)slot.y * R_, from, n);
        return;
    }
    const float* W = weights.data() + slot.weight;
    const Pass& pass = desk.pass;
    const bool shared = pass.team && (double)layer.in * layer.out * R_ >= shared_from;
    const size_t own = (size_t)layout_.widest * R_;
    const auto in_pieces = [&](int n, int grain, const auto& work) {
        if (shared)
            pass.team->split(n, grain, work);
        else
            work(0, 0, n);
    };
    const bool goes_on = (int)index != layout_.first_trained || layout_.learns_before;
    float* to = d(desk, block, 1 - desk.side);
    in_pieces(layer.in, std::max(k.panel, 1), [&](int thread, int begin, int end) {
        if (slot.lanes < 0) k.to_panels(x, panels_.data(), layer.in, R_, begin, end);
        if (goes_on)
            k.linear_input(W, from, to, layer.in, layer.out, R_, begin, end, pass.scratch->data() + thread * own, slot.before,
                           x);
    });
    if (slot.lanes >= 0) {
        k.gradient_lanes(from, x, desk.lanes.data() + (size_t)slot.lanes * k.lanes, layer.in, layer.out, R_, slot.bias >= 0,
                         first_block);
    } else {
        float* dW = gradient(group) + slot.weight;
        float* db = slot.bias < 0 ? nullptr : gradient(group) + slot.bias;
        in_pieces(layer.out, 12, [&](int thread, int begin, int end) {
            if (spends_)
                spend(layer, slot, from, pass.scratch->data() + thread * own, db, begin, end);
            else
                k.gradient_wide(from, panels_.data(), dW, db, layer.in, R_, first_block, begin, end);
        });
    }
    if (goes_on) desk.side = 1 - desk.side;
}

LossSums Run::loss_of(const Blocks& blocks, int block, const float* outputs, float* gradient) const {
    LossBlock b;
    b.outputs = outputs;
    b.gradient = gradient;
    b.classes = train_.classes ? blocks.classes.data() + (size_t)block * R_ : nullptr;
    b.values = train_.values ? blocks.values.data() + (size_t)block * layout_.outputs * R_ : nullptr;
    const bool weighted = !loss_.class_weights.empty();
    b.row_weights = weighted ? blocks.row_weights.data() + (size_t)block * R_ : nullptr;
    b.class_weights = weighted ? loss_.class_weights.data() : nullptr;
    b.class_weights_sum = class_weights_sum_;
    b.outputs_count = layout_.outputs;
    b.R = R_;
    b.rows = rows_of(blocks, block);
    b.scale = (float)(1 / blocks.divisor);
    b.smoothing = loss_.smoothing;
    b.positive_weight = loss_.positive_weight;
    b.delta = loss_.delta;
    return kernels_->loss(loss_.kind, b);
}

// Makes whole sums of a group's, which were kept apart by lane.
void Run::gather_sums(const Desk& desk, int group) {
    for (size_t i = 0; i < layout_.layers.size(); ++i) {
        const Slot& slot = layout_.slots[i];
        if (slot.lanes < 0 || layout_.layers[i].parameters() == 0) continue;
        kernels_->reduce_lanes(desk.lanes.data() + (size_t)slot.lanes * kernels_->lanes, gradient(group) + slot.weight,
                               layout_.layers[i].parameters());
    }
}

void Run::add_groups() {
    float* whole = gradient(0);
    for (int group = 1; group < groups_; ++group) {
        const float* part = gradient(group);
        for (size_t j = 0; j < weights.size(); ++j) whole[j] += part[j];
    }
}

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
    const auto through = [&](const Blocks& some) {
        for (int block = 0; block * R_ < some.rows; ++block) {
            const float* x = some.x.data() + (size_t)block * layout_.inputs * R_;
            const float* outputs = predict_block(desks_[0].pass, x, desks_[0].features.data(), R_);
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

void Run::fill(const Part& part, const int32_t* rows_in_order, int rows, Blocks& blocks) const {
    const int count = (rows + R_ - 1) / R_, K = layout_.outputs;
    const bool weighted = !loss_.class_weights.empty();
    blocks.rows = rows;
    blocks.x.resize((size_t)count * layout_.inputs * R_);
    if (part.classes) blocks.classes.resize((size_t)count * R_);
    if (part.values) blocks.values.resize((size_t)count * K * R_);
    if (weighted) blocks.row_weights.resize((size_t)count * R_);
    double weight = 0;
    for (int b = 0; b < count; ++b) {
        const int32_t* from = rows_in_order + (size_t)b * R_;
        const int there = std::min(R_, rows - b * R_);
        float* x = blocks.x.data() + (size_t)b * layout_.inputs * R_;
        if (!front_) kernels_->gather(part.inputs, from, there, x, layout_.inputs, R_);
        if (part.values) kernels_->gather(part.values, from, there, blocks.values.data() + (size_t)b * K * R_, K, R_);
        if (!part.classes) continue;
        int32_t* classes = blocks.classes.data() + (size_t)b * R_;
        for (int r = 0; r < R_; ++r) classes[r] = part.classes[from[std::min(r, there - 1)]];
        if (!weighted) continue;
        float* row_weights = blocks.row_weights.data() + (size_t)b * R_;
        for (int r = 0; r < R_; ++r) row_weights[r] = loss_.class_weights[(size_t)classes[r]];
        for (int r = 0; r < there; ++r) weight += row_weights[r];
    }
    if (weighted)
        blocks.divisor = weight;
    else
        blocks.divisor = loss_.kind == LossKind::cross_entropy ? rows : (double)rows * K;
}

double Run::score(const Part& part, double found, int rows) const {
    if (part.classes) return found / rows;
    return part.spread > 0 ? 1 - found / part.spread : std::nan("");
}

double Run::multiplications() const {
    return layout_.multiplications + (front_ ? front_->layout().multiplications : 0);
}

}  // namespace stirfry
