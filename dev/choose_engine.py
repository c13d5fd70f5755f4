"""Where PyTorch becomes the faster engine: the limits of `stirfry.engine.choose`, measured here.

    python dev/choose_engine.py [--runs 3]

Networks of two hidden layers on random rows, and convolutional ones on random images, each trained by both
engines in turns with the threads that they choose themselves (one where OMP_NUM_THREADS=1). Printed are the
medians of a step's milliseconds of the processor, and the ratio of PyTorch's time to the native engine's.
"""

from __future__ import annotations

import argparse
import statistics
import time
from typing import Any

import numpy as np

from stirfry.engine import native, torch_fast
from stirfry.engine.contract import Arrays, Job, Part
from stirfry.engine.threads import multiplications
from stirfry.spec.layers import BatchNorm2d, Conv2d, Flatten, Layer, Linear, MaxPool2d, ReLU
from stirfry.spec.network import Network, NetworkSpec
from stirfry.spec.plan import Plan

SIZES = ((64, 64), (200, 256), (784, 512), (784, 1024), (784, 2048), (784, 4096))  # inputs, width
#: Channels of convolutions of 3 by 3, each with ReLU and pooling behind, and the image's shape.
IMAGES = (
    ((8, 16), (1, 28, 28)),
    ((32, 64), (1, 28, 28)),
    ((16, 32, 64), (3, 32, 32)),
    ((32, 64, 128), (3, 32, 32)),
    ((64, 128, 256), (3, 32, 32)),
    ((32, 32, 64), (3, 64, 64)),
)
BATCHES = (32, 128, 1024)
CLASSES, SECONDS = 10, 0.5


def table(inputs: int, width: int) -> Network:
    """Return a network of two hidden layers."""
    return NetworkSpec(hidden=(width, width)).resolve((inputs,), CLASSES)


def images(channels: tuple[int, ...], shape: tuple[int, ...], norm: bool) -> Network:
    """Return a convolutional network, with BatchNorm2d behind each convolution or without."""
    layers: list[Layer] = []
    for count in channels:
        layers.append(Conv2d(out_channels=count, kernel_size=3, padding=1, bias=not norm))
        layers += [*([BatchNorm2d()] if norm else []), ReLU(), MaxPool2d(kernel_size=2)]
    return Network((*layers, Flatten(), Linear(out_features=CLASSES)), shape)


def job(network: Network, batch: int, steps: int) -> Job:
    """Return a job of one epoch."""
    random = np.random.default_rng(0)
    rows = batch * steps
    x = random.normal(size=(rows, *network.input_shape)).astype(np.float32)
    y = random.integers(0, CLASSES, rows)
    plan = Plan(loss="cross_entropy", optimizer="sgd", lr=0.01, batch_size=batch, epochs=1, device="cpu")
    return Job(Arrays(Part(x, y)), network, plan, "multiclass")


def measured(engine: Any, one: Job, steps: int) -> float:
    """Return the processor's seconds of a step."""
    started = time.process_time()
    engine.train(one)
    return (time.process_time() - started) / steps


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--images", action="store_true", help="convolutional networks only")
    arguments = parser.parse_args()
    networks = {} if arguments.images else {f"{i}-{w}-{w}": table(i, w) for i, w in SIZES}
    for channels, shape in IMAGES:
        name = "-".join(map(str, channels)) + " on " + "×".join(map(str, shape))
        networks |= {
            name: images(channels, shape, False),
            f"{name}, BatchNorm2d": images(channels, shape, True),
        }
    print("| network | multiplications a row | batch | native, ms a step | PyTorch, ms a step | ratio |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for name, network in networks.items():
        for batch in BATCHES[: 2 if len(network.input_shape) > 1 else 3]:
            work = 6 * multiplications(network) * batch
            steps = max(2, min(200, int(SECONDS * 5e10 / work)))
            once, many = job(network, batch, 2), job(network, batch, steps)
            native.train(once), torch_fast.train(once)
            engines = (native, torch_fast)
            times = [[measured(engine, many, steps) for engine in engines] for _ in range(arguments.runs)]
            ours, theirs = (statistics.median(each) * 1e3 for each in zip(*times, strict=True))
            size = f"{multiplications(network):,}"
            print(
                f"| {name} | {size} | {batch:,} | {ours:.3g} | {theirs:.3g} | {theirs / ours:.2f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
