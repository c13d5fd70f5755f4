// Convolutions and pooling in their plainest form; included by naive.cpp. A chunk is one row.
#pragma once

size_t window_floats(const Window&) { return 0; }

// Calls `run` for each tap of a window that lies inside of the image, with its place in the kernel and its pixel.
template <typename Run>
void for_taps(const Window& w, int oy, int ox, Run run) {
    for (int ky = 0; ky < w.kernel_h; ++ky)
        for (int kx = 0; kx < w.kernel_w; ++kx) {
            const int y = oy * w.stride_h + ky - w.padding_h, x = ox * w.stride_w + kx - w.padding_w;
            if (y >= 0 && y < w.height && x >= 0 && x < w.width) run(ky * w.kernel_w + kx, y * w.width + x);
        }
}

void conv(const float* W, const float* b, const Window& w, const float* X, float* Z, int R, int begin, int end,
          float*, Kind then) {
    const int places = w.kernel_h * w.kernel_w;
    for (int piece = begin; piece < end; ++piece) {
        const int r = piece / w.out_height, oy = piece % w.out_height;
        for (int o = 0; o < w.out_channels; ++o)
            for (int ox = 0; ox < w.out_width; ++ox) {
                double sum = b ? b[o] : 0.0;
                for (int c = 0; c < w.channels; ++c)
                    for_taps(w, oy, ox, [&](int place, int pixel) {
                        sum += (double)W[(o * w.channels + c) * places + place] * X[((ptrdiff_t)c * w.area() + pixel) * R + r];
                    });
                float* z = Z + ((ptrdiff_t)o * w.out_area() + oy * w.out_width + ox) * R + r;
                *z = (float)sum;
                if (joins(then)) activate(then, 0, z, z, 1);
            }
    }
}

// The plain form adds each output's gradient to the inputs that it came from, but pieces are lines of inputs: so each
// line looks for the windows that reach it. `turned` has a part for each pair of remainders by the strides.
void conv_input(const float* turned, const Window& w, const float* dZ, float* dX, int R, int begin, int end, float*,
                Kind before, const float* y) {
    for (int piece = begin; piece < end; ++piece) {
        const int r = piece / w.height, v = piece % w.height;
        for (int u = 0; u < w.width; ++u) {
            const int ry = (v + w.padding_h) % w.stride_h, rx = (u + w.padding_w) % w.stride_w;
            const auto taps = [](int kernel, int stride, int left) { return left < kernel ? (kernel - 1 - left) / stride + 1 : 0; };
            const float* part = turned;
            for (int a = 0; a < w.stride_h; ++a)
                for (int b = 0; b < w.stride_w && (a < ry || (a == ry && b < rx)); ++b)
                    part += (ptrdiff_t)w.channels * w.out_channels * taps(w.kernel_h, w.stride_h, a) * taps(w.kernel_w, w.stride_w, b);
            const int many_y = taps(w.kernel_h, w.stride_h, ry), many_x = taps(w.kernel_w, w.stride_w, rx);
            for (int c = 0; c < w.channels; ++c) {
                double sum = 0;
                for (int o = 0; o < w.out_channels; ++o)
                    for (int ty = 0; ty < many_y; ++ty)
                        for (int tx = 0; tx < many_x; ++tx) {
                            const int oy = (v + w.padding_h) / w.stride_h - ty, ox = (u + w.padding_w) / w.stride_w - tx;
                            if (oy < 0 || oy >= w.out_height || ox < 0 || ox >= w.out_width) continue;
                            sum += (double)part[((c * many_y + ty) * many_x + tx) * w.out_channels + o] *
                                   dZ[((ptrdiff_t)o * w.out_area() + oy * w.out_width + ox) * R + r];
                        }
                const ptrdiff_t at = ((ptrdiff_t)c * w.area() + v * w.width + u) * R + r;
                dX[at] = (float)sum;
                if (joins(before)) activate_back(before, 0, nullptr, y + at, dX + at, 1);
            }
        }
    }
}

void conv_gradient(const float* dZ, const float* X, const Window& w, float* lanes, int R, bool bias, bool first,
                   int begin, int end, float*) {
    const int places = w.kernel_h * w.kernel_w, taps = w.taps();
    for (int o = begin; o < end; ++o) {
        const float* plane = dZ + (ptrdiff_t)o * w.out_area() * R;
        for (int c = 0; c < w.channels; ++c)
            for (int place = 0; place < places; ++place) {
                double sum = 0;
                for (int oy = 0; oy < w.out_height; ++oy)
                    for (int ox = 0; ox < w.out_width; ++ox)
                        for_taps(w, oy, ox, [&](int here, int pixel) {
                            const float* d = plane + (ptrdiff_t)(oy * w.out_width + ox) * R;
                            const float* x = X + ((ptrdiff_t)c * w.area() + pixel) * R;
                            for (int r = 0; r < R && here == place; ++r) sum += (double)d[r] * x[r];
                        });
                put(lanes[o * taps + c * places + place], (float)sum, first);
            }
        if (bias) put(lanes[w.out_channels * taps + o], total(plane, w.out_area() * R), first);
    }
}

