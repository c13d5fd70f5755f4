// The layers over images at the front of a network. A block of them has as few rows as a convolution works on at a
// time, and goes through all layers while it is near; the Linear layers behind want many rows, so blocks become
// larger there. Threads take a block each, where the layers behind share each layer.
//
// Letters: R rows of a block, F features, D numbers of an image.
#pragma once

#include <vector>

#include "layout.hpp"
#include "normalise.hpp"
#include "random.hpp"

namespace stirfry {

// Images as they lie in memory: floats, or pixels with what each of them means.
struct Images {
    const float* floats = nullptr;    // [N][D]
    const uint8_t* pixels = nullptr;  // [N][D]
    const float* table = nullptr;     // [channels][256]
    const int32_t* order = nullptr;   // the rows to take
    const int32_t* moves = nullptr;   // by how many rows and columns each is moved, if it is mirrored, [3][all], or null
    int all = 0;
};

class Front {
public:
    // `span` rows at most go through together.
    Front(const Kernels* kernels, const std::vector<Layer>& layers, int inputs, int span, int threads);

    const Layout& layout() const { return layout_; }
    int rows() const { return R_; }

    // Looks at these weights from now on; `team` may be null.
    void look_at(const float* weights, const float* buffers, Team* team);
    // Before a step: the weights turned, and Dropout's masks for the whole batch.
    void begin_step(Random& random, int rows);
    // A stretch is some layers that a block goes through without waiting for the others; BatchNorm is one of its own.
    int stretches() const { return (int)stretches_.size(); }
    // Takes some rows of the batch, from `start` on.
    void take(int start, int rows);
    // They go through a stretch, at the last to blocks [F][R] of the layers behind. BatchNorm moves `running`.
    void forward(int stretch, const Images& images, float* to, int R, float* running);
    // Before predictions: the weights turned as they are now.
    void begin_prediction() { turn_weights(false); }
    // Other rows in prediction mode.
    void predict(const Images& images, int rows, float* to, int R);
    // Back through a stretch, at the last from the gradients in blocks [F][R]; adds to `gradient` unless it is the
    // first of the step.
    void backward(int stretch, const BlockAt& d, int R, float* gradient, bool first);
    // The newest block's features, and how many of its rows are real.
    const float* last_features() const { return features(batch_.count - 1); }
    int last_rows() const { return batch_.rows_of(batch_.count - 1); }

private:
    struct Desk {
        Floats d, lanes, scratch;
        Pass pass;
    };
    struct Stretch {
        int begin, end;
    };

    // The weights as convolutions read them, and those that only the way back reads.
    void turn_weights(bool way_back);
    float* features(int block) const { return features_.data() + (size_t)block * layout_.features * R_; }
    float* input(size_t layer, int block) const;
    float* d(Desk& desk, int block, int side) const;
    void fill(const Images& images, int start, int block) const;
    void through(Desk& desk, size_t layer, int block, bool training);
    void back_through(Desk& desk, size_t layer, int block, bool first);
    void hand_over(int block, float* to, int R) const;
    void take_over(Desk& desk, int block, const BlockAt& from, int R) const;
    void add_up(const Stretch& stretch, float* gradient, bool first) const;
    // Shares `n` out: work(desk, begin, end).
    void share(int n, const std::function<void(Desk&, int, int)>& work);

    const Kernels* kernels_;
    Layout layout_;
    int R_;
    std::vector<Stretch> stretches_;  // BatchNorm layers are stretches of their own
    std::vector<Desk> desks_;
    Floats x_, features_, d_, inverse_, masks_, turned_;
    mutable std::vector<int> sides_;  // of each block's two gradients, the newest
    std::vector<Floats> sums_;        // gradients of each group of blocks
    Normalising normalising_;
    Team* team_ = nullptr;
    Batch batch_{0, 0, 0};
    int start_ = 0, masked_blocks_ = 0;
};

}  // namespace stirfry
