// Matrix products. All three of a Linear layer are one tile: M rows of A times K columns, N vectors wide.
//
//                     A [M][K]   one number at a time, broadcast
//     C [M][N L]  +=     x
//                     B [K][N L] N vectors a line
//
// M and N are chosen so that the sums, a line of B and the broadcast number just fill the registers.
#pragma once

constexpr int MOST = STIRFRY_REGISTERS >= 32 ? 12 : 6;  // rows of a tile
constexpr int WIDE = 2;                                 // vectors of a tile
constexpr int PANEL = WIDE * L;                         // floats of a tile's line
constexpr int NEAR = 64;  // lines of B that lie in the first-level cache even R floats apart

// What happens to a tile's sums before they are stored: the commonest activations are applied on the way out, and
// their slopes on the way back, where the sums are still in registers.
enum class End { none, relu, sigmoid, relu_slope, sigmoid_slope };

template <End END>
inline V ended(V sum, const float* at) {
    if (END == End::relu) return choose(sum < 0.0f, V{}, sum);
    if (END == End::sigmoid) return sigmoid(sum);
    if (END == End::relu_slope) return choose(load(at) > 0.0f, sum, V{});
    if (END == End::sigmoid_slope) return sum * (load(at) * (1.0f - load(at)));
    return sum;
}

// A(m, k) is A[m * a + k] where BY_ROW, else A[k * a + m]. `y` lies as C does, and is read by the slopes.
template <int M, int N, bool BY_ROW, End END>
inline void tile(const float* A, ptrdiff_t a, const float* B, ptrdiff_t b, float* C, ptrdiff_t c, int K,
                 const float* bias, bool accumulate, const float* y) {
    V sums[M][N];
    for (int m = 0; m < M; ++m)
        for (int n = 0; n < N; ++n)
            sums[m][n] = accumulate ? load(C + m * c + n * L) : splat(bias ? bias[m] : 0.0f);
    for (int k = 0; k < K; ++k) {
        V line[N];
        for (int n = 0; n < N; ++n) line[n] = load(B + k * b + n * L);
        for (int m = 0; m < M; ++m) {
            const V x = splat(BY_ROW ? A[m * a + k] : A[k * a + m]);
            for (int n = 0; n < N; ++n) sums[m][n] += x * line[n];
        }
    }
    for (int m = 0; m < M; ++m)
        for (int n = 0; n < N; ++n) store(C + m * c + n * L, ended<END>(sums[m][n], y + m * c + n * L));
}

template <int N, bool BY_ROW, End END>
inline void tile_of(int M, const float* A, ptrdiff_t a, const float* B, ptrdiff_t b, float* C, ptrdiff_t c, int K,
                    const float* bias, bool accumulate, const float* y) {
    switch (M) {
        case 1: return tile<1, N, BY_ROW, END>(A, a, B, b, C, c, K, bias, accumulate, y);
        case 2: return tile<2, N, BY_ROW, END>(A, a, B, b, C, c, K, bias, accumulate, y);
        case 3: return tile<3, N, BY_ROW, END>(A, a, B, b, C, c, K, bias, accumulate, y);
        case 4: return tile<4, N, BY_ROW, END>(A, a, B, b, C, c, K, bias, accumulate, y);
        case 5: return tile<5, N, BY_ROW, END>(A, a, B, b, C, c, K, bias, accumulate, y);
        case 6: return tile<6, N, BY_ROW, END>(A, a, B, b, C, c, K, bias, accumulate, y);
#if STIRFRY_REGISTERS >= 32
        case 7: return tile<7, N, BY_ROW, END>(A, a, B, b, C, c, K, bias, accumulate, y);
        case 8: return tile<8, N, BY_ROW, END>(A, a, B, b, C, c, K, bias, accumulate, y);
        case 9: return tile<9, N, BY_ROW, END>(A, a, B, b, C, c, K, bias, accumulate, y);
        case 10: return tile<10, N, BY_ROW, END>(A, a, B, b, C, c, K, bias, accumulate, y);
        case 11: return tile<11, N, BY_ROW, END>(A, a, B, b, C, c, K, bias, accumulate, y);
        case 12: return tile<12, N, BY_ROW, END>(A, a, B, b, C, c, K, bias, accumulate, y);
#endif
    }
}

