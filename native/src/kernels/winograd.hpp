// Convolutions of 3x3 windows that lie side by side, with 16 multiplications for each 2x2 outputs where windows one by
// one take 36. Rows fill the vectors as in images.hpp, so a transform is a handful of sums of whole vectors.
//
// Of each 4x4 pixels d under 2x2 outputs, a tile, and each channel's weights g:
//
//     U = B' d B        G g G' = the weights turned, once a step          dM = A dz A'
//     z = A' (sum over channels of turned * U) A,   dd = B (sum over outputs of turned * dM) B',
//     dg = G' (sum over tiles and rows of dM * U) G
//
// Each of the 16 places is a matrix product of its own. Tiles overlap by two pixels, where gradients add up; pixels
// beyond the image are 0.
//
// Source: Lavin and Gray, Fast Algorithms for Convolutional Neural Networks (2016), F(2x2, 3x3).
#pragma once

constexpr int PLACES = 16;
// Floats of tiles, before and behind the products, that stay in the second-level cache beside the weights.
constexpr int TILES_NEAR = 49152;

inline int rounded_up(int n, int to) { return (n + to - 1) / to * to; }

struct Tiles {
    int across, count, together;  // in a line, in all, and how many go through at a time

    // A tile's first output.
    int top(int tile) const { return tile / across * 2; }
    int left(int tile) const { return tile % across * 2; }
};

inline Tiles tiles_of(const Window& w, int floats_a_tile, int near) {
    const int across = (w.out_width + 1) / 2, count = across * ((w.out_height + 1) / 2);
    const int fitting = near / floats_a_tile;
    return {across, count, fitting < 1 ? 1 : fitting < count ? fitting : count};
}

inline Tiles tiles_through(const Window& w) {
    return tiles_of(w, PLACES * (w.channels + w.out_channels) * PANEL, TILES_NEAR);
}

// From a place's floats to the next one's: not a multiple of 4,096 bytes, where all of them fall on the same part of
// the cache.
inline ptrdiff_t place_floats(int planes, int together) { return (ptrdiff_t)planes * together * PANEL + PANEL; }

// Lines of B' d (or of d B): what the four numbers of a line or column become.
inline void under(const V* d, V* u) {
    u[0] = d[0] - d[2];
    u[1] = d[1] + d[2];
    u[2] = d[2] - d[1];
    u[3] = d[1] - d[3];
}

// The same of A dz: what the two become.
inline V beside_at(int i, V a, V b) { return i == 0 ? a : i == 1 ? a + b : i == 2 ? a - b : -b; }

// A plane's pixels as a tile sees them: those beyond its edges are 0.
struct Plane {
    const float* from;
    int height, width, R;

    bool has(int y, int x) const { return y >= 0 && y < height && x >= 0 && x < width; }
    template <bool WHOLE>
    V at(int y, int x, int n) const {
        return WHOLE || has(y, x) ? load(from + ((ptrdiff_t)y * width + x) * R + n * L) : V{};
    }
};

// Calls `run` with the planes that a tile is taken from, and whether all of its SIZE x SIZE pixels lie inside.
template <int SIZE, typename Run>
inline void for_planes(const float* from, int planes, int height, int width, int R, int y, int x, Run run) {
    const bool whole = y >= 0 && x >= 0 && y + SIZE <= height && x + SIZE <= width;
    const ptrdiff_t area = (ptrdiff_t)height * width * R;
    if (whole)
        for (int p = 0; p < planes; ++p) run(Plane{from + p * area, height, width, R}, p, std::true_type{});
    else
        for (int p = 0; p < planes; ++p) run(Plane{from + p * area, height, width, R}, p, std::false_type{});
}

template <int N, bool WHOLE>
inline void tile_under(const Plane& plane, int y, int x, float* to, ptrdiff_t place) {
    for (int n = 0; n < N; ++n) {
        V lines[4][4];
        for (int j = 0; j < 4; ++j) {
            V d[4], u[4];
            for (int i = 0; i < 4; ++i) d[i] = plane.at<WHOLE>(y + i, x + j, n);
            under(d, u);
            for (int i = 0; i < 4; ++i) lines[i][j] = u[i];
        }
        for (int i = 0; i < 4; ++i) {
            V u[4];
            under(lines[i], u);
            for (int j = 0; j < 4; ++j) store(to + (4 * i + j) * place + n * L, u[j]);
        }
    }
}

template <int N, End END>
inline void tile_out(const float* M, ptrdiff_t place, float bias, float* Z, int height, int width, int R, int y,
                     int x) {
    for (int n = 0; n < N; ++n) {
        V lines[2][4];
        for (int j = 0; j < 4; ++j) {
            V m[4];
            for (int i = 0; i < 4; ++i) m[i] = load(M + (4 * i + j) * place + n * L);
            lines[0][j] = m[0] + m[1] + m[2];
            lines[1][j] = m[1] - m[2] - m[3];
        }
        for (int i = 0; i < 2 && y + i < height; ++i) {
            const V* m = lines[i];
            float* to = Z + ((ptrdiff_t)(y + i) * width + x) * R + n * L;
            store(to, ended<END>(m[0] + m[1] + m[2] + splat(bias), to));
            if (x + 1 < width) store(to + R, ended<END>(m[1] - m[2] - m[3] + splat(bias), to));
        }
    }
}

