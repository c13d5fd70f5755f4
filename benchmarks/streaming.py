"""A folder of images that is read from disk in every epoch, beside the same folder held in memory.

    python benchmarks/streaming.py [--images 20000] [--epochs 3] [--runs 3] [--dry]

Each run is a process of its own: it reads the folder, splits and fits, and goes through the training rows in
random batches with a linear classifier in PyTorch. Its memory is the highest resident set less what the
imports alone take.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import common
import numpy as np
from PIL import Image

SIDE, CLASSES, BATCH = 64, 10, 64
#: What the streamed side may hold of the images at once.
LIMIT = "32MB"

PROGRAM = """
import resource, sys, time
import numpy, torch, PIL.Image
from stirfry import _native
from stirfry.data.prepare import describe, prepare
from stirfry.data.sources import load
from stirfry.data.stream import Stream, in_batches
from stirfry.spec.recipe import DataSpec, SplitSpec

folder, epochs, batch, memory = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
torch.set_num_threads(1)
x = torch.zeros(batch, 3 * 64 * 64, requires_grad=True)
torch.nn.functional.cross_entropy(torch.nn.Linear(3 * 64 * 64, 10)(x), torch.zeros(batch).long()).backward()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
begun = time.perf_counter()
spec = DataSpec(memory=memory, mean=(0.5,), std=(0.25,))
found = describe(load(folder, spec), spec)
train = prepare(found, spec, "standard", False, SplitSpec()).train
assert isinstance(train.inputs, Stream) == (memory == "32MB")
read = time.perf_counter()
torch.manual_seed(0)
model = torch.nn.Linear(3 * 64 * 64, 10)
optimizer = torch.optim.SGD(model.parameters(), lr=0.001)
targets = torch.from_numpy(train.targets)
for epoch in range(epochs):
    order = numpy.random.default_rng(epoch).permutation(len(train))
    for rows, inputs in in_batches(train.inputs, order, batch):
        optimizer.zero_grad(set_to_none=True)
        outputs = model(torch.from_numpy(inputs).flatten(1))
        torch.nn.functional.cross_entropy(outputs, targets[torch.from_numpy(rows)]).backward()
        optimizer.step()
ended = time.perf_counter()
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(peak * 1024, read - begun, (ended - read) / epochs, model.weight.abs().sum().item())
"""


def write_images(folder: Path, count: int) -> None:
    """Write smooth pictures with some noise, in ten classes; the same for the same count."""
    random = np.random.default_rng(0)
    for index in range(count):
        place = folder / f"class{index % CLASSES}"
        place.mkdir(exist_ok=True)
        coarse = Image.fromarray(random.integers(0, 256, (4, 4, 3), dtype=np.uint8))
        smooth = np.asarray(coarse.resize((SIDE, SIDE), Image.Resampling.BILINEAR)).astype(int)
        pixels = (smooth + random.integers(-8, 9, smooth.shape)).clip(0, 255).astype(np.uint8)
        Image.fromarray(pixels).save(place / f"{index:06d}.png", compress_level=1)


def measured(folder: Path, epochs: int, memory: str) -> list[float]:
    """Run once; return bytes at most, seconds to read, seconds an epoch, and a sum over the weights."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder), str(epochs), str(BATCH), memory],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    return [float(value) for value in done.stdout.split()]


def main() -> None:
    """Measure in turns, print, and write the section of `RESULTS.md`."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=20_000)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--dry", action="store_true", help="only print")
    arguments = parser.parse_args()
    found: dict[str, list[list[float]]] = {"in memory": [], f"streamed, `memory` {LIMIT}": []}
    with tempfile.TemporaryDirectory() as name:
        write_images(Path(name), arguments.images)
        for _ in range(arguments.runs):
            for side, memory in zip(found, ("100GB", LIMIT), strict=True):
                found[side].append(measured(Path(name), arguments.epochs, memory))
    weights = {run[3] for runs in found.values() for run in runs}
    if len(weights) > 1:
        raise SystemExit(f"The two sides learned different weights: {weights}.")
    stack = arguments.images * 3 * SIDE * SIDE
    rows = []
    for side, runs in found.items():
        peak, read, epoch = (common.summary(run[place] for run in runs) for place in range(3))
        megabytes = common.summary(run[0] / 1e6 for run in runs)
        rows.append(
            [side, megabytes.show(".0f"), f"{peak.median / stack:.2f}", read.show(".1f"), epoch.show(".1f")]
        )
    head = ["", "memory, MB", "over the stack", "seconds to read, split and fit", "seconds an epoch"]
    about = (
        f"{arguments.images:,} PNG files of {SIDE}×{SIDE} in colour, {stack / 1e6:.0f} MB as bytes and four "
        f"times that as floats; batches of {BATCH} in random order through one linear layer, one thread. "
        "Both sides learn the same weights to the last bit. Median (lowest to highest) of "
        f"{arguments.runs} runs in turns, each in a process of its own; the files lie in the system's memory."
    )
    body = f"{about}\n\n{common.table(head, rows)}\n\n{common.machine('torch', 'numpy', 'pillow')}."
    if arguments.dry:
        print(body)
    else:
        common.write_section("streaming", "Images that stay on disk", body)


if __name__ == "__main__":
    main()
