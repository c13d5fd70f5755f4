// A training run as plain data: layers, loss, optimizer. Everything here comes checked from Python.
//
// Letters: B rows of a batch, R rows of a block, F features, K outputs.
#pragma once

#include <cstdint>
#include <vector>

namespace stirfry {

enum class Kind : int {
    linear, relu, leaky_relu, sigmoid, tanh, gelu, silu, elu, dropout, batch_norm, layer_norm,
};

inline bool is_activation(Kind kind) { return kind >= Kind::relu && kind <= Kind::elu; }

// GELU and SiLU are the two whose slope can't be told from their value.
inline bool slope_needs_input(Kind kind) { return kind == Kind::gelu || kind == Kind::silu; }

// Activations that a Linear layer's product applies itself, and whose slope it applies on the way back.
inline bool joins(Kind kind) { return kind == Kind::relu || kind == Kind::sigmoid; }

struct Layer {
    Kind kind;
    int in = 0;
    int out = 0;
    bool bias = false;
    float alpha = 0;     // LeakyReLU's slope, ELU's alpha, the eps of a normalisation
    double p = 0;        // Dropout's probability, BatchNorm1d's momentum

    int parameters() const {
        if (kind == Kind::linear) return in * out + (bias ? out : 0);
        return kind == Kind::batch_norm || kind == Kind::layer_norm ? 2 * out : 0;
    }
    int buffers() const { return kind == Kind::batch_norm ? 2 * out : 0; }
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
