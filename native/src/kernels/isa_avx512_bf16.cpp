#define STIRFRY_LANES 16
#define STIRFRY_REGISTERS 32
#if defined(__AVX512F__)
#include <immintrin.h>
#endif

#include "../kernels.hpp"

namespace stirfry {
namespace {
#include "lanes.hpp"

#include "bfloat16.hpp"
}  // namespace

const Kernels* avx512_bf16_kernels() noexcept {
    static const Kernels kernels = [] {
        Kernels some = *avx512_kernels();
        some.name = "avx512_bf16";
        some.exact = avx512_kernels();
        some.linear = linear;
        some.linear_input = linear_input;
        some.to_panels = to_panels;
        some.panel_floats = panel_floats;
        some.gradient_wide = gradient_wide;
        return some;
    }();
    return &kernels;
}
}  // namespace stirfry
