"""Looks at the machine and says what stands in the way of training on it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from stirfry import __version__
from stirfry.engine import probe as probes
from stirfry.engine import readings
from stirfry.engine.advice import advise
from stirfry.engine.machine import Cores, Driver, Facts, Gpu, Memory, Native, Processor
from stirfry.engine.precision import WORTH_IT
from stirfry.engine.probe import Probe
from stirfry.lang import say
from stirfry.notice import Notice

#: The optional packages and the extra that brings each.
PACKAGES = {
    "torch": "torch",
    "matplotlib": "plot",
    "scikit-learn": "sklearn",
    "Pillow": "images",
    "fastexcel": "excel",
}

#: The plain form of the kernels, which the others are tested against. It runs everywhere, and slowly.
_REFERENCE = "naive"

#: Linux numbers the nodes of AMD's driver from 0, processors among them; no machine has more than this.
_AMD_NODES = 16

_NVIDIA_CARDS = "--query-gpu=name,memory.total,compute_cap"
_NVIDIA_CARDS_OF_OLD = "--query-gpu=name,memory.total"


@dataclass(frozen=True)
class Report:
    """What the doctor found and advises.

    Args:
        facts: the machine.
        advice: what to do about each mismatch, the gravest first; empty where all fits.
    """

    facts: Facts
    advice: tuple[Notice, ...]

    def rows(self) -> list[tuple[str, str]]:
        """Return what to show, a label and a value each, in the language of the moment."""
        facts = self.facts
        return [
            *_software_rows(facts),
            *_graphics_rows(facts),
            *_processor_rows(facts),
            *_package_rows(facts.packages),
        ]

    def as_json(self) -> dict[str, Any]:
        """Return the facts by name and the advice as `code` and `text`, all of them JSON values."""
        advice = [{"code": notice.code, "text": str(notice)} for notice in self.advice]
        free = round(self.facts.cores.free, 2)
        facts = asdict(self.facts)
        return {**facts, "cores": {**facts["cores"], "free": free}, "advice": advice}


def examine(probe: Probe | None = None) -> Report:
    """Examine a machine.

    Args:
        probe: what answers for the machine; None for this one.

    Example:
        >>> report = examine()
        >>> report.facts.python.version >= (3, 11)
        True
    """
    facts = _facts(probe or probes.here())
    return Report(facts, advise(facts))


def _facts(probe: Probe) -> Facts:
    torch = probe.torch()
    cards = _nvidia_gpus(probe)
    return Facts(
        python=probe.python,
        stirfry=__version__,
        system=f"{probe.system} {probe.machine}".strip(),
        native=_native(probe),
        dropout_is_exact=probe.dropout_is_exact(),
        torch=torch,
        driver=_nvidia_driver(probe),
        gpus=torch.gpus if torch is not None and torch.gpus else cards,
        amd=_amd_gpus(probe),
        cuda_visible_devices=probe.environment.get("CUDA_VISIBLE_DEVICES"),
        processor=_processor(probe),
        cores=Cores(probe.cores, probe.usable, _quota(probe), probe.load),
        threads=probe.threads,
        memory=_memory(probe),
        packages={name: probe.package(name) for name in PACKAGES},
    )


def _native(probe: Probe) -> Native | None:
    there = probe.native()
    if there is None:
        return None
    wanted = probe.environment.get("STIRFRY_ISA") or None
    used = wanted or there[0]
    shown = tuple(name for name in there if name != _REFERENCE)
    return Native(shown, used if used in there else None, wanted)


def _nvidia_driver(probe: Probe) -> Driver | None:
    driver = readings.nvidia_driver(probe.run(("nvidia-smi",)) or "")
    if driver is not None and driver.cuda is not None:
        return driver
    number = probe.cuda_driver()
    cuda = readings.cuda_of_number(number) if number is not None else None
    return replace(driver or Driver(), cuda=cuda) if driver or cuda else None


def _nvidia_gpus(probe: Probe) -> tuple[Gpu, ...]:
    for query in (_NVIDIA_CARDS, _NVIDIA_CARDS_OF_OLD):
        text = probe.run(("nvidia-smi", query, "--format=csv,noheader,nounits"))
        if text is not None:
            return readings.nvidia_gpus(text)
    return ()


def _amd_gpus(probe: Probe) -> tuple[str, ...]:
    nodes = (f"/sys/class/kfd/kfd/topology/nodes/{number}/properties" for number in range(_AMD_NODES))
    found = (readings.amd_gpu(probe.read(node) or "") for node in nodes)
    return tuple(name for name in found if name is not None)


def _processor(probe: Probe) -> Processor:
    if probe.system == "Darwin":
        name, extensions = readings.sysctl(probe.run(("sysctl", "machdep.cpu", "hw.optional")) or "")
    else:
        name, extensions = readings.cpuinfo(probe.read("/proc/cpuinfo") or "")
    return Processor(name or probe.processor or probe.machine, extensions)


def _quota(probe: Probe) -> float | None:
    """Return the smallest of the limits on this process's group and on those around it."""
    found = []
    for folder in readings.cgroup_folders(probe.read("/proc/self/cgroup") or "", "cpu"):
        found.append(readings.quota_of_cpu_max(probe.read(f"{folder}/cpu.max") or ""))
        quota = probe.read(f"{folder}/cpu.cfs_quota_us") or ""
        found.append(readings.quota_of_cfs(quota, probe.read(f"{folder}/cpu.cfs_period_us") or ""))
    return min((quota for quota in found if quota is not None), default=None)


