"""Makes `src/stirfry/data/embedded/digits.npz` from the full MNIST.

    python dev/make_digits.py --mnist-dir FOLDER

5,000 training and 1,000 test digits, every class as often as in the whole set to one digit, chosen with a
fixed seed and kept in MNIST's order, so that the file comes out the same each time.
"""

from __future__ import annotations

import argparse
import io
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stirfry.data.read.idx import read_idx_folder
from stirfry.data.table import TEST, TRAIN

SEED = 0
COUNTS = {TRAIN: 5_000, TEST: 1_000}
TARGET = Path(__file__).parent.parent / "src/stirfry/data/embedded/digits.npz"


def stratified(labels: NDArray[np.int64], count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return `count` sorted rows in which each class has its share; the largest remainders round up."""
    exact = np.bincount(labels) * count / len(labels)
    wanted = np.floor(exact).astype(int)
    wanted[np.argsort(wanted - exact)[: count - wanted.sum()]] += 1
    chosen = [
        rng.choice(np.flatnonzero(labels == digit), size, replace=False) for digit, size in enumerate(wanted)
    ]
    return np.sort(np.concatenate(chosen))


def write(path: Path, **arrays: NDArray[np.uint8]) -> None:
    """Write an `.npz` with no dates in it, compressed as far as zlib goes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in arrays.items():
            body = io.BytesIO()
            np.save(body, array, allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), body.getvalue(), zipfile.ZIP_DEFLATED, 9)


def main() -> None:
    """Read MNIST, choose, write and report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--mnist-dir", type=Path, required=True, help="the folder with the four IDX files")
    data = read_idx_folder(parser.parse_args().mnist_dir)
    assert data.labels is not None and data.parts is not None
    rng = np.random.default_rng(SEED)
    rows = []
    for part, count in COUNTS.items():
        own = np.flatnonzero(data.parts == part)
        rows.append(own[stratified(data.labels.values[own], count, rng)])
    chosen = data.take(np.concatenate(rows))
    assert chosen.labels is not None and chosen.parts is not None
    write(
        TARGET,
        images=chosen.pixels[:, 0],
        labels=chosen.labels.values.astype(np.uint8),
        parts=chosen.parts.astype(np.uint8),
    )
    print(f"{TARGET}: {len(chosen)} digits, {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