// The size of the next tile of `left` rows: as many tiles as needed, as even as can be.
inline int next_tile(int left, int most) {
    const int tiles = (left + most - 1) / most;
    return (left + tiles - 1) / tiles;
}

// C [M][R] = A B, tile by tile, for `count` rows of A. Lines of B that are many and far apart would fall on the same
// few places of the cache, so they are first copied next to each other, one tile's width at a time.
template <bool BY_ROW, End END>
inline void product(const float* A, ptrdiff_t a, ptrdiff_t a_next, const float* B, float* C, int count, int K, int R,
                    const float* bias, float* scratch, const float* y) {
    for (int r = 0; r < R;) {
        const bool wide = r + PANEL <= R;
        const float* lines = B + r;
        ptrdiff_t b = R;
        if (K > NEAR && R > PANEL) {
            const int width = wide ? PANEL : L;
            for (int k = 0; k < K; ++k)
                for (int j = 0; j < width; j += L) store(scratch + k * width + j, load(B + (ptrdiff_t)k * R + r + j));
            lines = scratch;
            b = width;
        }
        for (int m = 0; m < count;) {
            const int M = next_tile(count - m, MOST);
            const float* from = A + m * a_next;
            float* into = C + (ptrdiff_t)m * R + r;
            const float* start = bias ? bias + m : nullptr;
            const float* known = y ? y + (ptrdiff_t)m * R + r : into;
            if (wide)
                tile_of<WIDE, BY_ROW, END>(M, from, a, lines, b, into, R, K, start, false, known);
            else
                tile_of<1, BY_ROW, END>(M, from, a, lines, b, into, R, K, start, false, known);
            m += M;
        }
        r += wide ? PANEL : L;
    }
}

void linear(const float* W, const float* b, const float* X, float* Z, int in, int R, int begin, int end,
            float* scratch, Kind then) {
    const auto run = [&](auto product_of) {
        product_of(W + (ptrdiff_t)begin * in, in, in, X, Z + (ptrdiff_t)begin * R, end - begin, in, R,
                   b ? b + begin : nullptr, scratch, nullptr);
    };
    switch (then) {
        case Kind::relu: return run(product<true, End::relu>);
        case Kind::sigmoid: return run(product<true, End::sigmoid>);
        default: return run(product<true, End::none>);
    }
}

void linear_input(const float* W, const float* dZ, float* dX, int in, int out, int R, int begin, int end,
                  float* scratch, Kind before, const float* y) {
    const ptrdiff_t at = (ptrdiff_t)begin * R;
    const auto run = [&](auto product_of) {
        product_of(W + begin, in, 1, dZ, dX + at, end - begin, out, R, nullptr, scratch, y + at);
    };
    switch (before) {
        case Kind::relu: return run(product<false, End::relu_slope>);
        case Kind::sigmoid: return run(product<false, End::sigmoid_slope>);
        default: return run(product<false, End::none>);
    }
}

// Sums over the rows, one for each lane: `lanes` [out][in][L].
template <int M, int N>
inline void lane_tile(const float* dZ, const float* X, int R, float* lanes, int in, bool first) {
    V sums[M][N];
    for (int m = 0; m < M; ++m)
        for (int n = 0; n < N; ++n) sums[m][n] = first ? V{} : load(lanes + (m * in + n) * L);
    for (int r = 0; r < R; r += L) {
        V z[M];
        for (int m = 0; m < M; ++m) z[m] = load(dZ + m * R + r);
        for (int n = 0; n < N; ++n) {
            const V x = load(X + n * R + r);
            for (int m = 0; m < M; ++m) sums[m][n] += z[m] * x;
        }
    }
    for (int m = 0; m < M; ++m)
        for (int n = 0; n < N; ++n) store(lanes + (m * in + n) * L, sums[m][n]);
}

template <int M>
inline void lane_tiles(int N, const float* dZ, const float* X, int R, float* lanes, int in, bool first) {
    switch (N) {
        case 1: return lane_tile<M, 1>(dZ, X, R, lanes, in, first);
        case 2: return lane_tile<M, 2>(dZ, X, R, lanes, in, first);
        case 3: return lane_tile<M, 3>(dZ, X, R, lanes, in, first);
    }
}

