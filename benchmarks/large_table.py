"""A Parquet table that lies in temporary files while it is trained on, beside the same table in memory.

    python benchmarks/large_table.py [--rows 1000000] [--runs 3] [--dry]

Each run is a process of its own: `stirfry.train` from the file to the scores, two epochs. Its memory is the
most that it held of its own at any time (`RssAnon`), less what it held after the imports. Pages of files are
not counted: the system takes them back when it needs the room. Linux only.
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
import polars as pl

COLUMNS, LIMIT = 30, "32MB"

PROGRAM = """
import re, sys, threading, time
from pathlib import Path
import numpy, polars, stirfry, stirfry.api
from stirfry import _native

def own():
    return int(re.search("RssAnon:\\\\s+(\\\\d+)", Path("/proc/self/status").read_text())[1]) * 1024

def watch():
    global most
    while True:
        most = max(most, own())
        time.sleep(0.002)

path, memory = sys.argv[1:]
stirfry.train("iris", epochs=2)
before = most = own()
threading.Thread(target=watch, daemon=True).start()
begun = time.perf_counter()
run = stirfry.train(path, target="label", memory=memory, epochs=2, hidden=[16], batch_size=256, seed=1)
seconds = time.perf_counter() - begun
weights = sum(float(abs(each).sum()) for each in run.model.weights.values())
print(most - before, seconds - run.seconds["judge"] - run.seconds["train"], run.seconds["train"] / 2, weights)
"""


def write_table(path: Path, rows: int) -> int:
    """Write a table of numbers, a category and a label, and return the bytes of its values in memory."""
    random = np.random.default_rng(0)
    numbers = random.normal(size=(rows, COLUMNS))
    label = numbers[:, :5].sum(axis=1) + random.normal(size=rows) > 0
    columns = {f"x{index}": numbers[:, index] for index in range(COLUMNS)}
    columns |= {
        "place": random.choice(["north", "south", "west"], rows),
        "label": np.where(label, "yes", "no"),
    }
    pl.DataFrame(columns).write_parquet(path)
    return rows * (COLUMNS * 8 + 2 * 4)


def measured(path: Path, memory: str) -> list[float]:
    """Run once; return bytes at most, seconds before training, seconds an epoch, and a sum of weights."""
    command = [sys.executable, "-c", PROGRAM, str(path), memory]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return [float(value) for value in done.stdout.split()]


def main() -> None:
    """Measure in turns, print, and write the section of `RESULTS.md`."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--dry", action="store_true", help="only print")
    arguments = parser.parse_args()
    found: dict[str, list[list[float]]] = {"in memory": [], f"in files, `memory` {LIMIT}": []}
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "table.parquet"
        size = write_table(path, arguments.rows)
        for _ in range(arguments.runs):
            for side, memory in zip(found, ("100GB", LIMIT), strict=True):
                found[side].append(measured(path, memory))
    if len({run[3] for runs in found.values() for run in runs}) > 1:
        raise SystemExit("The two sides learned different weights.")
    rows = []
    for side, runs in found.items():
        peak, before, epoch = (common.summary(run[place] for run in runs) for place in range(3))
        megabytes = common.summary(run[0] / 1e6 for run in runs)
        rows.append(
            [side, megabytes.show(".0f"), f"{peak.median / size:.2f}", before.show(".1f"), epoch.show(".2f")]
        )
    head = ["", "memory, MB", "over the values", "seconds to read, split, fit and encode", "seconds an epoch"]
    about = (
        f"{arguments.rows:,} rows of {COLUMNS} numbers, a category and a label, {size / 1e6:.0f} MB as "
        "values, from a Parquet file to the scores; native engine, batches of 256, one thread. Both sides "
        f"learn the same weights to the last bit. Median (lowest to highest) of {arguments.runs} runs in "
        "turns, each in a process of its own; the machine has room for all files in its cache, so an epoch "
        "from a disk isn't shown."
    )
    body = f"{about}\n\n{common.table(head, rows)}\n\n{common.machine('numpy', 'polars')}."
    if arguments.dry:
        print(body)
    else:
        common.write_section("large_table", "A table that is too large for the memory", body)


if __name__ == "__main__":
    main()
