"""The native engine beside PyTorch and the frameworks: the same works, to the same losses, in turns.

    python benchmarks/native_engine.py --data-dir FOLDER [--only ROW,ROW] [--peers PEER,PEER] [--budget 8]
        [--runs 7] [--dry] [--stand-in] [--shrink 1]

FOLDER holds `pima.csv` and MNIST's four files (or `mnist/` with them); without it the rows that need them are
left out. The peers are files in `peers/`, the rows stand in `peers/works.py`; `cold` is the row of whole
processes. `--budget` is the seconds that a peer may take for a row's runs, three times as much for PyTorch's
eager loop. `--stand-in --shrink 0.01` tries the whole out without the native engine.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import common
import numpy as np
from peers import works
from peers.cold_runs import COLD, cold_lines
from peers.lines import Line, limit_table, line_table
from peers.worker import THREADS, Missing, Timed, Worker

#: In the order of the table; the first is the one that the floors are about.
PEERS = (
    "torch_eager",
    "torch_dataloader",
    "torch_bfloat16",
    "ours_bfloat16",
    "sklearn_mlp",
    "with_skorch",
    "with_lightning",
    "with_keras",
    "jax_scan",
    "jax_compiling",
    "torch_vmap",
    "jax_vmap",
    "sklearn_joblib",
    "with_onnxruntime",
)
RUNS, FEW_RUNS, LONG = 7, 3, 60.0  # runs; of a peer whose whole work takes longer than so many seconds
TRIAL = 0.2  # seconds of a run that chooses the number of threads
OWN_ORDER = 0.25  # how far losses may be off where a peer saw other batches
EARLY = 100  # the steps after which losses are compared: later on rounding alone may part them
SHUFFLED = {"csv-minibatch", "mnist"}
NEEDS_DATA = {"csv", "csv-minibatch", "mnist"}


@dataclass(frozen=True)
class Settings:
    """What the command line says, for every measurement."""

    ours: str
    data_dir: str | None
    shrink: float
    budget: float
    runs: int
    rows: tuple[works.Row, ...]

    def worker(self, peer: str, threads: int) -> Worker:
        """Start a peer's process."""
        return Worker(peer, threads, self.shrink, self.data_dir)


def measure_peer(peer: str, ours: Worker, settings: Settings) -> list[Line]:
    """Return the lines of one peer, or one that says what is missing."""
    counts = sorted({1, min(2, common.cores())})
    with ExitStack() as stack:
        workers = [stack.enter_context(settings.worker(peer, count)) for count in counts]
        card = workers[0].card
        if card.missing:
            return [Line.without(peer, card.missing)]
        lines = []
        for row in settings.rows:
            if row.name not in card.at:
                continue
            print(f"{card.name}: {row.name}", file=sys.stderr, flush=True)
            try:
                lines.append(measure(row, ours, workers, settings))
            except Missing as reason:
                lines.append(Line.without(card.name, str(reason), row))
        return lines


def measure(row: works.Row, ours: Worker, workers: Sequence[Worker], settings: Settings) -> Line:
    """Return one line: a peer and a work, with the peer's best number of threads."""
    card = workers[0].card
    worker, whole = min(((each, trial(each, row.name)) for each in workers), key=lambda found: found[1])
    runs = min(FEW_RUNS, settings.runs) if whole > LONG else settings.runs
    budget = settings.budget * (3 if card.peer == PEERS[0] else 1)
    share = 1.0 if card.whole else min(1.0, budget / (runs + 1) / whole)
    first, second = worker.run(row.name, share), ours.run(row.name)
    early = worker.run(row.name, min(share, early_share(row, settings))) if row.kind == "train" else first
    found = [(worker.run(row.name, share), ours.run(row.name)) for _ in range(runs)]
    pairs = [common.Pair(theirs.whole(), own.whole()) for theirs, own in found]
    difference, last = largest_difference(early, second), largest_difference(first, second)
    tolerance = OWN_ORDER if card.own_order and row.name in SHUFFLED else card.tolerance
    return Line(
        *(row, card.name, first.done.share, worker.threads, difference, tolerance, last),
        theirs=common.summary(pair.first.wall for pair in pairs),
        ours=common.summary(pair.second.wall for pair in pairs),
        ratio=common.ratio(pairs),
        cpu_ratio=None if card.outside else common.ratio(pairs, "cpu"),
    )


def trial(worker: Worker, name: str) -> float:
    """Return about how long the whole work takes: the shortest of three short runs, or one long one."""
    share = 1.0 if worker.card.whole else 1e-4
    once = worker.run(name, share)
    while once.spent.wall < TRIAL / 2 and once.done.share < 1:
        share = min(1.0, once.done.share * max(2.0, TRIAL / once.spent.wall))
        worker.run(name, share)  # compiles, where the peer does
        once = worker.run(name, share)
    times = [once] if once.spent.wall > 5 * TRIAL else [once, *(worker.run(name, share) for _ in range(2))]
    return min(each.whole().wall for each in times)


def early_share(row: works.Row, settings: Settings) -> float:
    """Return the share of a work after which losses are compared."""
    job = works.work(row.name, settings.data_dir, settings.shrink).job
    return EARLY / (job.plan.epochs * job.plan.steps_per_epoch(len(job.arrays.train)))


