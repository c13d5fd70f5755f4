"""The lines of the results: a peer at a work, and the tables that are made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import common

from peers import works

HEAD = (
    "work",
    "beside",
    "share",
    "threads",
    "its time",
    "ours",
    "ratio",
    "ratio, CPU",
    "floor",
    "difference",
    "at the end",
)
LIMIT_HEAD = ("work", "operations", "limit", "ours", "we reach")
EAGER = "PyTorch eager loop"
#: Works that our threads share, so that the limit is that of all cores.
SHARED = {"csv", "simplex", "mnist", "many"}


@dataclass(frozen=True)
class Line:
    """One peer at one work.

    Args:
        row: the work; None where the peer did none.
        peer: its name for a reader.
        share: the share of the work that it did.
        threads: its best number of threads.
        difference: by what share its losses differ; None where they aren't compared.
        tolerance: how much they may.
        last: by what share they differ at the last epoch that it reached.
        theirs: seconds of the whole work.
        ours: the same of ours.
        ratio: theirs over ours by the clock.
        cpu_ratio: the same by processor time; None where it isn't known.
        missing: why there is nothing.
    """

    row: works.Row | None
    peer: str
    share: float = 1.0
    threads: int = 0
    difference: float | None = None
    tolerance: float = 0.0
    last: float | None = None
    theirs: common.Summary | None = None
    ours: common.Summary | None = None
    ratio: common.Summary | None = None
    cpu_ratio: common.Summary | None = None
    missing: str = ""

    @classmethod
    def without(cls, peer: str, missing: str, row: works.Row | None = None) -> Line:
        """Return a line that says why there is nothing."""
        return cls(row, peer, missing=missing)

    @property
    def differs(self) -> bool:
        """Whether the losses are too far from ours to compare times."""
        return self.difference is not None and not self.difference <= self.tolerance

    def cells(self, floor: float | None) -> list[str]:
        """Return the cells of the table."""
        what = self.row.what if self.row else "all"
        if self.theirs is None or self.ours is None or self.ratio is None:
            return [what, self.peer, *["—"] * 8, self.missing]
        ratio = "none: losses differ" if self.differs else self.ratio.show(".3g")
        cpu = "—" if self.cpu_ratio is None or self.differs else f"{self.cpu_ratio.median:.3g}"
        reached = "" if floor is None else f"{floor:g}, {'reached' if self._reaches(floor) else '**missed**'}"
        difference = "—" if self.difference is None else f"{self.difference:.1e}"
        last = "—" if self.last is None else f"{self.last:.1e}"
        times = [seconds(self.theirs), seconds(self.ours)]
        return [
            *(what, self.peer, f"{self.share:.2g}" if self.share <= 1 else "—", str(self.threads or "—")),
            *(*times, ratio, cpu, reached, difference, last),
        ]

    def _reaches(self, floor: float) -> bool:
        return self.ratio is not None and not self.differs and self.ratio.median >= floor


def seconds(found: common.Summary) -> str:
    """Return a time and its range in a unit that fits.

    Example:
        >>> seconds(common.summary([2e-6, 1e-6, 3e-6]))
        '2 (1 to 3) µs'
    """
    unit, name = next((u, n) for u, n in ((1, "s"), (1e-3, "ms"), (0, "µs")) if found.median >= u)
    unit = unit or 1e-6
    scaled = common.Summary(found.n, found.median / unit, found.low / unit, found.high / unit)
    return f"{scaled.show('.3g')} {name}"


def line_table(lines: Sequence[Line]) -> str:
    """Return the table of ratios, work by work."""
    order = {row.name: number for number, row in enumerate(works.ROWS)}
    ordered = sorted(lines, key=lambda line: order.get(line.row.name, len(order)) if line.row else -1)
    return common.table(HEAD, [line.cells(_floor(line, lines)) for line in ordered])


def _floor(line: Line, lines: Sequence[Line]) -> float | None:
    """Return the ratio that a line has to reach: a neighbour's follows from iris's own."""
    if line.peer != EAGER or line.row is None:
        return None
    share = works.NEIGHBOURS.get(line.row.name)
    if share is None:
        return line.row.floor
    iris = [each for each in lines if each.peer == EAGER and each.row and each.row.name == "iris"]
    return round(share * iris[0].ratio.median, 1) if iris and iris[0].ratio else None


def limit_table(lines: Sequence[Line], jobs: Sequence[works.Work], peak: float, cores: int) -> str:
    """Return the table of the arithmetic's limits and of how near we come.

    Args:
        lines: what was measured; the first line of a work has our time.
        jobs: the works.
        peak: operations a second of one core.
        cores: how many there are, for the works that threads share.
    """
    rows = []
    for job in jobs:
        times = [line.ours for line in lines if line.row == job.row and line.ours is not None]
        if not times:
            continue
        count = works.operations(job)
        limit = count / peak / (cores if job.row.name in SHARED else 1)
        shown = seconds(common.summary([limit])).replace(_range(limit), "")
        rows.append(
            [job.row.what, f"{count:.3g}", shown, seconds(times[0]), f"{limit / times[0].median:.1%}"]
        )
    return common.table(LIMIT_HEAD, rows)


def _range(value: float) -> str:
    unit = 1 if value >= 1 else 1e-3 if value >= 1e-3 else 1e-6
    return f" ({value / unit:.3g} to {value / unit:.3g})"
