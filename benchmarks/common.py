"""What the benchmarks share: pairs of runs, medians with their spread, the machine, and the file of results.

A machine is never quite quiet. So two things to compare run in turns (A B A B ...), what counts is the
median of the pairs' ratios, and the processor time stands beside the clock's: the time that others took
shows in the second and not in the first.
"""

from __future__ import annotations

import datetime
import os
import platform
import re
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

RESULTS = Path(__file__).with_name("RESULTS.md")
TITLE = "# Results\n\nEach section is written by its script; see [README.md](README.md).\n"


@dataclass(frozen=True)
class Spent:
    """What one run took.

    Args:
        wall: seconds by the clock.
        cpu: seconds of processor time, of all threads together.
    """

    wall: float
    cpu: float


@dataclass(frozen=True)
class Pair:
    """Two runs, one right after the other."""

    first: Spent
    second: Spent


@dataclass(frozen=True)
class Summary:
    """Some measurements in three numbers.

    Args:
        n: how many there are.
        median: the middle one.
        low: the lowest.
        high: the highest.
    """

    n: int
    median: float
    low: float
    high: float

    def show(self, form: str = ".3g") -> str:
        """Return `median (low to high)`, each number in a format."""
        return f"{self.median:{form}} ({self.low:{form}} to {self.high:{form}})"


def summary(values: Iterable[float]) -> Summary:
    """Return the number, median and range of some measurements.

    Example:
        >>> summary([3.0, 1.0, 2.0]).show()
        '2 (1 to 3)'
    """
    found = list(values)
    return Summary(len(found), statistics.median(found), min(found), max(found))


def spent(work: Callable[[], object]) -> Spent:
    """Do some work and return what it took."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Spent(time.perf_counter() - wall, time.process_time() - cpu)


def paired(first: Callable[[], object], second: Callable[[], object], pairs: int) -> list[Pair]:
    """Run two things in turns, once each to warm up and then so many pairs."""
    first(), second()
    return [Pair(spent(first), spent(second)) for _ in range(pairs)]


def ratio(pairs: Sequence[Pair], clock: str = "wall") -> Summary:
    """Return how many times the second one's cost the first one has, pair by pair.

    Args:
        pairs: the runs.
        clock: `wall` or `cpu`.
    """
    return summary(getattr(pair.first, clock) / getattr(pair.second, clock) for pair in pairs)


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def machine(*packages: str) -> str:
    """Return one line about the machine: processor, cores, memory, load, system, versions of packages."""
    versions = [f"{name} {metadata.version(name)}" for name in packages]
    parts = [
        f"{_processor()}, {cores()} of {os.cpu_count()} cores",
        *([f"{_memory() / 2**30:.0f} GiB"] if _memory() else []),
        *([f"load {os.getloadavg()[0]:.1f} at the end"] if hasattr(os, "getloadavg") else []),
        f"{platform.system()} {platform.machine()}",
        f"Python {platform.python_version()}",
        *versions,
    ]
    return "; ".join(parts)


def _processor() -> str:
    """Return the processor by name, family and model, and its widest vectors; virtual ones hide the rest."""
    path = Path("/proc/cpuinfo")
    if not path.exists():
        return platform.processor() or platform.machine()
    lines = dict(re.findall(r"^([^\t:]+)\s*: (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE))
    name = lines.get("model name", platform.machine())
    flags = lines.get("flags", "").split()
    widest = next((word for flag, word in _VECTORS.items() if flag in flags), "no AVX")
    return f"{name} (family {lines.get('cpu family', '?')}, model {lines.get('model', '?')}, {widest})"


_VECTORS = {"avx512f": "AVX-512", "avx2": "AVX2", "avx": "AVX"}


def _memory() -> int:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return 0


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table.

    Example:
        >>> print(table(["a", "b"], [["1", "2"]]))
        | a | b |
        | --- | --- |
        | 1 | 2 |
    """
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def write_section(name: str, title: str, body: str, path: Path = RESULTS) -> None:
    """Replace one benchmark's section of the results, or add it, and leave the others alone.

    Args:
        name: the script's name, which stands in the markers around the section.
        title: the section's heading; the date goes beside it.
        body: Markdown.
        path: the file of results.
    """
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    heading = f"## {title}\n\n{datetime.date.today().isoformat()}, `benchmarks/{name}.py`"
    section = f"{begin}\n{heading}\n\n{body.strip()}\n{end}"
    text = path.read_text(encoding="utf-8") if path.exists() else TITLE
    before, found, rest = text.partition(begin)
    after = rest.partition(end)[2] if found else "\n"
    path.write_text(f"{before.rstrip()}\n\n{section}\n{after.lstrip()}".rstrip() + "\n", encoding="utf-8")
    print(section)
