"""The doctor on made-up machines: from what they say to what is shown."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import pytest

from stirfry.engine.doctor import PACKAGES, examine
from stirfry.engine.machine import Driver, Gpu, Memory, Native, Python, Torch
from stirfry.engine.probe import Probe, here
from stirfry.lang import catalogue, speaking

SMI = "| NVIDIA-SMI 550.54.15    Driver Version: 550.54.15    CUDA Version: 12.4 |"
CARDS = ("nvidia-smi", "--query-gpu=name,memory.total,compute_cap", "--format=csv,noheader,nounits")
OLD_CARDS = ("nvidia-smi", "--query-gpu=name,memory.total", "--format=csv,noheader,nounits")
H200 = Gpu("NVIDIA H200", 143771 * 2**20, (9, 0), current=True)
BARE = Probe(Python((3, 11, 7), "/usr/bin/python3", "system"), "Linux", "x86_64")
FILES = {
    "/proc/cpuinfo": "model name : AMD EPYC 9555\nflags : sse4_2 avx avx2 fma avx512f\n",
    "/proc/meminfo": "MemTotal: 16777216 kB\nMemAvailable: 8388608 kB\n",
    "/proc/self/cgroup": "0::/box\n",
    "/sys/fs/cgroup/box/cpu.max": "250000 100000\n",
    "/sys/fs/cgroup/cpu.max": "max 100000\n",
    "/sys/fs/cgroup/box/memory.max": "4294967296\n",
}
CONTAINER = replace(
    BARE,
    cores=16,
    usable=8,
    threads=8,
    load=14.5,
    environment={"CUDA_VISIBLE_DEVICES": "0"},
    native=lambda: ("avx512", "avx2", "baseline", "naive"),
    read=FILES.get,
    run={("nvidia-smi",): SMI, CARDS: "NVIDIA H200, 143771, 9.0\n"}.get,
    torch=lambda: Torch(
        "2.13.0+cu126", cuda="12.6", usable=True, architectures=("sm_90",), cudnn=91002, gpus=(H200,)
    ),
    package={"torch": "2.13.0+cu126", "matplotlib": "3.10.0"}.get,
)


def shown(probe, language="en"):
    with speaking(language):
        return dict(examine(probe).rows())


def test_a_machine_that_says_nothing_is_fine_too():
    report = examine(BARE)
    codes = [notice.code for notice in report.advice]
    assert codes == ["doctor.torch_missing", "doctor.native_missing"]
    assert shown(BARE) == {
        "stirfry": report.facts.stirfry,
        "Python": "3.11.7, no virtual environment, /usr/bin/python3",
        "system": "Linux x86_64",
        "native engine": "not built",
        "PyTorch": "not installed; pip install 'stirfry[torch]' adds it",
        "NVIDIA driver": "none found",
        "graphics cards": "none found",
        "processor": "x86_64",
        "cores": "1 in the machine, 1 for this process",
        "threads": "1",
        "matplotlib": "not installed; pip install 'stirfry[plot]' adds it",
        "scikit-learn": "not installed; pip install 'stirfry[sklearn]' adds it",
        "Pillow": "not installed; pip install 'stirfry[images]' adds it",
        "fastexcel": "not installed; pip install 'stirfry[excel]' adds it",
    }


def test_a_container_with_a_card():
    report = examine(CONTAINER)
    assert report.facts.driver == Driver("550.54.15", "12.4")
    assert report.facts.gpus == (H200,)
    assert report.facts.cores.quota == 2.5
    assert report.facts.memory == Memory(2**32, 2**32)
    assert [notice.code for notice in report.advice] == ["doctor.quota_below_threads"]
    rows = shown(CONTAINER)
    assert rows["native engine"] == "computes with avx512; instruction sets found: avx512, avx2, baseline"
    assert "dropout" not in rows
    assert rows["PyTorch"] == "2.13.0+cu126, built for CUDA 12.6"
    assert rows["NVIDIA driver"] == "550.54.15, supports CUDA up to 12.4"
    assert rows["GPU 0"] == "NVIDIA H200, 140.4 GiB, compute capability 9.0, current"
    assert rows["cuDNN"] == "9.10.2"
    assert rows["processor"] == "AMD EPYC 9555"
    assert rows["vector extensions"] == "SSE4.2, AVX, FMA, AVX2, AVX-512"
    assert rows["cores"] == (
        "16 in the machine, 8 for this process, the time of 2.5 by the container's limit, "
        "about 1.5 free now (load 14.5)"
    )
    assert rows["threads"] == "1 for small networks, 8 for large ones"
    assert rows["memory"] == "4.0 GiB, 4.0 GiB of it free"
    assert rows["matplotlib"] == "3.10.0"


def test_in_chinese():
    rows = shown(CONTAINER, "zh")
    assert rows["原生引擎"] == "使用 avx512；可用的指令集：avx512、avx2、baseline"
    assert rows["GPU 0"] == "NVIDIA H200，140.4 GiB，计算能力 9.0，当前使用"
    assert (
        rows["核心"] == "整机 16 个，本进程可用 8 个，容器限额相当于 2.5 个，目前约 1.5 个空闲（负载 14.5）"
    )


def test_a_container_of_version_1():
    files = {
        "/proc/self/cgroup": "4:cpu,cpuacct:/docker/abc\n5:memory:/docker/abc\n",
        "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "150000\n",
        "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
        "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
        "/proc/meminfo": "MemTotal: 1048576 kB\n",
    }
    facts = examine(replace(BARE, read=files.get)).facts
    assert facts.cores.quota == 1.5
    assert facts.memory == Memory(2**30)


def test_the_driver_itself_is_asked_where_nvidia_smi_is_missing():
    assert examine(replace(BARE, cuda_driver=lambda: 12040)).facts.driver == Driver(None, "12.4")
    assert shown(replace(BARE, cuda_driver=lambda: 12040))["NVIDIA driver"] == (
        "version unknown, supports CUDA up to 12.4"
    )
    older = {("nvidia-smi",): "Driver Version: 390.157"}
    probe = replace(BARE, run=older.get, cuda_driver=lambda: 9010)
    assert examine(probe).facts.driver == Driver("390.157", "9.1")
    assert examine(replace(BARE, run=older.get)).facts.driver == Driver("390.157", None)


def test_cards_come_from_nvidia_smi_where_torch_sees_none():
    old = {("nvidia-smi",): SMI, OLD_CARDS: "Tesla K80, 11441\n"}
    report = examine(replace(BARE, run=old.get, torch=lambda: Torch("2.13.0+cpu")))
    assert report.facts.gpus == (Gpu("Tesla K80", 11441 * 2**20),)
    assert [notice.code for notice in report.advice] == ["doctor.native_missing", "doctor.no_cuda_build"]


def test_apple():
    text = "machdep.cpu.brand_string: Apple M2\nhw.optional.neon: 1\n"
    probe = replace(
        BARE,
        system="Darwin",
        machine="arm64",
        run={("sysctl", "machdep.cpu", "hw.optional"): text}.get,
        native=lambda: ("neon", "naive"),
        torch=lambda: Torch("2.13.0", mps=True),
        memory=lambda: 2**34,
    )
    rows = shown(probe)
    assert (rows["processor"], rows["vector extensions"]) == ("Apple M2", "NEON")
    assert rows["native engine"] == "computes with neon; instruction sets found: neon"
    assert rows["Apple MPS"] == "usable"
    assert rows["memory"] == "16.0 GiB"
    assert rows["PyTorch"] == "2.13.0, built for the processor and Apple MPS"
    assert examine(probe).advice == ()


def test_amd():
    files = {
        "/sys/class/kfd/kfd/topology/nodes/0/properties": "cpu_cores_count 8\ngfx_target_version 0\n",
        "/sys/class/kfd/kfd/topology/nodes/1/properties": "gfx_target_version 110000\n",
    }
    card = Gpu("AMD Radeon RX 7900 XTX", 2**34, current=True)
    torch = Torch("2.13", rocm="6.4", usable=True, cudnn=3, gpus=(card,))
    probe = replace(CONTAINER, environment={}, load=None, usable=2, threads=2, run=lambda command: None)
    probe = replace(probe, read=files.get, torch=lambda: torch)
    rows = shown(probe)
    assert rows["AMD GPU"] == "gfx1100"
    assert rows["GPU 0"] == "AMD Radeon RX 7900 XTX, 16.0 GiB, current"
    assert (rows["PyTorch"], rows["AMD ROCm"]) == ("2.13, built for ROCm 6.4", "usable")
    assert "cuDNN" not in rows
    assert examine(probe).advice == ()


@pytest.mark.parametrize(
    ("wanted", "used", "words"),
    [
        ("", "avx512", "computes with avx512;"),
        ("baseline", "baseline", "computes with baseline, as STIRFRY_ISA says;"),
        ("naive", "naive", "computes with naive, as STIRFRY_ISA says;"),
        ("neon", None, "STIRFRY_ISA asks for neon, which isn't there;"),
    ],
)
def test_the_instruction_set_in_the_environment_is_the_one_that_counts(wanted, used, words):
    probe = replace(CONTAINER, environment={"STIRFRY_ISA": wanted}, read=lambda path: None, load=None)
    report = examine(probe)
    assert report.facts.native == Native(("avx512", "avx2", "baseline"), used, wanted or None)
    assert shown(probe)["native engine"] == f"{words} instruction sets found: avx512, avx2, baseline"
    assert [notice.code for notice in report.advice] == ([] if used else ["doctor.isa_unknown"])


def test_without_pytorch_the_native_engine_is_enough():
    probe = replace(CONTAINER, torch=lambda: None, read=lambda path: None, load=None)
    assert examine(probe).advice == ()
    assert shown(probe)["PyTorch"] == (
        "not installed; pip install 'stirfry[torch]' adds it, for large networks and graphics cards"
    )


def test_dropout_that_pytorch_draws_elsewhere_is_a_remark():
    probe = replace(CONTAINER, dropout_is_exact=lambda: False, read=lambda path: None, load=None)
    assert "MKL" in shown(probe)["dropout"] and "MKL" in shown(probe, "zh")["dropout"]
    assert examine(probe).advice == ()
    assert "dropout" not in shown(replace(probe, native=lambda: None))


def test_a_broken_torch():
    rows = shown(replace(BARE, torch=lambda: Torch("2.13.0", error="no libc10")))
    assert rows["PyTorch"] == "2.13.0, which can't be imported"


@pytest.mark.parametrize("probe", [BARE, CONTAINER])
def test_json(probe):
    with speaking("en"):
        read = json.loads(json.dumps(examine(probe).as_json(), allow_nan=False))
    assert read["python"]["version"] == [3, 11, 7]
    assert set(read["packages"]) == set(PACKAGES)
    assert "free" in read["cores"]
    sets = probe.native()
    assert read["native"] == (sets and {"instruction_sets": [*sets[:-1]], "used": sets[0], "wanted": None})
    for advice in read["advice"]:
        assert advice["code"] in catalogue()
        assert advice["text"]


def test_this_machine():
    report = examine()
    assert report.facts.threads >= 1
    for language in ("en", "zh"):
        with speaking(language):
            assert all(label and value for label, value in report.rows())
            assert all(str(notice) for notice in report.advice)


def test_an_unknown_instruction_set_is_no_traceback(monkeypatch):
    monkeypatch.setenv("STIRFRY_ISA", "avx9")
    report = examine(replace(here(), native=lambda: ("avx2", "naive"), torch=lambda: None))
    assert "doctor.isa_unknown" in [notice.code for notice in report.advice]
    assert json.loads(json.dumps(report.as_json()))["native"]["used"] is None
    examine()


@pytest.mark.parametrize(
    ("missing", "advised"),
    [
        (["torch", "stirfry._native"], ["doctor.torch_missing", "doctor.native_missing"]),
        (["stirfry._native"], ["doctor.native_missing"]),
    ],
)
def test_without_an_engine_the_doctor_works_and_says_what_to_do(missing, advised):
    """In an interpreter of its own, where importing fails as it does where it isn't installed."""
    program = (
        f"import sys; sys.modules.update(dict.fromkeys({missing}))\n"
        "from stirfry.engine.doctor import examine\n"
        "report = examine()\n"
        "print([notice.code for notice in report.advice if 'missing' in notice.code], len(report.rows()) > 8)"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == f"{advised} True"


def test_the_doctor_is_light_until_it_examines():
    program = "import sys, stirfry.engine.doctor; print({'torch', 'polars'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize(("gain", "said"), [(2.4, "2.4 times"), (1.1, "not used"), (0.0, "float32 is used")])
def test_what_auto_precision_goes_by_is_shown(gain: float, said: str) -> None:
    rows = dict(examine(replace(BARE, torch=lambda: Torch("2.13.0+cpu", bfloat16=gain))).rows())
    assert said in rows["bfloat16"]
