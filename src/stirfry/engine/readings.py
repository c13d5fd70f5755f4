"""Makes facts of what a system says about itself: text in, facts out, nothing else.

Each function takes any text at all, for what comes from a driver or a container is anybody's guess, and
gives None, or nothing, where it doesn't hold what was looked for.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from stirfry.engine.machine import Driver, Gpu, Memory, Version

#: Flags as /proc/cpuinfo and sysctl give them in small letters, and the usual names, narrow to wide.
_EXTENSIONS = {
    "sse4_2": "SSE4.2",
    "sse4.2": "SSE4.2",
    "avx": "AVX",
    "avx1.0": "AVX",
    "fma": "FMA",
    "avx2": "AVX2",
    "avx_vnni": "AVX-VNNI",
    "avx512f": "AVX-512",
    "avx512_vnni": "AVX-512 VNNI",
    "avx512vnni": "AVX-512 VNNI",
    "avx512_bf16": "AVX-512 BF16",
    "avx512_fp16": "AVX-512 FP16",
    "amx_tile": "AMX",
    "amx_bf16": "AMX BF16",
    "neon": "NEON",
    "asimd": "NEON",
    "asimdhp": "NEON FP16",
    "feat_fp16": "NEON FP16",
    "asimddp": "NEON DotProd",
    "feat_dotprod": "NEON DotProd",
    "i8mm": "I8MM",
    "feat_i8mm": "I8MM",
    "bf16": "BF16",
    "feat_bf16": "BF16",
    "sve": "SVE",
    "sve2": "SVE2",
    "sme": "SME",
    "feat_sme": "SME",
}

#: A container without a limit on its memory says a number near 2^63.
_NO_LIMIT = 1 << 60


def vector_extensions(flags: str) -> tuple[str, ...]:
    """Return the vector extensions among a processor's flags, narrow to wide.

    Example:
        >>> vector_extensions("fpu avx512f avx2 sse4_2")
        ('SSE4.2', 'AVX2', 'AVX-512')
    """
    found = set(flags.lower().split())
    return tuple(dict.fromkeys(name for flag, name in _EXTENSIONS.items() if flag in found))


def cpuinfo(text: str) -> tuple[str | None, tuple[str, ...]]:
    """Return the processor's name and its vector extensions from Linux's /proc/cpuinfo."""
    fields = _fields(text)
    name = fields.get("model name") or fields.get("hardware") or fields.get("cpu model")
    return name, vector_extensions(fields.get("flags") or fields.get("features") or "")


def sysctl(text: str) -> tuple[str | None, tuple[str, ...]]:
    """Return the processor's name and its vector extensions from macOS's `sysctl machdep.cpu hw.optional`.

    Intel's flags are listed as words; Apple's are names that are 1, such as `hw.optional.arm.FEAT_BF16`.
    """
    fields = _fields(text)
    words = [fields.get(f"machdep.cpu.{key}", "") for key in ("features", "leaf7_features")]
    words += [key.rsplit(".", 1)[-1] for key, value in fields.items() if value == "1"]
    return fields.get("machdep.cpu.brand_string"), vector_extensions(" ".join(words))


def _fields(text: str) -> dict[str, str]:
    """Return the first value of each `key: value`, keys in small letters, without the empty ones."""
    fields: dict[str, str] = {}
    for line in text.splitlines():
        key, colon, value = line.partition(":")
        if colon and value.strip():
            fields.setdefault(key.strip().lower(), value.strip())
    return fields


def nvidia_driver(text: str) -> Driver | None:
    """Return what the head of `nvidia-smi` says of the driver; None where it says nothing.

    Example:
        >>> nvidia_driver("| NVIDIA-SMI 550.54.15  Driver Version: 550.54.15  CUDA Version: 12.4 |")
        Driver(version='550.54.15', cuda='12.4')
    """
    version = re.search(r"\b(?:Driver|KMD) Version\s*:\s*([0-9]+(?:\.[0-9]+)+)", text)
    cuda = re.search(r"\bCUDA (?:UMD )?Version\s*:\s*([0-9]+\.[0-9]+)", text)
    if version is None and cuda is None:
        return None
    return Driver(version and version[1], cuda and cuda[1])


def nvidia_gpus(text: str) -> tuple[Gpu, ...]:
    """Return the cards that `nvidia-smi --query-gpu=name,memory.total,compute_cap --format=csv,...` lists.

    Args:
        text: a line for each card, without a heading and without units; the last field may be missing, as
            old drivers don't know it.

    Example:
        >>> nvidia_gpus("NVIDIA H200, 143771, 9.0")
        (Gpu(name='NVIDIA H200', memory=150754820096, capability=(9, 0), current=False),)
    """
    found = []
    for line in text.splitlines():
        name, *rest = (field.strip() for field in line.split(","))
        if name and rest:
            memory = int(rest[0]) * 2**20 if _is_number(rest[0]) else None
            found.append(Gpu(name, memory, capability(rest[1]) if len(rest) > 1 else None))
    return tuple(found)


def capability(text: str) -> tuple[int, int] | None:
    """Return a compute capability such as `8.6` as two numbers."""
    match = re.fullmatch(r"\s*([0-9]{1,3})\.([0-9])\s*", text)
    return (int(match[1]), int(match[2])) if match else None


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[0-9]{1,12}", text) is not None


def cuda_of_number(number: int) -> str | None:
    """Return CUDA's version from the number that `cuDriverGetVersion` gives: 12040 is 12.4."""
    return f"{number // 1000}.{number % 1000 // 10}" if number >= 1000 else None


