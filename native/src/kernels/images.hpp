// Convolutions over images whose rows, one beside the other, fill the vectors: a pixel of a plane is a
// run of R floats, so windows are whole vectors wherever they lie, and nothing is turned or shuffled.
//
// A chunk of rows (N vectors, `width` floats) of the lines that some windows need is copied together, with zeros for
// the padding; a tap is then an offset from the window's first pixel, the same for every window:
//
//     Z[o][y][x] = b[o] + sum over taps t of W[o][t] * lines[y][x][t]
//
// The way back to the inputs is the same sum over the outputs' gradients, with the weights turned.
#pragma once

// Floats of lines that lie in the second-level cache beside a layer's weights.
constexpr int LINES_NEAR = 32768;

typedef int32_t Offset __attribute__((may_alias));  // the table of offsets lies in the floats of the scratch

inline int floor_divided(int a, int b) { return a >= 0 ? a / b : -((b - 1 - a) / b); }

// The lines of one band of output rows: which input rows and columns they hold, and how many output rows get by.
struct Lines {
    int planes, rows, columns, left, band;

    ptrdiff_t floats(int width) const { return (ptrdiff_t)planes * rows * columns * width; }
};

inline int band_of(int planes, int columns, int taps, int stride, int most) {
    const int line = planes * columns * PANEL;
    const int fitting = (LINES_NEAR / line - taps) / stride + 1;
    return fitting < 1 ? 1 : fitting < most ? fitting : most;
}

inline Lines lines_forward(const Window& w) {
    const int columns = (w.out_width - 1) * w.stride_w + w.kernel_w;
    const int band = band_of(w.channels, columns, w.kernel_h, w.stride_h, w.out_height);
    return {w.channels, (band - 1) * w.stride_h + w.kernel_h, columns, -w.padding_w, band};
}

inline Lines lines_back(const Window& w) {
    const int left = floor_divided(w.padding_w - w.kernel_w + 1, w.stride_w);
    const int columns = floor_divided(w.width - 1 + w.padding_w, w.stride_w) - left + 1;
    const int reach = (w.kernel_h - 1) / w.stride_h + 2;
    const int band = band_of(w.out_channels, columns, reach, 1, w.height);
    return {w.out_channels, (band - 1) / w.stride_h + reach, columns, left, band};
}

// Floats of the larger scratch: a table of offsets, and the lines behind it.
size_t window_floats(const Window& w) {
    const ptrdiff_t forward = lines_forward(w).floats(PANEL) + w.taps();
    const ptrdiff_t back = lines_back(w).floats(PANEL) + (ptrdiff_t)w.out_channels * w.kernel_h * w.kernel_w;
    return (size_t)(forward > back ? forward : back) + 16;
}

// Copies N vectors of each pixel of the lines from row `top` on; what lies beyond the image is 0.
template <int N>
inline void lay_out(const float* X, int height, int width, int R, const Lines& lines, int top, float* to) {
    for (int c = 0; c < lines.planes; ++c)
        for (int row = 0; row < lines.rows; ++row) {
            const int y = top + row;
            const bool inside = y >= 0 && y < height;
            const float* from = X + ((ptrdiff_t)c * height + y) * width * R;
            for (int column = 0; column < lines.columns; ++column, to += N * L) {
                const int x = lines.left + column;
                const bool there = inside && x >= 0 && x < width;
                for (int n = 0; n < N; ++n) store(to + n * L, there ? load(from + (ptrdiff_t)x * R + n * L) : V{});
            }
        }
}

// The taps of a window that count: `runs` runs of `length`, `apart` from one to the next.
struct Taps {
    const Offset* at;
    int all, first, runs, length, apart;
};

// M output channels at one pixel: N vectors each.
template <int M, int N, End END>
inline void window_tile(const float* W, const float* lines, const Taps& taps, float* Z, ptrdiff_t plane,
                        const float* bias, const float* y) {
    V sums[M][N];
    for (int m = 0; m < M; ++m)
        for (int n = 0; n < N; ++n) sums[m][n] = bias ? splat(bias[m]) : V{};
    for (int run = 0; run < taps.runs; ++run) {
        const int begin = taps.first + run * taps.apart, end = begin + taps.length;
        for (int t = begin; t < end; ++t) {
            const float* from = lines + taps.at[t];
            V line[N];
            for (int n = 0; n < N; ++n) line[n] = load(from + n * L);
            for (int m = 0; m < M; ++m) {
                const V weight = splat(W[m * taps.all + t]);
                for (int n = 0; n < N; ++n) sums[m][n] += weight * line[n];
            }
        }
    }
    for (int m = 0; m < M; ++m)
        for (int n = 0; n < N; ++n) store(Z + m * plane + n * L, ended<END>(sums[m][n], y + m * plane + n * L));
}

