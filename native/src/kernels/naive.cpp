// The same arithmetic in its plainest form: the reference of the fast kernels, and never the engine's choice.
// STIRFRY_ISA=naive runs it.
#include <algorithm>
#include <cmath>

#include "../kernels.hpp"

namespace stirfry {
namespace {

// How the factors of a product are read: as they are, or as the nearest bfloat16, the even one of two.
float whole(float x) { return x; }
float halved(float x) {
    uint32_t bits;
    __builtin_memcpy(&bits, &x, sizeof bits);
    const uint32_t below = bits & 0xffff, middle = 0x8000;
    if (below == 0 || x != x) return x;
    bits -= below;
    if (below > middle || (below == middle && (bits & 0x10000))) bits += 0x10000;
    __builtin_memcpy(&x, &bits, sizeof x);
    return x;
}

template <float (*READ)(float) = whole>
float dot(const float* a, const float* b, int n) {
    double sum = 0;
    for (int j = 0; j < n; ++j) sum += (double)READ(a[j]) * READ(b[j]);
    return (float)sum;
}

float total(const float* a, int n) {
    double sum = 0;
    for (int j = 0; j < n; ++j) sum += a[j];
    return (float)sum;
}

void put(float& at, float value, bool first) { at = first ? value : at + value; }

void gradient_lanes(const float* dZ, const float* X, float* lanes, int in, int out, int R, bool bias, bool first) {
    for (int o = 0; o < out; ++o) {
        for (int i = 0; i < in; ++i) put(lanes[o * in + i], dot(dZ + o * R, X + i * R, R), first);
        if (bias) put(lanes[out * in + o], total(dZ + o * R, R), first);
    }
}

void reduce_lanes(const float* lanes, float* sums, int n) {
    for (int j = 0; j < n; ++j) sums[j] = lanes[j];
}

size_t panel_floats(int in, int R) { return (size_t)in * R; }

void to_panels(const float* X, float* panels, int, int R, int begin, int end) {
    for (int j = begin * R; j < end * R; ++j) panels[j] = X[j];
}

template <float (*READ)(float)>
void gradient_wide(const float* dZ, const float* panels, float* dW, float* db, int in, int R, bool first, int begin,
                   int end) {
    for (int o = begin; o < end; ++o) {
        for (int i = 0; i < in; ++i) put(dW[o * in + i], dot<READ>(dZ + o * R, panels + i * R, R), first);
        if (db) put(db[o], total(dZ + o * R, R), first);
    }
}

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }
double normal_share(double x) { return 0.5 * std::erfc(-x * std::sqrt(0.5)); }

double value_at(Kind kind, double alpha, double x) {
    switch (kind) {
        case Kind::relu: return x < 0 ? 0 : x;
        case Kind::leaky_relu: return x > 0 ? x : alpha * x;
        case Kind::sigmoid: return sigmoid(x);
        case Kind::tanh: return std::tanh(x);
        case Kind::gelu: return x * normal_share(x);
        case Kind::silu: return x * sigmoid(x);
        default: return x > 0 ? x : alpha * std::expm1(x);
    }
}

double slope_at(Kind kind, double alpha, double x, double y) {
    switch (kind) {
        case Kind::relu: return y > 0 ? 1 : 0;
        case Kind::leaky_relu: return y > 0 ? 1 : alpha;
        case Kind::sigmoid: return y * (1 - y);
        case Kind::tanh: return 1 - y * y;
        case Kind::gelu: return normal_share(x) + x * std::exp(-x * x / 2) / std::sqrt(2 * 3.14159265358979323846);
        case Kind::silu: return sigmoid(x) * (1 + x * (1 - sigmoid(x)));
        default: return y > 0 ? 1 : y + alpha;
    }
}

void activate(Kind kind, float alpha, const float* x, float* y, size_t n) {
    for (size_t j = 0; j < n; ++j) y[j] = (float)value_at(kind, alpha, x[j]);
}

void activate_back(Kind kind, float alpha, const float* x, const float* y, float* d, size_t n) {
    for (size_t j = 0; j < n; ++j) {
        const double slope = slope_at(kind, alpha, slope_needs_input(kind) ? x[j] : 0, y[j]);
        d[j] = kind == Kind::relu && slope == 0 ? 0 : (float)(d[j] * slope);  // an infinite d of an idle unit is no NaN
    }
}

template <float (*READ)(float)>
void linear(const float* W, const float* b, const float* X, float* Z, int in, int R, int begin, int end, float*, Kind then) {
    for (int o = begin; o < end; ++o)
        for (int r = 0; r < R; ++r) {
            double sum = b ? b[o] : 0.0;
            for (int i = 0; i < in; ++i) sum += (double)READ(W[o * in + i]) * READ(X[i * R + r]);
            Z[o * R + r] = (float)sum;
        }
    if (joins(then)) activate(then, 0, Z + begin * R, Z + begin * R, (size_t)(end - begin) * R);
}

template <float (*READ)(float)>
void linear_input(const float* W, const float* dZ, float* dX, int in, int out, int R, int begin, int end, float*,
                  Kind before, const float* y) {
    for (int i = begin; i < end; ++i)
        for (int r = 0; r < R; ++r) {
            double sum = 0;
            for (int o = 0; o < out; ++o) sum += (double)READ(W[o * in + i]) * READ(dZ[o * R + r]);
            dX[i * R + r] = (float)sum;
        }
    if (joins(before)) activate_back(before, 0, nullptr, y + begin * R, dX + begin * R, (size_t)(end - begin) * R);
}

void add(const float* x, float* y, size_t n) {
    for (size_t j = 0; j < n; ++j) y[j] += x[j];
}

void multiply(const float* a, const float* b, float* y, size_t n) {
    for (size_t j = 0; j < n; ++j) y[j] = a[j] * b[j];
}

void layer_norm(const float* x, const float* weight, const float* bias, float eps, float* normal, float* inverse,
                float* y, int F, int R) {
    for (int r = 0; r < R; ++r) {
        double mean = 0, variance = 0;
        for (int f = 0; f < F; ++f) mean += x[f * R + r];
        mean /= F;
        for (int f = 0; f < F; ++f) variance += (x[f * R + r] - mean) * (x[f * R + r] - mean);
        inverse[r] = (float)(1 / std::sqrt(variance / F + eps));
        for (int f = 0; f < F; ++f) {
            normal[f * R + r] = (float)((x[f * R + r] - mean) * inverse[r]);
            y[f * R + r] = normal[f * R + r] * weight[f] + bias[f];
        }
    }
}

void layer_norm_back(const float* weight, const float* normal, const float* inverse, float* d, float* lanes, int F,
                     int R, bool first) {
    for (int f = 0; f < F; ++f) {
        put(lanes[f], dot(d + f * R, normal + f * R, R), first);
        put(lanes[F + f], total(d + f * R, R), first);
    }
    for (int r = 0; r < R; ++r) {
        double mean = 0, along = 0;
        for (int f = 0; f < F; ++f) {
            mean += (double)d[f * R + r] * weight[f] / F;
            along += (double)d[f * R + r] * weight[f] * normal[f * R + r] / F;
        }
        for (int f = 0; f < F; ++f)
            d[f * R + r] = (float)(inverse[r] * (d[f * R + r] * weight[f] - mean - normal[f * R + r] * along));
    }
}

void batch_norm_sums(const float* x, const float* centre, bool square, double* sums, int F, int R, int rows) {
    for (int f = 0; f < F; ++f)
        for (int r = 0; r < rows; ++r) {
            const double away = x[f * R + r] - (centre ? centre[f] : 0.0);
            sums[f] += square ? away * away : away;
        }
}

void batch_norm(const float* x, const float* mean, const float* inverse, const float* weight, const float* bias,
                float* normal, float* y, int F, int R) {
    for (int f = 0; f < F; ++f)
        for (int j = f * R; j < (f + 1) * R; ++j) {
            normal[j] = (x[j] - mean[f]) * inverse[f];
            y[j] = normal[j] * weight[f] + bias[f];
        }
}

void batch_norm_back_sums(const float* d, const float* normal, float* weight_sums, float* bias_sums, int F, int R,
                          bool first) {
    for (int f = 0; f < F; ++f) {
        put(weight_sums[f], dot(d + f * R, normal + f * R, R), first);
        put(bias_sums[f], total(d + f * R, R), first);
    }
}

void batch_norm_back(const float* weight, const float* inverse, const float* normal, const float* weight_sums,
                     const float* bias_sums, float* d, int F, int R, int rows, int batch) {
    for (int f = 0; f < F; ++f)
        for (int r = 0; r < R; ++r) {
            float& at = d[f * R + r];
            const float along = normal[f * R + r] * weight_sums[f];
            at = r < rows ? weight[f] * inverse[f] * (at - (bias_sums[f] + along) / (float)batch) : 0.0f;
        }
}

// Loss and slope of one difference between output and value.
void of_difference(LossKind kind, double delta, double d, double& loss, double& slope) {
    const double sign = d > 0 ? 1 : d < 0 ? -1 : 0;
    if (kind == LossKind::mse) {
        loss = d * d;
        slope = 2 * d;
    } else if (kind == LossKind::l1) {
        loss = std::fabs(d);
        slope = sign;
    } else {
        const bool near = std::fabs(d) < delta;
        loss = near ? d * d / 2 : delta * (std::fabs(d) - delta / 2);
        slope = near ? d : delta * sign;
    }
}

double cross_entropy_row(const LossBlock& b, int r) {
    const int K = b.outputs_count, own = b.classes[r];
    const auto z = [&](int k) { return (double)b.outputs[k * b.R + r]; };
    const auto weight = [&](int k) { return b.class_weights ? (double)b.class_weights[k] : 1.0; };
    double most = z(0), sum = 0, loss = 0;
    for (int k = 1; k < K; ++k) most = z(k) > most ? z(k) : most;
    for (int k = 0; k < K; ++k) sum += std::exp(z(k) - most);
    // The target: 1 - smoothing on the own class, smoothing / K on each.
    double pulls = 0;
    for (int k = 0; k < K; ++k) {
        const double target = ((k == own ? 1 - b.smoothing : 0) + b.smoothing / K) * weight(k);
        loss += target * (std::log(sum) + most - z(k));
        pulls += target;
    }
    for (int k = 0; k < K && b.gradient; ++k) {
        const double target = ((k == own ? 1 - b.smoothing : 0) + b.smoothing / K) * weight(k);
        b.gradient[k * b.R + r] = (float)(b.scale * (pulls * std::exp(z(k) - most) / sum - target));
    }
    return loss;
}

LossSums loss(LossKind kind, const LossBlock& b) {
    LossSums sums;
    const int K = b.outputs_count, R = b.R;
    for (int r = 0; r < R; ++r) {
        if (r >= b.rows) {
            for (int k = 0; k < K && b.gradient; ++k) b.gradient[k * R + r] = 0;
            continue;
        }
        int best = 0;
        for (int k = 1; k < K; ++k)
            if (b.outputs[k * R + r] > b.outputs[best * R + r]) best = k;
        if (K == 1) best = b.outputs[r] > 0;
        if (b.classes) sums.hits += best == b.classes[r];
        if (kind == LossKind::cross_entropy) {
            sums.loss += cross_entropy_row(b, r);
        } else if (kind == LossKind::bce_with_logits) {
            const double z = b.outputs[r], y = b.values[r], weight = 1 + (b.positive_weight - 1) * y;
            sums.loss += (1 - y) * z + weight * (std::log1p(std::exp(-std::fabs(z))) + (z < 0 ? -z : 0));
            if (b.gradient) b.gradient[r] = (float)(b.scale * ((1 - y) - weight * (1 - sigmoid(z))));
        } else {
            for (int k = 0; k < K; ++k) {
                const double d = (double)b.outputs[k * R + r] - b.values[k * R + r];
                double part, slope;
                of_difference(kind, b.delta, d, part, slope);
                sums.loss += part;
                if (!b.classes) sums.hits += d * d;
                if (b.gradient) b.gradient[k * R + r] = (float)(b.scale * slope);
            }
        }
    }
    return sums;
}

double square_sum(const float* x, size_t n) {
    double sum = 0;
    for (size_t j = 0; j < n; ++j) sum += (double)x[j] * x[j];
    return sum;
}

// Each weight in double precision; the state is kept in single.
void step(OptimizerKind kind, const StepSizes& s, float* w, const float* g, float* first, float* second, size_t n) {
    for (size_t j = 0; j < n; ++j) {
        double d = (double)g[j] * s.factor, weight = w[j];
        if (kind == OptimizerKind::adamw)
            weight -= s.lr * s.weight_decay * weight;
        else
            d += s.weight_decay * weight;
        if (kind == OptimizerKind::sgd) {
            double along = d;
            if (s.momentum > 0) {
                first[j] = (float)(s.first ? d : s.momentum * first[j] + d);
                along = s.nesterov ? d + s.momentum * first[j] : first[j];
            }
            w[j] = (float)(weight - s.lr * along);
        } else if (kind == OptimizerKind::rmsprop) {
            first[j] = (float)(s.alpha * first[j] + (1 - s.alpha) * d * d);
            double along = d / (std::sqrt((double)first[j]) + s.eps);
            if (s.momentum > 0) along = second[j] = (float)(s.momentum * second[j] + along);
            w[j] = (float)(weight - s.lr * along);
        } else {
            first[j] = (float)(s.beta1 * first[j] + (1 - s.beta1) * d);
            second[j] = (float)(s.beta2 * second[j] + (1 - s.beta2) * d * d);
            const double root = std::sqrt((double)second[j] / s.correction2);
            w[j] = (float)(weight - s.lr * first[j] / s.correction1 / (root + s.eps));
        }
    }
}

void gather(const float* X, const int32_t* order, int rows, float* block, int F, int R) {
    for (int r = 0; r < R; ++r)
        for (int f = 0; f < F; ++f) block[f * R + r] = X[(ptrdiff_t)order[r < rows ? r : rows - 1] * F + f];
}

void gather_pixels(const uint8_t* X, const float* meanings, int area, const int32_t* order, int rows, float* block, int F,
                   int R) {
    for (int r = 0; r < R; ++r)
        for (int f = 0; f < F; ++f)
            block[f * R + r] = meanings[f / area * 256 + X[(ptrdiff_t)order[r < rows ? r : rows - 1] * F + f]];
}

#include "naive_images.hpp"

}  // namespace

const Kernels* naive_kernels() noexcept {
    static const Kernels kernels{"naive",    1,           1,          linear<whole>, linear_input<whole>, gradient_lanes,
                                 reduce_lanes, to_panels, panel_floats, gradient_wide<whole>, window_floats, conv,
                                 conv_input, conv_gradient, quick_floats, quick_turn, quick_conv,
                                 quick_input, quick_gradient, quick_sums, max_pool, max_pool_back, avg_pool, avg_pool_back,
                                 activate,   activate_back, multiply,   add, layer_norm,  layer_norm_back, batch_norm_sums, batch_norm,
                                 batch_norm_back_sums, batch_norm_back, loss, square_sum, step,     gather,
                                 gather_pixels};
    return &kernels;
}

const Kernels* naive_bf16_kernels() noexcept {
    static const Kernels kernels = [] {
        Kernels some = *naive_kernels();
        some.name = "naive_bf16";
        some.linear = linear<halved>;
        some.linear_input = linear_input<halved>;
        some.gradient_wide = gradient_wide<halved>;
        some.exact = naive_kernels();
        return some;
    }();
    return &kernels;
}

}  // namespace stirfry
