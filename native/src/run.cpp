#include "run.hpp"
#include "tiny.hpp"

#include <algorithm>
#include <numeric>

namespace stirfry {

namespace {
// Blocks of a large batch go through in groups, whose sums stay apart until the end: so threads can take a group each
// and the result doesn't depend on how many there are. In multiplications of a step: what makes a group worth its
// own sums, and what makes threads worth their waiting where they share the layers.
constexpr double group_from = 60e3, team_from = 2e6;
constexpr int few_groups = 8;
// A step of more is left in its midst where its time is over, and a group of more becomes two: about 3 and 5 ms.
constexpr double long_from = 30e6, group_most = 50e6;
constexpr int most_groups = 64;
}  // namespace

Run::Run(const Kernels* kernels, std::vector<Layer> layers, int inputs, Loss loss, Plan plan, Part train,
         std::vector<Part> followed, const float* weights_, const float* buffers_, Random random_, int threads)
    : random(random_),
      kernels_(kernels),
      layout_(behind(layers, image_layers(layers), inputs)),
      loss_(std::move(loss)),
      plan_(std::move(plan)),
      train_(train),
      followed_(std::move(followed)),
      followed_blocks_(followed_.size()) {
    weights.assign(weights_, weights_ + layout_.weights);
    buffers.assign(buffers_, buffers_ + layout_.buffers);
    const OptimizerKind kind = plan_.optimizer.kind;
    const bool adam = kind == OptimizerKind::adam || kind == OptimizerKind::adamw;
    if (kind != OptimizerKind::sgd || plan_.optimizer.momentum > 0) first.assign(weights.size(), 0.0f);
    if (adam || (kind == OptimizerKind::rmsprop && plan_.optimizer.momentum > 0)) second.assign(weights.size(), 0.0f);
    for (float weight : loss_.class_weights) class_weights_sum_ += weight;
    if (loss_.class_weights.empty()) class_weights_sum_ = (float)layout_.outputs;

    const int batch = std::min(plan_.batch_size, train_.rows);
    R_ = layout_.block_rows(batch, kernels_->lanes);
    const int images = image_layers(layers);
    if (images > 0) {
        R_ = (R_ + kernels_->panel - 1) / kernels_->panel * kernels_->panel;
        layers.resize((size_t)images);
        front_ = std::make_unique<Front>(kernels_, layers, inputs, layout_.whole_batch ? batch : R_, threads);
    }
    rows_seen_ = (int)std::min<int64_t>(train_.rows, (int64_t)plan_.steps * plan_.batch_size);
    const int blocks = (batch + R_ - 1) / R_;
    const double work = multiplications() * batch;
    long_steps_ = work > long_from;
    if (layout_.apart) {
        const double wanted = std::max(std::min(work / group_from, (double)few_groups), work / group_most);
        groups_ = std::max(1, (int)std::min({wanted, (double)blocks, (double)most_groups}));
    }
    if (threads > 1 && (groups_ > 1 || ((layout_.large || front_) && work >= team_from)))
        team_ = std::make_unique<Team>(groups_ > 1 ? std::min(threads, groups_) : threads);
    group_sums_.resize((size_t)groups_);
    gradient_room_ = weights.size() + 16;
    gradient_.resize(gradient_room_ * groups_);
    masks_.resize((size_t)(batch + R_) * layout_.masks);
    normalising_.resize(layout_.widest);
    size_t panels = 0;
    for (size_t i = 0; i < layout_.layers.size(); ++i)
        if (layout_.layers[i].kind == Kind::linear && layout_.slots[i].lanes < 0)
            panels = std::max(panels, kernels_->panel_floats(layout_.layers[i].in, R_));
    panels_.resize(panels);

    const size_t lanes = (size_t)kernels_->lanes, kept_blocks = layout_.whole_batch ? (size_t)blocks : 1;
    desks_.resize(groups_ > 1 && team_ ? (size_t)team_->threads() : 1);
    for (Desk& desk : desks_) {
        Team* shares = groups_ > 1 ? nullptr : team_.get();  // threads that have groups don't share layers too
        desk.features.resize(kept_blocks * layout_.features * R_);
        desk.d.resize(kept_blocks * 2 * layout_.widest * R_);
        if (layout_.large) desk.other_half.resize((size_t)layout_.widest * R_);
        desk.lanes.resize((layout_.lane_sums + lanes) * lanes);
        desk.inverse.resize((size_t)layout_.inverses + (size_t)R_ * layout_.layers.size());
        desk.scratch.resize((size_t)layout_.widest * R_ * (shares ? threads : 1));
        desk.pass = Pass{kernels_, &layout_, weights.data(), buffers.data(), &desk.scratch, shares};
    }
    in_order_.resize((size_t)train_.rows);
    for (const Part& part : followed_) in_order_.resize(std::max(in_order_.size(), (size_t)part.rows));
    std::iota(in_order_.begin(), in_order_.end(), 0);
}

Status Run::advance(double seconds, int64_t steps) {
    const TinyIsZero flushing;
    const auto end = Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    // A look at the clock costs as much as a step of the smallest networks: take several between two looks.
    const double work = 6 * multiplications() * std::min(plan_.batch_size, train_.rows);
    const int64_t between = std::max<int64_t>(1, (int64_t)(2e6 / (work + 1000)));
    for (Desk& desk : desks_) {
        desk.pass.weights = weights.data();
        desk.pass.buffers = buffers.data();
    }
    if (front_) front_->look_at(weights.data(), buffers.data(), team_.get());
    for (int64_t done = 0; status == Status::running;) {
        if (!under_way_) begin_step();
        if (!go_through_batch(end)) break;
        end_step();
        if (++step == plan_.steps) close_epoch();
        ++done;
        if (steps > 0 && done >= steps) break;
        if (done % between == 0 && Clock::now() >= end) break;
    }
    return status;
}

// What `DataLoader(shuffle=...)` draws at the start of an epoch: its workers' seed, then the order's.
void Run::draw_order() {
    if (!plan_.draws) return;
    random.integer();
    if (!plan_.shuffle) return;
    order.resize((size_t)train_.rows);
    randperm(random.integer(), order);
}

// By how many pixels each image of the batch is moved, as `torch.randint(-shift, shift + 1, (2, rows, 1))` draws it,
// and which ones are mirrored, as `torch.randint(0, 2, (rows, 1))` does.
void Run::draw_moves(int rows) {
    moves_.assign(3 * (size_t)rows, 0);
    int32_t* moves = moves_.data();
    int32_t* mirrored = moves + 2 * (size_t)rows;
    if (plan_.shift > 0)
        for (int32_t* move = moves; move < mirrored; ++move)
            *move = (int32_t)(random.word() % (uint32_t)(2 * plan_.shift + 1)) - plan_.shift;
    if (plan_.flip)
        for (int r = 0; r < rows; ++r) mirrored[r] = (int32_t)(random.word() % 2);
}

Images Run::batch_images() const {
    const int64_t start = (int64_t)step * plan_.batch_size;
    Images some = images(train_, (order.empty() ? in_order_.data() : order.data()) + start);
    if (plan_.moves()) some.moves = moves_.data();
    some.all = batch_.rows;
    return some;
}

void Run::begin_step() {
    if (long_steps_) before_step_ = random;
    if (step == 0) draw_order();
    const int64_t start = (int64_t)step * plan_.batch_size;
    const int rows = (int)std::min<int64_t>(plan_.batch_size, train_.rows - start);
    const bool always_the_same = plan_.steps == 1 && rows == train_.rows && order.empty();
    if (!always_the_same || !batch_.filled) {
        const int32_t* from = order.empty() ? in_order_.data() : order.data();
        fill(train_, from + start, rows, batch_);
        batch_.filled = true;
    }
    if (plan_.moves()) draw_moves(rows);
    if (front_) front_->begin_step(random, rows);
    for (size_t i = 0; i < layout_.layers.size(); ++i)
        if (layout_.slots[i].mask >= 0)
            dropout_mask(random, layout_.layers[i].p, rows, layout_.layers[i].out, R_,
                         masks_.data() + (size_t)layout_.slots[i].mask * ((rows + R_ - 1) / R_) * R_);

    if (layout_.whole_batch) moved_ = buffers;
    under_way_ = true;
    next_ = 0;
    // One block is the whole batch: a wide layer's gradient is spent where it is made, and never goes to memory.
    spends_ = batch_.rows <= R_ && !layout_.whole_batch && plan_.optimizer.clip_norm == 0 && !probes_now();
    if (spends_) set_sizes();
}

// Returns whether the whole batch went through. A long step can be left in its midst, and taken up again there.
bool Run::go_through_batch(Clock::time_point end) {
    const int count = (batch_.rows + R_ - 1) / R_;
    if (layout_.whole_batch) {
        Desk& desk = desks_[0];
        const int before = front_ ? front_->stretches() : 0;
        for (const int first = next_; next_ <= 2 * before; ++next_) {
            if (long_steps_ && next_ > first && Clock::now() >= end) return false;
            if (front_ && next_ == 0) front_->take(0, batch_.rows);
            if (next_ < before)
                front_->forward(next_, batch_images(), batch_.x.data(), R_, moved_.data());
            else if (next_ == before)
                go_through_together(desk, count);
            else
                front_->backward(2 * before - next_, [&](int block) { return d(desk, block, desk.side); }, R_,
                                 gradient(0), true);
        }
        return true;
    }
    if (groups_ == 1) {
        Desk& desk = desks_[0];
        for (const int first = next_; next_ < count; ++next_) {
            if (long_steps_ && next_ > first && Clock::now() >= end) return false;
            if (next_ == 0) group_sums_[0] = LossSums{};
            float* x = batch_.x.data() + (size_t)next_ * layout_.inputs * R_;
            if (front_) {
                front_->take(next_ * R_, rows_of(batch_, next_));
                front_->forward(0, batch_images(), x, R_, nullptr);
            }
            go_through(desk, 0, next_, next_ + 1, next_ == 0);
            if (front_) front_->backward(0, [&](int) { return d(desk, 0, desk.side); }, R_, gradient(0), next_ == 0);
        }
        gather_sums(desk, 0);
        last_desk_ = &desk;
        return true;
    }
    const int at_once = long_steps_ ? 2 * threads() : groups_;
    for (const int first = next_; next_ < groups_; next_ += at_once) {
        if (next_ > first && Clock::now() >= end) return false;
        const int here = std::min(at_once, groups_ - next_);
        const auto some = [&](int thread, int from, int to) {
            for (int group = next_ + from; group < next_ + to; ++group) do_group(desks_[(size_t)thread], group, count);
        };
        if (team_)
            team_->split(here, 1, some);
        else
            some(0, 0, here);
    }
    return true;
}

void Run::end_step() {
    under_way_ = false;
    if (layout_.whole_batch) {
        buffers = moved_;
        ++batches;
    }
    add_groups();
    LossSums sums;
    for (const LossSums& found : group_sums_) {
        sums.loss += found.loss;
        sums.hits += found.hits;
    }

    const double loss = (double)(float)(sums.loss / batch_.divisor);
    losses += loss;
    hits += sums.hits;
    if (plan_.keep_steps) step_losses.push_back((float)loss);
    if (!probes_now()) {
        update();
        return;
    }
    const std::vector<float> before = weights;
    update();
    probe(before, batch_.rows);
}

bool Run::probes_now() const {
    return plan_.probe_every > 0 && step + 1 == plan_.steps && epoch % plan_.probe_every == 0;
}
double Run::multiplications() const {
    return layout_.multiplications + (front_ ? front_->layout().multiplications : 0);
}

}  // namespace stirfry
