// What matrix products are made of. All three of a Linear layer are one tile: M rows of A times K columns, N vectors wide.
//
//                     A [M][K]   one number at a time, broadcast
//     C [M][N L]  +=     x
//                     B [K][N L] N vectors a line
//
// M and N are chosen so that the sums, a line of B and the broadcast number just fill the registers.
#pragma once

// How many numbers along K one of a tile is: with products in bfloat16 it's a pair of them, see bfloat16.hpp.
#if defined(STIRFRY_PAIRS)
constexpr int NUMBERS = 2;
#else
constexpr int NUMBERS = 1;
inline V spread(float x) { return splat(x); }
inline V add_product(V sum, V x, V y) { return sum + x * y; }
#endif

constexpr int MOST = STIRFRY_REGISTERS >= 32 ? 12 : 6;  // rows of a tile
constexpr int WIDE = 2;                                 // vectors of a tile
constexpr int PANEL = WIDE * L;                         // floats of a tile's line
constexpr int MEETING = 8 * MOST;                       // rows of A that a panel of B meets while it is near
constexpr int DEEP = 256;                               // lines of a panel that stay in the first-level cache
constexpr int LINE = (MOST + L - 1) / L * L;            // floats of a strip's line
constexpr int FAR = 768;                                // floats between two lines of A whose columns are copied
constexpr int NEAR = 4096;                              // floats of B that stay there as they lie

// What happens to a tile's sums before they are stored: the commonest activations are applied on the way out, and
// their slopes on the way back, where the sums are still in registers.
enum class End { none, relu, sigmoid, relu_slope, sigmoid_slope };

template <End END>
inline V ended(V sum, const float* at) {
    if (END == End::relu) return larger(V{}, sum);
    if (END == End::sigmoid) return sigmoid(sum);
    if (END == End::relu_slope) return choose(load(at) > 0.0f, sum, V{});
    if (END == End::sigmoid_slope) return sum * (load(at) * (1.0f - load(at)));
    return sum;
}

// What a tile's sums begin with: nothing, the bias of their row, or what C holds.
enum class Begin { zero, bias, sum };

// A(m, k) is A[m * a + k] where BY_ROW, else A[k * a + m]. `y` lies as C does, and is read by the slopes.
template <int M, int N, bool BY_ROW, Begin BEGIN, End END>
__attribute__((always_inline)) inline void tile(const float* A, ptrdiff_t a, const float* B, ptrdiff_t b, float* C, ptrdiff_t c, int K,
                 const float* bias, const float* y) {
    V sums[M][N];
    for (int m = 0; m < M; ++m)
        for (int n = 0; n < N; ++n) {
            if (BEGIN == Begin::zero) sums[m][n] = V{};
            if (BEGIN == Begin::bias) sums[m][n] = splat(bias[m]);
            if (BEGIN == Begin::sum) sums[m][n] = load(C + m * c + n * L);
        }
    for (int k = 0; k < K; ++k) {
        V line[N];
        for (int n = 0; n < N; ++n) line[n] = load(B + k * b + n * L);
        for (int m = 0; m < M; ++m) {
            const V x = spread(BY_ROW ? A[m * a + k] : A[k * a + m]);
            for (int n = 0; n < N; ++n) sums[m][n] = add_product(sums[m][n], x, line[n]);
        }
    }
    for (int m = 0; m < M; ++m)
        for (int n = 0; n < N; ++n) store(C + m * c + n * L, ended<END>(sums[m][n], y + m * c + n * L));
}

// M rows of C, `width` columns: tile after tile. The switch over M stands outside of the loop.
template <int M, bool BY_ROW, Begin BEGIN, End END>
inline void strip(const float* A, ptrdiff_t a, const float* B, ptrdiff_t b, float* C, ptrdiff_t c, int K, int width,
                  const float* bias, const float* y) {
    int r = 0;
    for (; r + PANEL <= width; r += PANEL)
        tile<M, WIDE, BY_ROW, BEGIN, END>(A, a, B + r, b, C + r, c, K, bias, y + r);
    for (; r < width; r += L) tile<M, 1, BY_ROW, BEGIN, END>(A, a, B + r, b, C + r, c, K, bias, y + r);
}

