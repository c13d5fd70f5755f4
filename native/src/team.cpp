#include "team.hpp"
#include "tiny.hpp"

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

Team::Team(int threads) : tickets_(new Ticket[(size_t)std::max(threads, 1)]) {
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
    const int all = threads(), pieces = std::min({(n + grain - 1) / grain, pieces_each * all, 0xffff});
    if (helpers_.empty() || pieces < 2) {
        work(0, 0, n);
        return;
    }
    work_ = &work;
    n_ = n;
    grain_ = grain;
    pieces_ = pieces;
    done_ = 0;
    const uint32_t round = round_ + 1;
    for (int i = 0; i < all; ++i)
        tickets_[i].value = (uint64_t)round << 32 | (uint64_t)(pieces * (i + 1) / all) << 16 | (uint64_t)(pieces * i / all);
    {
        std::lock_guard<std::mutex> lock(mutex_);
        round_ = round;
    }
    wake_.notify_all();
    take_pieces(0);
    for (int turn = 0; done_.load() != pieces; ++turn) turn < patience ? pause() : std::this_thread::yield();
}

void Team::help(int index) {
    const TinyIsZero flushing;
    for (uint32_t seen = 0;;) {
        for (int turn = 0; round_ == seen && !over_ && turn < patience; ++turn) pause();
        if (round_ == seen) {
            std::unique_lock<std::mutex> lock(mutex_);
            wake_.wait(lock, [&] { return over_ || round_ != seen; });
        }
        if (over_) return;
        seen = round_;
        take_pieces(index);
    }
}

void Team::take_pieces(int index) {
    for (int i = 0; i < threads(); ++i) {
        std::atomic<uint64_t>& of_one = tickets_[(index + i) % threads()].value;
        for (uint64_t ticket = of_one.load();;) {
            const int next = (int)(ticket & 0xffff), end = (int)(ticket >> 16 & 0xffff);
            if (next >= end) break;
            if (!of_one.compare_exchange_weak(ticket, ticket + 1)) continue;
            // The round can't end before this piece is done, so what it reads stays as it is.
            const int64_t grains = (n_ + grain_ - 1) / grain_;
            const auto bound = [&](int piece) { return std::min(n_, (int)(grains * piece / pieces_) * grain_); };
            (*work_)(index, bound(next), bound(next + 1));
            done_.fetch_add(1);
            ticket = of_one.load();
        }
    }
}

}  // namespace stirfry
