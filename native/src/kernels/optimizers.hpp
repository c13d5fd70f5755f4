// Steps of SGD, Adam, AdamW and RMSprop as `torch.optim` takes them, and the picking of rows.
#pragma once

double square_sum(const float* x, size_t n) {
    double total = 0;
    for (size_t j = 0; j < n; ++j) total += (double)x[j] * x[j];
    return total;
}

void sgd(const StepSizes& s, float* __restrict w, const float* __restrict g, float* __restrict velocity, size_t n) {
    const float lr = (float)s.lr, decay = (float)s.weight_decay, momentum = (float)s.momentum, factor = s.factor;
    if (momentum == 0) {
        for (size_t j = 0; j < n; ++j) w[j] -= lr * (g[j] * factor + decay * w[j]);
        return;
    }
    for (size_t j = 0; j < n; ++j) {
        const float d = g[j] * factor + decay * w[j];
        const float v = s.first ? d : momentum * velocity[j] + d;
        velocity[j] = v;
        w[j] -= lr * (s.nesterov ? d + momentum * v : v);
    }
}

void adam(const StepSizes& s, bool decoupled, float* __restrict w, const float* __restrict g, float* __restrict mean,
          float* __restrict square, size_t n) {
    const float shrink = decoupled ? (float)(1 - s.lr * s.weight_decay) : 1.0f;
    const float decay = decoupled ? 0.0f : (float)s.weight_decay;
    const float b1 = (float)(1 - s.beta1), b2 = (float)s.beta2, c2 = (float)(1 - s.beta2), factor = s.factor;
    const float size = (float)(s.lr / s.correction1), root = (float)__builtin_sqrt(s.correction2);
    const float eps = (float)s.eps;
    for (size_t j = 0; j < n; ++j) {
        const float before = w[j] * shrink;
        const float d = g[j] * factor + decay * before;
        const float m = mean[j] + b1 * (d - mean[j]);
        const float v = b2 * square[j] + c2 * d * d;
        mean[j] = m;
        square[j] = v;
        w[j] = before - size * m / (__builtin_sqrtf(v) / root + eps);
    }
}

void rmsprop(const StepSizes& s, float* __restrict w, const float* __restrict g, float* __restrict square,
             float* __restrict velocity, size_t n) {
    const float lr = (float)s.lr, decay = (float)s.weight_decay, alpha = (float)s.alpha, rest = (float)(1 - s.alpha);
    const float momentum = (float)s.momentum, eps = (float)s.eps, factor = s.factor;
    for (size_t j = 0; j < n; ++j) {
        const float d = g[j] * factor + decay * w[j];
        const float v = alpha * square[j] + rest * d * d;
        square[j] = v;
        const float step = d / (__builtin_sqrtf(v) + eps);
        const float along = momentum == 0 ? step : momentum * velocity[j] + step;
        if (momentum != 0) velocity[j] = along;
        w[j] -= lr * along;
    }
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
