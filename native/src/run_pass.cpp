// A step's way through the layers: its rows as blocks, forward to the loss and back to the gradient.
#include <algorithm>

#include "run.hpp"

namespace stirfry {

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
        if (!front_ && part.pixels)
            kernels_->gather_pixels(part.pixels, part.table, part.area, from, there, x, layout_.inputs, R_);
        else if (!front_)
            kernels_->gather(part.inputs, from, there, x, layout_.inputs, R_);
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
    const bool halved = goes_on && layout_.large && layer.out >= 2 * shared_rows &&
                        (double)layer.in * layer.out * R_ >= shared_from;
    float* more = desk.other_half.data();
    if (halved) halves(layer, W, pass, from, to, more);
    in_pieces(layer.in, std::max(k.panel, 1), [&](int thread, int begin, int end) {
        const size_t at = (size_t)begin * R_, n = (size_t)(end - begin) * R_;
        if (slot.lanes < 0) k.to_panels(x, panels_.data(), layer.in, R_, begin, end);
        if (halved) {
            k.add(more + at, to + at, n);
            if (joins(slot.before)) k.activate_back(slot.before, 0, x + at, x + at, to + at, n);
        } else if (goes_on)
            k.linear_input(W, from, to, layer.in, layer.out, R_, begin, end, pass.scratch->data() + thread * own, slot.before,
                           x);
    });
    if (slot.lanes >= 0) {
        k.gradient_lanes(from, x, desk.lanes.data() + (size_t)slot.lanes * k.lanes, layer.in, layer.out, R_, slot.bias >= 0,
                         first_block);
    } else {
        float* dW = gradient(group) + slot.weight;
        float* db = slot.bias < 0 ? nullptr : gradient(group) + slot.bias;
        in_pieces(layer.out, shared_rows, [&](int thread, int begin, int end) {
            if (spends_)
                spend(layer, slot, from, pass.scratch->data() + thread * own, db, begin, end);
            else
                k.gradient_wide(from, panels_.data(), dW, db, layer.in, R_, first_block, begin, end);
        });
    }
    if (goes_on) desk.side = 1 - desk.side;
}

// dX of a large layer in two parts, for the first half of its outputs and for the rest. The weights of each half lie in
// the cache of the core that changes them: reading across would take longer than the products.
void Run::halves(const Layer& layer, const float* W, const Pass& pass, const float* from, float* to, float* more) const {
    // The halves are the same whatever the number of threads, and where there are two they are those of `Team::split`.
    const int middle = (layer.out + shared_rows - 1) / shared_rows / 2 * shared_rows;
    const int columns = pass.team ? std::max(1, pass.team->threads() / 2) : 1;  // that share a half
    const auto some = [&](int thread, int begin, int end) {
        for (int part = begin; part < end; ++part) {
            const bool second = part >= columns;
            const int o = second ? middle : 0, outs = second ? layer.out - middle : middle;
            const auto bound = [&](int column) { return (int)((int64_t)layer.in * column / columns); };
            kernels_->linear_input(W + (size_t)o * layer.in, from + (size_t)o * R_, second ? more : to, layer.in, outs, R_,
                                   bound(part % columns), bound(part % columns + 1),
                                   pass.scratch->data() + (size_t)thread * layout_.widest * R_, Kind::linear, to);
        }
    };
    if (pass.team)
        pass.team->split(2 * columns, 1, some);
    else
        some(0, 0, 2);
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

}  // namespace stirfry
