// Losses with their gradients and the count of right answers, L rows at a time.
//
// The formulas are those of PyTorch's CrossEntropyLoss, BCEWithLogitsLoss, MSELoss, L1Loss and HuberLoss.
#pragma once

// 1 in the lanes of real rows, 0 in those that fill the block up.
inline V real_rows(int r, int rows) {
    if (r + L <= rows) return splat(1);
    I lane;
    for (int i = 0; i < L; ++i) lane[i] = i;
    return choose(lane < rows - r, splat(1), V{});
}

// The class with the largest output, the first of equals.
inline I best_class(const LossBlock& b, int r) {
    V most = load(b.outputs + r);
    I best{};
    for (int k = 1; k < b.outputs_count; ++k) {
        const V z = load(b.outputs + k * b.R + r);
        const I more = z > most;
        most = choose(more, z, most);
        best = (more & k) | (~more & best);
    }
    return best;
}

inline V right_answers(const LossBlock& b, int r, V real) {
    const I said = b.outputs_count == 1 ? (load(b.outputs + r) > 0.0f) & 1 : best_class(b, r);
    return choose(said == load_int(b.classes + r), real, V{});
}

// Three loops in place of one: within each the rows don't wait for one another's exponentials and logarithms.
LossSums cross_entropy(const LossBlock& b) {
    LossSums sums;
    V losses{}, hits{};
    const int K = b.outputs_count, R = b.R;
    const float hard = 1.0f - b.smoothing, soft = b.smoothing / (float)K;
    float largest[most_rows], behind[most_rows], totals[most_rows];
    for (int r = 0; r < R; r += L) {
        const I answer = load_int(b.classes + r);
        V most = load(b.outputs + r), own = most;
        I best{};
        for (int k = 1; k < K; ++k) {
            const V z = load(b.outputs + k * R + r);
            const I more = z > most;
            most = choose(more, z, most);
            best = (more & k) | (~more & best);
            own = choose(answer == k, z, own);
        }
        hits += choose(best == answer, real_rows(r, b.rows), V{});
        store(largest + r, most);
        store(behind + r, most - own);
    }
    for (int r = 0; r < R; r += L) {
        const V most = load(largest + r);
        V total{};
        for (int k = 0; k < K; ++k) {
            const V e = exp(load(b.outputs + k * R + r) - most);
            total += e;
            if (b.gradient) store(b.gradient + k * R + r, e);
        }
        store(totals + r, total);
    }
    for (int r = 0; r < R; r += L) {
        const bool whole = r + L <= b.rows;
        const V real = real_rows(r, b.rows);
        const V weight = b.row_weights ? load(b.row_weights + r) * real : real;
        const V total = load(totals + r), normaliser = log(total);
        V loss = weight * hard * (normaliser + load(behind + r));
        if (soft > 0) {
            V others{};
            for (int k = 0; k < K; ++k)
                others += (b.class_weights ? b.class_weights[k] : 1.0f) *
                          (normaliser + (load(largest + r) - load(b.outputs + k * R + r)));
            loss += soft * others * real;
        }
        losses += whole ? loss : choose(real > 0.0f, loss, V{});
        if (!b.gradient) continue;
        const I answer = load_int(b.classes + r);
        const V share = (weight * hard + real * (soft * b.class_weights_sum)) * (b.scale / total);
        const V pull = weight * (hard * b.scale);
        for (int k = 0; k < K; ++k) {
            float* at = b.gradient + k * R + r;
            V d = load(at) * share - choose(answer == k, pull, V{});
            if (soft > 0) d -= real * (soft * b.scale * (b.class_weights ? b.class_weights[k] : 1.0f));
            store(at, whole ? d : choose(real > 0.0f, d, V{}));
        }
    }
    sums.loss = sum(losses);
    sums.hits = sum(hits);
    return sums;
}

LossSums binary_cross_entropy(const LossBlock& b) {
    LossSums sums;
    V losses{}, hits{};
    for (int r = 0; r < b.R; r += L) {
        const V real = real_rows(r, b.rows);
        const V z = load(b.outputs + r), y = load(b.values + r);
        const V weight = 1.0f + (b.positive_weight - 1.0f) * y;
        const V small = exp(-absolute(z));
        const V softplus = log(1.0f + small) + choose(z < 0.0f, -z, V{});  // ln(1 + e^-z)
        losses += choose(real > 0.0f, (1.0f - y) * z + weight * softplus, V{});
        hits += right_answers(b, r, real);
        if (b.gradient) {
            const V wrong = choose(z < 0.0f, splat(1), small) / (1.0f + small);  // 1 - sigmoid(z)
            const V d = ((1.0f - y) - weight * wrong) * b.scale;
            store(b.gradient + r, choose(real > 0.0f, d, V{}));
        }
    }
    sums.loss = sum(losses);
    sums.hits = sum(hits);
    return sums;
}

// L rows; `at` gives loss and slope of a difference. Only the last rows of a block may not be real.
template <bool REAL, typename F>
inline void differences(const LossBlock& b, int r, V real, F at, V& losses, V& squares, V& hits) {
    const auto counted = [&](V v) { return REAL ? v : choose(real > 0.0f, v, V{}); };
    for (int k = 0; k < b.outputs_count; ++k) {
        const V away = load(b.outputs + k * b.R + r) - load(b.values + k * b.R + r);
        V loss, slope;
        at(away, loss, slope);
        losses += counted(loss);
        squares += counted(away * away);
        if (b.gradient) store(b.gradient + k * b.R + r, counted(slope * b.scale));
    }
    if (b.classes) hits += choose(best_class(b, r) == load_int(b.classes + r), real, V{});
}

template <typename F>
inline LossSums of_differences(const LossBlock& b, F at) {
    LossSums sums;
    V losses{}, squares{}, hits{};
    int r = 0;
    for (; r + L <= b.rows; r += L) differences<true>(b, r, splat(1), at, losses, squares, hits);
    for (; r < b.R; r += L) differences<false>(b, r, real_rows(r, b.rows), at, losses, squares, hits);
    sums.loss = sum(losses);
    sums.hits = sum(b.classes ? hits : squares);
    return sums;
}

LossSums loss(LossKind kind, const LossBlock& b) {
    const V one = splat(1), zero{};
    switch (kind) {
        case LossKind::cross_entropy: return cross_entropy(b);
        case LossKind::bce_with_logits: return binary_cross_entropy(b);
        case LossKind::mse:
            return of_differences(b, [](V d, V& loss, V& slope) {
                loss = d * d;
                slope = 2.0f * d;
            });
        case LossKind::l1:
            return of_differences(b, [=](V d, V& loss, V& slope) {
                loss = absolute(d);
                slope = choose(d > zero, one, choose(d < zero, -one, zero));
            });
        default:
            return of_differences(b, [=](V d, V& loss, V& slope) {
                const V limit = splat(b.delta), size = absolute(d);
                loss = choose(size < limit, 0.5f * d * d, limit * (size - 0.5f * limit));
                slope = choose(size < limit, d, choose(d > zero, limit, -limit));
            });
    }
}
