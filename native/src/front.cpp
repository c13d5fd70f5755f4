#include "front.hpp"

#include <algorithm>
#include <cstring>

namespace stirfry {

namespace {
// The gradients of this many groups of blocks are summed apart, so that the result doesn't depend on the threads.
constexpr int most_groups = 16;

int block_rows(const Kernels& kernels, int span) {
    const int lanes = kernels.lanes;
    return std::min(kernels.panel, (span + lanes - 1) / lanes * lanes);
}
}  // namespace

Front::Front(const Kernels* kernels, const std::vector<Layer>& layers, int inputs, int span, int threads)
    : kernels_(kernels), layout_(layers, inputs), R_(block_rows(*kernels, span)) {
    const int count = (int)layers.size();
    for (int at = 0; at < count;) {
        int end = at + 1;
        const auto waits = [&](int i) { return layers[(size_t)i].kind == Kind::batch_norm; };
        while (!waits(at) && end < count && !waits(end)) ++end;
        stretches_.push_back({at, end});
        at = end;
    }
    const size_t blocks = (size_t)(span + R_ - 1) / R_, L = (size_t)kernels->lanes;
    x_.resize(blocks * inputs * R_);
    features_.resize(blocks * layout_.features * R_);
    if (layout_.whole_batch) d_.resize(blocks * 2 * layout_.widest * R_);
    inverse_.resize((size_t)layout_.inverses);
    turned_.resize((size_t)layout_.turned);
    sides_.resize(blocks);
    sums_.resize(std::min(blocks, (size_t)most_groups));
    for (Floats& sums : sums_) sums.resize((size_t)layout_.weights + 16);
    normalising_.resize(layout_.widest);
    size_t scratch = 0;
    for (const Layer& layer : layers)
        if (layer.kind == Kind::conv2d)
            scratch = std::max(scratch, quick(layer.window) ? kernels->quick_floats(layer.window)
                                                            : kernels->window_floats(layer.window));
    desks_.resize((size_t)std::max(1, threads));
    for (Desk& desk : desks_) {
        if (!layout_.whole_batch) desk.d.resize(2 * (size_t)layout_.widest * R_);
        desk.lanes.resize((layout_.lane_sums + L) * L);
        desk.scratch.resize(scratch);
    }
}

void Front::look_at(const float* weights, const float* buffers, Team* team) {
    team_ = team;
    for (Desk& desk : desks_) desk.pass = Pass{kernels_, &layout_, weights, buffers, &desk.scratch, team};
}

void Front::share(int n, const std::function<void(Desk&, int, int)>& work) {
    if (team_ == nullptr || n < 2) return work(desks_[0], 0, n);
    team_->split(n, 1, [&](int thread, int begin, int end) { work(desks_[(size_t)thread], begin, end); });
}

float* Front::input(size_t layer, int block) const {
    const int x = layout_.slots[layer].x;
    return x < 0 ? x_.data() + (size_t)block * layout_.inputs * R_ : features(block) + (size_t)x * R_;
}

float* Front::d(Desk& desk, int block, int side) const {
    const size_t size = (size_t)layout_.widest * R_;
    return layout_.whole_batch ? d_.data() + ((size_t)block * 2 + side) * size : desk.d.data() + side * size;
}

void Front::begin_step(Random& random, int rows) {
    masked_blocks_ = (rows + R_ - 1) / R_;
    masks_.resize((size_t)masked_blocks_ * R_ * layout_.masks);
    turn_weights(true);
    for (size_t i = 0; i < layout_.layers.size(); ++i) {
        const Layer& layer = layout_.layers[i];
        const Slot& slot = layout_.slots[i];
        if (slot.mask >= 0)
            dropout_mask(random, layer.p, rows, layer.out, R_, masks_.data() + (size_t)slot.mask * masked_blocks_ * R_);
    }
}

void Front::turn_weights(bool way_back) {
    const float* weights = desks_[0].pass.weights;
    for (size_t i = 0; i < layout_.layers.size(); ++i) {
        const Window& w = layout_.layers[i].window;
        const Slot& slot = layout_.slots[i];
        if (slot.turned < 0) continue;
        if (quick(w))
            kernels_->quick_turn(weights + slot.weight, w, turned_.data() + slot.turned);
        else if (way_back && (int)i > layout_.first_trained)
            turn(weights + slot.weight, w, turned_.data() + slot.turned);
    }
}

// Picks a block's images; rows beyond the real ones repeat the last.
void Front::fill(const Images& images, int start, int block) const {
    const int D = layout_.inputs, first = block * R_, there = batch_.rows_of(block);
    float* to = x_.data() + (size_t)block * D * R_;
    const int32_t* order = images.order + start + first;
    if (images.floats && !images.moves) return kernels_->gather(images.floats, order, there, to, D, R_);
    const Window& w = layout_.layers[0].window;
    for (int r = 0; r < R_; ++r) {
        const int row = std::min(r, there - 1);
        const size_t from = (size_t)order[row] * D;
        const int down = images.moves ? images.moves[start + first + row] : 0;
        const int right = images.moves ? images.moves[images.all + start + first + row] : 0;
        const bool mirrored = images.moves && images.moves[2 * images.all + start + first + row];
        for (int c = 0, f = 0; c < w.channels; ++c)
            for (int y = 0; y < w.height; ++y) {
                // What comes in from outside repeats the edge.
                const size_t line = from + ((size_t)c * w.height + std::clamp(y + down, 0, w.height - 1)) * w.width;
                for (int x = 0; x < w.width; ++x, ++f) {
                    const int column = mirrored ? w.width - 1 - x : x;
                    const size_t at = line + std::clamp(column + right, 0, w.width - 1);
                    to[(size_t)f * R_ + r] =
                        images.pixels ? images.table[c * 256 + images.pixels[at]] : images.floats[at];
                }
            }
    }
}

void Front::through(Desk& desk, size_t index, int block, bool training) {
    const Layer& layer = layout_.layers[index];
    const Slot& slot = layout_.slots[index];
    const Kernels& k = *kernels_;
    const float* x = input(index, block);
    float* base = features(block);
    float* y = base + (size_t)slot.y * R_;
    const size_t n = (size_t)layer.out * R_;
    const Window& w = layer.window;
    switch (layer.kind) {
        case Kind::conv2d: {
            const float* bias = slot.bias < 0 ? nullptr : desk.pass.weights + slot.bias;
            if (quick(w))
                return k.quick_conv(turned_.data() + slot.turned, bias, w, x, y, R_, desk.scratch.data(), slot.then);
            return k.conv(desk.pass.weights + slot.weight, bias, w, x, y, R_, 0, chunks(R_, k.panel) * w.out_height,
                          desk.scratch.data(), slot.then);
        }
        case Kind::max_pool2d: return k.max_pool(w, x, y, R_, 0, w.channels);
        case Kind::avg_pool2d: return k.avg_pool(w, x, y, R_, 0, w.channels);
        case Kind::dropout: {
            if (!training) return (void)std::memcpy(y, x, n * sizeof(float));
            const size_t at = (size_t)slot.mask * masked_blocks_ * R_ + (size_t)(start_ / R_ + block) * n;
            return k.multiply(x, masks_.data() + at, y, n);
        }
        case Kind::batch_norm: return normalise_block(desk.pass, index, x, base + (size_t)slot.normal * R_, y, R_);
        default:
            if (!slot.forward_done) k.activate(layer.kind, layer.alpha, x, y, n);
    }
}

// A block's outputs to the layers behind, whose blocks are larger.
void Front::hand_over(int block, float* to, int R) const {
    const int F = layout_.outputs, L = kernels_->lanes, rows = block * R_;
    const size_t bytes = (size_t)L * sizeof(float);
    const float* from = features(block) + (size_t)layout_.slots.back().y * R_;
    const bool last = block + 1 == batch_.count;
    const int room = (batch_.rows + R - 1) / R * R;           // of their blocks
    const int end = last ? room : std::min(rows + R_, room);  // the last fills them up
    for (int r = rows; r < end; r += L) {
        float* into = to + (size_t)(r / R) * F * R + r % R;
        const float* source = from + std::min(r - rows, R_ - L);
        for (int f = 0; f < F; ++f) std::memcpy(into + (size_t)f * R, source + (size_t)f * R_, bytes);
    }
}

void Front::take_over(Desk& desk, int block, const BlockAt& from, int R) const {
    const int F = layout_.outputs, L = kernels_->lanes, rows = block * R_;
    const size_t bytes = (size_t)L * sizeof(float);
    sides_[(size_t)block] = 0;
    float* to = d(desk, block, 0);
    const int room = (batch_.rows + R - 1) / R * R;
    for (int r = 0; r < R_; r += L) {
        const float* source = rows + r < room ? from((rows + r) / R) + (rows + r) % R : nullptr;
        for (int f = 0; f < F; ++f) {
            float* at = to + (size_t)f * R_ + r;
            source ? std::memcpy(at, source + (size_t)f * R, bytes) : std::memset(at, 0, bytes);
        }
    }
}

void Front::take(int start, int rows) {
    start_ = start;
    batch_ = {(rows + R_ - 1) / R_, R_, rows};
}

void Front::forward(int number, const Images& images, float* to, int R, float* running) {
    const Stretch& stretch = stretches_[(size_t)number];
    const bool last = number + 1 == stretches();
    const size_t only = (size_t)stretch.begin;
    if (layout_.layers[only].kind == Kind::batch_norm) {
        const Slot& slot = layout_.slots[only];
        if (number == 0)
            for (int b = 0; b < batch_.count; ++b) fill(images, start_, b);
        normalising_.forward(
            desks_[0].pass, only, batch_, [&](int b) { return input(only, b); }, [&](int b) { return features(b); },
            inverse_.data() + slot.inverse, running + slot.buffer);
        for (int b = 0; last && b < batch_.count; ++b) hand_over(b, to, R);
        return;
    }
    share(batch_.count, [&](Desk& desk, int begin, int end) {
        for (int b = begin; b < end; ++b) {
            if (number == 0) fill(images, start_, b);
            for (int i = stretch.begin; i < stretch.end; ++i) through(desk, (size_t)i, b, true);
            if (last) hand_over(b, to, R);
        }
    });
}

void Front::predict(const Images& images, int rows, float* to, int R) {
    batch_ = {(rows + R_ - 1) / R_, R_, rows};
    share(batch_.count, [&](Desk& desk, int begin, int end) {
        for (int b = begin; b < end; ++b) {
            fill(images, 0, b);
            for (size_t i = 0; i < layout_.layers.size(); ++i) through(desk, i, b, false);
            hand_over(b, to, R);
        }
    });
}

void Front::back_through(Desk& desk, size_t index, int block, bool first) {
    const Layer& layer = layout_.layers[index];
    const Slot& slot = layout_.slots[index];
    const Kernels& k = *kernels_;
    int& side = sides_[(size_t)block];
    const float* x = input(index, block);
    const float* y = features(block) + (size_t)slot.y * R_;
    float *from = d(desk, block, side), *to = d(desk, block, 1 - side);
    const size_t n = (size_t)layer.out * R_;
    const Window& w = layer.window;
    switch (layer.kind) {
        case Kind::conv2d: {
            float *lanes = desk.lanes.data() + (size_t)slot.lanes * k.lanes, *scratch = desk.scratch.data();
            const float* turned = turned_.data() + slot.turned;
            const bool bias = slot.bias >= 0, last = (int)index == layout_.first_trained;
            if (quick(w)) {
                k.quick_gradient(from, x, w, lanes, R_, bias, first, scratch);
                if (last) return;
                k.quick_input(turned, w, from, to, R_, scratch, slot.before, x);
                break;
            }
            k.conv_gradient(from, x, w, lanes, R_, bias, first, 0, w.out_channels, scratch);
            if (last) return;
            k.conv_input(turned, w, from, to, R_, 0, chunks(R_, k.panel) * w.height, scratch, slot.before, x);
            break;
        }
        case Kind::max_pool2d: k.max_pool_back(w, x, y, from, to, R_, 0, w.channels, slot.before); break;
        case Kind::avg_pool2d: k.avg_pool_back(w, from, to, R_, 0, w.channels); break;
        case Kind::dropout: {
            const size_t at = (size_t)slot.mask * masked_blocks_ * R_ + (size_t)(start_ / R_ + block) * n;
            return k.multiply(from, masks_.data() + at, from, n);
        }
        default:
            if (!slot.backward_done) k.activate_back(layer.kind, layer.alpha, x, y, from, n);
            return;
    }
    side = 1 - side;
}

void Front::backward(int number, const BlockAt& from, int R, float* gradient, bool first) {
    const int groups = std::min(batch_.count, most_groups);
    const Stretch& stretch = stretches_[(size_t)number];
    if (stretch.end <= layout_.first_trained) return;
    const bool last = number + 1 == stretches();
    const size_t only = (size_t)stretch.begin;
    if (layout_.layers[only].kind == Kind::batch_norm) {
        for (int b = 0; last && b < batch_.count; ++b) take_over(desks_[0], b, from, R);
        return normalising_.backward(
            desks_[0].pass, only, batch_, [&](int b) { return features(b); },
            [&](int b) { return d(desks_[0], b, sides_[(size_t)b]); }, inverse_.data() + layout_.slots[only].inverse,
            gradient);
    }
    share(groups, [&](Desk& desk, int begin, int end) {
        for (int g = begin; g < end; ++g) {
            const int from_block = batch_.count * g / groups, to_block = batch_.count * (g + 1) / groups;
            for (int b = from_block; b < to_block; ++b) {
                if (last) take_over(desk, b, from, R);
                for (int i = stretch.end - 1; i >= std::max(stretch.begin, layout_.first_trained); --i)
                    back_through(desk, (size_t)i, b, b == from_block);
            }
            for (int i = stretch.begin; i < stretch.end; ++i) {
                const Slot& slot = layout_.slots[(size_t)i];
                if (slot.lanes < 0) continue;
                const Layer& layer = layout_.layers[(size_t)i];
                const float* lanes = desk.lanes.data() + (size_t)slot.lanes * kernels_->lanes;
                float* sums = sums_[(size_t)g].data() + slot.weight;
                if (layer.kind == Kind::conv2d && quick(layer.window))
                    kernels_->quick_sums(lanes, layer.window, slot.bias >= 0, sums);
                else
                    kernels_->reduce_lanes(lanes, sums, layer.parameters());
            }
        }
    });
    add_up(stretch, gradient, first);
}

void Front::add_up(const Stretch& stretch, float* gradient, bool first) const {
    const int groups = std::min(batch_.count, most_groups);
    for (int i = stretch.begin; i < stretch.end; ++i) {
        const Slot& slot = layout_.slots[(size_t)i];
        const int end = slot.weight + (slot.lanes >= 0 ? layout_.layers[(size_t)i].parameters() : 0);
        for (int j = slot.weight; j < end; ++j) {
            float sum = first ? 0.0f : gradient[j];
            for (int g = 0; g < groups; ++g) sum += sums_[(size_t)g].data()[j];
            gradient[j] = sum;
        }
    }
}

}  // namespace stirfry
