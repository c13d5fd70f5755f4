"""What probes and verdicts cost: the same run with both and with neither.

    python benchmarks/verdicts.py [--pairs 21] [--dry]

Probes can't be turned off; without them here means one probe in the whole run. Every run goes from arrays in
memory to its scores, in one process and on one thread, without files.

Where runs differ by more than what is measured, their difference says little. So the time inside the verdicts
is taken as well, and that of the training with and without probes, each alone.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

os.environ.setdefault("OMP_NUM_THREADS", "1")

import common
import numpy as np

import stirfry
from stirfry.actions import train as training
from stirfry.actions.run import Run
from stirfry.engine import native_program, torch_probes
from stirfry.engine.choose import engine_for

Work = tuple[str, Any, dict[str, Any]]


def works() -> list[Work]:
    """Return each run's name, data and settings: tiny and larger, healthy and ill, both engines."""
    random = np.random.default_rng(0)
    x = random.normal(0, 1, (20_000, 20)).astype(np.float32)
    y = (x[:, 0] * x[:, 1] + x[:, 2] > 0).astype(int)
    ring = ((x[:2000, :2] ** 2).sum(axis=1) > 1.4).astype(int)
    small = {"epochs": 20, "patience": "never"}
    return [
        ("iris, defaults (healthy)", "iris", {}),
        ("iris, 20,000 epochs (`iris-mlp`'s plan)", "iris", {"hidden": [10], "optimizer": "sgd", "lr": 0.01,
            "batch_size": "full", "epochs": 20_000, "patience": "never", "validation": 0.0}),
        ("iris, rate 100 times too low", "iris", {"lr": 3e-5}),
        ("iris, rate 1,000 times too high", "iris", {"lr": 3.0}),
        ("2,000 × 2, one unit (underfits)", (x[:2000, :2], ring), {**small, "hidden": [1], "epochs": 200}),
        ("20,000 × 20, 64-32 (healthy)", (x, y), small),
        ("20,000 × 20, rate 100 times too low", (x, y), {**small, "lr": 3e-5}),
        ("2,000 × 20 on PyTorch (healthy)", (x[:2000], y[:2000]), {**small, "engine": "torch"}),
    ]  # fmt: skip


@contextmanager
def without() -> Iterator[None]:
    """Train without verdicts, and with one probe."""
    with (
        mock.patch.object(training, "verdicts_of", lambda *given: ()),
        mock.patch.object(native_program, "PROBES", 1),
        mock.patch.object(torch_probes, "MOST", 1),
    ):
        yield


@contextmanager
def timed() -> Iterator[list[float]]:
    """Train, and take the seconds that a processor spends inside the verdicts."""
    inside: list[float] = []
    verdicts_of = training.verdicts_of

    def told(*given: Any) -> Any:
        started = time.process_time()
        found = verdicts_of(*given)
        inside.append(time.process_time() - started)
        return found

    with mock.patch.object(training, "verdicts_of", told):
        yield inside


def measured(work: Work, pairs: int) -> tuple[list[common.Pair], list[float], Run]:
    """Return pairs of the run with probes and verdicts and without, the seconds in verdicts, and a run."""
    _, data, settings = work
    inside: list[float] = []
    last: list[Run] = []

    def on() -> None:
        with timed() as seconds:
            last[:] = [stirfry.train(data, **settings)]
        inside.extend(seconds)

    def off() -> None:
        with without():
            stirfry.train(data, **settings)

    return common.paired(on, off, pairs), inside[1:], last[0]


def probing(run: Run, pairs: int) -> float:
    """Return the seconds that probes take: the median of the differences of the training alone."""
    assert run.ready is not None
    job, engine = run.ready.job, engine_for(run.ready.job).engine

    def off() -> None:
        with without():
            engine.train(job)

    found = common.paired(lambda: engine.train(job), off, pairs)
    return statistics.median(pair.first.cpu - pair.second.cpu for pair in found)


def milliseconds(pairs: list[common.Pair], of: Callable[[common.Pair], float]) -> str:
    """Return one clock in milliseconds."""
    return common.summary(1e3 * of(pair) for pair in pairs).show()


def main() -> None:
    """Measure, and write the section."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--pairs", type=int, default=21)
    parser.add_argument("--dry", action="store_true")
    asked = parser.parse_args()
    rows = []
    for work in works():
        pairs, inside, run = measured(work, asked.pairs)
        whole = statistics.median(pair.second.cpu for pair in pairs)
        verdicts, probes = statistics.median(inside), max(probing(run, asked.pairs), 0.0)
        more = common.summary(1e3 * (pair.first.cpu - pair.second.cpu) for pair in pairs)
        share = common.summary(100 * (pair.first.cpu / pair.second.cpu - 1) for pair in pairs)
        row = [
            work[0],
            milliseconds(pairs, lambda pair: pair.second.cpu),
            more.show(),
            f"{share.show('.1f')}",
            f"{1e3 * verdicts:.2f}",
            f"{1e3 * probes:.2f}",
            f"{100 * (verdicts + probes) / whole:.1f}",
        ]
        rows.append(row)
        print(*row, sep=" | ", flush=True)
    machine = f"Machine: {common.machine('numpy', 'torch')}."
    heads = [
        "run",
        "without, ms",
        "more with both, ms",
        "more, %",
        "in verdicts, ms",
        "in probes, ms",
        "both, %",
    ]
    body = common.table(heads, rows)
    text = (
        f"{asked.pairs} pairs each, in turns; the median and the range of the processor's time, of the "
        "whole call: data, split, training, scores with their intervals. The last three columns count "
        "directly: the time in the verdicts, the training alone with all its probes against one (medians), "
        f"and their share of the call.\n\n{body}"
    )
    if not asked.dry:
        common.write_section("verdicts", "What probes and verdicts cost", f"{text}\n\n{machine}")


if __name__ == "__main__":
    main()
