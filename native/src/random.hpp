// PyTorch's CPU generator: the Mersenne Twister mt19937 (Matsumoto and Nishimura, 1998), 32 bits a word.
#pragma once

#include <cstdint>
#include <vector>

namespace stirfry {

class Random {
public:
    static constexpr int size = 624;

    explicit Random(uint32_t seed = 0);
    // `key` and `position` as in the state of NumPy's RandomState.
    Random(const uint32_t* key, int position);

    uint32_t word() {
        if (position_ == size) refill();
        return tempered_[position_++];
    }
    // Two words, the first on top, as PyTorch's `random64`.
    uint64_t word64() {
        const uint64_t high = word();
        return high << 32 | word();
    }
    // The value of `torch.empty((), dtype=torch.int64).random_()`.
    int64_t integer() { return (int64_t)(word64() & 0x7fffffffffffffffULL); }

    const uint32_t* key() const { return key_; }
    int position() const { return position_; }

private:
    void refill();
    void temper();

    uint32_t key_[size];
    uint32_t tempered_[size];
    int position_;
};

// `torch.randperm(n)` from a new generator of this seed.
void randperm(int64_t seed, std::vector<int32_t>& order);

// Dropout's mask of B rows, drawn row by row, as blocks [B / R][F][R]: `kept` where a value is kept, else 0.
void dropout_mask(Random& random, double p, int B, int F, int R, float* mask);

}  // namespace stirfry