template <int M, int N, End END>
inline void window_tile_of(int rows, const float* W, const float* lines, const Taps& taps, float* Z, ptrdiff_t plane,
                           const float* bias, const float* y) {
    if (rows == M) return window_tile<M, N, END>(W, lines, taps, Z, plane, bias, y);
    if constexpr (M > 1) window_tile_of<M - 1, N, END>(rows, W, lines, taps, Z, plane, bias, y);
}

// All channels at one pixel. `y` lies as Z does, and is read by the slopes.
template <int N, End END>
inline void window_at(const float* W, int channels, const float* lines, const Taps& taps, float* Z, ptrdiff_t plane,
                      const float* bias, const float* y) {
    for (int m = 0, M; m < channels; m += M) {
        M = next_tile(channels - m, MOST);
        const ptrdiff_t off = (ptrdiff_t)m * plane;
        window_tile_of<MOST, N, END>(M, W + (ptrdiff_t)m * taps.all, lines, taps, Z + off, plane,
                                     bias ? bias + m : nullptr, y ? y + off : Z + off);
    }
}

// Calls `run` for each piece's chunk (as the number of its vectors, 1 or WIDE), first row, and range of lines.
template <typename Run>
inline void for_pieces(int begin, int end, int height, int R, int band, Run run) {
    for (int piece = begin, here; piece < end; piece += here) {
        const int chunk = piece / height, y = piece % height, r = chunk * PANEL;
        here = band;
        if (here > height - y) here = height - y;
        if (here > end - piece) here = end - piece;
        run(r + PANEL <= R ? WIDE : 1, r, y, y + here);
    }
}

template <int N>
inline void forward_offsets(const Window& w, const Lines& lines, Offset* at) {
    for (int c = 0; c < w.channels; ++c)
        for (int ky = 0; ky < w.kernel_h; ++ky)
            for (int kx = 0; kx < w.kernel_w; ++kx) *at++ = ((c * lines.rows + ky) * lines.columns + kx) * N * L;
}

template <int N, End END>
inline void conv_lines(const float* W, const float* b, const Window& w, const float* X, float* Z, int R, int begin,
                       int end, float* scratch) {
    const Lines lines = lines_forward(w);
    auto* at = (Offset*)scratch;
    float* laid = scratch + w.taps();
    forward_offsets<N>(w, lines, at);
    lay_out<N>(X, w.height, w.width, R, lines, begin * w.stride_h - w.padding_h, laid);
    const Taps taps{at, w.taps(), 0, 1, w.taps(), 0};
    for (int y = begin; y < end; ++y)
        for (int x = 0; x < w.out_width; ++x) {
            const float* from = laid + ((ptrdiff_t)(y - begin) * w.stride_h * lines.columns + x * w.stride_w) * N * L;
            window_at<N, END>(W, w.out_channels, from, taps, Z + ((ptrdiff_t)y * w.out_width + x) * R,
                              (ptrdiff_t)w.out_area() * R, b, nullptr);
        }
}

template <End END>
inline void conv_ending(const float* W, const float* b, const Window& w, const float* X, float* Z, int R, int begin,
                        int end, float* scratch) {
    for_pieces(begin, end, w.out_height, R, lines_forward(w).band, [&](int vectors, int r, int from, int to) {
        if (vectors == WIDE)
            conv_lines<WIDE, END>(W, b, w, X + r, Z + r, R, from, to, scratch);
        else
            conv_lines<1, END>(W, b, w, X + r, Z + r, R, from, to, scratch);
    });
}

void conv(const float* W, const float* b, const Window& w, const float* X, float* Z, int R, int begin, int end,
          float* scratch, Kind then) {
    switch (then) {
        case Kind::relu: return conv_ending<End::relu>(W, b, w, X, Z, R, begin, end, scratch);
        case Kind::sigmoid: return conv_ending<End::sigmoid>(W, b, w, X, Z, R, begin, end, scratch);
        default: return conv_ending<End::none>(W, b, w, X, Z, R, begin, end, scratch);
    }
}

// How many of a kernel's taps have this remainder by the stride.
inline int taps_of(int kernel, int stride, int remainder) {
    return remainder < kernel ? (kernel - 1 - remainder) / stride + 1 : 0;
}

struct Range {
    int first, count;
};

