"""What the doctor knows of a machine: plain facts, without a word about what they mean."""

from __future__ import annotations

from dataclasses import dataclass

Version = tuple[int, ...]


@dataclass(frozen=True)
class Python:
    """The interpreter.

    Args:
        version: such as (3, 11, 7).
        executable: its path.
        environment: `venv`, `conda` or `system`.
    """

    version: Version
    executable: str
    environment: str


@dataclass(frozen=True)
class Gpu:
    """One graphics card.

    Args:
        name: as its driver gives it.
        memory: bytes; None where it isn't known.
        capability: NVIDIA's compute capability, such as (9, 0); None where it isn't known.
        current: whether it is the one that computes unless another is chosen.
    """

    name: str
    memory: int | None = None
    capability: tuple[int, int] | None = None
    current: bool = False


@dataclass(frozen=True)
class Native:
    """The native engine, as it was built.

    Args:
        instruction_sets: those that it can compute with here, the best first, without the naive reference.
        used: the one that it computes with; None where STIRFRY_ISA asks for one that isn't there.
        wanted: what STIRFRY_ISA says; None where it isn't set.
    """

    instruction_sets: tuple[str, ...]
    used: str | None
    wanted: str | None = None


@dataclass(frozen=True)
class Torch:
    """PyTorch, as it is installed.

    Args:
        version: such as `2.13.0+cpu`.
        error: why it can't be imported; None where it can.
        cuda: the CUDA it was built for; None in other builds.
        rocm: the ROCm it was built for; None in other builds.
        architectures: the graphics cards it was built for, such as `sm_90` and `compute_90`.
        usable: whether it can use a graphics card here through CUDA or ROCm.
        complaint: what it said while it looked for one.
        cudnn: the version number it reports for cuDNN (or MIOpen).
        mps: whether Apple's graphics can be used; None where the build knows nothing of them.
        gpus: the cards it can use.
        bfloat16: how many times as fast as float32 its products are on the device it would take; 0 where
            the hardware doesn't have bfloat16, None where it wasn't measured.
    """

    version: str
    error: str | None = None
    cuda: str | None = None
    rocm: str | None = None
    architectures: tuple[str, ...] = ()
    usable: bool = False
    complaint: str | None = None
    cudnn: int | None = None
    mps: bool | None = None
    gpus: tuple[Gpu, ...] = ()
    bfloat16: float | None = None


@dataclass(frozen=True)
class Driver:
    """NVIDIA's driver.

    Args:
        version: such as `550.54.15`; None where it isn't known.
        cuda: the newest CUDA it supports, such as `12.4`; None where it isn't known.
    """

    version: str | None = None
    cuda: str | None = None


@dataclass(frozen=True)
class Processor:
    """The processor.

    Args:
        name: as it calls itself.
        extensions: its vector extensions that matter here, by their usual names; empty where the system
            doesn't tell.
    """

    name: str
    extensions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cores:
    """The processor's cores, and how many of them are to be had.

    Args:
        machine: all of them.
        usable: those that this process may run on.
        quota: how many cores' time the container grants; None without a limit.
        load: how many programs have been computing or waiting to, over the last minute, in the whole
            machine; None where the system doesn't tell.
    """

    machine: int
    usable: int
    quota: float | None = None
    load: float | None = None

    @property
    def granted(self) -> float:
        """How many cores' time this process may take."""
        return self.usable if self.quota is None else min(self.usable, self.quota)

    @property
    def free(self) -> float:
        """About how many of them nobody else is using."""
        return max(0.0, min(self.granted, self.machine - (self.load or 0.0)))


@dataclass(frozen=True)
class Memory:
    """The main memory in bytes.

    Args:
        total: what the machine has, or the container may take.
        available: what is free for programs; None where the system doesn't tell.
    """

    total: int
    available: int | None = None


@dataclass(frozen=True)
class Facts:
    """All that the doctor found.

    Args:
        python: the interpreter.
        stirfry: stirfry's version.
        system: the operating system and the kind of processor, such as `Linux x86_64`.
        native: the native engine; None where it wasn't built.
        dropout_is_exact: whether PyTorch's dropout here draws from the stream that the native engine knows.
        torch: PyTorch; None where it isn't installed.
        driver: NVIDIA's driver; None where there is none.
        gpus: NVIDIA's cards, or those that PyTorch can use.
        amd: the architectures of AMD's cards that the system sees, such as `gfx1100`.
        cuda_visible_devices: the value of CUDA_VISIBLE_DEVICES; None where it isn't set.
        processor: the processor.
        cores: its cores.
        threads: how many threads a large network is trained with; a small one is trained with one.
        memory: the main memory; None where the system doesn't tell.
        packages: the version of each optional package, None where it isn't installed.
    """

    python: Python
    stirfry: str
    system: str
    native: Native | None
    dropout_is_exact: bool
    torch: Torch | None
    driver: Driver | None
    gpus: tuple[Gpu, ...]
    amd: tuple[str, ...]
    cuda_visible_devices: str | None
    processor: Processor
    cores: Cores
    threads: int
    memory: Memory | None
    packages: dict[str, str | None]
