// Which instruction sets this processor has.
#include "kernels.hpp"

namespace stirfry {

int usable_kernels(const Kernels** found, int most) {
    int n = 0;
    const auto add = [&](const Kernels* kernels) {
        if (n < most) found[n++] = kernels;
    };
#if defined(STIRFRY_X86)
    __builtin_cpu_init();
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#if defined(STIRFRY_ALL_KERNELS)
    const bool avx512 = avx2;
#else
    const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
#endif
    if (avx2 && avx512) add(avx512_kernels());
    if (avx2) add(avx2_kernels());
#if defined(STIRFRY_ALL_KERNELS)
    add(neon_kernels());
#endif
#elif defined(STIRFRY_ARM)
    add(neon_kernels());
#endif
    add(baseline_kernels());
    add(naive_kernels());
    return n;
}

const Kernels* in_bfloat16(const Kernels* kernels) {
    if (kernels == naive_kernels()) return naive_bf16_kernels();
#if defined(STIRFRY_X86) && defined(STIRFRY_BF16)
#if defined(STIRFRY_ALL_KERNELS)
    const bool has = true;
#else
    const bool has = __builtin_cpu_supports("avx512bf16");
#endif
    if (has && kernels == avx512_kernels()) return avx512_bf16_kernels();
#endif
    return nullptr;
}

}  // namespace stirfry
