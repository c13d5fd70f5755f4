"""Tries settings for `stirfry.spec.defaults` on several tables; only the validation loss chooses.

    python dev/choose_defaults.py [--seeds 3] [--pima FOLDER/pima.csv]

For every table and setting it trains with each seed and takes the lowest validation loss; a setting's figure
is the geometric mean, over tables, of that loss over the best setting's. The test parts are never looked at.
"""

from __future__ import annotations

import argparse
import itertools
import time

import numpy as np
from sklearn import datasets

import stirfry


def tables(pima: str | None) -> dict[str, object]:
    """Return the tables by name; each is a source that `stirfry.train` takes."""
    found: dict[str, object] = {}
    for name in ("wine", "breast_cancer", "diabetes"):
        found[name] = getattr(datasets, f"load_{name}")(return_X_y=True)
    found["moons"] = datasets.make_moons(400, noise=0.25, random_state=0)
    found["friedman"] = datasets.make_friedman1(500, noise=1.0, random_state=0)
    if pima:
        found["pima"] = pima
    return found


def main() -> None:
    """Print one line a setting, best first."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--pima")
    arguments = parser.parse_args()
    sources = tables(arguments.pima)
    settings = [
        {"hidden": [64, 32], "lr": lr, "dropout": dropout, "batch_size": batch_size}
        for lr, dropout, batch_size in itertools.product([0.001, 0.003], [0.0, 0.1], [16, 32])
    ]
    losses = np.empty((len(settings), len(sources)))
    seconds = np.empty((len(settings), len(sources)))
    for column, source in enumerate(sources.values()):
        for row, setting in enumerate(settings):
            begun = time.perf_counter()
            runs = [stirfry.train(source, seed=seed, **setting) for seed in range(arguments.seeds)]
            lowest = [run.history["validation_loss"].min() for run in runs]
            losses[row, column] = np.mean(lowest)
            seconds[row, column] = (time.perf_counter() - begun) / arguments.seeds
    relative = losses / losses.min(axis=0)
    figures = np.exp(np.log(relative).mean(axis=1))
    print("figure  worst   s/run  setting; relative loss on", ", ".join(sources))
    for row in np.argsort(figures):
        each = " ".join(f"{value:.2f}" for value in relative[row])
        print(f"{figures[row]:.3f}  {relative[row].max():.2f}  {seconds[row].max():.1f}", settings[row], each)


if __name__ == "__main__":
    main()