// The places' products of `n` tiles: C = turned B, or its transpose times B.
template <bool BY_ROW>
inline void places(const float* turned, ptrdiff_t line, ptrdiff_t weights, const float* B, ptrdiff_t b, int K,
                   float* C, ptrdiff_t c, int rows, int step, int width) {
    for (int place = 0; place < PLACES; ++place)
        for (int m = 0, M; m < rows; m += M) {
            M = next_tile(rows - m, MOST);
            const float* A = turned + place * weights + (BY_ROW ? m * line : m);
            float* to = C + place * c + (ptrdiff_t)m * step;
            strip_of<MOST, BY_ROW, Begin::zero, End::none>(M, A, line, B + place * b, step, to, step, K, width, nullptr,
                                                           nullptr);
        }
}

template <int N, End END>
inline void quick_conv_rows(const float* turned, const float* bias, const Window& w, const float* X, float* Z, int R,
                            float* scratch) {
    const Tiles tiles = tiles_through(w);
    const int C = w.channels, O = w.out_channels, step = tiles.together * N * L;
    const ptrdiff_t line = quick_line(w), before = place_floats(C, tiles.together);
    const ptrdiff_t behind = place_floats(O, tiles.together);
    float *U = scratch, *M = scratch + PLACES * before;
    for (int start = 0; start < tiles.count; start += tiles.together) {
        const int here = tiles.count - start < tiles.together ? tiles.count - start : tiles.together;
        for (int t = 0; t < here; ++t) {
            const int y = tiles.top(start + t) - w.padding_h, x = tiles.left(start + t) - w.padding_w;
            for_planes<4>(X, C, w.height, w.width, R, y, x, [&](const Plane& plane, int c, auto whole) {
                tile_under<N, whole.value>(plane, y, x, U + (ptrdiff_t)c * step + t * N * L, before);
            });
        }
        places<false>(turned, line, C * line, U, before, C, M, behind, O, step, here * N * L);
        for (int t = 0; t < here; ++t) {
            const int y = tiles.top(start + t), x = tiles.left(start + t);
            for (int o = 0; o < O; ++o)
                tile_out<N, END>(M + (ptrdiff_t)o * step + t * N * L, behind, bias ? bias[o] : 0.0f,
                                 Z + (ptrdiff_t)o * w.out_area() * R, w.out_height, w.out_width, R, y, x);
        }
    }
}

template <End END>
inline void quick_conv_ending(const float* turned, const float* bias, const Window& w, const float* X, float* Z, int R,
                              float* scratch) {
    int r = 0;
    for (; r + PANEL <= R; r += PANEL) quick_conv_rows<WIDE, END>(turned, bias, w, X + r, Z + r, R, scratch);
    for (; r < R; r += L) quick_conv_rows<1, END>(turned, bias, w, X + r, Z + r, R, scratch);
}

void quick_conv(const float* turned, const float* bias, const Window& w, const float* X, float* Z, int R,
                float* scratch, Kind then) {
    switch (then) {
        case Kind::relu: return quick_conv_ending<End::relu>(turned, bias, w, X, Z, R, scratch);
        case Kind::sigmoid: return quick_conv_ending<End::sigmoid>(turned, bias, w, X, Z, R, scratch);
        default: return quick_conv_ending<End::none>(turned, bias, w, X, Z, R, scratch);
    }
}

template <int N, bool WHOLE>
inline void tile_beside(const Plane& plane, int y, int x, float* to, ptrdiff_t place) {
    for (int n = 0; n < N; ++n)
        for (int i = 0; i < 4; ++i) {
            const V a = beside_at(i, plane.at<WHOLE>(y, x, n), plane.at<WHOLE>(y + 1, x, n));
            const V b = beside_at(i, plane.at<WHOLE>(y, x + 1, n), plane.at<WHOLE>(y + 1, x + 1, n));
            for (int j = 0; j < 4; ++j) store(to + (4 * i + j) * place + n * L, beside_at(j, a, b));
        }
}

// Adds a tile's B dU B' to the pixels that it came from.
template <int N, bool WHOLE>
inline void tile_back(const float* U, ptrdiff_t place, const Window& w, float* dX, int R, int y, int x) {
    for (int n = 0; n < N; ++n) {
        V lines[4][4];
        for (int j = 0; j < 4; ++j) {
            V u[4];
            for (int i = 0; i < 4; ++i) u[i] = load(U + (4 * i + j) * place + n * L);
            lines[0][j] = u[0];
            lines[1][j] = u[1] - u[2] + u[3];
            lines[2][j] = u[1] + u[2] - u[0];
            lines[3][j] = -u[3];
        }
        for (int i = 0; i < 4; ++i) {
            if (!WHOLE && (y + i < 0 || y + i >= w.height)) continue;
            const V* u = lines[i];
            const V sums[4] = {u[0], u[1] - u[2] + u[3], u[1] + u[2] - u[0], -u[3]};
            float* to = dX + ((ptrdiff_t)(y + i) * w.width + x) * R + n * L;
            for (int j = 0; j < 4; ++j)
                if (WHOLE || (x + j >= 0 && x + j < w.width)) store(to + j * R, load(to + j * R) + sums[j]);
        }
    }
}