def _memory(probe: Probe) -> Memory | None:
    memory = readings.meminfo(probe.read("/proc/meminfo") or "")
    if memory is None:
        total = probe.memory()
        return Memory(total) if total else None
    limits = [memory.total]
    for folder in readings.cgroup_folders(probe.read("/proc/self/cgroup") or "", "memory"):
        texts = (probe.read(f"{folder}/{name}") for name in ("memory.max", "memory.limit_in_bytes"))
        limits += [limit for text in texts if text and (limit := readings.memory_limit(text))]
    total = min(limits)
    return Memory(total, None if memory.available is None else min(memory.available, total))


def _row(label: str, code: str, /, *more: str, **facts: Any) -> tuple[str, str]:
    """Return a label and a value, followed by remarks on it; all of them are codes but the remarks."""
    said = [say(f"doctor.{code}", **facts), *more]
    return say(f"doctor.{label}", **facts), say("doctor.comma").join(said)


def _software_rows(facts: Facts) -> list[tuple[str, str]]:
    python = facts.python
    version = ".".join(map(str, python.version))
    kind = say(f"doctor.environment_{python.environment}")
    return [
        _row("stirfry", "plain", value=facts.stirfry),
        _row("python", "plain", kind, python.executable, value=version),
        _row("system", "plain", value=facts.system),
        *_native_rows(facts),
        _torch_row(facts),
        *_bfloat16_rows(facts),
    ]


def _native_rows(facts: Facts) -> list[tuple[str, str]]:
    native = facts.native
    if native is None:
        return [_row("native", "native_not_built")]
    code = "native_unusable" if native.used is None else "native_as_set" if native.wanted else "native_best"
    found = {"used": native.used, "wanted": native.wanted, "sets": list(native.instruction_sets)}
    rows = [_row("native", code, **found)]
    if not facts.dropout_is_exact:
        rows.append(_row("dropout", "dropout_differs"))
    return rows


def _torch_row(facts: Facts) -> tuple[str, str]:
    torch = facts.torch
    if torch is None:
        return _row("torch", "not_installed" if facts.native is None else "torch_optional", extra="torch")
    if torch.error is not None:
        return _row("torch", "broken", value=torch.version)
    if torch.rocm:
        return _row("torch", "built_for_rocm", value=torch.version, rocm=torch.rocm)
    if torch.cuda:
        return _row("torch", "built_for_cuda", value=torch.version, cuda=torch.cuda)
    code = "built_for_processor" if torch.mps is None else "built_for_mps"
    return _row("torch", code, value=torch.version)


