"""The zoo's data: small problems whose difficulty is known, and sets that come with stirfry or scikit-learn.

Each half of the zoo has its own. A maker takes how many rows, and a NumPy generator; it returns the inputs
and the targets: whole numbers are classes.

Letters: N rows, D columns, K classes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Random = np.random.Generator
Rows = tuple[Floats, NDArray]
Maker = Callable[[int, Random], Rows]


def moons(rows: int, random: Random) -> Rows:
    """Two half circles that reach into one another."""
    y = np.arange(rows) % 2
    angle = random.uniform(0, np.pi, rows)
    x = np.stack([np.cos(angle) + y, np.sin(angle) * (1 - 2 * y) + 0.5 * y], axis=1)
    return x + random.normal(0, 0.12, x.shape), y


def rings(rows: int, random: Random) -> Rows:
    """Three rings around one another; no line parts them."""
    y = np.arange(rows) % 3
    angle, radius = random.uniform(0, 2 * np.pi, rows), 1.0 + y + random.normal(0, 0.12, rows)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1), y


def spirals(rows: int, random: Random) -> Rows:
    """Three arms of a spiral."""
    y = np.arange(rows) % 3
    along = random.uniform(0.2, 1, rows)
    angle = 4 * along + y * 2 * np.pi / 3
    x = along[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return x + random.normal(0, 0.02, x.shape), y


def checkers(rows: int, random: Random) -> Rows:
    """The black and white fields of a board of three by three."""
    x = random.uniform(0, 3, (rows, 2))
    return x, (np.floor(x).sum(axis=1) % 2).astype(int)


def xor(rows: int, random: Random) -> Rows:
    """Exclusive or of two signs, beside two columns that say nothing."""
    x = random.normal(0, 1, (rows, 4))
    return x, ((x[:, 0] > 0) ^ (x[:, 1] > 0)).astype(int)


def products(rows: int, random: Random) -> Rows:
    """The sign of a product of two columns, in four classes with another one's sign, six columns in all."""
    x = random.normal(0, 1, (rows, 6))
    return x, 2 * (x[:, 0] * x[:, 1] > 0).astype(int) + (x[:, 2] > 0)


def blobs(rows: int, random: Random) -> Rows:
    """Four clouds in five dimensions that touch a little."""
    y = np.arange(rows) % 4
    centers = np.random.default_rng(3).normal(0, 1.6, (4, 5))
    return centers[y] + random.normal(0, 1, (rows, 5)), y


def clouds(rows: int, random: Random) -> Rows:
    """Five clouds in eight dimensions, stretched by different lengths."""
    y = np.arange(rows) % 5
    centers = np.random.default_rng(7).normal(0, 1.3, (5, 8))
    return (centers[y] + random.normal(0, 1, (rows, 8))) * np.array([1, 2, 5, 1, 0.2, 1, 3, 1]), y


def friedman(rows: int, random: Random) -> Rows:
    """Friedman's first function of ten columns, five of which count."""
    x = random.uniform(0, 1, (rows, 10))
    y = 10 * np.sin(np.pi * x[:, 0] * x[:, 1]) + 20 * (x[:, 2] - 0.5) ** 2 + 10 * x[:, 3] + 5 * x[:, 4]
    return x, y + random.normal(0, 1, rows)


def waves(rows: int, random: Random) -> Rows:
    """A sum of waves over three columns."""
    x = random.uniform(-2, 2, (rows, 3))
    y = np.sin(2.5 * x[:, 0]) + np.cos(2 * x[:, 1]) * x[:, 2]
    return x, y + random.normal(0, 0.1, rows)


def plane(rows: int, random: Random) -> Rows:
    """A linear function of six columns, with noise."""
    x = random.normal(0, 1, (rows, 6))
    return x, x @ np.array([3.0, -2, 1, 0.5, 0, 4]) + random.normal(0, 1, rows)


def slope(rows: int, random: Random) -> Rows:
    """A linear function of nine columns of different size, with much noise."""
    x = random.normal(0, 1, (rows, 9)) * np.geomspace(0.1, 10, 9)
    return x, (x / np.geomspace(0.1, 10, 9)) @ np.linspace(-2, 2, 9) + random.normal(0, 1.5, rows)


def halves(rows: int, random: Random) -> Rows:
    """Two classes on the sides of a plane, one label in six wrong: nobody gets far above 0.83."""
    x = random.normal(0, 1, (rows, 5))
    y = (x @ np.array([1.0, -1, 0.5, 0, 2]) > 0).astype(int)
    return x, np.where(random.uniform(size=rows) < 1 / 6, 1 - y, y)


