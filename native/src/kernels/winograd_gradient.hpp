// Gradients of the weights by tiles: of the letters of winograd.hpp, G' (sum over tiles and rows of dM * U) G.
//
// Four places, a line of the sixteen, go through together: then U and dM of many tiles lie near, and a sum of a tile of
// outputs and channels is long enough that adding up its lanes costs little. So sums are kept as single floats and not
// by lane, where they would take a cache's whole second level.
#pragma once

// Floats of tiles for a line of places that stay in the second-level cache, and of those that stay in the first.
constexpr int MEETING_NEAR = 40960, MEETING_CLOSE = 4000;
// A tile of a gradient's sums, as many outputs times as many channels; and outputs that are transformed together.
constexpr int SUM_OUTPUTS = L == 16 ? 4 : 2, SUM_CHANNELS = 4, SUM_TILE = SUM_OUTPUTS * SUM_CHANNELS;
constexpr int OUTPUTS_NEAR = 16;

inline Tiles tiles_meeting(const Window& w) {
    return tiles_of(w, 4 * rounded_up(w.channels, SUM_CHANNELS) * PANEL, MEETING_NEAR);
}

size_t quick_floats(const Window& w) {
    const int through = tiles_through(w).together, meeting = tiles_meeting(w).together;
    const ptrdiff_t a = PLACES * (place_floats(w.channels, through) + place_floats(w.out_channels, through));
    const ptrdiff_t b = 4 * (place_floats(rounded_up(w.channels, SUM_CHANNELS), meeting) +
                             place_floats(OUTPUTS_NEAR, meeting));
    return (size_t)(a > b ? a : b) + 16;
}

// The sums over the lanes of L vectors, in one.
inline V sums_of(V* v) {
    for (int j = 0; j < L; j += 2) v[j / 2] = firsts(v[j], v[j + 1]) + seconds(v[j], v[j + 1]);
    for (int j = 0; j < L / 2; j += 2) v[j / 2] = first_pairs(v[j], v[j + 1]) + second_pairs(v[j], v[j + 1]);
#if STIRFRY_LANES >= 8
    for (int j = 0; j < L / 4; j += 2) v[j / 2] = first_fours(v[j], v[j + 1]) + second_fours(v[j], v[j + 1]);
#endif
#if STIRFRY_LANES == 16
    v[0] = first_eights(v[0], v[1]) + second_eights(v[0], v[1]);
#endif
    return v[0];
}

// A tile of sums over `n` vectors of some outputs' lines and some channels'.
inline void meet_quickly(const float* D, const float* U, ptrdiff_t line, int n, float* sums, bool first) {
    V tile[SUM_TILE] = {};
    for (int at = 0; at < n * L; at += L) {
        V u[SUM_CHANNELS];
        for (int c = 0; c < SUM_CHANNELS; ++c) u[c] = kept(load(U + c * line + at));
        for (int o = 0; o < SUM_OUTPUTS; ++o) {
            const V d = load(D + o * line + at);
            for (int c = 0; c < SUM_CHANNELS; ++c) tile[o * SUM_CHANNELS + c] += d * u[c];
        }
    }
    for (int k = 0; k < SUM_TILE; k += L) {
        const V sum = sums_of(tile + k);
        store(sums + k, first ? sum : load(sums + k) + sum);
    }
}

// The sums' order: [place][tile of outputs][tile of channels][SUM_TILE], and behind them the bias's [out][L].
struct QuickSums {
    int outputs, channels;  // tiles of them

    explicit QuickSums(const Window& w)
        : outputs((w.out_channels + SUM_OUTPUTS - 1) / SUM_OUTPUTS),
          channels((w.channels + SUM_CHANNELS - 1) / SUM_CHANNELS) {}
    ptrdiff_t at(int place, int output, int channel) const {
        return (((ptrdiff_t)place * outputs + output) * channels + channel) * SUM_TILE;
    }
    ptrdiff_t floats() const { return at(PLACES, 0, 0); }
};

// What a gradient's sums go over: some tiles of a line of places.
template <int N, int ROW>
struct LineMeeting {
    const Window& w;
    const Tiles tiles;
    const QuickSums order;
    int R, start, here, step;
    float *U, *D;
    ptrdiff_t before, behind;