void gradient_lanes(const float* dZ, const float* X, float* lanes, int in, int out, int R, bool bias, bool first) {
    for (int o = 0; o < out;) {
        const int M = next_tile(out - o, 4);
        for (int i = 0; i < in;) {
            const int N = next_tile(in - i, 3);
            const float* z = dZ + (ptrdiff_t)o * R;
            const float* x = X + (ptrdiff_t)i * R;
            float* into = lanes + ((ptrdiff_t)o * in + i) * L;
            switch (M) {
                case 1: lane_tiles<1>(N, z, x, R, into, in, first); break;
                case 2: lane_tiles<2>(N, z, x, R, into, in, first); break;
                case 3: lane_tiles<3>(N, z, x, R, into, in, first); break;
                case 4: lane_tiles<4>(N, z, x, R, into, in, first); break;
            }
            i += N;
        }
        o += M;
    }
    if (!bias) return;
    float* into = lanes + (ptrdiff_t)out * in * L;
    for (int o = 0; o < out; ++o) {
        V sums = first ? V{} : load(into + o * L);
        for (int r = 0; r < R; r += L) sums += load(dZ + (ptrdiff_t)o * R + r);
        store(into + o * L, sums);
    }
}

// [a0 a1 a2 a3 ..] and [b0 b1 b2 b3 ..] to [a0+a1 b0+b1 a2+a3 b2+b3 ..] by halves of growing size: after log2 L
// rounds over L vectors each lane holds one vector's sum.
inline V add_neighbours(V a, V b) {
#if STIRFRY_LANES == 16
    return __builtin_shufflevector(a, b, 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30) +
           __builtin_shufflevector(a, b, 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31);
#elif STIRFRY_LANES == 8
    return __builtin_shufflevector(a, b, 0, 8, 2, 10, 4, 12, 6, 14) +
           __builtin_shufflevector(a, b, 1, 9, 3, 11, 5, 13, 7, 15);
#else
    return __builtin_shufflevector(a, b, 0, 4, 2, 6) + __builtin_shufflevector(a, b, 1, 5, 3, 7);
#endif
}
inline V add_pairs(V a, V b) {
#if STIRFRY_LANES == 16
    return __builtin_shufflevector(a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29) +
           __builtin_shufflevector(a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31);
#elif STIRFRY_LANES == 8
    return __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13) +
           __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15);
#else
    return __builtin_shufflevector(a, b, 0, 1, 4, 5) + __builtin_shufflevector(a, b, 2, 3, 6, 7);
#endif
}
#if STIRFRY_LANES >= 8
inline V add_fours(V a, V b) {
#if STIRFRY_LANES == 16
    return __builtin_shufflevector(a, b, 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27) +
           __builtin_shufflevector(a, b, 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31);
#else
    return __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11) +
           __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
#endif
}
#endif
#if STIRFRY_LANES == 16
inline V add_eights(V a, V b) {
    return __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23) +
           __builtin_shufflevector(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
}
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
        for (int r = 0; r < R; r += L)
            for (int f = 0; f < there; ++f) {
                const float* from = X + (ptrdiff_t)(i + f) * R + r;
                for (int k = 0; k < L; ++k) panel[(r + k) * PANEL + f] = from[k];
            }
    }
}

void gradient_wide(const float* dZ, const float* panels, float* dW, float* db, int in, int R, bool first, int begin,
                   int end) {
    float edge[MOST * PANEL];
    for (int o = begin; o < end;) {
        const int M = next_tile(end - o, MOST);
        const float* z = dZ + (ptrdiff_t)o * R;
        for (int i = 0; i < in; i += PANEL) {
            const float* panel = panels + (ptrdiff_t)i * R;
            float* into = dW + (ptrdiff_t)o * in + i;
            if (in - i >= PANEL) {
                tile_of<WIDE, true, End::none>(M, z, R, panel, PANEL, into, in, R, nullptr, !first, into);
                continue;
            }
            tile_of<WIDE, true, End::none>(M, z, R, panel, PANEL, edge, PANEL, R, nullptr, false, edge);
            for (int m = 0; m < M; ++m)
                for (int f = 0; f < in - i; ++f) {
                    float* at = into + (ptrdiff_t)m * in + f;
                    *at = (first ? 0.0f : *at) + edge[m * PANEL + f];
                }
        }
        if (db)
            for (int m = 0; m < M; ++m) {
                V sums{};
                for (int r = 0; r < R; r += L) sums += load(z + (ptrdiff_t)m * R + r);
                db[o + m] = (first ? 0.0f : db[o + m]) + sum(sums);
            }
        o += M;
    }
}
