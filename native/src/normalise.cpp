#include "normalise.hpp"

#include <algorithm>
#include <cmath>

namespace stirfry {

namespace {
// Numbers of a batch from which threads share its channels.
constexpr double shared_numbers = 1e5;

// Calls `work(block, first feature, features)` for every block, channel by channel.
void by_channels(const Pass& pass, const Layer& layer, const Batch& batch,
                 const std::function<void(int, int, int)>& work) {
    const int area = layer.out / layer.window.channels;
    const auto some = [&](int, int begin, int end) {
        for (int b = 0; b < batch.count; ++b) work(b, begin * area, (end - begin) * area);
    };
    if (pass.team && (double)layer.out * batch.rows >= shared_numbers)
        pass.team->split(layer.window.channels, 1, some);
    else
        some(0, 0, layer.window.channels);
}
}  // namespace

void Normalising::resize(int widest) {
    sums_.resize((size_t)widest);
    for (auto* each : {&mean_, &weight_, &bias_, &of_weight_, &of_bias_}) each->resize((size_t)widest);
}

// The mean of each channel, for each of its features.
void Normalising::average(int channels, int area, double count) {
    for (int c = 0; c < channels; ++c) {
        const auto from = sums_.begin() + (ptrdiff_t)c * area;
        double total = 0;
        for (int j = 0; j < area; ++j) total += from[j];
        std::fill_n(from, area, total / count);
    }
}

void Normalising::forward(const Pass& pass, size_t index, const Batch& batch, const BlockAt& x,
                          const BlockAt& features, float* inverse, float* running) {
    const Layer& layer = pass.layout->layers[index];
    const Slot& slot = pass.layout->slots[index];
    const Kernels& k = *pass.kernels;
    const int F = layer.out, C = layer.window.channels, area = F / C, R = batch.R;
    const double numbers = (double)batch.rows * area;
    by_feature(pass.weights + slot.weight, C, area, weight_.data());
    by_feature(pass.weights + slot.bias, C, area, bias_.data());
    const auto sum_up = [&](const float* centre) {
        std::fill_n(sums_.begin(), F, 0.0);
        by_channels(pass, layer, batch, [&](int b, int f, int n) {
            k.batch_norm_sums(x(b) + (size_t)f * R, centre ? centre + f : nullptr, centre != nullptr, sums_.data() + f,
                              n, R, batch.rows_of(b));
        });
        average(C, area, numbers);
    };
    sum_up(nullptr);
    std::copy_n(sums_.begin(), F, mean_.begin());
    sum_up(mean_.data());
    for (int f = 0; f < F; ++f) inverse[f] = (float)(1 / std::sqrt(sums_[f] + layer.alpha));
    for (int c = 0; c < C; ++c) {
        const size_t f = (size_t)c * area;
        const double unbiased = sums_[f] * numbers / (numbers - 1);  // which is what PyTorch keeps
        running[c] += (float)layer.p * (mean_[f] - running[c]);
        running[C + c] += (float)layer.p * ((float)unbiased - running[C + c]);
    }
    by_channels(pass, layer, batch, [&](int b, int f, int n) {
        const size_t at = (size_t)f * R;
        k.batch_norm(x(b) + at, mean_.data() + f, inverse + f, weight_.data() + f, bias_.data() + f,
                     features(b) + (size_t)slot.normal * R + at, features(b) + (size_t)slot.y * R + at, n, R);
    });
}

void Normalising::backward(const Pass& pass, size_t index, const Batch& batch, const BlockAt& features,
                           const BlockAt& d, const float* inverse, float* gradient) {
    const Layer& layer = pass.layout->layers[index];
    const Slot& slot = pass.layout->slots[index];
    const Kernels& k = *pass.kernels;
    const int C = layer.window.channels, area = layer.out / C, R = batch.R;
    const auto normal = [&](int b, int f) { return features(b) + ((size_t)slot.normal + f) * R; };
    by_feature(pass.weights + slot.weight, C, area, weight_.data());
    by_channels(pass, layer, batch, [&](int b, int f, int n) {
        k.batch_norm_back_sums(d(b) + (size_t)f * R, normal(b, f), of_weight_.data() + f, of_bias_.data() + f, n, R,
                               b == 0);
    });
    for (int c = 0; c < C; ++c)
        for (const bool is_weight : {true, false}) {
            const auto from = (is_weight ? of_weight_ : of_bias_).begin() + (ptrdiff_t)c * area;
            double total = 0;
            for (int j = 0; j < area; ++j) total += from[j];
            gradient[(is_weight ? slot.weight : slot.bias) + c] = (float)total;
            std::fill_n(from, area, (float)total);
        }
    by_channels(pass, layer, batch, [&](int b, int f, int n) {
        k.batch_norm_back(weight_.data() + f, inverse + f, normal(b, f), of_weight_.data() + f, of_bias_.data() + f,
                          d(b) + (size_t)f * R, n, R, batch.rows_of(b), batch.rows * area);
    });
}

}  // namespace stirfry