    void transform_inputs(const float* X) const {
        for (int t = 0; t < here; ++t) {
            const int y = tiles.top(start + t) - w.padding_h, x = tiles.left(start + t) - w.padding_w;
            for_planes<4>(X, w.channels, w.height, w.width, R, y, x, [&](const Plane& plane, int c, auto whole) {
                constexpr bool WHOLE = whole.value;
                for (int n = 0; n < N; ++n) {
                    V d[4], u[4];
                    for (int j = 0; j < 4; ++j) {
                        const V b = plane.at<WHOLE>(y + 1, x + j, n), e = plane.at<WHOLE>(y + 2, x + j, n);
                        d[j] = ROW == 0   ? plane.at<WHOLE>(y, x + j, n) - e
                               : ROW == 1 ? b + e
                               : ROW == 2 ? e - b
                                          : b - plane.at<WHOLE>(y + 3, x + j, n);
                    }
                    under(d, u);
                    for (int j = 0; j < 4; ++j) store(U + j * before + (ptrdiff_t)c * step + (t * N + n) * L, u[j]);
                }
            });
        }
        // The last tile's other channels are 0.
        for (int c = w.channels; c < order.channels * SUM_CHANNELS; ++c)
            for (int j = 0; j < 4; ++j)
                for (int k = 0; k < here * N; ++k) store(U + j * before + (ptrdiff_t)c * step + k * L, V{});
    }

    void transform_outputs(const float* dZ, int begin) const {
        const int count = w.out_channels - begin < OUTPUTS_NEAR ? w.out_channels - begin : OUTPUTS_NEAR;
        dZ += (ptrdiff_t)begin * w.out_area() * R;
        for (int t = 0; t < here; ++t) {
            const int y = tiles.top(start + t), x = tiles.left(start + t);
            for_planes<2>(dZ, count, w.out_height, w.out_width, R, y, x, [&](const Plane& plane, int o, auto whole) {
                constexpr bool WHOLE = whole.value;
                for (int n = 0; n < N; ++n) {
                    const V a = beside_at(ROW, plane.at<WHOLE>(y, x, n), plane.at<WHOLE>(y + 1, x, n));
                    const V b = beside_at(ROW, plane.at<WHOLE>(y, x + 1, n), plane.at<WHOLE>(y + 1, x + 1, n));
                    for (int j = 0; j < 4; ++j)
                        store(D + j * behind + (ptrdiff_t)o * step + (t * N + n) * L, beside_at(j, a, b));
                }
            });
        }
        for (int o = count; o < OUTPUTS_NEAR; ++o)
            for (int j = 0; j < 4; ++j)
                for (int k = 0; k < here * N; ++k) store(D + j * behind + (ptrdiff_t)o * step + k * L, V{});
    }

    void meet(int begin, float* sums, bool first) const {
        const int all = order.outputs * SUM_OUTPUTS, end = all < begin + OUTPUTS_NEAR ? all : begin + OUTPUTS_NEAR;
        const int close = MEETING_CLOSE / (SUM_CHANNELS * step) + 1;
        for (int j = 0; j < 4; ++j)
            for (int near = 0; near < order.channels; near += close)
                for (int o = begin; o < end; o += SUM_OUTPUTS)
                    for (int c = near; c < near + close && c < order.channels; ++c)
                        meet_quickly(D + j * behind + (ptrdiff_t)(o - begin) * step,
                                     U + j * before + (ptrdiff_t)c * SUM_CHANNELS * step, step, here * N,
                                     sums + order.at(4 * ROW + j, o / SUM_OUTPUTS, c), first);
    }

    // The middle of a tile's places is the sum of its outputs.
    void add_bias(int begin, float* bias, bool first) const {
        for (int o = 0; o < OUTPUTS_NEAR && begin + o < w.out_channels; ++o) {
            const float* from = D + behind + (ptrdiff_t)o * step;
            V sum = first ? V{} : load(bias + (begin + o) * L);
            for (int k = 0; k < here * N; ++k) sum += load(from + k * L);
            store(bias + (begin + o) * L, sum);
        }
    }
};

