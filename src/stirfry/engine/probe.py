"""How the doctor asks this machine; tests ask a made-up one."""

from __future__ import annotations

import ctypes
import os
import platform
import subprocess
import sys
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from importlib import metadata
from pathlib import Path

from stirfry.engine.machine import Gpu, Python, Torch
from stirfry.engine.native_program import extension
from stirfry.engine.precision import bfloat16_gain
from stirfry.engine.threads import free_cores
from stirfry.engine.torch_parts import pick_device
from stirfry.rng import dropout_is_exact

#: A driver that hangs must not hang the doctor.
_SECONDS = 10


@dataclass(frozen=True)
class Probe:
    """A machine's answers.

    Args:
        python: the interpreter.
        system: `Linux`, `Darwin` or `Windows`.
        machine: the processor's kind, such as `x86_64`.
        processor: the processor's name as Python knows it; the last resort.
        environment: the environment variables.
        cores: the cores of the machine.
        usable: the cores that this process may run on.
        threads: how many threads a large network is trained with.
        load: the load average over a minute; None where there is none.
        read: gives a file's text, None where it can't be read.
        run: gives a command's output, None where it isn't there or fails.
        cuda_driver: gives what `cuDriverGetVersion` says, None without NVIDIA's driver.
        native: gives the native engine's instruction sets, the best first, None where it wasn't built.
        dropout_is_exact: tells whether PyTorch's dropout draws from the stream that the native engine knows.
        torch: gives PyTorch, None where it isn't installed.
        package: gives a package's version, None where it isn't installed.
        memory: gives the machine's memory in bytes, None where the system doesn't tell.
    """

    python: Python
    system: str
    machine: str
    processor: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    cores: int = 1
    usable: int = 1
    threads: int = 1
    load: float | None = None
    read: Callable[[str], str | None] = lambda path: None
    run: Callable[[tuple[str, ...]], str | None] = lambda command: None
    cuda_driver: Callable[[], int | None] = lambda: None
    native: Callable[[], tuple[str, ...] | None] = lambda: None
    dropout_is_exact: Callable[[], bool] = lambda: True
    torch: Callable[[], Torch | None] = lambda: None
    package: Callable[[str], str | None] = lambda name: None
    memory: Callable[[], int | None] = lambda: None


def here() -> Probe:
    """Return the machine that this runs on."""
    return Probe(
        python=Python(tuple(sys.version_info[:3]), sys.executable, _environment_kind()),
        system=platform.system(),
        machine=platform.machine(),
        processor=platform.processor(),
        environment=dict(os.environ),
        cores=os.cpu_count() or 1,
        usable=_usable_cores(),
        threads=free_cores(),
        load=_load(),
        read=_read,
        run=_run,
        cuda_driver=_cuda_driver,
        native=_native,
        dropout_is_exact=dropout_is_exact,
        torch=_torch,
        package=_package,
        memory=_memory,
    )


def _environment_kind() -> str:
    if sys.prefix != sys.base_prefix:
        return "venv"
    return "conda" if Path(sys.prefix, "conda-meta").is_dir() else "system"


def _usable_cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _load() -> float | None:
    try:
        return os.getloadavg()[0]
    except (AttributeError, OSError):
        return None


def _read(path: str) -> str | None:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except (OSError, ValueError):
        return None


def _run(command: tuple[str, ...]) -> str | None:
    try:
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", errors="replace") if done.returncode == 0 else None


def _cuda_driver() -> int | None:
    """Ask NVIDIA's driver itself: where `nvidia-smi` is missing, as in many containers, this still works."""
    try:
        library = ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
        number = ctypes.c_int(0)
        failed = library.cuDriverGetVersion(ctypes.byref(number))
    except (OSError, AttributeError):
        return None
    return None if failed or number.value <= 0 else number.value


def _native() -> tuple[str, ...] | None:
    built = extension()
    return None if built is None else tuple(built.instruction_sets())


def _package(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _memory() -> int | None:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None


def _torch() -> Torch | None:
    """Ask PyTorch. It complains about a card or a driver that it can't use in warnings, which are kept."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            import torch
        except ModuleNotFoundError as failure:
            return None if failure.name == "torch" else _broken(failure)
        except (ImportError, OSError) as failure:
            return _broken(failure)
        built = Torch(
            version=str(torch.__version__),
            cuda=torch.version.cuda,
            rocm=torch.version.hip,
            mps=torch.backends.mps.is_available() if torch.backends.mps.is_built() else None,
        )
        try:
            seen = _seen(built)
        except RuntimeError as failure:
            return replace(built, complaint=_first_line(failure))
        return replace(seen, complaint=next((_first_line(warning.message) for warning in said), None))


def _broken(failure: Exception) -> Torch:
    return Torch(_package("torch") or "", error=_first_line(failure))


def _seen(built: Torch) -> Torch:
    """Add what PyTorch sees of the graphics cards."""
    import torch

    cudnn = torch.backends.cudnn
    usable = torch.cuda.is_available()
    return replace(
        built,
        bfloat16=bfloat16_gain(pick_device("auto")),
        usable=usable,
        architectures=tuple(torch.cuda.get_arch_list()) if usable else (),
        cudnn=cudnn.version() if cudnn.is_available() else None,
        gpus=_torch_gpus() if usable else (),
    )


def _torch_gpus() -> tuple[Gpu, ...]:
    import torch

    current = torch.cuda.current_device()
    found = []
    for index in range(torch.cuda.device_count()):
        card = torch.cuda.get_device_properties(index)
        kind = None if torch.version.hip else (card.major, card.minor)
        found.append(Gpu(card.name, card.total_memory, kind, index == current))
    return tuple(found)


def _first_line(said: object) -> str:
    return str(said).strip().partition("\n")[0].rstrip(".")
