"""The zoo's data: small problems whose difficulty is known, and sets that come with stirfry or scikit-learn.

Each part of the zoo has its own. A maker takes how many rows, and a NumPy generator; it returns the inputs
and the targets: whole numbers are classes.

Letters: N rows, D columns, K classes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import makers
import makers_last as last
import numpy as np
from makers import Floats, Random, Rows
from numpy.typing import NDArray

Maker = Callable[[int, Random], Rows]


@dataclass(frozen=True)
class _Shipped:
    """A maker that draws rows from a set that comes with scikit-learn."""

    name: str

    def __call__(self, rows: int, random: Random) -> Rows:
        from sklearn import datasets

        x, y = getattr(datasets, f"load_{self.name}")(return_X_y=True)
        chosen = random.permutation(len(x))[:rows]
        return x[chosen], y[chosen]


@dataclass(frozen=True)
class _Digits:
    """A maker that draws rows of some classes of scikit-learn's digits."""

    classes: tuple[int, ...]

    def __call__(self, rows: int, random: Random) -> Rows:
        x, y = _Shipped("digits")(2_000, random)
        chosen = np.isin(y, self.classes)
        return x[chosen][:rows], y[chosen][:rows]


@dataclass(frozen=True)
class _Column:
    """A maker that asks for one column of a set that comes with scikit-learn, given others of its columns."""

    name: str
    target: int
    given: tuple[int, ...]

    def __call__(self, rows: int, random: Random) -> Rows:
        x, _ = _Shipped(self.name)(rows, random)
        return x[:, self.given], x[:, self.target]


#: Those that predict values.
REGRESSION = (
    "friedman",
    "waves",
    "plane",
    "slope",
    "slope_noise",
    "diabetes",
    "noise",
    "sines",
    "steps",
    "cubic",
    "sparse",
    "iris_width",
    "cancer_concave",
    "amounts",
    "diabetes_pressure",
    "hum",
    "sawtooth",
    "ripples",
    "needles",
    "tilt",
    "wine_colour",
    "cancer_smooth",
    "modes",
    "static",
    "saddle",
    "hills",
    "chirp",
    "span",
    "factors",
    "bends",
    "widening",
    "hiss",
)

#: Makers by part and by what they are good for. Thresholds were set on the first three, one after another.
CURVED: dict[str, dict[str, Maker]] = {
    "tune": {
        "moons": makers.moons,
        "spirals": makers.spirals,
        "xor": makers.xor,
        "friedman": makers.friedman,
    },
    "judge": {
        "rings": makers.rings,
        "checkers": makers.checkers,
        "products": makers.products,
        "waves": makers.waves,
    },
    "held_out": {
        "stripes": makers.stripes,
        "sines": makers.sines,
        "parity": makers.parity,
        "cubic": makers.cubic,
        "pockets": makers.pockets,
        "steps": makers.steps,
        "shells": makers.shells,
    },
    "fresh": {
        "crescents": makers.crescents,
        "ripples": makers.ripples,
        "sectors": makers.sectors,
        "sawtooth": makers.sawtooth,
        "pinwheel": makers.pinwheel,
        "cubes": makers.cubes,
    },
    "last": {
        "petals": last.petals,
        "saddle": last.saddle,
        "helix": last.helix,
        "hills": last.hills,
        "targets": last.targets,
        "chirp": last.chirp,
        "lenses": last.lenses,
    },
}
PLAIN: dict[str, dict[str, Maker]] = {
    "tune": {
        "blobs": makers.blobs,
        "plane": makers.plane,
        "wine": _Shipped("wine"),
        "iris": _Shipped("iris"),
    },
    "judge": {
        "clouds": makers.clouds,
        "slope": makers.slope,
        "breast_cancer": _Shipped("breast_cancer"),
        "digits": _Shipped("digits"),
    },
    "held_out": {
        "swarms": makers.swarms,
        "sparse": makers.sparse,
        "digits_358": _Digits((3, 5, 8)),
        "iris_width": _Column("iris", 3, (0, 1, 2)),
        "hexagon": makers.hexagon,
        "cancer_concave": _Column("breast_cancer", 27, tuple(range(10))),
    },
    "fresh": {
        "grades": makers.grades,
        "needles": makers.needles,
        "digits_267": _Digits((2, 6, 7)),
        "wine_colour": _Column("wine", 9, (0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12)),
        "tailed": makers.tailed,
        "tilt": makers.tilt,
        "cancer_smooth": _Column("breast_cancer", 24, (20, 21, 22, 23, 25, 26, 28, 29)),
    },
    "last": {
        "lobes": last.lobes,
        "span": last.span,
        "tags": last.tags,
        "factors": last.factors,
        "tetrahedron": last.tetrahedron,
        "bends": last.bends,
        "neighbours": last.neighbours,
    },
}
NOISY: dict[str, dict[str, Maker]] = {
    "tune": {"halves": makers.halves, "rare": makers.rare, "diabetes": _Shipped("diabetes")},
    "judge": {"thirds": makers.thirds, "seldom": makers.seldom, "slope_noise": makers.slope},
    "held_out": {
        "quarters": makers.quarters,
        "scarce": makers.scarce,
        "amounts": makers.amounts,
        "diabetes_pressure": _Column("diabetes", 3, (0, 1, 2, 4, 5, 6, 7, 8, 9)),
    },
    "fresh": {"logits": makers.logits, "modes": makers.modes, "uncommon": makers.uncommon},
    "last": {"luck": last.luck, "widening": last.widening, "fringe": last.fringe},
}
EMPTY: dict[str, dict[str, Maker]] = {
    "tune": {"chance": makers.chance},
    "judge": {"noise": makers.noise, "coins": makers.coins},
    "held_out": {"lots": makers.lots, "hum": makers.hum},
    "fresh": {"dice": makers.dice, "static": makers.static},
    "last": {"cards": last.cards, "hiss": last.hiss},
}


