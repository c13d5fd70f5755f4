// Pooling over images, whose rows lie beside each other as in images.hpp.
#pragma once

// Calls `run` for every window of a channel, with its output pixel, and the range of rows and columns inside the image.
template <typename Run>
inline void for_windows(const Window& w, Run run) {
    for (int oy = 0; oy < w.out_height; ++oy)
        for (int ox = 0; ox < w.out_width; ++ox) {
            const int y = oy * w.stride_h - w.padding_h, x = ox * w.stride_w - w.padding_w;
            const int bottom = y + w.kernel_h < w.height ? y + w.kernel_h : w.height;
            const int right = x + w.kernel_w < w.width ? x + w.kernel_w : w.width;
            run(oy * w.out_width + ox, y < 0 ? 0 : y, bottom, x < 0 ? 0 : x, right);
        }
}

void max_pool(const Window& w, const float* X, float* Y, int R, int begin, int end) {
    for (int c = begin; c < end; ++c) {
        const float* from = X + (ptrdiff_t)c * w.area() * R;
        float* to = Y + (ptrdiff_t)c * w.out_area() * R;
        for_windows(w, [&](int pixel, int top, int bottom, int left, int right) {
            for (int r = 0; r < R; r += L) {
                V most = splat(-__builtin_inff());
                for (int y = top; y < bottom; ++y)
                    for (int x = left; x < right; ++x) {
                        const V value = load(from + ((ptrdiff_t)y * w.width + x) * R + r);
                        most = choose(value != value, value, larger(value, most));
                    }
                store(to + (ptrdiff_t)pixel * R + r, most);
            }
        });
    }
}

// The gradient goes to the first of a window's largest values, times the slope of the activation before. Where windows
// overlap, gradients are added up.
template <End END, bool OVERLAP>
inline void max_pool_slopes(const Window& w, const float* X, const float* Y, const float* dY, float* dX, int R,
                            int begin, int end) {
    const bool covered = !OVERLAP && w.out_height * w.kernel_h == w.height && w.out_width * w.kernel_w == w.width;
    for (int c = begin; c < end; ++c) {
        const float *from = X + (ptrdiff_t)c * w.area() * R, *largest = Y + (ptrdiff_t)c * w.out_area() * R;
        const float* d = dY + (ptrdiff_t)c * w.out_area() * R;
        float* to = dX + (ptrdiff_t)c * w.area() * R;
        for (ptrdiff_t j = 0; !covered && j < (ptrdiff_t)w.area() * R; j += L) store(to + j, V{});
        for_windows(w, [&](int pixel, int top, int bottom, int left, int right) {
            for (int r = 0; r < R; r += L) {
                const float* known = largest + (ptrdiff_t)pixel * R + r;
                const V most = load(known);
                V left_over = ended<END>(load(d + (ptrdiff_t)pixel * R + r), known);
                for (int y = top; y < bottom; ++y)
                    for (int x = left; x < right; ++x) {
                        const ptrdiff_t at = ((ptrdiff_t)y * w.width + x) * R + r;
                        const I hit = load(from + at) == most;
                        const V given = choose(hit, left_over, V{});
                        store(to + at, OVERLAP ? load(to + at) + given : given);
                        left_over = choose(hit, V{}, left_over);
                    }
            }
        });
    }
}

template <End END>
inline void max_pool_ending(const Window& w, const float* X, const float* Y, const float* dY, float* dX, int R,
                            int begin, int end) {
    if (w.stride_h < w.kernel_h || w.stride_w < w.kernel_w || w.padding_h > 0 || w.padding_w > 0)
        return max_pool_slopes<END, true>(w, X, Y, dY, dX, R, begin, end);
    max_pool_slopes<END, false>(w, X, Y, dY, dX, R, begin, end);
}

void max_pool_back(const Window& w, const float* X, const float* Y, const float* dY, float* dX, int R, int begin,
                   int end, Kind before) {
    switch (before) {
        case Kind::relu: return max_pool_ending<End::relu_slope>(w, X, Y, dY, dX, R, begin, end);
        case Kind::sigmoid: return max_pool_ending<End::sigmoid_slope>(w, X, Y, dY, dX, R, begin, end);
        default: return max_pool_ending<End::none>(w, X, Y, dY, dX, R, begin, end);
    }
}

// The mean counts the padding too.
void avg_pool(const Window& w, const float* X, float* Y, int R, int begin, int end) {
    const float share = 1.0f / (float)(w.kernel_h * w.kernel_w);
    for (int c = begin; c < end; ++c) {
        const float* from = X + (ptrdiff_t)c * w.area() * R;
        float* to = Y + (ptrdiff_t)c * w.out_area() * R;
        for_windows(w, [&](int pixel, int top, int bottom, int left, int right) {
            for (int r = 0; r < R; r += L) {
                V sum{};
                for (int y = top; y < bottom; ++y)
                    for (int x = left; x < right; ++x) sum += load(from + ((ptrdiff_t)y * w.width + x) * R + r);
                store(to + (ptrdiff_t)pixel * R + r, sum * share);
            }
        });
    }
}

void avg_pool_back(const Window& w, const float* dY, float* dX, int R, int begin, int end) {
    const float share = 1.0f / (float)(w.kernel_h * w.kernel_w);
    for (int c = begin; c < end; ++c) {
        const float* d = dY + (ptrdiff_t)c * w.out_area() * R;
        float* to = dX + (ptrdiff_t)c * w.area() * R;
        for (ptrdiff_t j = 0; j < (ptrdiff_t)w.area() * R; j += L) store(to + j, V{});
        for_windows(w, [&](int pixel, int top, int bottom, int left, int right) {
            for (int r = 0; r < R; r += L) {
                const V part = load(d + (ptrdiff_t)pixel * R + r) * share;
                for (int y = top; y < bottom; ++y)
                    for (int x = left; x < right; ++x) {
                        float* at = to + ((ptrdiff_t)y * w.width + x) * R + r;
                        store(at, load(at) + part);
                    }
            }
        });
    }
}
