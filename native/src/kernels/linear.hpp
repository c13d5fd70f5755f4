// The products of a Linear layer in float32, and its gradient's sums by lane.
#pragma once

// Neighbouring columns of A, to strips [K][LINE] of MOST of them or fewer: where they lie, a strip's numbers fall on K
// lines that share a few places of the cache. Only the last line's end may be the end of A: `a` is at least FAR.
inline void to_strips(const float* A, ptrdiff_t a, float* strips, int columns, int K) {
    for (int k = 0; k < K; ++k, A += a) {
        float* into = strips + k * LINE;
        for (int m = 0, M; m < columns; m += M, into += K * LINE) {
            M = next_tile(columns - m, MOST);
            if (k + 1 < K)
                for (int j = 0; j < LINE; j += L) store(into + j, load(A + m + j));
            else
                for (int j = 0; j < M; ++j) into[j] = A[m + j];
        }
    }
}

// C [M][R] = A B for `count` rows of A and at most DEEP lines of B, which are copied panel by panel: such a panel stays
// in the first-level cache while it meets strip after strip, and a few strips stay near while they meet all panels.
template <bool BY_ROW, Begin BEGIN, End END>
void some_deep(const float* A, ptrdiff_t a, ptrdiff_t a_next, const float* B, float* C, int count, int K, int R,
               const float* bias, float* scratch, const float* y) {
    const auto width_at = [&](int r) { return r + PANEL <= R ? PANEL : L; };
    for (int k = 0; k < K; ++k)
        for (int r = 0, width; r < R; r += width) {
            width = width_at(r);
            float* line = scratch + (ptrdiff_t)r * K + (ptrdiff_t)k * width;
            for (int j = 0; j < width; j += L) store(line + j, load(B + (ptrdiff_t)k * R + r + j));
        }
    constexpr int meeting = BY_ROW ? MEETING : 48;  // columns are copied, to what a small thread's stack holds
    for (int m = 0, to; m < count; m = to) {
        to = m + meeting < count ? m + meeting : count;
        float columns[BY_ROW ? 1 : meeting / MOST * LINE * DEEP];
        const bool copies = !BY_ROW && a >= FAR;
        if (copies) to_strips(A + m * a_next, a, columns, to - m, K);
        const float* rows = copies ? columns : A + m * a_next;
        for (int r = 0; r < R; r += width_at(r)) {
            const float* panel = scratch + (ptrdiff_t)r * K;
            const int width = width_at(r);
            strips<BY_ROW, BEGIN, END>(rows, copies ? LINE : a, copies ? 0 : a_next, panel, width, C, m, to, r, width, K, R,
                                       bias, y);
        }
    }
}

#include "layer.hpp"

// Sums over the rows, one for each lane: `lanes` [out][in][L], and those of dZ alone for the bias.
template <int M, int N, bool BIAS>
inline void lane_tile(const float* dZ, const float* X, int R, float* lanes, float* bias, int in, bool first) {
    V sums[M][N], alone[M];
    for (int m = 0; m < M; ++m) {
        for (int n = 0; n < N; ++n) sums[m][n] = first ? V{} : load(lanes + (m * in + n) * L);
        if (BIAS) alone[m] = first ? V{} : load(bias + m * L);
    }
    for (int r = 0; r < R; r += L) {
        if (M < N) {  // the fewer of both stay in registers
            V z[M];
            for (int m = 0; m < M; ++m) z[m] = load(dZ + m * R + r);
            for (int n = 0; n < N; ++n) {
                const V x = load(X + n * R + r);
                for (int m = 0; m < M; ++m) sums[m][n] += z[m] * x;
            }
            for (int m = 0; BIAS && m < M; ++m) alone[m] += z[m];
        } else {
            V x[N];
            for (int n = 0; n < N; ++n) x[n] = load(X + n * R + r);
            for (int m = 0; m < M; ++m) {
                const V z = load(dZ + m * R + r);
                for (int n = 0; n < N; ++n) sums[m][n] += z * x[n];
                if (BIAS) alone[m] += z;
            }
        }
    }
    for (int m = 0; m < M; ++m) {
        for (int n = 0; n < N; ++n) store(lanes + (m * in + n) * L, sums[m][n]);
        if (BIAS) store(bias + m * L, alone[m]);
    }
}

// How many sums of M rows fit into the registers beside what they are made from; the bias counts as a column.
#if STIRFRY_REGISTERS >= 32
constexpr int MOST_ROWS = 5;
constexpr int most_columns(int M) { return M == 1 ? 12 : M == 2 ? 8 : M <= 4 ? 6 : 5; }
#else
constexpr int MOST_ROWS = 6;
constexpr int most_columns(int M) { return M == 1 ? 8 : M == 2 ? 6 : M == 3 ? 4 : M == 4 ? 3 : 2; }
#endif

