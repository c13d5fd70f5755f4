#include "predictor.hpp"
#include "tiny.hpp"

#include <algorithm>
#include <numeric>

namespace stirfry {

namespace {
// Images that are taken at a time, and multiplications from which threads are.
constexpr int image_span = 128;
constexpr double threads_from = 1e8;
}  // namespace

Predictor::Predictor(const Kernels* kernels, std::vector<Layer> layers, int inputs, std::vector<float> weights,
                     std::vector<float> buffers, int threads)
    : kernels_(kernels),
      inputs_(inputs),
      threads_(threads),
      layout_(behind(layers, image_layers(layers), inputs)),
      weights_(std::move(weights)),
      buffers_(std::move(buffers)) {
    pass_ = Pass{kernels_, &layout_, weights_.data(), buffers_.data(), &scratch_, nullptr};
    if (const int images = image_layers(layers); images > 0) {
        layers.resize((size_t)images);
        front_ = std::make_unique<Front>(kernels_, layers, inputs, image_span, threads);
        front_->look_at(weights_.data(), buffers_.data(), nullptr);
        front_->begin_prediction();
    }
}

void Predictor::run(const float* inputs, int rows, float* outputs) {
    const TinyIsZero flushing;  // as the team's threads have it
    int R = layout_.block_rows(std::max(rows, 1), kernels_->lanes);
    if (front_) R = std::min((R + front_->rows() - 1) / front_->rows() * front_->rows(), image_span);
    const int K = layout_.outputs;
    block_.resize((size_t)layout_.inputs * R);
    features_.resize((size_t)layout_.features * R + 16);
    scratch_.resize((size_t)layout_.widest * R);
    if ((int)order_.size() < R) {
        order_.resize((size_t)R);
        std::iota(order_.begin(), order_.end(), 0);
    }
    if (front_ && threads_ > 1 && !team_ && front_->layout().multiplications * rows >= threads_from) {
        team_ = std::make_unique<Team>(threads_);
        front_->look_at(weights_.data(), buffers_.data(), team_.get());
    }
    for (int start = 0; start < rows; start += R) {
        const int there = std::min(R, rows - start);
        const float* from = inputs + (size_t)start * inputs_;
        if (front_)
            front_->predict({from, nullptr, nullptr, order_.data()}, there, block_.data(), R);
        else
            kernels_->gather(from, order_.data(), there, block_.data(), layout_.inputs, R);
        const float* found = predict_block(pass_, block_.data(), features_.data(), R);
        for (int r = 0; r < there; ++r)
            for (int k = 0; k < K; ++k) outputs[((size_t)start + r) * K + k] = found[(size_t)k * R + r];
    }
}

}  // namespace stirfry
