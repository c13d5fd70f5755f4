// BatchNorm in training mode: over all blocks of a batch at a time. Its channels have one feature each in a row of
// numbers, and a feature for each pixel in images.
#pragma once

#include <functional>
#include <vector>

#include "layout.hpp"

namespace stirfry {

// The blocks of a batch: so many of R rows, of which the first `rows` are real.
struct Batch {
    int count, R, rows;
    int rows_of(int block) const { return rows - block * R < R ? rows - block * R : R; }
};

using BlockAt = std::function<float*(int block)>;

class Normalising {
public:
    void resize(int widest);
    // `x` gives each block's input of the layer, `features` its features; `running` is moved towards the batch's
    // mean and variance.
    void forward(const Pass& pass, size_t layer, const Batch& batch, const BlockAt& x, const BlockAt& features,
                 float* inverse, float* running);
    // Turns each block's `d` into the gradient of the layer's input, and writes that of its weights.
    void backward(const Pass& pass, size_t layer, const Batch& batch, const BlockAt& features, const BlockAt& d,
                  const float* inverse, float* gradient);

private:
    void average(int channels, int area, double count);

    std::vector<double> sums_;
    std::vector<float> mean_, weight_, bias_, of_weight_, of_bias_;  // by feature
};

}  // namespace stirfry
