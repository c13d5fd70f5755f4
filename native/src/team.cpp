#include "team.hpp"

#include <algorithm>

namespace stirfry {

namespace {
// Turns of the waiting loop before a thread sleeps: about 50 microseconds.
constexpr int patience = 20000;

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
        round_.fetch_add(1);
    }
    wake_.notify_all();
    for (auto& helper : helpers_) helper.join();
}

void Team::split(int n, int grain, const std::function<void(int, int, int)>& work) {
    if (helpers_.empty() || n <= grain) {
        work(0, 0, n);
        return;
    }
    work_ = &work;
    n_ = n;
    grain_ = grain;
    left_.store((int)helpers_.size());
    {
        std::lock_guard<std::mutex> lock(mutex_);
        round_.fetch_add(1);
    }
    wake_.notify_all();
    share(0);
    for (int turn = 0; left_.load() != 0; ++turn) turn < patience ? pause() : std::this_thread::yield();
}

void Team::help(int index) {
    int seen = 0;
    for (;;) {
        for (int turn = 0; round_.load() == seen && turn < patience; ++turn) pause();
        if (round_.load() == seen) {
            std::unique_lock<std::mutex> lock(mutex_);
            wake_.wait(lock, [&] { return round_.load() != seen; });
        }
        seen = round_.load();
        if (over_) return;
        share(index);
        left_.fetch_sub(1);
    }
}

void Team::share(int index) {
    const int pieces = (n_ + grain_ - 1) / grain_, members = threads();
    const int begin = std::min(n_, pieces * index / members * grain_);
    const int end = std::min(n_, pieces * (index + 1) / members * grain_);
    if (begin < end) (*work_)(index, begin, end);
}

}  // namespace stirfry
