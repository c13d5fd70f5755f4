#define STIRFRY_LANES 8
#define STIRFRY_REGISTERS 16
#include "table.hpp"

namespace stirfry {
const Kernels* avx2_kernels() noexcept {
    static const Kernels kernels = table("avx2");
    return &kernels;
}
}  // namespace stirfry
