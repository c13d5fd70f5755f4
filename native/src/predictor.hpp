#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "front.hpp"
#include "layout.hpp"

namespace stirfry {

// Forward passes in prediction mode.
class Predictor {
public:
    Predictor(const Kernels* kernels, std::vector<Layer> layers, int inputs, std::vector<float> weights,
              std::vector<float> buffers, int threads);
    void run(const float* inputs, int rows, float* outputs);
    int inputs() const { return inputs_; }
    int outputs() const { return layout_.outputs; }

private:
    const Kernels* kernels_;
    int inputs_, threads_;
    Layout layout_;
    std::unique_ptr<Front> front_;
    std::unique_ptr<Team> team_;
    std::vector<float> weights_, buffers_;
    Floats block_, features_, scratch_;
    std::vector<int32_t> order_;
    Pass pass_;
};

}  // namespace stirfry