template <int M, bool BY_ROW, Begin BEGIN, End END>
inline void strip_of(int rows, const float* A, ptrdiff_t a, const float* B, ptrdiff_t b, float* C, ptrdiff_t c, int K,
                     int width, const float* bias, const float* y) {
    if (rows == M) return strip<M, BY_ROW, BEGIN, END>(A, a, B, b, C, c, K, width, bias, y);
    if constexpr (M > 1) strip_of<M - 1, BY_ROW, BEGIN, END>(rows, A, a, B, b, C, c, K, width, bias, y);
}

// The size of the next tile of `left` rows: the last ones are as even as can be. No division by a variable, which
// would take a narrow layer as long as a tile.
inline int next_tile(int left, int most) {
    if (left <= most) return left;
    if (left <= 2 * most) return (left + 1) / 2;
    return left < 3 * most ? (left + 2) / 3 : most;
}

// Strips of C, `to` - `from` rows of it, columns r to r + width. `next` is from one row of A to the next; 0 where A lies
// in strips.
template <bool BY_ROW, Begin BEGIN, End END>
inline void strips(const float* A, ptrdiff_t a, ptrdiff_t next, const float* B, ptrdiff_t b, float* C, int from, int to,
                   int r, int width, int K, int R, const float* bias, const float* y) {
    for (int m = from, M; m < to; m += M) {
        M = next_tile(to - m, MOST);
        float* into = C + (ptrdiff_t)m * R + r;
        strip_of<MOST, BY_ROW, BEGIN, END>(M, A, a, B, b, into, R, K, width, BEGIN == Begin::bias ? bias + m : nullptr,
                                           y ? y + (ptrdiff_t)m * R + r : into);
        A += next ? next * M : (ptrdiff_t)K * LINE;
    }
}

// dW (+)= dZ X^T for `count` rows of dZ, with K numbers each; a panel of X has room for `lines` lines, of which it uses K.
inline void gradient_rows(const float* dZ, const float* panels, int lines, float* dW, int count, int K, int in, bool first) {
    float edge[MOST * PANEL];
    for (int i = 0; i < in; i += PANEL) {
        const float* panel = panels + (ptrdiff_t)i * lines;
        for (int o = 0, M; o < count; o += M) {
            M = next_tile(count - o, MOST);
            const float* z = dZ + (ptrdiff_t)o * K;
            float* into = dW + (ptrdiff_t)o * in + i;
            if (in - i >= PANEL) {
                if (first)
                    strip_of<MOST, true, Begin::zero, End::none>(M, z, K, panel, PANEL, into, in, K, PANEL, nullptr, into);
                else
                    strip_of<MOST, true, Begin::sum, End::none>(M, z, K, panel, PANEL, into, in, K, PANEL, nullptr, into);
                continue;
            }
            strip_of<MOST, true, Begin::zero, End::none>(M, z, K, panel, PANEL, edge, PANEL, K, PANEL, nullptr, edge);
            for (int m = 0; m < M; ++m)
                for (int f = 0; f < in - i; ++f) {
                    float* at = into + (ptrdiff_t)m * in + f;
                    *at = (first ? 0.0f : *at) + edge[m * PANEL + f];
                }
        }
    }
}

inline void bias_gradient(const float* dZ, float* db, int R, bool first, int begin, int end) {
    for (int o = begin; db && o < end; ++o) {
        V sums{};
        for (int r = 0; r < R; r += L) sums += load(dZ + (ptrdiff_t)o * R + r);
        db[o] = (first ? 0.0f : db[o]) + sum(sums);
    }
}
