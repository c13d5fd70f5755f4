// Numbers below 1.2e-38, denormal ones, count as 0. The gradients of idle units are full of them, they change nothing,
// and an Intel processor takes a hundred times as long for each.
#pragma once

namespace stirfry {

// For the thread that makes it, for as long as it lives.
class TinyIsZero {
public:
#if defined(STIRFRY_X86)
    TinyIsZero() : before_(__builtin_ia32_stmxcsr()) { __builtin_ia32_ldmxcsr(before_ | to_zero); }
    ~TinyIsZero() { __builtin_ia32_ldmxcsr(before_); }
#else
    TinyIsZero() {}
    ~TinyIsZero() {}
#endif
    TinyIsZero(const TinyIsZero&) = delete;
    TinyIsZero& operator=(const TinyIsZero&) = delete;

private:
#if defined(STIRFRY_X86)
    // What comes out and what goes in: the bits FTZ and DAZ of MXCSR.
    // Source: Intel, "64 and IA-32 Architectures Software Developer's Manual", volume 1, 10.2.3.
    static constexpr unsigned to_zero = 0x8040;
    unsigned before_;
#endif
};

}  // namespace stirfry