// Of the taps t, those for which q - t lies from 0 to `size`.
inline Range taps_inside(int q, int taps, int size) {
    const int first = q < size ? 0 : q - size + 1, end = q + 1 < taps ? q + 1 : taps;
    return {first, end > first ? end - first : 0};
}

// Input pixel x' = stride q + remainder - padding gets from output pixels q - t, for the taps remainder + stride t.
template <int N, End END>
inline void conv_input_lines(const float* turned, const Window& w, const float* dZ, float* dX, int R, int begin,
                             int end, float* scratch, const float* y) {
    const Lines lines = lines_back(w);
    auto* table = (Offset*)scratch;
    float* laid = scratch + (ptrdiff_t)w.out_channels * w.kernel_h * w.kernel_w;
    const int top = floor_divided(begin + w.padding_h - w.kernel_h + 1, w.stride_h);
    lay_out<N>(dZ, w.out_height, w.out_width, R, lines, top, laid);
    Offset* at = table;
    for (int ry = 0; ry < w.stride_h; ++ry)
        for (int rx = 0; rx < w.stride_w; ++rx) {
            const int taps_y = taps_of(w.kernel_h, w.stride_h, ry), taps_x = taps_of(w.kernel_w, w.stride_w, rx);
            const int O = w.out_channels, all = taps_y * taps_x * O;
            Offset* into = at;
            for (int ty = 0; ty < taps_y; ++ty)
                for (int tx = 0; tx < taps_x; ++tx)
                    for (int o = 0; o < O; ++o) *into++ = ((o * lines.rows - ty) * lines.columns - tx) * N * L;
            for (int v = begin; v < end; ++v) {
                if ((v + w.padding_h) % w.stride_h != ry) continue;
                const int qy = (v + w.padding_h) / w.stride_h;
                const Range ys = taps_inside(qy, taps_y, w.out_height);
                const int first = ((rx - w.padding_w) % w.stride_w + w.stride_w) % w.stride_w;
                for (int u = first; u < w.width; u += w.stride_w) {
                    const int qx = (u + w.padding_w) / w.stride_w;
                    const Range xs = taps_inside(qx, taps_x, w.out_width);
                    const bool whole = xs.count == taps_x;  // lines of taps are one run then
                    const Taps taps{at, all, (ys.first * taps_x + xs.first) * O, whole ? 1 : ys.count,
                                    (whole ? ys.count * taps_x : xs.count) * O, taps_x * O};
                    const float* from = laid + ((ptrdiff_t)(qy - top) * lines.columns + qx - lines.left) * N * L;
                    const ptrdiff_t pixel = ((ptrdiff_t)v * w.width + u) * R;
                    window_at<N, END>(turned, w.channels, from, taps, dX + pixel, (ptrdiff_t)w.area() * R, nullptr,
                                      y ? y + pixel : nullptr);
                }
            }
            turned += (ptrdiff_t)w.channels * all;
            at += all;
        }
}

template <End END>
inline void conv_input_ending(const float* turned, const Window& w, const float* dZ, float* dX, int R, int begin,
                              int end, float* scratch, const float* y) {
    for_pieces(begin, end, w.height, R, lines_back(w).band, [&](int vectors, int r, int from, int to) {
        if (vectors == WIDE)
            conv_input_lines<WIDE, END>(turned, w, dZ + r, dX + r, R, from, to, scratch, y ? y + r : nullptr);
        else
            conv_input_lines<1, END>(turned, w, dZ + r, dX + r, R, from, to, scratch, y ? y + r : nullptr);
    });
}

void conv_input(const float* turned, const Window& w, const float* dZ, float* dX, int R, int begin, int end,
                float* scratch, Kind before, const float* y) {
    switch (before) {
        case Kind::relu: return conv_input_ending<End::relu_slope>(turned, w, dZ, dX, R, begin, end, scratch, y);
        case Kind::sigmoid: return conv_input_ending<End::sigmoid_slope>(turned, w, dZ, dX, R, begin, end, scratch, y);
        default: return conv_input_ending<End::none>(turned, w, dZ, dX, R, begin, end, scratch, nullptr);
    }
}

// Of a tile of sums by lane: 9 of 16 registers. With 12 compilers run out of them, and it takes half as long again.
constexpr int MOST_OUTPUTS = 3, MOST_TAPS = 3;

// What a tile of gradients goes over: the same pixels of dZ and of the lines.
struct Meeting {
    const float* dZ;
    ptrdiff_t plane, row;  // floats from one output channel's plane to the next, and from one line to the next
    const float* laid;
    ptrdiff_t line, step;  // floats from one line to the next, and from one window to the next
    int rows, columns, R;
};

