"""Every mismatch, on machines made up for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stirfry.engine.advice import advise, build_for
from stirfry.engine.machine import Cores, Driver, Facts, Gpu, Memory, Native, Processor, Python, Torch
from stirfry.lang import speaking

FINE = Facts(
    python=Python((3, 12, 1), "/usr/bin/python3", "venv"),
    stirfry="0.1.0",
    system="Linux x86_64",
    native=Native(("avx2", "baseline"), "avx2"),
    dropout_is_exact=True,
    torch=Torch("2.13.0+cpu"),
    driver=None,
    gpus=(),
    amd=(),
    cuda_visible_devices=None,
    processor=Processor("a processor"),
    cores=Cores(8, 8, None, 0.2),
    threads=8,
    memory=Memory(2**34),
    packages={},
)
CARD = Gpu("NVIDIA H200", 2**37, (9, 0), current=True)
CUDA = Torch("2.13.0", cuda="13.0", usable=True, architectures=("sm_80", "sm_90", "compute_90"), gpus=(CARD,))
WITH_CARD = replace(FINE, torch=CUDA, gpus=(CARD,), driver=Driver("580.1", "13.0"))
BLIND = replace(CUDA, usable=False, gpus=(), architectures=())


def card(major, minor):
    return (Gpu("a card", 2**33, (major, minor)),)


def facts(of=WITH_CARD, **changes):
    return replace(of, **changes)


def torch(**changes):
    return replace(CUDA, **changes)


@pytest.mark.parametrize(
    "machine",
    [
        FINE,
        WITH_CARD,
        facts(FINE, torch=None),
        facts(torch=None),
        facts(FINE, native=Native(("avx2", "baseline"), "baseline", wanted="baseline")),
        facts(FINE, native=Native(("avx2", "baseline"), "naive", wanted="naive")),
        facts(FINE, dropout_is_exact=False),
        facts(torch=torch(cuda="13.2")),
        facts(torch=torch(rocm="6.4", cuda=None), gpus=(Gpu("gfx1100"),), amd=("gfx1100",), driver=None),
        facts(amd=("gfx1036",)),
        facts(gpus=card(8, 6)),
        facts(gpus=card(12, 0)),
        facts(gpus=(Gpu("unknown"),)),
        facts(cuda_visible_devices="0"),
        facts(FINE, cores=Cores(8, 4, 3.5, 0.5), threads=4),
        facts(FINE, cores=Cores(64, 2, None, 30.0), threads=2),
    ],
)
def test_nothing_to_advise(machine):
    assert advise(machine) == ()


@pytest.mark.parametrize(
    ("code", "machine", "words"),
    [
        ("python_too_old", facts(FINE, python=Python((3, 10, 4), "python", "venv")), ["3.11", "3.10.4"]),
        (
            "isa_unknown",
            facts(FINE, native=Native(("avx2", "baseline"), None, wanted="avx9")),
            ["avx9", "avx2", "baseline"],
        ),
        ("native_missing", facts(FINE, native=None), ["C++", "STIRFRY_REQUIRE_NATIVE=1"]),
        ("torch_broken", facts(FINE, torch=Torch("2.1", error="no libcudart")), ["2.1", "no libcudart"]),
        (
            "no_cuda_build",
            facts(torch=Torch("2.13.0+cpu")),
            ["NVIDIA H200", "download.pytorch.org/whl/cu130"],
        ),
        (
            "no_cuda_build",
            facts(torch=Torch("2.13.0+cpu"), driver=Driver("550", "12.4")),
            ["download.pytorch.org/whl/cu126"],
        ),
        ("no_cuda_build", facts(torch=Torch("2.13.0+cpu"), driver=None), ["download.pytorch.org/whl/cu126"]),
        ("old_driver", facts(torch=Torch("2.13.0+cpu"), driver=Driver("470", "11.4")), ["NVIDIA H200"]),
        (
            "cuda_newer_than_driver",
            facts(torch=BLIND, driver=Driver("550", "12.4")),
            ["CUDA 13.0", "12.4", "whl/cu126"],
        ),
        ("driver_too_old_for_any", facts(torch=BLIND, driver=Driver("470", "11.4")), ["CUDA 13.0", "11.4"]),
        ("cuda_hidden", facts(torch=BLIND, cuda_visible_devices="-1"), ["CUDA_VISIBLE_DEVICES", "-1"]),
        ("cuda_fails", facts(torch=replace(BLIND, complaint="error 802")), ["NVIDIA H200", "error 802"]),
        ("cuda_fails_silently", facts(torch=BLIND), ["NVIDIA H200"]),
        ("gpu_too_old", facts(gpus=card(6, 1)), ["a card", "6.1", "8.0"]),
        (
            "gpu_too_old",
            facts(gpus=card(7, 0), torch=torch(architectures=("sm_50", "sm_75", "sm_90"))),
            ["7.0", "7.5"],
        ),
        ("gpu_too_old", facts(gpus=(CARD, *card(3, 7))), ["a card", "3.7"]),
        (
            "gpu_too_new",
            facts(gpus=card(12, 0), torch=torch(architectures=("sm_80", "sm_90"))),
            ["12.0", "9.0"],
        ),
        ("amd_without_rocm", facts(FINE, amd=("gfx1100",)), ["gfx1100", "2.13.0+cpu", "ROCm"]),
        ("amd_without_rocm", facts(FINE, torch=BLIND, amd=("gfx1100", "gfx90a")), ["gfx90a"]),
        (
            "rocm_fails",
            facts(FINE, torch=replace(BLIND, cuda=None, rocm="6.4", complaint="no device"), amd=("gfx1100",)),
            ["gfx1100", "6.4", "no device"],
        ),
        (
            "rocm_fails_silently",
            facts(FINE, torch=replace(BLIND, cuda=None, rocm="6.4"), amd=("gfx1100",)),
            ["6.4"],
        ),
        ("quota_below_threads", facts(FINE, cores=Cores(8, 8, 2.5, 0.0)), ["2.5", "8", "taskset -c 0-1"]),
        ("quota_below_threads", facts(FINE, cores=Cores(8, 8, 0.5, 0.0)), ["0.5", "taskset -c 0-0"]),
        ("high_load", facts(FINE, cores=Cores(8, 8, None, 6.5)), ["6.5", "1.5"]),
        ("high_load", facts(FINE, cores=Cores(8, 2, None, 80.0), threads=2), ["80", "0.0"]),
    ],
)
def test_each_mismatch(code, machine, words):
    (notice,) = advise(machine)
    assert notice.code == f"doctor.{code}"
    for language in ("en", "zh"):
        with speaking(language):
            assert all(word in str(notice) for word in words), str(notice)


def test_several_mismatches_the_gravest_first():
    machine = facts(
        FINE,
        torch=None,
        native=None,
        python=Python((3, 9, 0), "python", "system"),
        cores=Cores(8, 8, 1.0, 9.0),
    )
    codes = [notice.code for notice in advise(machine)]
    assert codes == [
        "doctor.python_too_old",
        "doctor.torch_missing",
        "doctor.native_missing",
        "doctor.quota_below_threads",
        "doctor.high_load",
    ]


@pytest.mark.parametrize("machine", [FINE, WITH_CARD])
def test_without_either_engine_pytorch_is_the_first_to_get(machine):
    notices = advise(replace(machine, torch=None, native=None))
    assert [notice.code for notice in notices] == ["doctor.torch_missing", "doctor.native_missing"]
    for language in ("en", "zh"):
        with speaking(language):
            assert "pip install 'stirfry[torch]'" in str(notices[0])


@pytest.mark.parametrize(
    ("cuda", "tag"),
    [("14.0", "cu130"), ("13.0", "cu130"), ("12.8", "cu128"), ("12.2", "cu126"), ("11.8", None)],
)
def test_builds(cuda, tag):
    assert build_for(cuda) == tag