def _bfloat16_rows(facts: Facts) -> list[tuple[str, str]]:
    """Say what `precision="auto"` goes by."""
    gain = None if facts.torch is None else facts.torch.bfloat16
    if gain is None:
        return []
    code = "bfloat16_used" if gain >= WORTH_IT else "bfloat16_slow" if gain else "bfloat16_missing"
    return [_row("bfloat16", code, gain=f"{gain:.1f}", least=WORTH_IT)]


def _graphics_rows(facts: Facts) -> list[tuple[str, str]]:
    """Say what there is; of what there isn't, only that no NVIDIA driver and no card was found."""
    rows = [_driver_row(facts.driver)]
    rows += [_gpu_row(number, gpu) for number, gpu in enumerate(facts.gpus)]
    rows += [_row("amd", "plain", value=name) for name in facts.amd]
    if not facts.gpus and not facts.amd:
        rows.append(_row("gpus", "none_found"))
    torch = facts.torch
    if torch is not None and torch.cudnn is not None and not torch.rocm:
        rows.append(_row("cudnn", "plain", value=readings.cudnn_of_number(torch.cudnn)))
    if torch is not None and torch.rocm:
        rows.append(_row("rocm", "usable" if torch.usable else "not_usable"))
    if torch is not None and torch.mps is not None:
        rows.append(_row("mps", "usable" if torch.mps else "not_usable"))
    return rows


def _driver_row(driver: Driver | None) -> tuple[str, str]:
    if driver is None:
        return _row("driver", "none_found")
    supports = [] if driver.cuda is None else [say("doctor.supports_cuda", cuda=driver.cuda)]
    return _row("driver", "plain" if driver.version else "version_unknown", *supports, value=driver.version)


def _gpu_row(number: int, gpu: Gpu) -> tuple[str, str]:
    more = []
    if gpu.memory is not None:
        more.append(_size(gpu.memory))
    if gpu.capability is not None:
        more.append(say("doctor.capability", value="{}.{}".format(*gpu.capability)))
    if gpu.current:
        more.append(say("doctor.current"))
    return _row("gpu", "plain", *more, value=gpu.name, number=number)


def _processor_rows(facts: Facts) -> list[tuple[str, str]]:
    rows = [_row("processor", "plain", value=facts.processor.name)]
    if facts.processor.extensions:
        rows.append(_row("extensions", "plain", value=list(facts.processor.extensions)))
    rows += [_cores_row(facts.cores), _threads_row(facts.threads)]
    memory = facts.memory
    if memory is not None:
        free = [] if memory.available is None else [say("doctor.available", size=_size(memory.available))]
        rows.append(_row("memory", "plain", *free, value=_size(memory.total)))
    return rows


def _cores_row(cores: Cores) -> tuple[str, str]:
    more = [say("doctor.cores_usable", cores=cores.usable)]
    if cores.quota is not None:
        more.append(say("doctor.cores_quota", quota=f"{cores.quota:.3g}"))
    if cores.load is not None:
        more.append(say("doctor.cores_free", free=f"{cores.free:.1f}", load=f"{cores.load:.1f}"))
    return _row("cores", "cores_machine", *more, cores=cores.machine)


def _threads_row(threads: int) -> tuple[str, str]:
    return _row("threads", "one_thread" if threads == 1 else "threads_up_to", threads=threads)


def _package_rows(packages: dict[str, str | None]) -> list[tuple[str, str]]:
    return [
        (name, version or say("doctor.not_installed", extra=PACKAGES[name]))
        for name, version in packages.items()
        if name != "torch"
    ]


def _size(size: int) -> str:
    return say("doctor.size", size=f"{size / 2**30:.1f}")
