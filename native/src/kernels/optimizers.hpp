// Steps of SGD, Adam, AdamW and RMSprop as `torch.optim` takes them, and the picking of rows.
#pragma once

double square_sum(const float* x, size_t n) {
    double total = 0;
    for (size_t j = 0; j < n; ++j) total += (double)x[j] * x[j];
    return total;
}

// Lane by lane; compilers find the instruction.
inline V square_root(V x) {
    V root;
    for (int i = 0; i < L; ++i) root[i] = __builtin_sqrtf(x[i]);
    return root;
}

// Changes arrays of n floats, the weights first, by what `change` makes of them and the gradient. All of a place is read
// before any of it is written: arrays of one size tend to lie at the same places of a page, where a processor would
// take a number that is read for the one just written, and wait. The last places go through the same instructions, so
// what comes out doesn't depend on where the arrays were split.
template <int N, typename F>
inline void each(float* const (&arrays)[N], const float* g, size_t n, F change) {
    V v[N];
    size_t j = 0;
    for (; j + L <= n; j += L) {
        for (int i = 0; i < N; ++i) v[i] = kept(load(arrays[i] + j));
        change(v, load(g + j));
        for (int i = 0; i < N; ++i) store(arrays[i] + j, v[i]);
    }
    if (j == n) return;
    float rest[N + 1][L] = {};
    for (size_t k = 0; j + k < n; ++k) {
        for (int i = 0; i < N; ++i) rest[i][k] = arrays[i][j + k];
        rest[N][k] = g[j + k];
    }
    for (int i = 0; i < N; ++i) v[i] = load(rest[i]);
    change(v, load(rest[N]));
    for (int i = 0; i < N; ++i) store(rest[i], v[i]);
    for (size_t k = 0; j + k < n; ++k)
        for (int i = 0; i < N; ++i) arrays[i][j + k] = rest[i][k];
}

void sgd(const StepSizes& s, float* w, const float* g, float* velocity, size_t n) {
    const float lr = (float)s.lr, decay = (float)s.weight_decay, momentum = (float)s.momentum, factor = s.factor;
    if (momentum == 0) return each({w}, g, n, [&](V(&at)[1], V g) { at[0] -= lr * (g * factor + decay * at[0]); });
    const auto along = [&](auto first, auto nesterov) {
        each({w, velocity}, g, n, [&](V(&at)[2], V g) {
            const V d = g * factor + decay * at[0];
            at[1] = first ? d : momentum * at[1] + d;
            at[0] -= lr * (nesterov ? d + momentum * at[1] : at[1]);
        });
    };
    const std::true_type yes;
    const std::false_type no;
    if (s.first) return s.nesterov ? along(yes, yes) : along(yes, no);
    return s.nesterov ? along(no, yes) : along(no, no);
}

void adam(const StepSizes& s, bool decoupled, float* w, const float* g, float* mean, float* square, size_t n) {
    const float shrink = decoupled ? (float)(1 - s.lr * s.weight_decay) : 1.0f;
    const float decay = decoupled ? 0.0f : (float)s.weight_decay;
    const float b1 = (float)(1 - s.beta1), b2 = (float)s.beta2, c2 = (float)(1 - s.beta2), factor = s.factor;
    const float size = (float)(s.lr / s.correction1), root = (float)__builtin_sqrt(s.correction2);
    const float eps = (float)s.eps;
    each({w, mean, square}, g, n, [&](V(&at)[3], V g) {
        const V before = at[0] * shrink;
        const V d = g * factor + decay * before;
        at[1] += b1 * (d - at[1]);
        at[2] = b2 * at[2] + c2 * d * d;
        at[0] = before - size * at[1] / (square_root(at[2]) / root + eps);
    });
}

void rmsprop(const StepSizes& s, float* w, const float* g, float* square, float* velocity, size_t n) {
    const float lr = (float)s.lr, decay = (float)s.weight_decay, alpha = (float)s.alpha, rest = (float)(1 - s.alpha);
    const float momentum = (float)s.momentum, eps = (float)s.eps, factor = s.factor;
    const auto direction = [&](V weight, V& squares, V g) {
        const V d = g * factor + decay * weight;
        squares = alpha * squares + rest * d * d;
        return d / (square_root(squares) + eps);
    };
    if (momentum == 0)
        return each({w, square}, g, n, [&](V(&at)[2], V g) { at[0] -= lr * direction(at[0], at[1], g); });
    each({w, square, velocity}, g, n, [&](V(&at)[3], V g) {
        at[2] = momentum * at[2] + direction(at[0], at[1], g);
        at[0] -= lr * at[2];
    });
}

void step(OptimizerKind kind, const StepSizes& sizes, float* weights, const float* gradient, float* first,
          float* second, size_t n) {
    switch (kind) {
        case OptimizerKind::sgd: return sgd(sizes, weights, gradient, first, n);
        case OptimizerKind::adam: return adam(sizes, false, weights, gradient, first, second, n);
        case OptimizerKind::adamw: return adam(sizes, true, weights, gradient, first, second, n);
        case OptimizerKind::rmsprop: return rmsprop(sizes, weights, gradient, first, second, n);
    }
}

// L rows at a time, so that they come from memory side by side, and whole vectors of them are turned.
void gather(const float* X, const int32_t* order, int rows, float* block, int F, int R) {
    for (int r = 0; r < R; r += L) {
        const float* row[L];
        for (int j = 0; j < L; ++j) row[j] = X + (ptrdiff_t)order[r + j < rows ? r + j : rows - 1] * F;
        int f = 0;
        for (; f + L <= F; f += L) turn([&](int j) { return row[j] + f; }, block + (ptrdiff_t)f * R + r, R);
        for (; f < F; ++f)
            for (int j = 0; j < L; ++j) block[(ptrdiff_t)f * R + r + j] = row[j][f];
    }
}

void gather_pixels(const uint8_t* X, const float* meanings, int area, const int32_t* order, int rows, float* block, int F,
                   int R) {
    for (int r = 0; r < R; r += L) {
        const uint8_t* row[L];
        for (int j = 0; j < L; ++j) row[j] = X + (ptrdiff_t)order[r + j < rows ? r + j : rows - 1] * F;
        for (int f = 0; f < F; meanings += 256)
            for (const int end = f + area; f < end; ++f)
                for (int j = 0; j < L; ++j) block[(ptrdiff_t)f * R + r + j] = meanings[row[j][f]];
        meanings -= 256 * (ptrdiff_t)(F / area);
    }
}
