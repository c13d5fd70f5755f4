// A few threads that share the work of one step. They wait for each other in a short loop and then sleep, so
// that on a busy machine nobody burns the time that somebody else needs.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace stirfry {

class Team {
public:
    explicit Team(int threads);
    ~Team();
    Team(const Team&) = delete;
    Team& operator=(const Team&) = delete;

    int threads() const { return (int)helpers_.size() + 1; }

    // Splits 0 to n into pieces, at multiples of `grain`, and waits until all are done. The work gets a thread's number
    // and a range. Each thread takes its own pieces first, which are the same at every step, since what it has changed
    // lies in its core's cache; then those of others, so that a thread that has to wait for a core holds nobody up.
    void split(int n, int grain, const std::function<void(int, int, int)>& work);

private:
    void help(int index);
    void take_pieces(int index);

    // The round (32 bits), the end of a thread's pieces (16) and the next of them (16) in one number: nobody takes a
    // piece of a round that is over.
    struct alignas(64) Ticket {
        std::atomic<uint64_t> value{0};
    };

    std::vector<std::thread> helpers_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::unique_ptr<Ticket[]> tickets_;  // of each thread
    std::atomic<uint32_t> round_{0};
    std::atomic<int> done_{0};
    std::atomic<bool> over_{false};
    const std::function<void(int, int, int)>* work_ = nullptr;
    int n_ = 0, grain_ = 1, pieces_ = 0;
};

}  // namespace stirfry
