// A Linear layer forward, and back to its inputs, by `product`.
#pragma once

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
