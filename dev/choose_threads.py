"""Measures from how much work a second thread pays, for `ONE_THREAD_BELOW` in `stirfry.engine.threads`.

    python dev/choose_threads.py [--pairs 7] [--seconds 0.2]

Multilayer perceptrons of two hidden layers, all of one width, train with one thread and with two in turns,
on batches of several sizes. Each line is one of them: the multiplications of a step's forward pass, the time
of a step with one thread, and how many times that two threads take (the median of the pairs, their range).
The machine must be quiet: beside other programs two threads wait for each other, and look worse than they
are.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from unittest import mock

import numpy as np
import torch

from stirfry.engine import torch_loop
from stirfry.engine.contract import Arrays, Job, Part
from stirfry.engine.threads import multiplications
from stirfry.spec.network import NetworkSpec
from stirfry.spec.plan import Plan

WIDTHS = (8, 32, 64, 128, 256, 512, 1024)
ROWS = (16, 64, 256, 1024, 4096)
LARGEST = 500_000_000  # multiplications; beyond it there is no question


def seconds_for(job: Job, epochs: int, threads: int) -> float:
    """Return the seconds of a run of so many steps."""
    job = Job(job.arrays, job.network, job.plan.model_copy(update={"epochs": epochs}), job.task)
    with mock.patch.object(torch_loop, "threads_for", lambda network, rows: threads):
        return torch_loop.train(job).seconds


def main() -> None:
    """Print one line for each network and batch, the smallest work first."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--pairs", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.2, help="about how long a run takes")
    arguments = parser.parse_args()
    torch.set_num_threads(2)
    lines = []
    for width in WIDTHS:
        network = NetworkSpec(hidden=(width, width)).resolve((width,), 10)
        for rows in ROWS:
            work = rows * multiplications(network)
            if work > LARGEST:
                continue
            random = np.random.default_rng(0)
            inputs = random.normal(size=(rows, width)).astype(np.float32)
            part = Part(inputs, random.integers(0, 10, size=rows))
            plan = Plan(loss="cross_entropy", optimizer="sgd", lr=0.01, batch_size="full", device="cpu")
            job = Job(Arrays(part), network, plan, "multiclass")
            seconds_for(job, 5, 2)
            epochs = max(3, round(arguments.seconds / (seconds_for(job, 10, 1) / 10)))
            pairs = [
                (seconds_for(job, epochs, 1), seconds_for(job, epochs, 2)) for _ in range(arguments.pairs)
            ]
            one = statistics.median(first for first, _ in pairs) / epochs * 1e6
            ratios = sorted(second / first for first, second in pairs)
            lines.append((work, width, rows, one, statistics.median(ratios), ratios[0], ratios[-1]))
    print(f"{time.strftime('%Y-%m-%d %H:%M')}, load {os.getloadavg()[0]:.1f}")
    print("| multiplications | width | rows | one thread, µs a step | two threads over one |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    for work, width, rows, one, median, low, high in sorted(lines):
        spread = f"{median:.2f} ({low:.2f} to {high:.2f})"
        print(f"| {work:,} | {width} | {rows} | {one:,.0f} | {spread} |")


if __name__ == "__main__":
    main()
