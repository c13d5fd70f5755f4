// A training run as plain data: layers, loss, optimizer. Everything here comes checked from Python.
//
// Letters: B rows of a batch, R rows of a block, F features, K outputs.
#pragma once

#include <cstdint>
#include <vector>

namespace stirfry {

enum class Kind : int {
    linear, relu, leaky_relu, sigmoid, tanh, gelu, silu, elu, dropout, batch_norm, layer_norm,
    conv2d, max_pool2d, avg_pool2d,
};

inline bool is_activation(Kind kind) { return kind >= Kind::relu && kind <= Kind::elu; }

// GELU and SiLU are the two whose slope can't be told from their value.
inline bool slope_needs_input(Kind kind) { return kind == Kind::gelu || kind == Kind::silu; }

// Activations that a Linear layer's product applies itself, and whose slope it applies on the way back.
inline bool joins(Kind kind) { return kind == Kind::relu || kind == Kind::sigmoid; }

// What a convolution or a pooling goes over: images of `channels` planes, windows of kernel_h x kernel_w on them.
struct Window {
    int channels = 1, height = 1, width = 1;
    int kernel_h = 1, kernel_w = 1, stride_h = 1, stride_w = 1, padding_h = 0, padding_w = 0;
    int out_channels = 1, out_height = 1, out_width = 1;

    int taps() const { return channels * kernel_h * kernel_w; }  // weights of one output channel
    int area() const { return height * width; }
    int out_area() const { return out_height * out_width; }
};

struct Layer {
    Kind kind;
    int in = 0;
    int out = 0;
    bool bias = false;
    float alpha = 0;     // LeakyReLU's slope, ELU's alpha, the eps of a normalisation
    double p = 0;        // Dropout's probability, a BatchNorm's momentum
    Window window;       // of layers over images; a BatchNorm's channels, each of `area` features

    bool has_matrix() const { return kind == Kind::linear || kind == Kind::conv2d; }
    // Weights without the biases.
    int matrix() const {
        if (kind == Kind::linear) return in * out;
        if (kind == Kind::conv2d) return window.out_channels * window.taps();
        if (kind == Kind::batch_norm) return window.channels;
        return kind == Kind::layer_norm ? out : 0;
    }
    int biases() const {
        if (kind == Kind::linear) return bias ? out : 0;
        if (kind == Kind::conv2d) return bias ? window.out_channels : 0;
        return matrix();
    }
    int parameters() const { return matrix() + biases(); }
    int buffers() const { return kind == Kind::batch_norm ? 2 * window.channels : 0; }
    double multiplications() const {
        if (kind == Kind::conv2d) return (double)matrix() * window.out_area();
        return kind == Kind::linear ? (double)matrix() : 0.0;
    }
};

enum class LossKind : int { cross_entropy, bce_with_logits, mse, l1, huber };

struct Loss {
    LossKind kind = LossKind::mse;
    std::vector<float> class_weights;  // of cross-entropy; empty where there are none
    float smoothing = 0;               // of cross-entropy's labels
    float positive_weight = 1;         // of binary cross-entropy
    float delta = 1;                   // Huber's
};

enum class OptimizerKind : int { sgd, adam, adamw, rmsprop };

struct Optimizer {
    OptimizerKind kind = OptimizerKind::sgd;
    double momentum = 0, weight_decay = 0, beta1 = 0.9, beta2 = 0.999, eps = 1e-8, alpha = 0.99;
    bool nesterov = false;
    double clip_norm = 0;  // 0 doesn't clip
};

}  // namespace stirfry