def largest_difference(theirs: Timed, ours: Timed) -> float:
    """Return by what share losses differ at most, at the epoch that the peer reached."""
    expected = ours.done.values[: len(theirs.done.values), theirs.done.epoch - 1]
    found = np.asarray(theirs.done.values, dtype=np.float64).reshape(-1)
    return float(np.max(np.abs(found - expected) / np.maximum(np.abs(expected), 1e-12)))


def one_core() -> tuple[str, float]:
    """Return which library's matrix product is the fastest on one core, and its operations a second."""
    command = [sys.executable, "-m", "peers.peak"]
    folder = Path(__file__).parent
    environment = os.environ | dict.fromkeys(THREADS, "1")
    answer = subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder, env=environment)
    found = [line.split() for line in answer.stdout.splitlines()]
    return max(((name, float(rate)) for name, rate in found), key=lambda each: each[1])


def main() -> None:
    """Measure and write the section."""
    arguments = _arguments()
    names = [row.name for row in works.ROWS] + [COLD]
    only = names if arguments.only is None else arguments.only.split(",")
    peers = PEERS if arguments.peers is None else tuple(arguments.peers.split(","))
    unknown = [name for name in only if name not in names] + [name for name in peers if name not in PEERS]
    if unknown:
        raise SystemExit(
            f"unknown: {', '.join(unknown)}; rows: {', '.join(names)}; peers: {', '.join(PEERS)}"
        )
    data_dir = arguments.data_dir and str(Path(arguments.data_dir).expanduser().resolve())
    rows = tuple(row for row in works.ROWS if row.name in only and (data_dir or row.name not in NEEDS_DATA))
    ours_name = "stand_in" if arguments.stand_in else "ours"
    settings = Settings(ours_name, data_dir, arguments.shrink, arguments.budget, arguments.runs, rows)
    library, peak = one_core()
    lines: list[Line] = []
    if rows:
        with settings.worker(settings.ours, common.cores()) as ours:
            if ours.card.missing:
                raise SystemExit(f"stirfry's native engine: {ours.card.missing}")
            for peer in peers:
                lines += measure_peer(peer, ours, settings)
    if COLD in only:
        lines += cold_lines(arguments.shrink, arguments.runs, min(FEW_RUNS, arguments.runs))
    body = _body(lines, settings, library, peak)
    if arguments.only or arguments.peers or arguments.dry or arguments.stand_in or arguments.shrink != 1:
        print(body)
    else:
        common.write_section("native_engine", "The native engine beside the frameworks", body)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data-dir", help="where pima.csv and MNIST's files lie")
    parser.add_argument("--only", help="rows by name, with commas; nothing is written")
    parser.add_argument("--peers", help="peers by file, with commas; nothing is written")
    parser.add_argument("--budget", type=float, default=8.0, help="seconds for a peer's runs of a row")
    parser.add_argument("--runs", type=int, default=RUNS, help="pairs of runs")
    parser.add_argument("--dry", action="store_true", help="only print")
    parser.add_argument("--stand-in", action="store_true", help="the reference engine in our place")
    parser.add_argument("--shrink", type=float, default=1.0, help="share of the epochs, for trying out")
    return parser.parse_args()


def _body(lines: Sequence[Line], settings: Settings, library: str, peak: float) -> str:
    shrunk = "" if settings.shrink == 1 else f"**Shrunk to {settings.shrink:g} of the epochs: no figures.** "
    jobs = [works.work(row.name, settings.data_dir, settings.shrink) for row in settings.rows]
    cores = common.cores()
    return f"""
{shrunk}A ratio is the peer's time over ours for the same work, pair by pair in turns: the median of
{settings.runs} pairs and their range; {FEW_RUNS} pairs where the peer's whole work takes over {LONG:g} s.
Where a peer did a share of the epochs (or of the networks), its time is scaled to the whole; what it sets
up or compiles once is off its clock, while ours is timed whole, from arrays to weights and history. Every
peer has the better of 1 and {min(2, cores)} threads, measured, and starts from our initial weights.
Difference: by what share its loss is from ours after {EARLY} steps (an epoch at least); beyond its
tolerance (0.0001 for PyTorch's loops) there is no ratio. At the end: the same at the last epoch that it
reached, where rounding may have parted them (see `dev/LOG.md`). scikit-learn and Keras shuffle batches
by their own numbers, so there the losses agree only roughly ({OWN_ORDER:g} is allowed). In the row of
whole processes the time of the slow ones is extrapolated from two lengths, and the scripts scale before
they split, so losses aren't compared.

{line_table(lines)}

The arithmetic's own limit: operations counted by hand (`peers/works.py`) over {peak / 1e9:.0f} GFLOP/s a
core, the best float32 matrix product of NumPy, PyTorch and JAX on one core here ({library}), which is
itself below the processor's peak. The limit is that of one core, and of {cores} where our threads share
the work: `csv-dnn`, `simplex-dnn`, `mnist-dnn` and many networks.

{limit_table(lines, jobs, peak, cores)}

{common.machine(*_installed())}.
"""


def _installed() -> list[str]:
    from importlib import metadata

    wanted = ("torch", "numpy", "scikit-learn", "skorch", "lightning", "keras", "jax", "onnxruntime")
    there = {distribution.metadata["Name"] for distribution in metadata.distributions()}
    return [name for name in wanted if name in there]


if __name__ == "__main__":
    main()