// The three that go by tiles elsewhere are the same three here: the weights stay as they are.
size_t quick_floats(const Window&) { return 0; }

void quick_turn(const float* W, const Window& w, float* turned) { std::copy_n(W, w.out_channels * w.taps(), turned); }

void quick_conv(const float* turned, const float* bias, const Window& w, const float* X, float* Z, int R,
                float* scratch, Kind then) {
    conv(turned, bias, w, X, Z, R, 0, R * w.out_height, scratch, then);
}

void quick_input(const float* turned, const Window& w, const float* dZ, float* dX, int R, float*, Kind before,
                 const float* y) {
    for (int r = 0; r < R; ++r)
        for (int c = 0; c < w.channels; ++c)
            for (int pixel = 0; pixel < w.area(); ++pixel) {
                double sum = 0;
                for (int o = 0; o < w.out_channels; ++o)
                    for (int place = 0; place < 9; ++place) {
                        const int oy = pixel / w.width + w.padding_h - place / 3;
                        const int ox = pixel % w.width + w.padding_w - place % 3;
                        if (oy < 0 || oy >= w.out_height || ox < 0 || ox >= w.out_width) continue;
                        sum += (double)turned[(o * w.channels + c) * 9 + place] *
                               dZ[((ptrdiff_t)o * w.out_area() + oy * w.out_width + ox) * R + r];
                    }
                const ptrdiff_t at = ((ptrdiff_t)c * w.area() + pixel) * R + r;
                dX[at] = (float)sum;
                if (joins(before)) activate_back(before, 0, nullptr, y + at, dX + at, 1);
            }
}

void quick_gradient(const float* dZ, const float* X, const Window& w, float* lanes, int R, bool bias, bool first,
                    float* scratch) {
    conv_gradient(dZ, X, w, lanes, R, bias, first, 0, w.out_channels, scratch);
}

void quick_sums(const float* lanes, const Window& w, bool bias, float* sums) {
    std::copy_n(lanes, w.out_channels * (w.taps() + (bias ? 1 : 0)), sums);
}

// Calls `run` for each output of the channels, with its place and the channel's first input.
template <typename Run>
void for_outputs(const Window& w, int R, int begin, int end, Run run) {
    for (int c = begin; c < end; ++c)
        for (int oy = 0; oy < w.out_height; ++oy)
            for (int ox = 0; ox < w.out_width; ++ox)
                for (int r = 0; r < R; ++r)
                    run(oy, ox, ((ptrdiff_t)c * w.out_area() + oy * w.out_width + ox) * R + r, (ptrdiff_t)c * w.area() * R + r);
}

void max_pool(const Window& w, const float* X, float* Y, int R, int begin, int end) {
    for_outputs(w, R, begin, end, [&](int oy, int ox, ptrdiff_t to, ptrdiff_t from) {
        float most = -INFINITY;
        for_taps(w, oy, ox, [&](int, int pixel) {
            const float value = X[from + (ptrdiff_t)pixel * R];
            if (value > most || std::isnan(value)) most = value;
        });
        Y[to] = most;
    });
}

void max_pool_back(const Window& w, const float* X, const float* Y, const float* dY, float* dX, int R, int begin,
                   int end, Kind before) {
    std::fill(dX + (ptrdiff_t)begin * w.area() * R, dX + (ptrdiff_t)end * w.area() * R, 0.0f);
    for_outputs(w, R, begin, end, [&](int oy, int ox, ptrdiff_t to, ptrdiff_t from) {
        float d = dY[to];
        if (joins(before)) activate_back(before, 0, nullptr, Y + to, &d, 1);
        bool given = false;
        for_taps(w, oy, ox, [&](int, int pixel) {
            const ptrdiff_t at = from + (ptrdiff_t)pixel * R;
            if (given || X[at] != Y[to]) return;
            dX[at] += d;
            given = true;
        });
    });
}

void avg_pool(const Window& w, const float* X, float* Y, int R, int begin, int end) {
    for_outputs(w, R, begin, end, [&](int oy, int ox, ptrdiff_t to, ptrdiff_t from) {
        double sum = 0;
        for_taps(w, oy, ox, [&](int, int pixel) { sum += X[from + (ptrdiff_t)pixel * R]; });
        Y[to] = (float)(sum / (w.kernel_h * w.kernel_w));
    });
}

void avg_pool_back(const Window& w, const float* dY, float* dX, int R, int begin, int end) {
    std::fill(dX + (ptrdiff_t)begin * w.area() * R, dX + (ptrdiff_t)end * w.area() * R, 0.0f);
    for_outputs(w, R, begin, end, [&](int oy, int ox, ptrdiff_t to, ptrdiff_t from) {
        for_taps(w, oy, ox, [&](int, int pixel) { dX[from + (ptrdiff_t)pixel * R] += dY[to] / (w.kernel_h * w.kernel_w); });
    });
}
