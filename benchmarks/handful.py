"""A handful of networks: `mnist-best` with several seeds, each alone and all of them together.

    python benchmarks/handful.py --data-dir FOLDER [--networks 3] [--dry]

FOLDER holds MNIST's four files, gzipped. Each network takes about ten minutes on two cores. Together they
answer with the mean of their probabilities. Nothing is chosen here: the recipe's settings were frozen before,
and the seeds are 7000 and those after it.
"""

from __future__ import annotations

import argparse
import gzip
import time
from pathlib import Path

import common
import numpy as np
from numpy.typing import NDArray

import stirfry

FIRST_SEED = 7000


def main() -> None:
    """Train, measure and write the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", required=True)
    parser.add_argument("--networks", type=int, default=3)
    parser.add_argument("--dry", action="store_true")
    arguments = parser.parse_args()
    pixels, digits = _test_digits(Path(arguments.data_dir))
    cells, together = [], np.zeros((len(pixels), 10))
    for seed in range(FIRST_SEED, FIRST_SEED + arguments.networks):
        began = time.perf_counter()
        run = stirfry.train(recipe="mnist-best", seed=seed, data_dir=arguments.data_dir)
        own = np.asarray(run.model.predict_proba(pixels))
        together += own
        cells.append([str(seed), _share_right(own, digits), f"{time.perf_counter() - began:.0f}"])
        print(*cells[-1], flush=True)
    cells.append(["all together", _share_right(together, digits), ""])
    body = f"""
The recipe `mnist-best` on MNIST's 10,000 test digits: a network for each seed, then the class with the
largest mean of the {len(cells) - 1} networks' probabilities. Each averages over shifted copies.

{common.table(("seed", "right, %", "seconds, training and answers"), cells)}

{common.machine("torch", "numpy")}.
"""
    if arguments.dry:
        print(body)
    else:
        common.write_section("handful", "A handful of networks for MNIST", body)


def _share_right(probabilities: NDArray[np.float64], digits: NDArray[np.int64]) -> str:
    return f"{100 * (probabilities.argmax(axis=1) == digits).mean():.2f}"


def _test_digits(folder: Path) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    images = gzip.decompress((folder / "t10k-images-idx3-ubyte.gz").read_bytes())
    labels = gzip.decompress((folder / "t10k-labels-idx1-ubyte.gz").read_bytes())
    pixels = np.frombuffer(images, np.uint8, offset=16).reshape(-1, 1, 28, 28)
    return pixels, np.frombuffer(labels, np.uint8, offset=8).astype(np.int64)


if __name__ == "__main__":
    main()