template <int N, End END>
inline void quick_input_rows(const float* turned, const Window& w, const float* dZ, float* dX, int R, float* scratch,
                             const float* y) {
    const Tiles tiles = tiles_through(w);
    const int C = w.channels, O = w.out_channels, step = tiles.together * N * L, pixels = C * w.area();
    const ptrdiff_t line = quick_line(w), before = place_floats(C, tiles.together);
    const ptrdiff_t behind = place_floats(O, tiles.together);
    float *U = scratch, *M = scratch + PLACES * before;
    for (int pixel = 0; pixel < pixels; ++pixel)
        for (int n = 0; n < N; ++n) store(dX + (ptrdiff_t)pixel * R + n * L, V{});
    for (int start = 0; start < tiles.count; start += tiles.together) {
        const int here = tiles.count - start < tiles.together ? tiles.count - start : tiles.together;
        for (int t = 0; t < here; ++t) {
            const int top = tiles.top(start + t), left = tiles.left(start + t);
            for_planes<2>(dZ, O, w.out_height, w.out_width, R, top, left, [&](const Plane& plane, int o, auto whole) {
                tile_beside<N, whole.value>(plane, top, left, M + (ptrdiff_t)o * step + t * N * L, behind);
            });
        }
        places<true>(turned, line, C * line, M, behind, O, U, before, C, step, here * N * L);
        for (int t = 0; t < here; ++t) {
            const int top = tiles.top(start + t) - w.padding_h, left = tiles.left(start + t) - w.padding_w;
            for_planes<4>(dX, C, w.height, w.width, R, top, left, [&](const Plane&, int c, auto whole) {
                tile_back<N, whole.value>(U + (ptrdiff_t)c * step + t * N * L, before, w,
                                          dX + (ptrdiff_t)c * w.area() * R, R, top, left);
            });
        }
    }
    if (END == End::none) return;
    for (int pixel = 0; pixel < pixels; ++pixel)
        for (int n = 0; n < N; ++n) {
            float* at = dX + (ptrdiff_t)pixel * R + n * L;
            store(at, ended<END>(load(at), y + (at - dX)));
        }
}

template <End END>
inline void quick_input_ending(const float* turned, const Window& w, const float* dZ, float* dX, int R, float* scratch,
                               const float* y) {
    int r = 0;
    for (; r + PANEL <= R; r += PANEL)
        quick_input_rows<WIDE, END>(turned, w, dZ + r, dX + r, R, scratch, y ? y + r : y);
    for (; r < R; r += L) quick_input_rows<1, END>(turned, w, dZ + r, dX + r, R, scratch, y ? y + r : y);
}

void quick_input(const float* turned, const Window& w, const float* dZ, float* dX, int R, float* scratch, Kind before,
                 const float* y) {
    switch (before) {
        case Kind::relu: return quick_input_ending<End::relu_slope>(turned, w, dZ, dX, R, scratch, y);
        case Kind::sigmoid: return quick_input_ending<End::sigmoid_slope>(turned, w, dZ, dX, R, scratch, y);
        default: return quick_input_ending<End::none>(turned, w, dZ, dX, R, scratch, nullptr);
    }
}

// G g: what three weights of a line or column become.
inline void turned_of(const V* g, V* u) {
    const V half = (g[0] + g[2]) * 0.5f;
    u[0] = g[0];
    u[1] = half + g[1] * 0.5f;
    u[2] = half - g[1] * 0.5f;
    u[3] = g[2];
}

void quick_turn(const float* W, const Window& w, float* turned) {
    const ptrdiff_t line = quick_line(w);
    for (int c = 0; c < w.channels; ++c)
        for (int o = 0; o < w.out_channels; o += L) {
            float picked[9][L];
            for (int l = 0; l < L; ++l) {
                const int output = o + l < w.out_channels ? o + l : w.out_channels - 1;
                const float* from = W + ((ptrdiff_t)output * w.channels + c) * 9;
                for (int at = 0; at < 9; ++at) picked[at][l] = from[at];
            }
            V lines[4][3];
            for (int j = 0; j < 3; ++j) {
                const V g[3] = {load(picked[j]), load(picked[3 + j]), load(picked[6 + j])};
                V u[4];
                turned_of(g, u);
                for (int i = 0; i < 4; ++i) lines[i][j] = u[i];
            }
            for (int i = 0; i < 4; ++i) {
                V u[4];
                turned_of(lines[i], u);
                for (int j = 0; j < 4; ++j) store(turned + ((4 * i + j) * w.channels + c) * line + o, u[j]);
            }
        }
}
