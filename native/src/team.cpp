#include "team.hpp"

#include <algorithm>

namespace stirfry {

namespace {
// Turns of the waiting loop before a thread sleeps: about 50 microseconds.
constexpr int patience = 2500;
constexpr int pieces_each = 2;

inline void pause() {
#if defined(STIRFRY_X86)
    __builtin_ia32_pause();
#else
    std::this_thread::yield();
#endif
}
}  // namespace

Team::Team(int threads) {
    for (int i = 1; i < threads; ++i) helpers_.emplace_back(&Team::help, this, i);
}

Team::~Team() {
    {
        std::lock_guard<std::mutex> lock(mutex_);
        over_ = true;
    }
    wake_.notify_all();
    for (auto& helper : helpers_) helper.join();
}

void Team::split(int n, int grain, const std::function<void(int, int, int)>& work) {
    const int pieces = std::min({(n + grain - 1) / grain, pieces_each * threads(), 0xffff});
    if (helpers_.empty() || pieces < 2) {
        work(0, 0, n);
        return;
    }
    work_ = &work;
    n_ = n;
    grain_ = grain;
    done_ = 0;
    {
        std::lock_guard<std::mutex> lock(mutex_);
        ticket_ = (uint64_t)(round() + 1) << 32 | (uint64_t)pieces << 16;
    }
    wake_.notify_all();
    take_pieces(0);
    for (int turn = 0; done_.load() != pieces; ++turn) turn < patience ? pause() : std::this_thread::yield();
}

void Team::help(int index) {
    for (uint32_t seen = 0;;) {
        for (int turn = 0; round() == seen && !over_ && turn < patience; ++turn) pause();
        if (round() == seen) {
            std::unique_lock<std::mutex> lock(mutex_);
            wake_.wait(lock, [&] { return over_ || round() != seen; });
        }
        if (over_) return;
        seen = round();
        take_pieces(index);
    }
}

void Team::take_pieces(int index) {
    uint64_t ticket = ticket_.load();
    for (;;) {
        const int next = (int)(ticket & 0xffff), pieces = (int)(ticket >> 16 & 0xffff);
        if (next >= pieces) return;
        if (!ticket_.compare_exchange_weak(ticket, ticket + 1)) continue;
        // The round can't end before this piece is done, so what it reads stays as it is.
        const int64_t grains = (n_ + grain_ - 1) / grain_;
        const auto bound = [&](int piece) { return std::min(n_, (int)(grains * piece / pieces) * grain_); };
        (*work_)(index, bound(next), bound(next + 1));
        done_.fetch_add(1);
        ticket = ticket_.load();
    }
}

}  // namespace stirfry
