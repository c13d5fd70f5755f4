#define STIRFRY_LANES 16
#define STIRFRY_REGISTERS 32
#include "table.hpp"

namespace stirfry {
const Kernels* avx512_kernels() noexcept {
    static const Kernels kernels = table("avx512");
    return &kernels;
}
}  // namespace stirfry