def cudnn_of_number(number: int) -> str:
    """Return cuDNN's version from its number: 8902 is 8.9.2, and from 9 on 90100 is 9.1.0."""
    major, rest = divmod(number, 10_000 if number >= 90_000 else 1_000)
    return f"{major}.{rest // 100}.{rest % 100}"


def version_numbers(text: str) -> Version:
    """Return the numbers at the beginning of a version.

    Example:
        >>> version_numbers("12.4"), version_numbers("2.13.0+cpu"), version_numbers("dev")
        ((12, 4), (2, 13, 0), ())
    """
    match = re.match(r"[0-9]{1,9}(?:\.[0-9]{1,9})*", text)
    return tuple(map(int, match[0].split("."))) if match else ()


def architecture(name: str) -> tuple[int, int] | None:
    """Return the compute capability of one of PyTorch's architectures: `sm_90a` is (9, 0)."""
    match = re.fullmatch(r"(?:sm|compute)_([0-9]{1,3})([0-9])[a-z]?", name)
    return (int(match[1]), int(match[2])) if match else None


def amd_gpu(properties: str) -> str | None:
    """Return the architecture of an AMD card from its file in /sys/class/kfd; None for a processor.

    Example:
        >>> amd_gpu("simd_count 96\\ngfx_target_version 110000"), amd_gpu("gfx_target_version 90010")
        ('gfx1100', 'gfx90a')
    """
    match = re.search(r"^gfx_target_version ([0-9]{5,6})\s*$", properties, re.MULTILINE)
    if match is None:
        return None
    number = int(match[1])
    return f"gfx{number // 10_000}{number // 100 % 100:x}{number % 100:x}" if number else None


def cgroup_folders(text: str, controller: str) -> tuple[str, ...]:
    """Return where the limits of this process's control group and of those around it may lie.

    Inside a container the path that /proc/self/cgroup names is often the outer one, which isn't there; the
    limit then lies at the root. So the folder and every one above it are candidates.

    Args:
        text: what /proc/self/cgroup says, in version 1 or 2 or both.
        controller: `cpu` or `memory`.

    Example:
        >>> cgroup_folders("0::/user.slice/a", "cpu")
        ('/sys/fs/cgroup/user.slice/a', '/sys/fs/cgroup/user.slice', '/sys/fs/cgroup')
    """
    found: list[str] = []
    for line in text.splitlines():
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if not path.startswith("/") or (controllers and controller not in controllers.split(",")):
            continue
        inner = PurePosixPath(*(name for name in path.split("/") if name not in ("", "..")))
        for name in (controllers, controller) if controllers else ("",):
            found += [
                str("/sys/fs/cgroup" / PurePosixPath(name) / folder) for folder in (inner, *inner.parents)
            ]
    return tuple(dict.fromkeys(found))


def quota_of_cpu_max(text: str) -> float | None:
    """Return how many cores' time a control group of version 2 grants; None without a limit.

    Example:
        >>> quota_of_cpu_max("150000 100000"), quota_of_cpu_max("max 100000")
        (1.5, None)
    """
    quota, _, period = text.strip().partition(" ")
    return quota_of_cfs(quota, period or "100000")


def quota_of_cfs(quota: str, period: str) -> float | None:
    """Return the same from version 1's two files; a quota of -1 is no limit."""
    quota, period = quota.strip(), period.strip()
    if not (_is_number(quota) and _is_number(period)) or int(quota) == 0 or int(period) == 0:
        return None
    return int(quota) / int(period)


def memory_limit(text: str) -> int | None:
    """Return the bytes that a control group grants; None without a limit."""
    text = text.strip()
    limit = int(text) if re.fullmatch(r"[0-9]{1,20}", text) else 0
    return limit if 0 < limit < _NO_LIMIT else None


def meminfo(text: str) -> Memory | None:
    """Return the memory from Linux's /proc/meminfo."""
    fields = _fields(text)
    total, available = (_kibibytes(fields.get(key, "")) for key in ("memtotal", "memavailable"))
    return Memory(total, available) if total else None


def _kibibytes(text: str) -> int | None:
    match = re.fullmatch(r"([0-9]{1,15}) kB", text)
    return int(match[1]) * 1024 if match else None
