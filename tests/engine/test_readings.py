"""What drivers, kernels and containers say, as they say it, and anything else they might."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stirfry.engine import readings
from stirfry.engine.machine import Driver, Gpu, Memory

SOME = settings(max_examples=50, deadline=None)

NVIDIA_SMI = """\
Thu Jan  4 12:00:00 2024
+-----------------------------------------------------------------------------------------+
| NVIDIA-SMI 550.54.15              Driver Version: 550.54.15      CUDA Version: 12.4     |
|-----------------------------------------+------------------------+----------------------+
| GPU  Name                 Persistence-M | Bus-Id          Disp.A | Volatile Uncorr. ECC |
"""

INTEL = """\
processor\t: 0
vendor_id\t: GenuineIntel
model name\t: Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz
flags\t\t: fpu sse4_2 avx f16c fma avx2 avx512f avx512_vnni avx512_bf16 avx512_fp16 amx_bf16 amx_tile amx_int8

processor\t: 1
model name\t: something else
"""

ARM = """\
processor\t: 0
BogoMIPS\t: 50.00
Features\t: fp asimd evtstrm aes asimdhp asimddp sve i8mm bf16
CPU implementer\t: 0x41
"""

APPLE = """\
machdep.cpu.cores_per_package: 8
machdep.cpu.brand_string: Apple M2
hw.optional.neon: 1
hw.optional.arm.FEAT_BF16: 1
hw.optional.arm.FEAT_SME: 0
"""

INTEL_MAC = """\
machdep.cpu.brand_string: Intel(R) Core(TM) i7-8750H CPU @ 2.20GHz
machdep.cpu.features: FPU SSE4.2 FMA AVX1.0
machdep.cpu.leaf7_features: BMI1 AVX2
"""


def test_processors():
    assert readings.cpuinfo(INTEL) == (
        "Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz",
        (
            *("SSE4.2", "AVX", "FMA", "AVX2", "AVX-512", "AVX-512 VNNI", "AVX-512 BF16", "AVX-512 FP16"),
            *("AMX", "AMX BF16"),
        ),
    )
    assert readings.cpuinfo(ARM) == (None, ("NEON", "NEON FP16", "NEON DotProd", "I8MM", "BF16", "SVE"))
    assert readings.sysctl(APPLE) == ("Apple M2", ("NEON", "BF16"))
    assert readings.sysctl(INTEL_MAC)[1] == ("SSE4.2", "AVX", "FMA", "AVX2")


def test_nvidia_drivers():
    assert readings.nvidia_driver(NVIDIA_SMI) == Driver("550.54.15", "12.4")
    newest = "| NVIDIA-SMI 595.45.04    KMD Version: 595.45.04    CUDA UMD Version: 13.2 |"
    assert readings.nvidia_driver(newest) == Driver("595.45.04", "13.2")
    without = "| NVIDIA-SMI 390.157    Driver Version: 390.157 |"
    assert readings.nvidia_driver(without) == Driver("390.157", None)
    assert readings.nvidia_driver("CUDA Version: N/A") is None
    assert readings.nvidia_driver("No devices were found") is None


def test_nvidia_cards():
    cards = readings.nvidia_gpus("NVIDIA H200, 143771, 9.0\nNVIDIA GeForce GTX 1080 Ti, 11264, 6.1\n")
    assert cards == (
        Gpu("NVIDIA H200", 143771 * 2**20, (9, 0)),
        Gpu("NVIDIA GeForce GTX 1080 Ti", 11264 * 2**20, (6, 1)),
    )
    assert readings.nvidia_gpus("NVIDIA GB10, [N/A], 12.1") == (Gpu("NVIDIA GB10", None, (12, 1)),)
    assert readings.nvidia_gpus("Tesla K80, 11441") == (Gpu("Tesla K80", 11441 * 2**20),)
    assert readings.nvidia_gpus("No devices were found") == ()


@pytest.mark.parametrize(
    ("number", "version"), [(8902, "8.9.2"), (8500, "8.5.0"), (90100, "9.1.0"), (91002, "9.10.2")]
)
def test_cudnn(number, version):
    assert readings.cudnn_of_number(number) == version


@SOME
@given(st.integers(1, 99), st.integers(0, 9))
def test_cuda_numbers(major, minor):
    assert readings.cuda_of_number(major * 1000 + minor * 10) == f"{major}.{minor}"
    assert readings.cuda_of_number(0) is None


@SOME
@given(
    st.integers(1, 99),
    st.integers(0, 9),
    st.sampled_from(["sm_", "compute_"]),
    st.sampled_from(["", "a", "f"]),
)
def test_architectures(major, minor, kind, end):
    assert readings.architecture(f"{kind}{major}{minor}{end}") == (major, minor)
    assert readings.capability(f"{major}.{minor}") == (major, minor)


@pytest.mark.parametrize("name", ["gfx1100", "sm_", "sm_9", "xsm_90", ""])
def test_other_architectures(name):
    assert readings.architecture(name) is None


@SOME
@given(
    st.lists(st.integers(0, 10**6), min_size=1, max_size=4),
    st.sampled_from(["", "+cu126", "a0", "rc1", "-x"]),
)
def test_versions(numbers, rest):
    assert readings.version_numbers(".".join(map(str, numbers)) + rest) == tuple(numbers)


@pytest.mark.parametrize(
    ("number", "name"),
    [(110000, "gfx1100"), (90010, "gfx90a"), (90402, "gfx942"), (120001, "gfx1201"), (0, None)],
)
def test_amd_cards(number, name):
    assert readings.amd_gpu(f"cpu_cores_count 0\ngfx_target_version {number}\nvendor_id 4098\n") == name


def test_control_groups_of_version_1():
    text = "12:memory:/docker/abc\n3:cpu,cpuacct:/docker/abc\n1:name=systemd:/docker/abc\n"
    assert readings.cgroup_folders(text, "cpu") == (
        "/sys/fs/cgroup/cpu,cpuacct/docker/abc",
        "/sys/fs/cgroup/cpu,cpuacct/docker",
        "/sys/fs/cgroup/cpu,cpuacct",
        "/sys/fs/cgroup/cpu/docker/abc",
        "/sys/fs/cgroup/cpu/docker",
        "/sys/fs/cgroup/cpu",
    )
    assert readings.cgroup_folders(text, "memory")[-1] == "/sys/fs/cgroup/memory"


def test_control_groups_of_version_2():
    assert readings.cgroup_folders("0::/", "cpu") == ("/sys/fs/cgroup",)
    assert readings.cgroup_folders("0::/../../kubepods/x", "cpu")[-1] == "/sys/fs/cgroup"


@pytest.mark.parametrize(
    ("text", "quota"),
    [
        ("max 100000\n", None),
        ("150000 100000\n", 1.5),
        ("50000 100000", 0.5),
        ("200000", 2),
        ("0 0", None),
        ("", None),
    ],
)
def test_quota(text, quota):
    assert readings.quota_of_cpu_max(text) == quota


@pytest.mark.parametrize(("quota", "cores"), [("-1\n", None), ("400000\n", 4), ("", None)])
def test_quota_of_version_1(quota, cores):
    assert readings.quota_of_cfs(quota, "100000\n") == cores


@pytest.mark.parametrize(
    ("text", "limit"),
    [("max\n", None), ("9223372036854771712\n", None), ("1073741824\n", 2**30), ("0", None)],
)
def test_memory_limit(text, limit):
    assert readings.memory_limit(text) == limit


def test_meminfo():
    text = "MemTotal:       24684092 kB\nMemFree:  1 kB\nMemAvailable:   24299164 kB\n"
    assert readings.meminfo(text) == Memory(24684092 * 1024, 24299164 * 1024)
    assert readings.meminfo("MemTotal: 1000 kB") == Memory(1024_000, None)
    assert readings.meminfo("") is None


NOISE = st.one_of(
    st.text(),
    st.lists(
        st.sampled_from(
            [
                *(
                    "Driver Version:",
                    "CUDA Version: ",
                    "12.4",
                    ":",
                    ",",
                    "\n",
                    "model name",
                    "flags",
                    "/",
                    "..",
                    "\0",
                ),
                *(
                    "MemTotal: 5 kB",
                    "gfx_target_version ",
                    "99999",
                    "max",
                    "-1",
                    "²",
                    "0::",
                    "cpu",
                    "hw.optional.",
                ),
            ]
        )
    ).map("".join),
)


@SOME
@given(NOISE)
def test_no_text_breaks_a_reading(text):
    for read in (
        readings.cpuinfo,
        readings.sysctl,
        readings.nvidia_driver,
        readings.nvidia_gpus,
        readings.capability,
        readings.version_numbers,
        readings.architecture,
        readings.amd_gpu,
        readings.quota_of_cpu_max,
        readings.memory_limit,
        readings.meminfo,
    ):
        read(text)
    readings.quota_of_cfs(text, text)
    assert all(folder.startswith("/sys/fs/cgroup") for folder in readings.cgroup_folders(text, "cpu"))
