"""What the doctor advises: one mismatch a function, each of them facts in, a remark or nothing out."""

from __future__ import annotations

from math import ceil
from typing import Any

from stirfry.engine.machine import Facts, Torch
from stirfry.engine.readings import architecture, version_numbers
from stirfry.notice import Notice

#: The oldest Python that stirfry runs on.
OLDEST_PYTHON = (3, 11)

#: PyTorch's builds for CUDA, by the least that a driver must support. A driver for one version of CUDA runs
#: all builds of the same first number; 12.8 is the first that knows the cards of 2025.
_BUILDS = {(13, 0): "cu130", (12, 8): "cu128", (12, 0): "cu126"}


def advise(facts: Facts) -> tuple[Notice, ...]:
    """Return what to do about each mismatch, the gravest first."""
    return tuple(notice for check in _CHECKS if (notice := check(facts)) is not None)


def _python_too_old(facts: Facts) -> Notice | None:
    if facts.python.version >= OLDEST_PYTHON:
        return None
    return Notice("doctor.python_too_old", oldest=_dotted(OLDEST_PYTHON), found=_dotted(facts.python.version))


def _isa_unknown(facts: Facts) -> Notice | None:
    native = facts.native
    if native is None or native.used is not None:
        return None
    return Notice("doctor.isa_unknown", wanted=native.wanted, sets=list(native.instruction_sets))


def _torch_missing(facts: Facts) -> Notice | None:
    """Without PyTorch the native engine trains what most want to train; without both nothing does."""
    return Notice("doctor.torch_missing") if facts.torch is None and facts.native is None else None


def _torch_broken(facts: Facts) -> Notice | None:
    torch = facts.torch
    if torch is None or torch.error is None:
        return None
    return Notice("doctor.torch_broken", version=torch.version, error=torch.error)


def _native_missing(facts: Facts) -> Notice | None:
    return Notice("doctor.native_missing") if facts.native is None else None


def _no_cuda_build(facts: Facts) -> Notice | None:
    """An NVIDIA card, and a PyTorch that was built for the processor alone."""
    torch = _working(facts)
    if torch is None or torch.cuda or torch.rocm or not facts.gpus:
        return None
    tag = build_for(facts.driver.cuda if facts.driver else None)
    card = facts.gpus[0].name
    return Notice("doctor.no_cuda_build", gpu=card, tag=tag) if tag else Notice("doctor.old_driver", gpu=card)


def _cuda_newer_than_driver(facts: Facts) -> Notice | None:
    """A build for a newer CUDA: within the same first number it works nonetheless, so only failing tells."""
    torch = _working(facts)
    supported = facts.driver.cuda if facts.driver else None
    if torch is None or torch.cuda is None or supported is None or torch.usable:
        return None
    if version_numbers(torch.cuda) <= version_numbers(supported):
        return None
    tag = build_for(supported)
    code = "doctor.cuda_newer_than_driver" if tag else "doctor.driver_too_old_for_any"
    return Notice(code, built=torch.cuda, supported=supported, tag=tag)


def _cuda_hidden(facts: Facts) -> Notice | None:
    torch = _working(facts)
    if (
        torch is None
        or torch.cuda is None
        or torch.usable
        or not facts.gpus
        or facts.cuda_visible_devices is None
    ):
        return None
    return Notice("doctor.cuda_hidden", value=facts.cuda_visible_devices)


def _cuda_fails(facts: Facts) -> Notice | None:
    """A card, a driver and a build that fit, and still nothing works: say what PyTorch said."""
    torch = _working(facts)
    if torch is None or torch.cuda is None or torch.usable or not facts.gpus:
        return None
    if _cuda_newer_than_driver(facts) or _cuda_hidden(facts):
        return None
    return _failing("doctor.cuda_fails", torch, gpu=facts.gpus[0].name)


def _gpu_too_old(facts: Facts) -> Notice | None:
    return _gpu_outside(facts, "doctor.gpu_too_old", older=True)


