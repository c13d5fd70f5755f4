// One training run: its state, and the loop that carries it on.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "front.hpp"
#include "layout.hpp"
#include "normalise.hpp"
#include "random.hpp"

namespace stirfry {

using Clock = std::chrono::steady_clock;

// The rows of one part. The arrays belong to Python, which keeps them alive.
struct Part {
    const float* inputs = nullptr;     // [N][D], or null where there are pixels
    const uint8_t* pixels = nullptr;   // [N][D]
    const float* table = nullptr;      // what each pixel means, [channels][256]
    int area = 1;                      // pixels of a channel
    const int32_t* classes = nullptr;  // [N], or null in regression
    const float* values = nullptr;     // [N][K], or null for cross-entropy
    int rows = 0;
    double spread = 0;                 // the sum of squared distances from the mean, for R^2
};

struct Plan {
    Optimizer optimizer;
    int epochs = 1, batch_size = 1, steps = 1;  // steps of an epoch
    bool draws = true, shuffle = true;          // whether an epoch takes its numbers from the stream
    bool validates = false, keep_best = true, keep_steps = false;
    int patience = 0;                           // 0 never stops
    double min_delta = 0;
    std::vector<double> rates;                  // [epochs][rate_columns]
    int rate_columns = 1;
    int probe_every = 0;                        // epochs between two probes; 0 never probes
    int shift = 0;                              // by how many pixels each image is moved at most
    bool flip = false;                          // one image in two is mirrored
    bool moves() const { return shift > 0 || flip; }
};

enum class Status : int { running, finished, patience, not_finite };

class Run {
public:
    Run(const Kernels* kernels, std::vector<Layer> layers, int inputs, Loss loss, Plan plan, Part train,
        std::vector<Part> followed, const float* weights, const float* buffers, Random random, int threads);

    // Goes on until `seconds` are over, `steps` steps are done (0 is no limit), or the run ends.
    Status advance(double seconds, int64_t steps);

    // What changes from step to step, and what has been measured: a checkpoint is exactly this.
    std::vector<float> weights, buffers, first, second, best_weights, best_buffers;
    int64_t batches = 0, best_batches = 0;  // that BatchNorm1d has seen
    int64_t optimizer_steps = 0;
    Random random;
    std::vector<int32_t> order;
    int epoch = 0, step = 0, best_epoch = 0;
    double losses = 0, hits = 0;  // of the epoch under way
    double best_loss = std::numeric_limits<double>::infinity();
    std::vector<double> history;  // rows of `columns()` numbers: loss and score of each part
    std::vector<float> step_losses;
    std::vector<double> probes;   // rows of `probe_columns()` numbers

    Status status = Status::running;
    double failed_loss = 0;
    int columns() const { return 2 + 2 * (int)followed_.size(); }
    int probe_columns() const { return 1 + 3 * (int)(layout_.layers.size() + (front_ ? front_->layout().layers.size() : 0)); }
    // The stream as it was before the step under way, which is taken anew where the run is taken up from its state.
    const Random& stream() const { return under_way_ && long_steps_ ? before_step_ : random; }
    void set_stream(Random stream) {
        random = stream;
        under_way_ = false;
    }
    int threads() const { return team_ ? team_->threads() : 1; }

private:
    // Rows as blocks, with all that the loss wants of them.
    struct Blocks {
        Floats x, values, row_weights;
        std::vector<int32_t> classes;
        int rows = 0;
        double divisor = 0;  // what the loss is divided by
        bool filled = false;
    };

    // Where one thread works: what of a block no other block needs.
    struct Desk {
        Floats features, d, other_half, inverse, scratch, lanes;
        Pass pass;
        int side = 0;  // of the two halves of `d`, the one that holds the newest gradient
    };

    void begin_step();
    void draw_order();
    bool go_through_batch(Clock::time_point end);
    void end_step();
    void do_group(Desk& desk, int group, int count);
    void go_through(Desk& desk, int group, int begin, int end, bool first);
    void go_through_together(Desk& desk, int count);
    void forward(Desk& desk, size_t layer, const Blocks& blocks, int block);
    void judge(Desk& desk, int block, LossSums& sums);
    void backward(Desk& desk, size_t layer, const Blocks& blocks, int block, bool first, int group);
    void halves(const Layer& layer, const float* W, const Pass& pass, const float* from, float* to, float* more) const;
    LossSums loss_of(const Blocks& blocks, int block, const float* outputs, float* gradient) const;
    void gather_sums(const Desk& desk, int group);
    void add_groups();
    bool probes_now() const;
    void set_sizes();
    void spend(const Layer& layer, const Slot& slot, const float* from, float* room, float* db, int begin, int end);
    void take_step(size_t begin, const float* gradient, size_t n);
    void update();
    void probe(const std::vector<float>& before, int rows);
    void probe_layer(const Layer& layer, const Slot& slot, const std::vector<float>& before, const float* features,
                     int R, int rows);
    void draw_moves(int rows);
    double multiplications() const;
    Images images(const Part& part, const int32_t* order) const { return {part.inputs, part.pixels, part.table, order}; }
    Images batch_images() const;
    void close_epoch();
    void evaluate(const Part& part, Blocks& blocks, double* loss, double* score);
    void fill(const Part& part, const int32_t* order, int rows, Blocks& blocks) const;
    double score(const Part& part, double hits, int rows) const;

    int rows_of(const Blocks& blocks, int block) const { return std::min(R_, blocks.rows - block * R_); }
    float* features(const Desk& desk, int block) const {
        return desk.features.data() + (size_t)kept(block) * layout_.features * R_;
    }
    float* d(const Desk& desk, int block, int side) const {
        return desk.d.data() + ((size_t)kept(block) * 2 + side) * layout_.widest * R_;
    }
    float* gradient(int group) const { return gradient_.data() + (size_t)group * gradient_room_; }
    const float* input(const Desk& desk, size_t layer, const Blocks& blocks, int block) const {
        const int x = layout_.slots[layer].x;
        if (x < 0) return blocks.x.data() + (size_t)block * layout_.inputs * R_;
        return features(desk, block) + (size_t)x * R_;
    }
    // Blocks go through one by one in the same memory, unless a BatchNorm1d makes them wait for each other.
    int kept(int block) const { return layout_.whole_batch ? block : 0; }

    const Kernels* kernels_;
    Layout layout_;
    Loss loss_;
    Plan plan_;
    Part train_;
    std::vector<Part> followed_;
    std::vector<Blocks> followed_blocks_;
    Blocks batch_;
    float class_weights_sum_ = 0;
    std::unique_ptr<Team> team_;
    std::vector<Desk> desks_;            // one for each thread that takes groups of blocks
    const Desk* last_desk_ = nullptr;    // the one that the newest step's last block went over
    Floats gradient_, panels_, masks_;   // `gradient_` holds a set for each group
    size_t gradient_room_ = 0;
    int groups_ = 1;
    std::vector<LossSums> group_sums_;
    std::unique_ptr<Front> front_;       // null where no layer goes over images
    Normalising normalising_;
    std::vector<float> moved_;           // the buffers as they will be after the step
    std::vector<int32_t> in_order_, moves_;
    int R_ = 0, rows_seen_ = 0;
    bool long_steps_ = false;   // a step may be left in its midst
    bool spends_ = false;       // the step under way: gradients of wide layers go into the weights where they are made
    StepSizes sizes_{};
    bool under_way_ = false;    // and has been, before block or group `next_`
    int next_ = 0;
    Random before_step_;
};

}  // namespace stirfry
