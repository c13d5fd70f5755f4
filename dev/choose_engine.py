"""Where PyTorch becomes the faster engine: `NATIVE_BELOW` in `stirfry.engine.choose`, measured here.

    python dev/choose_engine.py [--runs 3]

Networks of two hidden layers on random rows, each trained by both engines in turns with the threads that
they choose themselves. Printed are the medians of a step's milliseconds and the ratio of PyTorch's time to
the native engine's.
"""

from __future__ import annotations

import argparse
import statistics

import numpy as np

from stirfry.engine import native, torch_loop
from stirfry.engine.contract import Arrays, Job, Part
from stirfry.engine.threads import multiplications
from stirfry.spec.network import NetworkSpec
from stirfry.spec.plan import Plan

SIZES = ((64, 64), (200, 256), (784, 512), (784, 1024), (784, 2048), (784, 4096))  # inputs, width
BATCHES = (32, 128, 1024)
CLASSES, SECONDS = 10, 0.5


def job(inputs: int, width: int, batch: int, steps: int) -> Job:
    """Return a job of one epoch."""
    random = np.random.default_rng(0)
    rows = batch * steps
    x = random.normal(size=(rows, inputs)).astype(np.float32)
    y = random.integers(0, CLASSES, rows)
    network = NetworkSpec(hidden=(width, width)).resolve((inputs,), CLASSES)
    plan = Plan(loss="cross_entropy", optimizer="sgd", lr=0.01, batch_size=batch, epochs=1, device="cpu")
    return Job(Arrays(Part(x, y)), network, plan, "multiclass")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=3)
    runs = parser.parse_args().runs
    print("| multiplications a row | batch | native, ms a step | PyTorch, ms a step | ratio |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    for inputs, width in SIZES:
        for batch in BATCHES:
            once = job(inputs, width, batch, 2)
            work = 6 * multiplications(once.network) * batch
            steps = max(2, min(200, int(SECONDS * 5e10 / work)))
            many = job(inputs, width, batch, steps)
            native.train(once), torch_loop.train(once)
            times = [
                [engine.train(many).seconds / steps for engine in (native, torch_loop)] for _ in range(runs)
            ]
            ours, theirs = (statistics.median(each) * 1e3 for each in zip(*times, strict=True))
            size = f"{multiplications(once.network):,}"
            print(f"| {size} | {batch:,} | {ours:.3g} | {theirs:.3g} | {theirs / ours:.2f} |", flush=True)


if __name__ == "__main__":
    main()
