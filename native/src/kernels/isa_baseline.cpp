#define STIRFRY_LANES 4
#define STIRFRY_REGISTERS 16
#include "table.hpp"

namespace stirfry {
const Kernels* baseline_kernels() noexcept {
    static const Kernels kernels = table("baseline");
    return &kernels;
}
}  // namespace stirfry