def _gpu_too_new(facts: Facts) -> Notice | None:
    return _gpu_outside(facts, "doctor.gpu_too_new", older=False)


def _gpu_outside(facts: Facts, code: str, older: bool) -> Notice | None:
    """Compare each card with the architectures of the build.

    A `sm_` runs on cards of the same first number from its own second number on; a `compute_` is compiled
    for any later card when it is first used.
    """
    torch = _working(facts)
    if torch is None:
        return None
    made, later = _built_for(torch, "sm_"), _built_for(torch, "compute_")
    for gpu in facts.gpus:
        card = gpu.capability
        if card is None or not made or _runs(card, made, later):
            continue
        newer = [_dotted(other) for other in sorted(made) if other > card]
        if older and newer:
            return Notice(code, gpu=gpu.name, capability=_dotted(card), least=newer[0])
        if not older and not newer:
            return Notice(code, gpu=gpu.name, capability=_dotted(card), most=_dotted(max(made)))
    return None


def _built_for(torch: Torch, kind: str) -> list[tuple[int, int]]:
    found = (architecture(name) for name in torch.architectures if name.startswith(kind))
    return [capability for capability in found if capability is not None]


def _runs(card: tuple[int, int], made: list[tuple[int, int]], later: list[tuple[int, int]]) -> bool:
    return any(card[0] == other[0] and card >= other for other in made) or any(
        card >= other for other in later
    )


def _amd_without_rocm(facts: Facts) -> Notice | None:
    torch = _working(facts)
    if torch is None or torch.rocm or torch.usable or not facts.amd:
        return None
    return Notice("doctor.amd_without_rocm", gpus=list(facts.amd), version=torch.version)


def _rocm_fails(facts: Facts) -> Notice | None:
    torch = _working(facts)
    if torch is None or torch.rocm is None or torch.usable or not facts.amd:
        return None
    return _failing("doctor.rocm_fails", torch, gpus=list(facts.amd), rocm=torch.rocm)


def _failing(code: str, torch: Torch, **facts: Any) -> Notice:
    if torch.complaint is None:
        return Notice(f"{code}_silently", **facts)
    return Notice(code, complaint=torch.complaint, **facts)


def _quota_below_threads(facts: Facts) -> Notice | None:
    """Threads that share less time than each could use wait for one another at every step."""
    quota = facts.cores.quota
    if quota is None or facts.threads <= ceil(quota):
        return None
    fit = max(1, int(quota))
    return Notice(
        "doctor.quota_below_threads", quota=round(quota, 2), threads=facts.threads, fit=fit, last=fit - 1
    )


def _high_load(facts: Facts) -> Notice | None:
    """Less than half of what this process may use is free."""
    cores = facts.cores
    if cores.load is None or round(cores.free, 1) >= cores.granted / 2:
        return None
    return Notice(
        "doctor.high_load", load=round(cores.load, 1), cores=cores.machine, free=round(cores.free, 1)
    )


def build_for(cuda: str | None) -> str | None:
    """Return the name of PyTorch's newest build that a driver for this CUDA runs; None where it is too old.

    Example:
        >>> build_for("13.1"), build_for("12.4"), build_for("11.8"), build_for(None)
        ('cu130', 'cu126', None, 'cu126')
    """
    if cuda is None:
        return "cu126"
    return next((tag for least, tag in _BUILDS.items() if version_numbers(cuda) >= least), None)


def _working(facts: Facts) -> Torch | None:
    """Return PyTorch where it can be imported."""
    return facts.torch if facts.torch is not None and facts.torch.error is None else None


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


_CHECKS = (
    _python_too_old,
    _isa_unknown,
    _torch_missing,
    _torch_broken,
    _native_missing,
    _no_cuda_build,
    _cuda_newer_than_driver,
    _cuda_hidden,
    _cuda_fails,
    _gpu_too_old,
    _gpu_too_new,
    _amd_without_rocm,
    _rocm_fails,
    _quota_below_threads,
    _high_load,
)
