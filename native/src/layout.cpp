#include "layout.hpp"

#include <algorithm>
#include <cmath>

namespace stirfry {

namespace {
// Half of a first-level cache of 32 KiB, and a little more: the other half is for weights.
constexpr int near_floats = 5000;
}  // namespace

Layout::Layout(std::vector<Layer> given, int inputs_) : layers(std::move(given)), inputs(inputs_) {
    int width = inputs, at = -1;
    first_trained = (int)layers.size();
    widest = inputs;
    for (size_t i = 0; i < layers.size(); ++i) {
        const Layer& layer = layers[i];
        Slot slot;
        slot.x = at;
        const bool over_input = is_activation(layer.kind) && !slope_needs_input(layer.kind) && at >= 0 &&
                                !is_activation(layers[i - 1].kind);
        const int out = layer.kind == Kind::linear ? layer.out : width;
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
            const int matrix = layer.kind == Kind::linear ? layer.in * layer.out : layer.out;
            if (layer.kind != Kind::linear || layer.bias) slot.bias = weights + matrix;
            weights += layer.parameters();
            const bool narrow = layer.in < wide_from && layer.parameters() <= most_by_lane;
            const bool by_lane = layer.kind == Kind::layer_norm || (layer.kind == Kind::linear && narrow);
            if (by_lane) {
                slot.lanes = lane_sums;
                lane_sums += layer.parameters();
            }
        }
        slot.buffer = buffers;
        buffers += layer.buffers();
        whole_batch |= layer.kind == Kind::batch_norm;
        apart &= layer.parameters() == 0 || slot.lanes >= 0;
        if (layer.kind == Kind::linear) multiplications += (double)layer.in * layer.out;
        width = out;
        widest = std::max(widest, width);
        at = slot.y;
        slots.push_back(slot);
    }
    for (size_t i = 1; i < layers.size(); ++i) {
        const bool in_place = slots[i].y == slots[i - 1].y;
        if (joins(layers[i].kind) && layers[i - 1].kind == Kind::linear && in_place) {
            slots[i - 1].then = layers[i].kind;
            slots[i].forward_done = true;
        }
        if (joins(layers[i - 1].kind) && layers[i].kind == Kind::linear) {
            slots[i].before = layers[i - 1].kind;
            slots[i - 1].backward_done = true;
        }
    }
    outputs = width;
    large = multiplications >= 50000;
}

int Layout::block_rows(int rows, int lanes) const {
    int most = near_floats / std::max(1, features + inputs + widest) / lanes * lanes;
    most = std::clamp(most, 8 * lanes, most_rows);
    if (large) most = 128;  // wide layers live off the second-level cache, and want longer runs
    const int blocks = (rows + most - 1) / most;
    const int even = (rows + blocks - 1) / blocks;
    return (even + lanes - 1) / lanes * lanes;
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
    pass.team->split(layer.out, 12, [&](int thread, int begin, int end) {
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
            case Kind::batch_norm: {
                const float* mean = pass.buffers + slot.buffer;
                std::vector<float> inverse((size_t)layer.out);
                for (int f = 0; f < layer.out; ++f)
                    inverse[f] = 1.0f / std::sqrt(mean[layer.out + f] + layer.alpha);
                k.batch_norm(x, mean, inverse.data(), weight, bias, features + (size_t)slot.normal * R, y, layer.out, R);
                break;
            }
            default:
                if (!slot.forward_done) k.activate(layer.kind, layer.alpha, x, y, n);
        }
        x = y;
    }
    return x;
}

}  // namespace stirfry
