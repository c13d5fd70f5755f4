// Vectors of STIRFRY_LANES floats, and the functions on them. Included once by each instruction set's file,
// in its unnamed namespace: nothing here may be shared with a file that is compiled for another one.
#pragma once

constexpr int L = STIRFRY_LANES;

typedef float V __attribute__((vector_size(L * 4)));
typedef int32_t I __attribute__((vector_size(L * 4)));

inline V load(const float* p) {
    V v;
    __builtin_memcpy(&v, p, sizeof v);
    return v;
}
// Keeps a vector that is used several times in its register: compilers would rather read it again each time.
inline V kept(V v) {
#if defined(STIRFRY_X86) && (STIRFRY_LANES < 16 || defined(__AVX512F__))
    __asm__("" : "+v"(v));
#endif
    return v;
}
inline void store(float* p, V v) { __builtin_memcpy(p, &v, sizeof v); }
// Less 0, and not plus 0: only so the compiler may leave the sum out, whatever x's sign.
inline V splat(float x) { return x - V{}; }
inline I load_int(const int32_t* p) {
    I v;
    __builtin_memcpy(&v, p, sizeof v);
    return v;
}

inline V choose(I mask, V yes, V no) { return mask ? yes : no; }

// The second operand where one of them is a NaN: compilers don't find the instruction by themselves.
#if defined(STIRFRY_X86) && STIRFRY_LANES == 8
inline V larger(V a, V b) { return __builtin_ia32_maxps256(a, b); }
inline V smaller(V a, V b) { return __builtin_ia32_minps256(a, b); }
#elif defined(STIRFRY_X86) && STIRFRY_LANES == 4
inline V larger(V a, V b) { return __builtin_ia32_maxps(a, b); }
inline V smaller(V a, V b) { return __builtin_ia32_minps(a, b); }
#elif defined(__AVX512F__)
inline V larger(V a, V b) { return _mm512_max_ps(a, b); }
inline V smaller(V a, V b) { return _mm512_min_ps(a, b); }
#else
inline V larger(V a, V b) { return choose(a > b, a, b); }
inline V smaller(V a, V b) { return choose(a < b, a, b); }
#endif
inline V absolute(V x) { return (V)((I)x & 0x7fffffff); }

inline float sum(V v) {
    float total = 0;
    for (int i = 0; i < L; ++i) total += v[i];
    return total;
}

// (e^r - 1 - r) / r^2 for r in [-ln 2 / 2, ln 2 / 2]: of all polynomials of degree 4 the one that leaves e^r the
// smallest largest relative error, 3e-9.
inline V curve(V r) {
    V p = r * 1.38145994e-3f + 8.3687169e-3f;
    p = p * r + 4.1668388e-2f;
    p = p * r + 0.166665206f;
    return p * r + 0.499999934f;
}

// e^x to 2 units in the last place: 2^n e^r with r in [-ln 2 / 2, ln 2 / 2]. A NaN stays one.
inline V exp(V x) {
    const V low = splat(-87.33f), high = splat(88.72f);
    const V bounded = larger(low, smaller(high, x));
    const V magic = splat(12582912.0f);  // 1.5 * 2^23: adding it rounds to a whole number
    const V shifted = bounded * 1.44269504f + magic;
    const V n = shifted - magic;
    V r = bounded - n * 0.693359375f;  // ln 2 in two parts, the first exact in 9 bits
    r = r + n * 2.12194440e-4f;
    const V e = curve(r) * (r * r) + (r + 1.0f);
    const I power = ((I)shifted << 23) + (127 << 23);  // the bits of `magic` itself are shifted out
    return e * (V)power;
}

// e^x - 1, without losing digits near 0.
inline V exp_minus_one(V x) { return choose(absolute(x) < 0.34f, x + x * x * curve(x), exp(x) - 1.0f); }

// ln x for x in (0, inf); a NaN stays one. x = 2^n m with m in [sqrt(1/2), sqrt 2), ln m = 2 atanh((m - 1) / (m + 1)).
inline V log(V x) {
    I bits = (I)x;
    I exponent = ((bits - 0x3f3504f3) >> 23);
    const V m = (V)(bits - (exponent << 23));
    const V n = __builtin_convertvector(exponent, V);
    const V s = (m - 1.0f) / (m + 1.0f);
    const V z = s * s;
    V p = splat(2.0f / 9);
    p = p * z + (2.0f / 7);
    p = p * z + (2.0f / 5);
    p = p * z + (2.0f / 3);
    const V ln_m = s * 2.0f + s * z * p;
    return n * 0.69314718f + ln_m;
}

