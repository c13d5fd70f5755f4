#include "random.hpp"

#include <cmath>
#include <cstring>
#include <utility>

namespace stirfry {

namespace {
constexpr int far = 397;

inline uint32_t next_key(uint32_t before, uint32_t index) {
    return 1812433253u * (before ^ (before >> 30)) + index;
}

inline uint32_t twist(uint32_t high, uint32_t low) {
    const uint32_t mixed = (high & 0x80000000u) | (low & 0x7fffffffu);
    return (mixed >> 1) ^ (-(low & 1u) & 0x9908b0dfu);
}

inline uint32_t tempered(uint32_t y) {
    y ^= y >> 11;
    y ^= (y << 7) & 0x9d2c5680u;
    y ^= (y << 15) & 0xefc60000u;
    return y ^ (y >> 18);
}
}  // namespace

Random::Random(uint32_t seed) : position_(size) {
    key_[0] = seed;
    for (int i = 1; i < size; ++i) key_[i] = next_key(key_[i - 1], (uint32_t)i);
}

Random::Random(const uint32_t* key, int position) : position_(position) {
    std::memcpy(key_, key, sizeof key_);
    temper();
}

void Random::refill() {
    for (int i = 0; i < size - far; ++i) key_[i] = key_[i + far] ^ twist(key_[i], key_[i + 1]);
    for (int i = size - far; i < size - 1; ++i) key_[i] = key_[i + far - size] ^ twist(key_[i], key_[i + 1]);
    key_[size - 1] = key_[far - 1] ^ twist(key_[size - 1], key_[0]);
    temper();
    position_ = 0;
}

void Random::temper() {
    for (int i = 0; i < size; ++i) tempered_[i] = tempered(key_[i]);
}

void randperm(int64_t seed, std::vector<int32_t>& order) {
    const uint32_t n = (uint32_t)order.size();
    for (uint32_t i = 0; i < n; ++i) order[i] = (int32_t)i;
    if (n > (uint32_t)(Random::size - far)) {
        Random random((uint32_t)seed);
        for (uint32_t i = 0; i + 1 < n; ++i) std::swap(order[i], order[i + random.word() % (n - i)]);
        return;
    }
    // The first words depend on a part of the key only, and making the key is most of the work.
    uint32_t key[Random::size];
    key[0] = (uint32_t)seed;
    for (uint32_t i = 1; i < n + far; ++i) key[i] = next_key(key[i - 1], i);
    for (uint32_t i = 0; i + 1 < n; ++i) {
        const uint32_t word = tempered(key[i + far] ^ twist(key[i], key[i + 1]));
        std::swap(order[i], order[i + word % (n - i)]);
    }
}

void dropout_mask(Random& random, double p, int B, int F, int R, float* mask) {
    // An element is kept where its 53 bits, times 2^-53, are below 1 - p.
    const uint64_t below = (uint64_t)std::ceil((1 - p) * 9007199254740992.0);
    const float kept = 1.0f / (float)(1 - p);
    const int blocks = (B + R - 1) / R;
    std::memset(mask, 0, sizeof(float) * (size_t)blocks * F * R);
    for (int row = 0; row < B; ++row) {
        float* at = mask + (size_t)(row / R) * F * R + row % R;
        for (int f = 0; f < F; ++f)
            at[(size_t)f * R] = (random.word64() & 0x1fffffffffffffULL) < below ? kept : 0.0f;
    }
}

}  // namespace stirfry
