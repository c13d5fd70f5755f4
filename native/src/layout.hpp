// A network laid out in memory: where each layer reads and writes.
//
// Letters: R rows of a block, F features, L lanes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels.hpp"
#include "program.hpp"
#include "team.hpp"

namespace stirfry {

// Floats at an address that is a multiple of 64.
class Floats {
public:
    void resize(size_t n) {
        if (n <= size_) return;
        store_.assign(n + 16, 0.0f);
        size_ = n;
        data_ = store_.data() + (64 - (uintptr_t)store_.data() % 64) % 64 / sizeof(float);
    }
    float* data() const { return data_; }

private:
    std::vector<float> store_;
    float* data_ = nullptr;
    size_t size_ = 0;
};

struct Slot {
    int x = -1, y = 0;          // the features' offsets in a block; -1 is the input itself
    int normal = 0;             // where a normalisation keeps its unit values
    int weight = 0, bias = -1;  // offsets in the weights
    int buffer = 0;             // in the buffers: running mean, then running variance
    int lanes = -1;             // offset of the sums by lane; -1 where sums are made directly
    int mask = -1;              // offset of Dropout's masks, in features
    int turned = -1;            // offset of a convolution's turned weights; -1 where nothing lies before it to learn
    int inverse = 0;            // offset of a normalisation's scales
    Kind then = Kind::linear;   // the activation that a Linear layer applies itself
    Kind before = Kind::linear; // the activation whose slope it applies on the way back
    bool forward_done = false, backward_done = false;  // an activation that its neighbours see to
};

// A network, or the part of one that begins with these weights and buffers of the whole. What lies before it wants
// to learn too where `learns_before`.
struct Layout {
    Layout(std::vector<Layer> layers, int inputs, int first_weight = 0, int first_buffer = 0,
           bool learns_before = false);

    // Rows of a block: as many as go through with all that they need in the first-level cache.
    int block_rows(int rows, int lanes) const;

    std::vector<Layer> layers;
    std::vector<Slot> slots;
    int inputs = 0, outputs = 0, widest = 0;
    int features = 0, masks = 0, inverses = 0;  // of a block, all layers together
    int first_weight = 0, first_buffer = 0;   // in the whole network's
    int weights = 0, buffers = 0;             // up to the end of these layers, in the whole network's
    int lane_sums = 0, turned = 0;
    int first_trained = 0;        // the first layer that has weights, or the first of all where `learns_before`
    bool learns_before = false;
    bool whole_batch = false;     // BatchNorm1d needs all rows of a batch before any goes on
    bool large = false;           // has layers that are worth sharing between threads
    bool apart = true;            // blocks need nothing of each other but the sums by lane
    double multiplications = 0;   // of one row, forward
};

// From this many inputs on, or with more weights than this, a layer's gradient is summed feature by feature and not lane
// by lane, where it takes the memory of as many gradients as there are lanes.
constexpr int wide_from = 64, most_by_lane = 16384;
// Multiplications of a layer and a block from which threads share it.
constexpr double shared_from = 1e6;
// Outputs of a shared layer that stay with one thread.
constexpr int shared_rows = 12;

// What a forward pass needs beside the rows.
struct Pass {
    const Kernels* kernels;
    const Layout* layout;
    const float* weights;
    const float* buffers;
    Floats* scratch;
    Team* team;
};

// How many of a network's layers go over images: those before the first Linear or LayerNorm layer, where one of them
// is a convolution or a pooling, else none.
int image_layers(const std::vector<Layer>& layers);

// The layers behind the first `front` of a network.
Layout behind(const std::vector<Layer>& layers, int front, int inputs);

// Each channel's number for each of its features.
void by_feature(const float* by_channel, int channels, int area, float* to);

// Z = W X + b of one block.
void linear_block(const Pass& pass, size_t layer, const float* x, float* z, int R);

// BatchNorm of one block by the running mean and variance.
void normalise_block(const Pass& pass, size_t layer, const float* x, float* normal, float* y, int R);

// A block [D][R] through the whole network in prediction mode; returns the outputs' block [K][R].
const float* predict_block(const Pass& pass, const float* x, float* features, int R);

}  // namespace stirfry