def thirds(rows: int, random: Random) -> Rows:
    """Three classes by two sums of columns, one label in five left to chance."""
    x = random.normal(0, 1, (rows, 7))
    y = np.argmax(x @ np.random.default_rng(11).normal(0, 1, (7, 3)), axis=1)
    return x, np.where(random.uniform(size=rows) < 0.2, random.integers(0, 3, rows), y)


def rare(rows: int, random: Random) -> Rows:
    """A class of one row in ten, a little apart from the others."""
    y = (random.uniform(size=rows) < 0.1).astype(int)
    return random.normal(0, 1, (rows, 6)) + 1.3 * y[:, None], y


def seldom(rows: int, random: Random) -> Rows:
    """A class of one row in eight that lies around the others."""
    y = (random.uniform(size=rows) < 0.125).astype(int)
    x = random.normal(0, 1, (rows, 4))
    return x * np.where(y, 2.2, 1.0)[:, None] + 1.0 * y[:, None], y


def chance(rows: int, random: Random) -> Rows:
    """Columns and labels that have nothing to do with one another."""
    return random.normal(0, 1, (rows, 6)), random.permutation(np.arange(rows) % 3)


def noise(rows: int, random: Random) -> Rows:
    """Columns and values that have nothing to do with one another."""
    return random.normal(0, 1, (rows, 5)), random.normal(0, 1, rows)


def coins(rows: int, random: Random) -> Rows:
    """Columns and two labels that have nothing to do with one another."""
    return random.uniform(-1, 1, (rows, 8)), random.permutation(np.arange(rows) % 2)


@dataclass(frozen=True)
class _Shipped:
    """A maker that draws rows from a set that comes with scikit-learn."""

    name: str

    def __call__(self, rows: int, random: Random) -> Rows:
        from sklearn import datasets

        x, y = getattr(datasets, f"load_{self.name}")(return_X_y=True)
        chosen = random.permutation(len(x))[:rows]
        return x[chosen], y[chosen]


#: Those that predict values.
REGRESSION = ("friedman", "waves", "plane", "slope", "slope_noise", "diabetes", "noise")

#: Makers by half and by what they are good for; the second half's set no threshold.
CURVED: dict[str, dict[str, Maker]] = {
    "tune": {"moons": moons, "spirals": spirals, "xor": xor, "friedman": friedman},
    "judge": {"rings": rings, "checkers": checkers, "products": products, "waves": waves},
}
PLAIN: dict[str, dict[str, Maker]] = {
    "tune": {"blobs": blobs, "plane": plane, "wine": _Shipped("wine"), "iris": _Shipped("iris")},
    "judge": {
        "clouds": clouds,
        "slope": slope,
        "breast_cancer": _Shipped("breast_cancer"),
        "digits": _Shipped("digits"),
    },
}
NOISY: dict[str, dict[str, Maker]] = {
    "tune": {"halves": halves, "rare": rare, "diabetes": _Shipped("diabetes")},
    "judge": {"thirds": thirds, "seldom": seldom, "slope_noise": slope},
}
EMPTY: dict[str, dict[str, Maker]] = {
    "tune": {"chance": chance},
    "judge": {"noise": noise, "coins": coins},
}


def table(x: Floats, y: NDArray) -> dict[str, list]:
    """Return columns by name: numbers, and classes as texts."""
    columns = {f"x{index}": column.tolist() for index, column in enumerate(x.T)}
    whole = np.issubdtype(y.dtype, np.integer)
    return columns | {"y": [f"class {value}" for value in y] if whole else y.tolist()}


def pictures(half: str, rows: int, random: Random) -> tuple[Floats, NDArray]:
    """Return pictures of 8 by 8 pixels, shape (N, 1, 8, 8), and their classes."""
    if half == "judge":
        x, y = _Shipped("digits")(rows, random)
        return (x.reshape(-1, 1, 8, 8) / 16).astype(np.float32), y
    y = np.arange(rows) % 4
    x = random.uniform(0, 0.6, (rows, 1, 8, 8))
    for row, kind in enumerate(y):
        at = random.integers(1, 7)
        if kind == 0:
            x[row, 0, at] += 0.6
        elif kind == 1:
            x[row, 0, :, at] += 0.6
        elif kind == 2:
            x[row, 0, np.arange(8), np.arange(8)] += 0.6
        else:
            x[row, 0, at - 1 : at + 2, at - 1 : at + 2] += 0.5
    return x.clip(0, 1).astype(np.float32), y
