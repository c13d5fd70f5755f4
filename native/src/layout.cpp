#include "layout.hpp"

#include <algorithm>
#include <cmath>

namespace stirfry {

namespace {
// Half of a first-level cache of 32 KiB, and a little more: the other half is for weights.
constexpr int near_floats = 5000;

bool is_pool(Kind kind) { return kind == Kind::max_pool2d || kind == Kind::avg_pool2d; }
}  // namespace

int image_layers(const std::vector<Layer>& layers) {
    int count = 0;
    bool images = false;
    for (; count < (int)layers.size(); ++count) {
        const Kind kind = layers[(size_t)count].kind;
        if (kind == Kind::linear || kind == Kind::layer_norm) break;
        images |= kind == Kind::conv2d || is_pool(kind);
    }
    return images ? count : 0;
}

Layout behind(const std::vector<Layer>& layers, int front, int inputs) {
    if (front == 0) return Layout(layers, inputs);
    const Layout before({layers.begin(), layers.begin() + front}, inputs);
    Layout rest({layers.begin() + front, layers.end()}, before.outputs, before.weights, before.buffers, true);
    rest.whole_batch |= before.whole_batch;
    return rest;
}

Layout::Layout(std::vector<Layer> given, int inputs_, int first_weight_, int first_buffer_, bool learns_before_)
    : layers(std::move(given)),
      inputs(inputs_),
      first_weight(first_weight_),
      first_buffer(first_buffer_),
      weights(first_weight_),
      buffers(first_buffer_),
      learns_before(learns_before_) {
    int width = inputs, at = -1;
    first_trained = learns_before ? 0 : (int)layers.size();
    widest = inputs;
    for (size_t i = 0; i < layers.size(); ++i) {
        const Layer& layer = layers[i];
        Slot slot;
        slot.x = at;
        // The largest of a window is found again by its value on the way back, which ReLU leaves where it counts.
        const bool over_input = is_activation(layer.kind) && !slope_needs_input(layer.kind) && at >= 0 &&
                                !is_activation(layers[i - 1].kind) &&
                                (layers[i - 1].kind != Kind::max_pool2d || layer.kind == Kind::relu);
        const int out = layer.has_matrix() || is_pool(layer.kind) ? layer.out : width;
        if (over_input) {
            slot.y = at;
        } else {
            slot.y = features;
            features += out;
        }
        if (layer.kind == Kind::batch_norm || layer.kind == Kind::layer_norm) {
            slot.normal = features;
            features += out;
            slot.inverse = inverses;
            inverses += out;
        }
        if (layer.kind == Kind::dropout) {
            slot.mask = masks;
            masks += out;
        }
        if (layer.parameters() > 0) {
            first_trained = std::min(first_trained, (int)i);
            slot.weight = weights;
            if (layer.biases() > 0) slot.bias = weights + layer.matrix();
            weights += layer.parameters();
            const bool narrow = layer.in < wide_from && layer.parameters() <= most_by_lane;
            const bool by_lane = layer.kind == Kind::layer_norm || layer.kind == Kind::conv2d ||
                                 (layer.kind == Kind::linear && narrow);
            if (layer.kind == Kind::conv2d) {
                slot.turned = turned;
                turned += quick(layer.window) ? quick_weights(layer.window) : layer.matrix();
            }
            if (by_lane) {
                slot.lanes = lane_sums;
                lane_sums += layer.parameters();
            }
        }
        slot.buffer = buffers;
        buffers += layer.buffers();
        whole_batch |= layer.kind == Kind::batch_norm;
        apart &= layer.parameters() == 0 || slot.lanes >= 0;
        multiplications += layer.multiplications();
        width = out;
        widest = std::max(widest, width);
        at = slot.y;
        slots.push_back(slot);
    }
    for (size_t i = 1; i < layers.size(); ++i) {
        const bool in_place = slots[i].y == slots[i - 1].y;
        if (joins(layers[i].kind) && layers[i - 1].has_matrix() && in_place) {
            slots[i - 1].then = layers[i].kind;
            slots[i].forward_done = true;
        }
        if (joins(layers[i - 1].kind) && (layers[i].has_matrix() || layers[i].kind == Kind::max_pool2d)) {
            slots[i].before = layers[i - 1].kind;
            slots[i - 1].backward_done = true;
        }
    }
    outputs = width;
    large = multiplications >= 50000;
    apart &= !learns_before;
}

int Layout::block_rows(int rows, int lanes) const {
    int most = near_floats / std::max(1, features + inputs + widest) / lanes * lanes;
    most = std::clamp(most, 8 * lanes, most_rows);
    if (large) most = 128;  // wide layers live off the second-level cache, and want longer runs
    const int blocks = (rows + most - 1) / most;
    const int even = (rows + blocks - 1) / blocks;
    return (even + lanes - 1) / lanes * lanes;
}

void turn(const float* W, const Window& w, float* turned) {
    const int places = w.kernel_h * w.kernel_w;
    for (int ry = 0; ry < w.stride_h; ++ry)
        for (int rx = 0; rx < w.stride_w; ++rx)
            for (int c = 0; c < w.channels; ++c)
                for (int ky = ry; ky < w.kernel_h; ky += w.stride_h)
                    for (int kx = rx; kx < w.kernel_w; kx += w.stride_w)
                        for (int o = 0; o < w.out_channels; ++o)
                            *turned++ = W[(o * w.channels + c) * places + ky * w.kernel_w + kx];
}

void by_feature(const float* by_channel, int channels, int area, float* to) {
    for (int c = 0; c < channels; ++c) std::fill_n(to + (size_t)c * area, area, by_channel[c]);
}

void normalise_block(const Pass& pass, size_t index, const float* x, float* normal, float* y, int R) {
    const Layer& layer = pass.layout->layers[index];
    const Slot& slot = pass.layout->slots[index];
    const int F = layer.out, C = layer.window.channels, area = F / C;
    const float *mean = pass.buffers + slot.buffer, *variance = mean + C;
    std::vector<float> numbers(4 * (size_t)F);
    float *means = numbers.data(), *scales = means + F, *weight = scales + F, *bias = weight + F;
    by_feature(mean, C, area, means);
    by_feature(variance, C, area, scales);
    for (int f = 0; f < F; ++f) scales[f] = 1.0f / std::sqrt(scales[f] + layer.alpha);
    by_feature(pass.weights + slot.weight, C, area, weight);
    by_feature(pass.weights + slot.bias, C, area, bias);
    pass.kernels->batch_norm(x, means, scales, weight, bias, normal, y, F, R);
}

void linear_block(const Pass& pass, size_t index, const float* x, float* z, int R) {
    const Layer& layer = pass.layout->layers[index];
    const Slot& slot = pass.layout->slots[index];
    const float* W = pass.weights + slot.weight;
    const float* b = slot.bias < 0 ? nullptr : pass.weights + slot.bias;
    float* scratch = pass.scratch->data();
    if (pass.team == nullptr || (double)layer.in * layer.out * R < shared_from) {
        pass.kernels->linear(W, b, x, z, layer.in, R, 0, layer.out, scratch, slot.then);
        return;
    }
    const size_t own = (size_t)pass.layout->widest * R;
    pass.team->split(layer.out, shared_rows, [&](int thread, int begin, int end) {
        pass.kernels->linear(W, b, x, z, layer.in, R, begin, end, scratch + thread * own, slot.then);
    });
}

const float* predict_block(const Pass& pass, const float* x, float* features, int R) {
    const Kernels& k = *pass.kernels;
    const Layout& layout = *pass.layout;
    for (size_t i = 0; i < layout.layers.size(); ++i) {
        const Layer& layer = layout.layers[i];
        const Slot& slot = layout.slots[i];
        float* y = features + (size_t)slot.y * R;
        const size_t n = (size_t)layer.out * R;
        const float* weight = pass.weights + slot.weight;
        const float* bias = pass.weights + slot.bias;
        switch (layer.kind) {
            case Kind::dropout: continue;
            case Kind::linear: linear_block(pass, i, x, y, R); break;
            case Kind::layer_norm: {
                float inverse[most_rows];
                k.layer_norm(x, weight, bias, layer.alpha, features + (size_t)slot.normal * R, inverse, y, layer.out, R);
                break;
            }
            case Kind::batch_norm: normalise_block(pass, i, x, features + (size_t)slot.normal * R, y, R); break;
            default:
                if (!slot.forward_done) k.activate(layer.kind, layer.alpha, x, y, n);
        }
        x = y;
    }
    return x;
}

}  // namespace stirfry