template <int M, int K, int N>
inline void meet(const Meeting& m, const Offset* at, float* lanes, ptrdiff_t next, bool first) {
    V sums[M][K];
    for (int i = 0; i < M; ++i)
        for (int k = 0; k < K; ++k) sums[i][k] = first ? V{} : load(lanes + i * next + k * L);
    const float *z[M], *x[K];
    for (int row = 0; row < m.rows; ++row) {
        for (int i = 0; i < M; ++i) z[i] = m.dZ + row * m.row + i * m.plane;
        for (int k = 0; k < K; ++k) x[k] = m.laid + row * m.line + at[k];
        ptrdiff_t there = 0, here = 0;
        for (int column = 0; column < m.columns; ++column, there += m.R, here += m.step)
            for (int n = 0; n < N; ++n) {
                V taps[K];
                for (int k = 0; k < K; ++k) taps[k] = load(x[k] + here + n * L);
                for (int i = 0; i < M; ++i) {
                    const V d = load(z[i] + there + n * L);
                    for (int k = 0; k < K; ++k) sums[i][k] += d * taps[k];
                }
            }
    }
    for (int i = 0; i < M; ++i)
        for (int k = 0; k < K; ++k) store(lanes + i * next + k * L, sums[i][k]);
}

template <int M, int K, int N>
inline void meet_of(int outputs, int taps, const Meeting& m, const Offset* at, float* lanes, ptrdiff_t next,
                    bool first) {
    if (outputs != M) {
        if constexpr (M > 1) meet_of<M - 1, K, N>(outputs, taps, m, at, lanes, next, first);
    } else if (taps != K) {
        if constexpr (K > 1) meet_of<M, K - 1, N>(outputs, taps, m, at, lanes, next, first);
    } else {
        meet<M, K, N>(m, at, lanes, next, first);
    }
}

template <int N>
inline void conv_gradient_lines(const float* dZ, const float* X, const Window& w, float* lanes, int R, bool bias,
                                bool first, int begin, int end, int top, int bottom, float* scratch) {
    const Lines lines = lines_forward(w);
    const int taps = w.taps();
    auto* at = (Offset*)scratch;
    float* laid = scratch + taps;
    forward_offsets<N>(w, lines, at);
    lay_out<N>(X, w.height, w.width, R, lines, top * w.stride_h - w.padding_h, laid);
    float* behind = lanes + (ptrdiff_t)w.out_channels * taps * L;
    Meeting meeting{nullptr, (ptrdiff_t)w.out_area() * R, (ptrdiff_t)w.out_width * R, laid,
                    (ptrdiff_t)w.stride_h * lines.columns * N * L, (ptrdiff_t)w.stride_w * N * L,
                    bottom - top, w.out_width, R};
    for (int o = begin, M; o < end; o += M) {
        M = next_tile(end - o, MOST_OUTPUTS);
        meeting.dZ = dZ + ((ptrdiff_t)o * w.out_area() + (ptrdiff_t)top * w.out_width) * R;
        for (int t = 0, K; t < taps; t += K) {
            K = next_tile(taps - t, MOST_TAPS);
            meet_of<MOST_OUTPUTS, MOST_TAPS, N>(M, K, meeting, at + t, lanes + ((ptrdiff_t)o * taps + t) * L,
                                                (ptrdiff_t)taps * L, first);
        }
        for (int i = 0; bias && i < M; ++i) {
            V sum = first ? V{} : load(behind + (o + i) * L);
            const float* z = meeting.dZ + i * meeting.plane;
            for (int pixel = 0; pixel < (bottom - top) * w.out_width; ++pixel)
                for (int n = 0; n < N; ++n) sum += load(z + (ptrdiff_t)pixel * R + n * L);
            store(behind + (o + i) * L, sum);
        }
    }
}

void conv_gradient(const float* dZ, const float* X, const Window& w, float* lanes, int R, bool bias, bool first,
                   int begin, int end, float* scratch) {
    const int pieces = chunks(R, PANEL) * w.out_height;
    for_pieces(0, pieces, w.out_height, R, lines_forward(w).band, [&](int vectors, int r, int top, int bottom) {
        const bool now = first && r == 0 && top == 0;
        if (vectors == WIDE)
            conv_gradient_lines<WIDE>(dZ + r, X + r, w, lanes, R, bias, now, begin, end, top, bottom, scratch);
        else
            conv_gradient_lines<1>(dZ + r, X + r, w, lanes, R, bias, now, begin, end, top, bottom, scratch);
    });
}
