// The products of a Linear layer in bfloat16, with sums in float32. Gradients that are summed by lane stay float32
// throughout.
//
// A number of a tile is a pair here: two neighbours along K, the first one in the lower half of its 32 bits. With
// that, tiles and strips are those of product.hpp, and half as deep.
#pragma once

typedef uint32_t U __attribute__((vector_size(L * 4)));

// The nearest bfloat16 in the upper half, the even one of two; a NaN stays one.
inline U rounded(V x) {
    const U bits = (U)x;
    return x == x ? bits + (((bits >> 16) & 1) + 0x7fff) : bits | 0x400000;
}
inline V pairs(V first, V second) { return (V)((rounded(second) & 0xffff0000) | (rounded(first) >> 16)); }
// Of 2 L numbers that lie one behind the other.
inline V pairs_in_row(V low, V high) {
    return pairs(__builtin_shufflevector(low, high, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30),
                 __builtin_shufflevector(low, high, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31));
}

inline V spread(float pair) {
    uint32_t bits;
    __builtin_memcpy(&bits, &pair, sizeof bits);
    return (V)(bits + U{});
}
inline V add_product(V sum, V x, V y) {
#if defined(__AVX512BF16__)
    return (V)_mm512_dpbf16_ps((__m512)sum, (__m512bh)x, (__m512bh)y);
#else
    const U a = (U)x, b = (U)y;
    return sum + (V)(a << 16) * (V)(b << 16) + (V)(a & 0xffff0000) * (V)(b & 0xffff0000);
#endif
}

#define STIRFRY_PAIRS
#include "product.hpp"

constexpr int ROWS_NEAR = 4 * MOST;  // rows of A in pairs that a small thread's stack holds

inline int pairs_of(int n) { return (n + 1) / 2; }

// A row of n numbers as pairs; where n is odd, the last one's partner is 0.
inline void row_to_pairs(const float* row, int n, float* to) {
    int k = 0;
    for (; k + 2 * L <= n; k += 2 * L) store(to + k / 2, pairs_in_row(load(row + k), load(row + k + L)));
    if (k == n) return;
    float rest[2 * L] = {}, last[L];
    for (int j = 0; k + j < n; ++j) rest[j] = row[k + j];
    store(last, pairs_in_row(load(rest), load(rest + L)));
    for (int j = 0; j < pairs_of(n - k); ++j) to[k / 2 + j] = last[j];
}

// Neighbouring columns of A as strips [pairs][LINE] of MOST of them or fewer.
inline void columns_to_pairs(const float* A, ptrdiff_t a, float* strips, int columns, int K) {
    for (int k = 0; k < K; k += 2, A += 2 * a) {
        float* into = strips + k / 2 * LINE;
        const bool inside = (K - 2 - k) * a >= L;  // what is read beyond a strip belongs to lines further on
        for (int m = 0, M; m < columns; m += M, into += pairs_of(K) * LINE) {
            M = next_tile(columns - m, MOST);
            if (inside) {
                store(into, pairs(load(A + m), load(A + a + m)));
                continue;
            }
            float first[L] = {}, second[L] = {};
            for (int j = 0; j < M; ++j) {
                first[j] = A[m + j];
                if (k + 1 < K) second[j] = A[a + m + j];
            }
            store(into, pairs(load(first), load(second)));
        }
    }
}

// C [M][R] = A B for `count` rows of A and K numbers of each, at most 2 DEEP of them.
template <bool BY_ROW, Begin BEGIN, End END>
void some_deep(const float* A, ptrdiff_t a, ptrdiff_t a_next, const float* B, float* C, int count, int K, int R,
               const float* bias, float* scratch, const float* y) {
    static_assert(LINE == L, "a strip's line is one vector");
    const auto width_at = [&](int r) { return r + PANEL <= R ? PANEL : L; };
    const int deep = pairs_of(K);
    for (int k = 0; k < deep; ++k)
        for (int r = 0, width; r < R; r += width) {
            width = width_at(r);
            float* line = scratch + (ptrdiff_t)r * deep + (ptrdiff_t)k * width;
            const float* from = B + (ptrdiff_t)2 * k * R + r;
            for (int j = 0; j < width; j += L) store(line + j, pairs(load(from + j), 2 * k + 1 < K ? load(from + R + j) : V{}));
        }
    float near[ROWS_NEAR / MOST * LINE * DEEP];
    for (int m = 0, to; m < count; m = to) {
        to = m + ROWS_NEAR < count ? m + ROWS_NEAR : count;
        if (BY_ROW)
            for (int j = m; j < to; ++j) row_to_pairs(A + j * a_next, K, near + (ptrdiff_t)(j - m) * deep);
        else
            columns_to_pairs(A + m * a_next, a, near, to - m, K);
        for (int r = 0; r < R; r += width_at(r)) {
            const int width = width_at(r);
            strips<BY_ROW, BEGIN, END>(near, BY_ROW ? deep : LINE, BY_ROW ? deep : 0, scratch + (ptrdiff_t)r * deep, width,
                                       C, m, to, r, width, deep, R, bias, y);
        }
    }
}

#include "layer.hpp"

// Lines of a panel: pairs of rows, whole vectors of them.
inline int panel_lines(int R) { return (R / 2 + L - 1) / L * L; }
size_t panel_floats(int in, int R) { return (size_t)((in + PANEL - 1) / PANEL) * PANEL * panel_lines(R); }

// X [in][R] to [in / PANEL][pairs of rows][PANEL].
void to_panels(const float* X, float* panels, int in, int R, int begin, int end) {
    for (int i = begin; i < end; i += L) {
        const int panel = i / PANEL * PANEL;
        float* into = panels + (ptrdiff_t)panel * panel_lines(R) + (i - panel);
        for (int r = 0; r < R; r += 2 * L) {
            float lines[L * L];
            for (int j = 0; j < L; ++j) {
                const float* from = X + (ptrdiff_t)(i + j) * R + r;
                const bool there = i + j < in;
                store(lines + j * L, there ? pairs_in_row(load(from), r + L < R ? load(from + L) : V{}) : V{});
            }
            turn([&](int j) { return lines + j * L; }, into + (ptrdiff_t)r / 2 * PANEL, PANEL);
        }
    }
}

void gradient_wide(const float* dZ, const float* panels, float* dW, float* db, int in, int R, bool first, int begin,
                   int end) {
    float rows[ROWS_NEAR * most_rows / 2];
    for (int some = begin; some < end; some += ROWS_NEAR) {
        const int count = some + ROWS_NEAR < end ? ROWS_NEAR : end - some;
        for (int o = 0; o < count; ++o) row_to_pairs(dZ + (ptrdiff_t)(some + o) * R, R, rows + o * (R / 2));
        gradient_rows(rows, panels, panel_lines(R), dW + (ptrdiff_t)some * in, count, R / 2, in, first);
    }
    bias_gradient(dZ, db, R, first, begin, end);
}