template <int N, int ROW>
inline void meet_lines(const float* dZ, const float* X, const Window& w, const Tiles& tiles, int R, int start,
                       bool bias, float* lanes, bool first, float* scratch) {
    const QuickSums order(w);
    const ptrdiff_t before = place_floats(order.channels * SUM_CHANNELS, tiles.together);
    const int here = tiles.count - start < tiles.together ? tiles.count - start : tiles.together;
    const LineMeeting<N, ROW> line{w,      tiles,   order,
                                   R,      start,   here,
                                   tiles.together * N * L,
                                   scratch, scratch + 4 * before,
                                   before, place_floats(OUTPUTS_NEAR, tiles.together)};
    line.transform_inputs(X);
    for (int o = 0; o < w.out_channels; o += OUTPUTS_NEAR) {
        line.transform_outputs(dZ, o);
        line.meet(o, lanes, first);
        if (bias && ROW == 1) line.add_bias(o, lanes + order.floats(), first);
    }
}

template <int N>
inline void quick_gradient_rows(const float* dZ, const float* X, const Window& w, float* lanes, int R, bool bias,
                                bool first, float* scratch) {
    const Tiles tiles = tiles_meeting(w);
    for (int start = 0; start < tiles.count; start += tiles.together) {
        const bool now = first && start == 0;
        meet_lines<N, 0>(dZ, X, w, tiles, R, start, bias, lanes, now, scratch);
        meet_lines<N, 1>(dZ, X, w, tiles, R, start, bias, lanes, now, scratch);
        meet_lines<N, 2>(dZ, X, w, tiles, R, start, bias, lanes, now, scratch);
        meet_lines<N, 3>(dZ, X, w, tiles, R, start, bias, lanes, now, scratch);
    }
}

void quick_gradient(const float* dZ, const float* X, const Window& w, float* lanes, int R, bool bias, bool first,
                    float* scratch) {
    int r = 0;
    for (; r + PANEL <= R; r += PANEL)
        quick_gradient_rows<WIDE>(dZ + r, X + r, w, lanes, R, bias, first && r == 0, scratch);
    for (; r < R; r += L) quick_gradient_rows<1>(dZ + r, X + r, w, lanes, R, bias, first && r == 0, scratch);
}

// G' s: what four numbers of a line or column become on the way back to the weights.
inline void weights_of(const V* s, V* g) {
    g[0] = s[0] + (s[1] + s[2]) * 0.5f;
    g[1] = (s[1] - s[2]) * 0.5f;
    g[2] = s[3] + (s[1] + s[2]) * 0.5f;
}

void quick_sums(const float* lanes, const Window& w, bool bias, float* sums) {
    const QuickSums order(w);
    for (int o = 0; o < order.outputs; ++o)
        for (int c = 0; c < order.channels; ++c)
            for (int k = 0; k < SUM_TILE; k += L) {
                V lines[3][4];
                for (int j = 0; j < 4; ++j) {
                    V s[4], g[3];
                    for (int i = 0; i < 4; ++i) s[i] = load(lanes + order.at(4 * i + j, o, c) + k);
                    weights_of(s, g);
                    for (int i = 0; i < 3; ++i) lines[i][j] = g[i];
                }
                float found[9][L];
                for (int i = 0; i < 3; ++i) {
                    V g[3];
                    weights_of(lines[i], g);
                    for (int j = 0; j < 3; ++j) store(found[3 * i + j], g[j]);
                }
                for (int l = 0; l < L; ++l) {
                    const int output = o * SUM_OUTPUTS + (k + l) / SUM_CHANNELS;
                    const int channel = c * SUM_CHANNELS + (k + l) % SUM_CHANNELS;
                    if (output >= w.out_channels || channel >= w.channels) continue;
                    float* to = sums + ((ptrdiff_t)output * w.channels + channel) * 9;
                    for (int at = 0; at < 9; ++at) to[at] = found[at][l];
                }
            }
    if (bias) reduce_lanes(lanes + order.floats(), sums + (ptrdiff_t)w.out_channels * w.taps(), w.out_channels);
}
