// A few threads that share the work of one step. They wait for each other in a short loop and then sleep, so
// that on a busy machine nobody burns the time that somebody else needs.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
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

    // Splits 0 to n into one range for each thread, at multiples of `grain`, and waits for all. The work gets the
    // thread's number and its range.
    void split(int n, int grain, const std::function<void(int, int, int)>& work);

private:
    void help(int index);
    void share(int index);

    std::vector<std::thread> helpers_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::atomic<int> round_{0}, left_{0};
    std::atomic<bool> over_{false};
    const std::function<void(int, int, int)>* work_ = nullptr;
    int n_ = 0, grain_ = 1;
};

}  // namespace stirfry
