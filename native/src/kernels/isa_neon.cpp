#define STIRFRY_LANES 4
#define STIRFRY_REGISTERS 32
#include "table.hpp"

namespace stirfry {
const Kernels* neon_kernels() noexcept {
    static const Kernels kernels = table("neon");
    return &kernels;
}
}  // namespace stirfry