template <int M, int N>
inline void lane_columns(int columns, bool biased, const float* dZ, const float* X, int R, float* lanes, float* bias,
                         int in, bool first) {
    if (columns != N) {
        if constexpr (N > 1) lane_columns<M, N - 1>(columns, biased, dZ, X, R, lanes, bias, in, first);
    } else if (!biased) {
        lane_tile<M, N, false>(dZ, X, R, lanes, bias, in, first);
    } else if constexpr (N < most_columns(M)) {
        lane_tile<M, N, true>(dZ, X, R, lanes, bias, in, first);
    }
}

template <int M>
inline void lane_rows(int rows, const float* dZ, const float* X, int R, float* lanes, float* bias, int in, bool biased,
                      bool first) {
    if (rows != M) {
        if constexpr (M > 1) lane_rows<M - 1>(rows, dZ, X, R, lanes, bias, in, biased, first);
        return;
    }
    for (int i = 0; i < in;) {
        const bool with_bias = biased && i == 0;  // the first tile takes the bias
        const int N = next_tile(in - i + with_bias, most_columns(M)) - with_bias;
        lane_columns<M, most_columns(M)>(N, with_bias, dZ, X + (ptrdiff_t)i * R, R, lanes + i * L, bias, in, first);
        i += N;
    }
}

void gradient_lanes(const float* dZ, const float* X, float* lanes, int in, int out, int R, bool bias, bool first) {
    float* behind = lanes + (ptrdiff_t)out * in * L;
    for (int o = 0, M; o < out; o += M) {
        M = next_tile(out - o, MOST_ROWS);
        lane_rows<MOST_ROWS>(M, dZ + (ptrdiff_t)o * R, X, R, lanes + (ptrdiff_t)o * in * L, behind + o * L, in, bias, first);
    }
}

// a + b by halves of growing size: after log2 L rounds over L vectors each lane holds one vector's sum.
inline V add_neighbours(V a, V b) { return firsts(a, b) + seconds(a, b); }
inline V add_pairs(V a, V b) { return first_pairs(a, b) + second_pairs(a, b); }
#if STIRFRY_LANES >= 8
inline V add_fours(V a, V b) { return first_fours(a, b) + second_fours(a, b); }
#endif
#if STIRFRY_LANES == 16
inline V add_eights(V a, V b) { return first_eights(a, b) + second_eights(a, b); }
#endif

inline V add_up(const float* lanes) {
    V v[L];
    for (int j = 0; j < L; ++j) v[j] = load(lanes + j * L);
    for (int j = 0; j < L / 2; ++j) v[j] = add_neighbours(v[2 * j], v[2 * j + 1]);
    for (int j = 0; j < L / 4; ++j) v[j] = add_pairs(v[2 * j], v[2 * j + 1]);
#if STIRFRY_LANES >= 8
    for (int j = 0; j < L / 8; ++j) v[j] = add_fours(v[2 * j], v[2 * j + 1]);
#endif
#if STIRFRY_LANES == 16
    v[0] = add_eights(v[0], v[1]);
#endif
    return v[0];
}

void reduce_lanes(const float* lanes, float* sums, int n) {
    int j = 0;
    for (; j + L <= n; j += L) store(sums + j, add_up(lanes + (ptrdiff_t)j * L));
    if (j == n) return;
    // The vectors beyond the last one are there, and their sums are left out.
    float rest[L];
    store(rest, add_up(lanes + (ptrdiff_t)j * L));
    for (int i = 0; j + i < n; ++i) sums[j + i] = rest[i];
}

size_t panel_floats(int in, int R) { return (size_t)((in + PANEL - 1) / PANEL) * PANEL * R; }

// X [in][R] to [in / PANEL][R][PANEL]: a line holds one row's values of neighbouring features.
void to_panels(const float* X, float* panels, int in, int R, int begin, int end) {
    for (int i = begin; i < end; i += PANEL) {
        float* panel = panels + (ptrdiff_t)i * R;
        const int there = in - i < PANEL ? in - i : PANEL;
        if (there < PANEL)
            for (int j = 0; j < R * PANEL; ++j) panel[j] = 0;
        for (int r = 0; r < R; r += L) {
            int f = 0;
            for (; f + L <= there; f += L)
                turn([&](int j) { return X + (ptrdiff_t)(i + f + j) * R + r; }, panel + r * PANEL + f, PANEL);
            for (; f < there; ++f) {
                const float* from = X + (ptrdiff_t)(i + f) * R + r;
                for (int k = 0; k < L; ++k) panel[(r + k) * PANEL + f] = from[k];
            }
        }
    }
}

void gradient_wide(const float* dZ, const float* panels, float* dW, float* db, int in, int R, bool first, int begin,
                   int end) {
    for (int some = begin; some < end; some += MEETING) {
        const int count = some + MEETING < end ? MEETING : end - some;
        gradient_rows(dZ + (ptrdiff_t)some * R, panels, R, dW + (ptrdiff_t)some * in, count, R, in, first);
    }
    bias_gradient(dZ, db, R, first, begin, end);
}
