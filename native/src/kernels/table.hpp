// The table of this instruction set. Includes everything into one unnamed namespace.
#pragma once

#if defined(__AVX512F__)
#include <immintrin.h>
#endif

#include "../kernels.hpp"

namespace stirfry {
namespace {
#include "lanes.hpp"

#include "activations.hpp"
#include "product.hpp"
#include "linear.hpp"
#include "images.hpp"
#include "winograd.hpp"
#include "winograd_gradient.hpp"
#include "pooling.hpp"
#include "losses.hpp"
#include "norms.hpp"
#include "optimizers.hpp"

Kernels table(const char* name) {
    return Kernels{name,       L,  PANEL,        linear,          linear_input,  gradient_lanes,       reduce_lanes,
                   to_panels,  panel_floats, gradient_wide, window_floats, conv, conv_input, conv_gradient,
                   quick_floats, quick_turn, quick_conv, quick_input, quick_gradient, quick_sums,
                   max_pool, max_pool_back, avg_pool, avg_pool_back, activate,      activate_back,        multiply,        add,
                   layer_norm, layer_norm_back, batch_norm_sums, batch_norm, batch_norm_back_sums, batch_norm_back,
                   loss,       square_sum, step,            gather, gather_pixels};
}
}  // namespace
}  // namespace stirfry
