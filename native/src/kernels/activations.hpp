// Activations and their slopes, over runs of floats whose length is a multiple of L.
#pragma once

template <typename F>
inline void each(const float* x, float* y, size_t n, F f) {
    for (size_t j = 0; j < n; j += L) store(y + j, f(load(x + j)));
}

// The branches are written so that a NaN stays one.
void activate(Kind kind, float alpha, const float* x, float* y, size_t n) {
    const V zero{};
    switch (kind) {
        case Kind::relu: return each(x, y, n, [=](V v) { return larger(zero, v); });
        case Kind::leaky_relu: return each(x, y, n, [=](V v) { return choose(v > zero, v, alpha * v); });
        case Kind::sigmoid: return each(x, y, n, [](V v) { return sigmoid(v); });
        case Kind::tanh: return each(x, y, n, [](V v) { return tanh(v); });
        case Kind::gelu: return each(x, y, n, [](V v) { return v * normal_share(v); });
        case Kind::silu: return each(x, y, n, [](V v) { return v * sigmoid(v); });
        case Kind::elu: return each(x, y, n, [=](V v) { return choose(v > zero, v, alpha * exp_minus_one(v)); });
        default: return;
    }
}

template <typename F>
inline void each_back(const float* from, float* d, size_t n, F slope) {
    for (size_t j = 0; j < n; j += L) store(d + j, load(d + j) * slope(load(from + j)));
}

void activate_back(Kind kind, float alpha, const float* x, const float* y, float* d, size_t n) {
    const V zero{}, one = splat(1);
    switch (kind) {
        case Kind::relu:  // a choice, as in PyTorch: an infinite d of an idle unit is no NaN
            for (size_t j = 0; j < n; j += L) store(d + j, choose(load(y + j) > zero, load(d + j), zero));
            return;
        case Kind::leaky_relu: return each_back(y, d, n, [=](V v) { return choose(v > zero, one, splat(alpha)); });
        case Kind::sigmoid: return each_back(y, d, n, [](V v) { return v * (1.0f - v); });
        case Kind::tanh: return each_back(y, d, n, [](V v) { return 1.0f - v * v; });
        case Kind::gelu:
            return each_back(x, d, n, [](V v) {
                return normal_share(v) + v * 0.39894228f * exp(-0.5f * v * v);  // phi(x) = e^(-x^2/2) / sqrt(2 pi)
            });
        case Kind::silu:
            return each_back(x, d, n, [](V v) {
                const V s = sigmoid(v);
                return s * (1.0f + v * (1.0f - s));
            });
        case Kind::elu: return each_back(y, d, n, [=](V v) { return choose(v > zero, one, v + alpha); });
        default: return;
    }
}

void add(const float* x, float* y, size_t n) {
    for (size_t j = 0; j < n; j += L) store(y + j, load(y + j) + load(x + j));
}

void multiply(const float* a, const float* b, float* y, size_t n) {
    for (size_t j = 0; j < n; j += L) store(y + j, load(a + j) * load(b + j));
}
