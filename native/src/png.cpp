// Source: W3C, "Portable Network Graphics (PNG) Specification", second edition, 9.2 Filter types.
#include "png.hpp"

#include <cstdlib>
#include <cstring>
#include <utility>

namespace stirfry {

namespace {

enum Filter : uint8_t { none, sub, up, average, paeth };

// Whichever of left, above and corner is nearest to left + above - corner. Written so that nothing branches:
// what is nearest can't be foreseen.
inline int nearest(int left, int above, int corner) {
    const int far_left = std::abs(above - corner);
    const int far_above = std::abs(left - corner);
    const int far_corner = std::abs(left + above - 2 * corner);
    const int other = far_above <= far_corner ? above : corner;
    return (far_left <= far_above) & (far_left <= far_corner) ? left : other;
}

// One line of `n` bytes, C bytes a pixel. What lies outside of the image counts as 0.
template <size_t C>
bool undo(uint8_t filter, const uint8_t* from, const uint8_t* above, size_t n, uint8_t* to) {
    int left[C] = {}, corner[C] = {};
    switch (filter) {
        case none:
            std::memcpy(to, from, n);
            return true;
        case sub:
            for (size_t i = 0; i < n; i += C)
                for (size_t c = 0; c < C; ++c) to[i + c] = (uint8_t)(left[c] = (from[i + c] + left[c]) & 255);
            return true;
        case up:
            for (size_t i = 0; i < n; ++i) to[i] = (uint8_t)(from[i] + above[i]);
            return true;
        case average:
            for (size_t i = 0; i < n; i += C)
                for (size_t c = 0; c < C; ++c)
                    to[i + c] = (uint8_t)(left[c] = (from[i + c] + (left[c] + above[i + c]) / 2) & 255);
            return true;
        case paeth:
            for (size_t i = 0; i < n; i += C)
                for (size_t c = 0; c < C; ++c) {
                    const int upper = above[i + c];
                    to[i + c] = (uint8_t)(left[c] = (from[i + c] + nearest(left[c], upper, corner[c])) & 255);
                    corner[c] = upper;
                }
            return true;
        default:
            return false;
    }
}

}  // namespace

bool unfilter(const uint8_t* lines, size_t H, size_t W, size_t C, size_t P, uint8_t* scratch, uint8_t* pixels) {
    const size_t n = W * C;
    uint8_t *above = scratch, *line = scratch + n;
    std::memset(above, 0, n);
    for (size_t y = 0; y < H; ++y, lines += 1 + n) {
        const bool known = C == 1 ? undo<1>(lines[0], lines + 1, above, n, line) : undo<3>(lines[0], lines + 1, above, n, line);
        if (!known) return false;
        for (size_t p = 0; p < P; ++p) {
            uint8_t* row = pixels + (p * H + y) * W;
            const uint8_t* from = line + (C == P ? p : 0);
            for (size_t x = 0; x < W; ++x) row[x] = from[x * C];
        }
        std::swap(above, line);
    }
    return true;
}

}  // namespace stirfry
