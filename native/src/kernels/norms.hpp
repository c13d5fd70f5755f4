// LayerNorm (over the features of a row) and BatchNorm1d (over the rows of a batch).
//
// normal = (x - mean) / sqrt(variance + eps), y = weight normal + bias. Backward, with g = weight d and means over
// what was normalised:  dx = (g - mean(g) - normal mean(g normal)) / sqrt(variance + eps).
#pragma once

inline V root(V v) {
    for (int i = 0; i < L; ++i) v[i] = __builtin_sqrtf(v[i]);
    return v;
}

void layer_norm(const float* x, const float* weight, const float* bias, float eps, float* normal, float* inverse,
                float* y, int F, int R) {
    for (int r = 0; r < R; r += L) {
        V mean{};
        for (int f = 0; f < F; ++f) mean += load(x + f * R + r);
        mean /= (float)F;
        V variance{};
        for (int f = 0; f < F; ++f) {
            const V away = load(x + f * R + r) - mean;
            variance += away * away;
        }
        const V scale = 1.0f / root(variance / (float)F + eps);
        store(inverse + r, scale);
        for (int f = 0; f < F; ++f) {
            const V unit = (load(x + f * R + r) - mean) * scale;
            store(normal + f * R + r, unit);
            store(y + f * R + r, unit * weight[f] + bias[f]);
        }
    }
}

void layer_norm_back(const float* weight, const float* normal, const float* inverse, float* d, float* lanes, int F,
                     int R, bool first) {
    for (int f = 0; f < F; ++f) {
        V of_weight = first ? V{} : load(lanes + f * L), of_bias = first ? V{} : load(lanes + (F + f) * L);
        for (int r = 0; r < R; r += L) {
            const V g = load(d + f * R + r);
            of_weight += g * load(normal + f * R + r);
            of_bias += g;
        }
        store(lanes + f * L, of_weight);
        store(lanes + (F + f) * L, of_bias);
    }
    for (int r = 0; r < R; r += L) {
        V mean{}, along{};
        for (int f = 0; f < F; ++f) {
            const V g = load(d + f * R + r) * weight[f];
            mean += g;
            along += g * load(normal + f * R + r);
        }
        mean /= (float)F;
        along /= (float)F;
        const V scale = load(inverse + r);
        for (int f = 0; f < F; ++f) {
            const V g = load(d + f * R + r) * weight[f];
            store(d + f * R + r, scale * (g - mean - load(normal + f * R + r) * along));
        }
    }
}

void batch_norm_sums(const float* x, const float* centre, bool square, double* sums, int F, int R, int rows) {
    for (int f = 0; f < F; ++f) {
        const float middle = centre ? centre[f] : 0.0f;
        V part{};
        int r = 0;
        for (; r + L <= rows; r += L) {
            const V away = load(x + f * R + r) - middle;
            part += square ? away * away : away;
        }
        double total = sum(part);
        for (; r < rows; ++r) {
            const float away = x[f * R + r] - middle;
            total += square ? away * away : away;
        }
        sums[f] += total;
    }
}

void batch_norm(const float* x, const float* mean, const float* inverse, const float* weight, const float* bias,
                float* normal, float* y, int F, int R) {
    for (int f = 0; f < F; ++f)
        for (int r = 0; r < R; r += L) {
            const V unit = (load(x + f * R + r) - mean[f]) * inverse[f];
            store(normal + f * R + r, unit);
            store(y + f * R + r, unit * weight[f] + bias[f]);
        }
}

void batch_norm_back_sums(const float* d, const float* normal, float* weight_sums, float* bias_sums, int F, int R,
                          bool first) {
    for (int f = 0; f < F; ++f) {
        V of_weight{}, of_bias{};
        for (int r = 0; r < R; r += L) {
            const V g = load(d + f * R + r);
            of_weight += g * load(normal + f * R + r);
            of_bias += g;
        }
        weight_sums[f] = (first ? 0.0f : weight_sums[f]) + sum(of_weight);
        bias_sums[f] = (first ? 0.0f : bias_sums[f]) + sum(of_bias);
    }
}

void batch_norm_back(const float* weight, const float* inverse, const float* normal, const float* weight_sums,
                     const float* bias_sums, float* d, int F, int R, int rows, int batch) {
    for (int f = 0; f < F; ++f) {
        const float scale = weight[f] * inverse[f];
        const float mean = bias_sums[f] / (float)batch, along = weight_sums[f] / (float)batch;
        float* row = d + f * R;
        for (int r = 0; r < R; r += L)
            store(row + r, scale * (load(row + r) - mean - load(normal + f * R + r) * along));
        for (int r = rows; r < R; ++r) row[r] = 0;  // what fills the block up has no gradient
    }
}