inline V sigmoid(V x) { return 1.0f / (1.0f + exp(-x)); }

// Near 0 the quotient would lose digits, and the Taylor series is short.
inline V tanh(V x) {
    const V z = x * x;
    V p = splat(62.0f / 2835);
    p = p * z - (17.0f / 315);
    p = p * z + (2.0f / 15);
    p = p * z - (1.0f / 3);
    const V near = x + x * z * p;
    const V far = 1.0f - 2.0f / (exp(2.0f * x) + 1.0f);
    return choose(absolute(x) < 0.2f, near, far);
}

// Phi(x), the normal distribution's share below x, to 1e-7.
// Source: Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 7.1.26.
inline V normal_share(V x) {
    const V z = absolute(x) * 0.70710678f;
    const V t = 1.0f / (1.0f + 0.3275911f * z);
    V p = splat(1.061405429f);
    p = p * t - 1.453152027f;
    p = p * t + 1.421413741f;
    p = p * t - 0.284496736f;
    p = p * t + 0.254829592f;
    const V tail = 0.5f * p * t * exp(-z * z);
    return choose(x < 0.0f, tail, 1.0f - tail);
}

// [a0 a1 a2 a3 ..] and [b0 b1 b2 b3 ..] to [a0 b0 a2 b2 ..] and [a1 b1 a3 b3 ..]; likewise by pairs, fours and eights.
#if STIRFRY_LANES == 16
inline V firsts(V a, V b) {
    return __builtin_shufflevector(a, b, 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30);
}
inline V seconds(V a, V b) {
    return __builtin_shufflevector(a, b, 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31);
}
inline V first_pairs(V a, V b) {
    return __builtin_shufflevector(a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29);
}
inline V second_pairs(V a, V b) {
    return __builtin_shufflevector(a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31);
}
inline V first_fours(V a, V b) {
    return __builtin_shufflevector(a, b, 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27);
}
inline V second_fours(V a, V b) {
    return __builtin_shufflevector(a, b, 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31);
}
inline V first_eights(V a, V b) {
    return __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
}
inline V second_eights(V a, V b) {
    return __builtin_shufflevector(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
}
#elif STIRFRY_LANES == 8
inline V firsts(V a, V b) { return __builtin_shufflevector(a, b, 0, 8, 2, 10, 4, 12, 6, 14); }
inline V seconds(V a, V b) { return __builtin_shufflevector(a, b, 1, 9, 3, 11, 5, 13, 7, 15); }
inline V first_pairs(V a, V b) { return __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13); }
inline V second_pairs(V a, V b) { return __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15); }
inline V first_fours(V a, V b) { return __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11); }
inline V second_fours(V a, V b) { return __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15); }
#else
inline V firsts(V a, V b) { return __builtin_shufflevector(a, b, 0, 4, 2, 6); }
inline V seconds(V a, V b) { return __builtin_shufflevector(a, b, 1, 5, 3, 7); }
inline V first_pairs(V a, V b) { return __builtin_shufflevector(a, b, 0, 1, 4, 5); }
inline V second_pairs(V a, V b) { return __builtin_shufflevector(a, b, 2, 3, 6, 7); }
#endif

// Turns L lines of L floats: line j begins at from(j), and becomes column j of lines that lie `b` apart.
template <typename F>
inline void turn(F from, float* to, ptrdiff_t b) {
    V v[L], w[L];
    for (int j = 0; j < L; ++j) v[j] = load(from(j));
    const auto round = [&](int step, auto first, auto second) {
        for (int j = 0; j < L; ++j)
            if (!(j & step)) {
                w[j] = first(v[j], v[j + step]);
                w[j + step] = second(v[j], v[j + step]);
            }
        for (int j = 0; j < L; ++j) v[j] = w[j];
    };
    round(1, [](V x, V y) { return firsts(x, y); }, [](V x, V y) { return seconds(x, y); });
    round(2, [](V x, V y) { return first_pairs(x, y); }, [](V x, V y) { return second_pairs(x, y); });
#if STIRFRY_LANES >= 8
    round(4, [](V x, V y) { return first_fours(x, y); }, [](V x, V y) { return second_fours(x, y); });
#endif
#if STIRFRY_LANES == 16
    round(8, [](V x, V y) { return first_eights(x, y); }, [](V x, V y) { return second_eights(x, y); });
#endif
    for (int j = 0; j < L; ++j) store(to + j * b, v[j]);
}