def table(x: Floats, y: NDArray) -> dict[str, list]:
    """Return columns by name: numbers, and classes as texts."""
    columns = {f"x{index}": column.tolist() for index, column in enumerate(x.T)}
    whole = np.issubdtype(y.dtype, np.integer)
    return columns | {"y": [f"class {value}" for value in y] if whole else y.tolist()}


#: The kinds of pictures of a part.
PICTURES: dict[str, tuple[str, ...]] = {
    "tune": ("strokes",),
    "judge": ("digits",),
    "held_out": ("gratings", "photos", "digits_49"),
    "fresh": ("shapes", "digits_17", "digits_056"),
    "last": ("elbows", "ramps", "tiles"),
}


def pictures(kind: str, rows: int, random: Random) -> tuple[Floats, NDArray]:
    """Return pictures of 8 by 8 pixels, shape (N, 1, 8, 8), and their classes."""
    makers = {"strokes": _strokes, "gratings": _gratings, "photos": _photos, "shapes": _shapes}
    makers |= {"elbows": last.elbows, "ramps": last.ramps, "tiles": last.tiles}
    drawn = {"digits_49": _Digits((4, 9)), "digits_17": _Digits((1, 7)), "digits_056": _Digits((0, 5, 6))}
    if kind in makers:
        x, y = makers[kind](rows, random)
        return x.astype(np.float32), y
    x, y = drawn.get(kind, _Shipped("digits"))(rows, random)
    return (x.reshape(-1, 1, 8, 8) / 16).astype(np.float32), y


def _strokes(rows: int, random: Random) -> Rows:
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
    return x.clip(0, 1), y


def _gratings(rows: int, random: Random) -> Rows:
    """Three directions of waves, of any phase, under noise."""
    y = np.arange(rows) % 3
    across, up = np.meshgrid(np.arange(8.0), np.arange(8.0))
    angle = y * np.pi / 3 + random.normal(0, 0.08, rows)
    along = np.cos(angle)[:, None, None] * across + np.sin(angle)[:, None, None] * up
    waves = np.sin(1.6 * along + random.uniform(0, 2 * np.pi, rows)[:, None, None])
    return (0.5 + 0.3 * waves[:, None] + random.normal(0, 0.15, (rows, 1, 8, 8))).clip(0, 1), y


def _photos(rows: int, random: Random) -> Rows:
    """Pieces of scikit-learn's two photographs, and which of them they are cut from."""
    from sklearn.datasets import load_sample_images

    grey = [image.mean(axis=2)[::2, ::2] / 255 for image in load_sample_images().images]
    y = np.arange(rows) % 2
    found = np.empty((rows, 1, 8, 8))
    for row, which in enumerate(y):
        photo = grey[which]
        top, left = (random.integers(0, size - 8) for size in photo.shape)
        found[row, 0] = photo[top : top + 8, left : left + 8]
    return found, y


def _shapes(rows: int, random: Random) -> Rows:
    """An upright cross, a slanted one or a ring of three by three pixels, anywhere, under noise."""
    y = np.arange(rows) % 3
    upright = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]])
    slanted = np.array([[1, 0, 1], [0, 1, 0], [1, 0, 1]])
    ring = np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1]])
    x = random.uniform(0, 0.4, (rows, 1, 8, 8))
    for row, kind in enumerate(y):
        top, left = random.integers(0, 6, 2)
        x[row, 0, top : top + 3, left : left + 3] += 0.6 * (upright, slanted, ring)[kind]
    return x, y
