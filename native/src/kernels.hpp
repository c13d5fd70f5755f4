// The arithmetic, one table of functions for each instruction set.
//
// Rows are worked on in blocks of R, feature by feature: a block of F features is F runs of R floats, so a
// vector holds the same feature of neighbouring rows. R is a multiple of `lanes`. Blocks are filled up with
// copies of a row whose gradient is set to 0.
//
// Letters: R rows of a block, F features, K outputs, L lanes of a vector.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "program.hpp"

namespace stirfry {

// Rows of a block at most.
constexpr int most_rows = 256;

// What a loss sees of a block. `classes` are set for classes, `values` for everything else but cross-entropy.
struct LossBlock {
    const float* outputs;         // [K][R]
    float* gradient;              // [K][R], or null where only the loss is wanted
    const int32_t* classes;       // [R], -1 never
    const float* values;          // [K][R]
    const float* row_weights;     // [R], the weight of each row's class, or null
    const float* class_weights;   // [K], or null
    float class_weights_sum;      // of all K
    int outputs_count, R, rows;   // `rows` of the R are real
    float scale;                  // of the gradient: 1 over what the loss is divided by
    float smoothing, positive_weight, delta;
};

struct LossSums {
    double loss = 0;
    double hits = 0;  // right answers, or the sum of squared errors where there are no classes
};

// One step of an optimizer; `factor` is what clipping multiplies the gradient with.
struct StepSizes {
    double lr, momentum, weight_decay, beta1, beta2, eps, alpha, correction1, correction2;
    float factor;
    bool nesterov, first;
};

struct Kernels {
    const char* name;
    int lanes;
    int panel;  // floats of a panel's line: what `to_panels` is shared out by

    // Z[o] = sum over i of W[o][i] X[i] + b[o], for the outputs from `begin` to `end`. `scratch` has room for R
    // floats for each feature of the layer's wider side. `then`, one of those that `joins` names, is
    // applied to Z; Kind::linear is none.
    void (*linear)(const float* W, const float* b, const float* X, float* Z, int in, int R, int begin, int end,
                   float* scratch, Kind then);
    // dX[i] = sum over o of W[o][i] dZ[o], for the inputs from `begin` to `end`, times the slope of the activation
    // `before` the layer, whose values are y [in][R].
    void (*linear_input)(const float* W, const float* dZ, float* dX, int in, int out, int R, int begin, int end,
                         float* scratch, Kind before, const float* y);
    // Sums over rows that stay apart by lane: dW [out][in][L], db [out][L] behind it (where `bias`).
    void (*gradient_lanes)(const float* dZ, const float* X, float* lanes, int in, int out, int R, bool bias,
                           bool first);
    // sums[j] = sum over the lanes of lanes[j][L].
    void (*reduce_lanes)(const float* lanes, float* sums, int n);
    // Turns X [in][R] into panels of rows for `gradient_wide`; `panel_floats` says how many floats they take.
    void (*to_panels)(const float* X, float* panels, int in, int R, int begin, int end);
    size_t (*panel_floats)(int in, int R);
    // dW[o][i] (+)= sum over rows of dZ[o] X[i], db[o] likewise, for the outputs from `begin` to `end`.
    void (*gradient_wide)(const float* dZ, const float* panels, float* dW, float* db, int in, int R, bool first,
                          int begin, int end);

    // Layers over images, whose features are [channel][y][x]; see kernels/images.hpp and pooling.hpp. A block's rows go
    // through in chunks of `panel` rows (what is left over in chunks of `lanes`); a piece is a line of an output's
    // pixels for a chunk, and there are chunks(R) x height of them. `scratch` has room for `window_floats`.
    size_t (*window_floats)(const Window& window);
    void (*conv)(const float* W, const float* b, const Window& window, const float* X, float* Z, int R, int begin,
                 int end, float* scratch, Kind then);
    // `turned` is from `turn`; `before` and `y` are as in `linear_input`. Pieces are lines of the input's pixels.
    void (*conv_input)(const float* turned, const Window& window, const float* dZ, float* dX, int R, int begin, int end,
                       float* scratch, Kind before, const float* y);
    // Sums by lane, as of `gradient_lanes`, of the output channels from `begin` to `end`.
    void (*conv_gradient)(const float* dZ, const float* X, const Window& window, float* lanes, int R, bool bias,
                          bool first, int begin, int end, float* scratch);
    // The same three for windows that `quick` names, all lines at once. `turned` is what `quick_turn` makes of W, of
    // `quick_weights` floats; sums are kept in an order of their own, in no more floats than by lane, until `quick_sums`
    // turns them into [parameters]. `scratch` has room for `quick_floats`. It is
    // kernels/winograd.hpp and winograd_gradient.hpp.
    size_t (*quick_floats)(const Window& window);
    void (*quick_turn)(const float* W, const Window& window, float* turned);
    void (*quick_conv)(const float* turned, const float* bias, const Window& window, const float* X, float* Z, int R,
                       float* scratch, Kind then);
    void (*quick_input)(const float* turned, const Window& window, const float* dZ, float* dX, int R, float* scratch,
                        Kind before, const float* y);
    void (*quick_gradient)(const float* dZ, const float* X, const Window& window, float* lanes, int R, bool bias,
                           bool first, float* scratch);
    void (*quick_sums)(const float* lanes, const Window& window, bool bias, float* sums);
    // Of the channels from `begin` to `end`.
    void (*max_pool)(const Window& window, const float* X, float* Y, int R, int begin, int end);
    void (*max_pool_back)(const Window& window, const float* X, const float* Y, const float* dY, float* dX, int R,
                          int begin, int end, Kind before);
    void (*avg_pool)(const Window& window, const float* X, float* Y, int R, int begin, int end);
    void (*avg_pool_back)(const Window& window, const float* dY, float* dX, int R, int begin, int end);

