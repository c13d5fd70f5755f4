// A Linear layer forward, and back to its inputs, by `some_deep`: that of linear.hpp or of bfloat16.hpp.
#pragma once

// C [M][R] = A B for `count` rows of A, `a_next` apart, piece by piece along K.
template <bool BY_ROW, Begin BEGIN, End END>
inline void product(const float* A, ptrdiff_t a, ptrdiff_t a_next, const float* B, float* C, int count, int K, int R,
                    const float* bias, float* scratch, const float* y) {
    constexpr int most = NUMBERS * DEEP;
    if constexpr (NUMBERS == 1)
        if ((ptrdiff_t)K * R <= NEAR || R <= PANEL)
            return strips<BY_ROW, BEGIN, END>(A, a, a_next, B, R, C, 0, count, 0, R, K, R, bias, y);
    if (K <= most) return some_deep<BY_ROW, BEGIN, END>(A, a, a_next, B, C, count, K, R, bias, scratch, y);
    const auto next = [](int left) {
        const int deep = (next_tile(left, most) + NUMBERS - 1) / NUMBERS * NUMBERS;
        return deep < left ? deep : left;
    };
    const ptrdiff_t step = BY_ROW ? 1 : a;
    int k = next(K);
    some_deep<BY_ROW, BEGIN, End::none>(A, a, a_next, B, C, count, k, R, bias, scratch, y);
    for (int deep; k < K; k += deep) {
        deep = next(K - k);
        const float *rows = A + k * step, *lines = B + (ptrdiff_t)k * R;
        if (k + deep < K)
            some_deep<BY_ROW, Begin::sum, End::none>(rows, a, a_next, lines, C, count, deep, R, bias, scratch, y);
        else
            some_deep<BY_ROW, Begin::sum, END>(rows, a, a_next, lines, C, count, deep, R, bias, scratch, y);
    }
}

void linear(const float* W, const float* b, const float* X, float* Z, int in, int R, int begin, int end,
            float* scratch, Kind then) {
    const auto run = [&](auto product_of) {
        product_of(W + (ptrdiff_t)begin * in, in, in, X, Z + (ptrdiff_t)begin * R, end - begin, in, R,
                   b ? b + begin : nullptr, scratch, nullptr);
    };
    switch (then) {
        case Kind::relu: return b ? run(product<true, Begin::bias, End::relu>) : run(product<true, Begin::zero, End::relu>);
        case Kind::sigmoid:
            return b ? run(product<true, Begin::bias, End::sigmoid>) : run(product<true, Begin::zero, End::sigmoid>);
        default: return b ? run(product<true, Begin::bias, End::none>) : run(product<true, Begin::zero, End::none>);
    }
}

void linear_input(const float* W, const float* dZ, float* dX, int in, int out, int R, int begin, int end,
                  float* scratch, Kind before, const float* y) {
    const ptrdiff_t at = (ptrdiff_t)begin * R;
    const auto run = [&](auto product_of) {
        product_of(W + begin, in, 1, dZ, dX + at, end - begin, out, R, nullptr, scratch, y + at);
    };
    switch (before) {
        case Kind::relu: return run(product<false, Begin::zero, End::relu_slope>);
        case Kind::sigmoid: return run(product<false, Begin::zero, End::sigmoid_slope>);
        default: return run(product<false, Begin::zero, End::none>);
    }
}
