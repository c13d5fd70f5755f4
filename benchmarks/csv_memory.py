"""A CSV of a million rows by twenty columns, loaded and encoded, beside pandas and scikit-learn.

    python benchmarks/csv_memory.py [--rows 1000000] [--runs 3] [--dry]

Each run is a process of its own. Its memory is the highest resident set less what the imports alone take,
divided by the file's size; ours reads, infers the schema, splits and encodes three parts, theirs reads,
imputes, scales and one-hot encodes all rows into one array of float32.
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

NUMBERS, LEVELS = 15, ("red", "green", "blue", "yellow")

PROGRAMS = {
    "stirfry": """
import resource, sys, time
import polars, numpy
from stirfry.data.prepare import describe, prepare
from stirfry.data.sources import load
from stirfry.spec.recipe import DataSpec
data = DataSpec(target="y")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
begun = time.perf_counter()
described = describe(load(sys.argv[1], data), data)
prepared = prepare(described, data, "standard", False, data.split)
width = prepared.features
""",
    "pandas and scikit-learn": """
import resource, sys, time
import numpy, pandas
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
begun = time.perf_counter()
frame = pandas.read_csv(sys.argv[1], parse_dates=["day"])
frame["day"] = (frame["day"] - pandas.Timestamp(0)).dt.total_seconds()
numbers = [name for name in frame if name.startswith("x")] + ["day"]
texts = [name for name in frame if name.startswith("c")]
encode = make_column_transformer(
    (make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numbers),
    (OneHotEncoder(sparse_output=False, dtype=numpy.float32), texts),
)
encoded = encode.fit_transform(frame).astype(numpy.float32)
width = encoded.shape[1]
""",
}

REPORT = """
seconds = time.perf_counter() - begun
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(peak * 1024, seconds, width)
"""


def write_csv(path: Path, rows: int) -> None:
    """Write a table of numbers with gaps, categories, dates and two classes; the same for the same size."""
    random = np.random.default_rng(0)
    days = np.datetime64("2020-01-01") + random.integers(0, 2000, rows)
    numbers = random.normal(size=(rows, NUMBERS)).round(5)
    texts = random.choice(LEVELS, size=(rows, 3))
    labels = (numbers[:, 0] + random.normal(size=rows) > 0).astype(int)
    with path.open("w", encoding="utf-8") as file:
        names = [f"x{index}" for index in range(NUMBERS)] + ["c0", "c1", "c2", "day", "y"]
        file.write(",".join(names) + "\n")
        for row in range(rows):
            values = list(map(repr, numbers[row].tolist()))
            if row % 97 == 0:
                values[row % NUMBERS] = ""
            file.write(",".join([*values, *texts[row], str(days[row]), str(labels[row])]) + "\n")


def measured(program: str, path: Path) -> tuple[float, float, int]:
    """Run one program and return its memory over the file's size, its seconds, and its encoded columns."""
    environment = {**os.environ, "OMP_NUM_THREADS": str(common.cores())}
    done = subprocess.run(
        [sys.executable, "-c", program + REPORT, str(path)],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    peak, seconds, width = done.stdout.split()
    return float(peak) / path.stat().st_size, float(seconds), int(width)


def main() -> None:
    """Measure in turns, print, and write the section of `RESULTS.md`."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--dry", action="store_true", help="only print")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        write_csv(path, arguments.rows)
        size = path.stat().st_size
        found: dict[str, list[tuple[float, float, int]]] = {name: [] for name in PROGRAMS}
        for _ in range(arguments.runs):
            for name, program in PROGRAMS.items():
                found[name].append(measured(program, path))
    rows = []
    for name, runs in found.items():
        memory = common.summary(run[0] for run in runs).show(".2f")
        seconds = common.summary(run[1] for run in runs).show(".2f")
        rows.append([name, memory, seconds, str(runs[0][2])])
    head = ["", "memory over the file's size", "seconds", "encoded columns"]
    about_machine = common.machine("numpy", "polars", "pandas", "scikit-learn")
    about = (
        f"{arguments.rows:,} rows by {NUMBERS + 5} columns, {size / 1e6:.0f} MB: {NUMBERS} numbers with "
        f"gaps, 3 categories, a date, a label. Median (lowest to highest) of {arguments.runs} runs in turns, "
        "each in a process of its own. Ours splits into three parts and encodes the date's calendar as well."
    )
    body = f"{about}\n\n{common.table(head, rows)}\n\n{about_machine}."
    if arguments.dry:
        print(body)
    else:
        common.write_section("csv_memory", "A CSV, loaded and encoded", body)


if __name__ == "__main__":
    main()