    void (*activate)(Kind kind, float alpha, const float* x, float* y, size_t n);
    // d times the slope at x, where y = f(x). `x` is read by GELU and SiLU only.
    void (*activate_back)(Kind kind, float alpha, const float* x, const float* y, float* d, size_t n);
    void (*multiply)(const float* a, const float* b, float* y, size_t n);
    // y += x
    void (*add)(const float* x, float* y, size_t n);

    void (*layer_norm)(const float* x, const float* weight, const float* bias, float eps, float* normal,
                       float* inverse, float* y, int F, int R);
    void (*layer_norm_back)(const float* weight, const float* normal, const float* inverse, float* d, float* lanes,
                            int F, int R, bool first);
    // sums[f] += sum over the block's real rows of x - centre, or of its square; centre may be null.
    void (*batch_norm_sums)(const float* x, const float* centre, bool square, double* sums, int F, int R, int rows);
    void (*batch_norm)(const float* x, const float* mean, const float* inverse, const float* weight,
                       const float* bias, float* normal, float* y, int F, int R);
    // weight_sums[f] += sum of d normal, bias_sums[f] += sum of d.
    void (*batch_norm_back_sums)(const float* d, const float* normal, float* weight_sums, float* bias_sums, int F,
                                 int R, bool first);
    void (*batch_norm_back)(const float* weight, const float* inverse, const float* normal,
                            const float* weight_sums, const float* bias_sums, float* d, int F, int R, int rows,
                            int batch);

    LossSums (*loss)(LossKind kind, const LossBlock& block);
    double (*square_sum)(const float* x, size_t n);
    void (*step)(OptimizerKind kind, const StepSizes& sizes, float* weights, const float* gradient, float* first,
                 float* second, size_t n);
    // Picks rows of X [N][F] into a block [F][R]; rows beyond `rows` repeat the last one.
    void (*gather)(const float* X, const int32_t* order, int rows, float* block, int F, int R);
    // The same of pixels [N][F], whose meanings are [F / area][256].
    void (*gather_pixels)(const uint8_t* X, const float* meanings, int area, const int32_t* order, int rows, float* block,
                          int F, int R);

    // Of a table whose Linear layers are in bfloat16 the one that is all float32; the rest of both is the same.
    const Kernels* exact = nullptr;
};

// The weights W [out][channels][kernel_h][kernel_w] as `conv_input` reads them. Pixels whose distance from the first
// window's edge leaves the same remainders by the strides meet the same taps: for each pair of remainders
// [channel][y taps][x taps][out].
void turn(const float* W, const Window& window, float* turned);

// Whether a convolution goes by tiles of 2x2 outputs, which need fewer multiplications. With few channels the sums
// before and behind them take longer than what they save.
inline bool quick(const Window& w) {
    return w.kernel_h == 3 && w.kernel_w == 3 && w.stride_h == 1 && w.stride_w == 1 && w.channels >= 8 &&
           w.out_channels >= 8;
}
// Floats from one channel's turned weights to the next one's: whole vectors of every instruction set.
inline int quick_line(const Window& w) { return (w.out_channels + 15) / 16 * 16; }
inline int quick_weights(const Window& w) { return 16 * w.channels * quick_line(w); }

inline int chunks(int R, int panel) { return (R + panel - 1) / panel; }

// Every table that this program has, best first; those that this processor can't run are left out.
int usable_kernels(const Kernels** found, int most);
// The same with the products of Linear layers in bfloat16 and sums in float32; null where this processor lacks them.
const Kernels* in_bfloat16(const Kernels* kernels);

// Each is there where its file is compiled.
const Kernels* naive_kernels() noexcept;
const Kernels* baseline_kernels() noexcept;
const Kernels* avx2_kernels() noexcept;
const Kernels* avx512_kernels() noexcept;
const Kernels* neon_kernels() noexcept;
const Kernels* avx512_bf16_kernels() noexcept;
const Kernels* naive_bf16_kernels() noexcept;

}  // namespace stirfry
