"""Makers of tables: small problems whose difficulty is known.

A maker takes how many rows, and a NumPy generator; it returns the inputs and the targets: whole numbers are
classes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Random = np.random.Generator
Rows = tuple[Floats, NDArray]


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


def stripes(rows: int, random: Random) -> Rows:
    """Slanted stripes over two columns, beside a third that says nothing."""
    x = random.uniform(-2, 2, (rows, 3))
    return x, (np.sin(2.2 * (x[:, 0] + x[:, 1])) + random.normal(0, 0.1, rows) > 0).astype(int)


def shells(rows: int, random: Random) -> Rows:
    """A ball in three dimensions and a shell around it."""
    y = np.arange(rows) % 2
    x = random.normal(0, 1, (rows, 3))
    radius = 1.0 + 1.2 * y + random.normal(0, 0.2, rows)
    return x / np.linalg.norm(x, axis=1, keepdims=True) * radius[:, None], y


def parity(rows: int, random: Random) -> Rows:
    """Exclusive or of three signs, one label in twenty-five wrong."""
    x = random.choice([-1.0, 1.0], (rows, 3)) + random.normal(0, 0.3, (rows, 3))
    y = ((x > 0).sum(axis=1) % 2).astype(int)
    return x, np.where(random.uniform(size=rows) < 0.04, 1 - y, y)


def pockets(rows: int, random: Random) -> Rows:
    """Three classes of four clouds each, strewn among one another in two dimensions."""
    cloud = np.arange(rows) % 12
    places = np.array([(across, up) for across in range(4) for up in range(3)], dtype=float)
    order = np.random.default_rng(29).permutation(12)
    return 2.0 * places[order[cloud]] + random.normal(0, 0.35, (rows, 2)), cloud % 3


def sines(rows: int, random: Random) -> Rows:
    """A sum of sines of four columns."""
    x = random.uniform(-1, 1, (rows, 4))
    y = np.sin(np.pi * x[:, 0]) + np.sin(4 * x[:, 1]) + 0.7 * np.sin(3 * x[:, 2] + 1)
    return x, y + random.normal(0, 0.15, rows)


def steps(rows: int, random: Random) -> Rows:
    """A value that jumps: a staircase over one column, turned over where another is below 0."""
    x = random.uniform(-1, 1, (rows, 3))
    return x, np.floor(2 * x[:, 0]) * np.sign(x[:, 1]) + random.normal(0, 0.1, rows)


def cubic(rows: int, random: Random) -> Rows:
    """A polynomial of the third degree in four columns."""
    x = random.uniform(-1.5, 1.5, (rows, 4))
    y = x[:, 0] ** 3 - 2 * x[:, 1] * x[:, 2] + x[:, 3] ** 2 - x[:, 0]
    return x, y + random.normal(0, 0.2, rows)


def swarms(rows: int, random: Random) -> Rows:
    """Three clouds in twelve dimensions, each of another width."""
    y = np.arange(rows) % 3
    centers = np.random.default_rng(17).normal(0, 1.1, (3, 12))
    return centers[y] + random.normal(0, 1, (rows, 12)) * np.array([0.7, 1.0, 1.4])[y][:, None], y


def hexagon(rows: int, random: Random) -> Rows:
    """Six clouds on the corners of a hexagon, in three dimensions."""
    y = np.arange(rows) % 6
    angle = y * np.pi / 3
    centers = 3 * np.stack([np.cos(angle), np.sin(angle), 0.2 * y], axis=1)
    return centers + random.normal(0, 0.9, (rows, 3)), y


def sparse(rows: int, random: Random) -> Rows:
    """A linear function of four of fourteen columns, with noise."""
    x = random.uniform(-1, 1, (rows, 14))
    return x, 20 + x[:, [1, 5, 8, 12]] @ np.array([2.0, -3, 1, 4]) + random.normal(0, 1, rows)


def quarters(rows: int, random: Random) -> Rows:
    """Four classes by sums of eight columns, one label in four left to chance."""
    x = random.normal(0, 1, (rows, 8))
    y = np.argmax(x @ np.random.default_rng(23).normal(0, 1, (8, 4)), axis=1)
    return x, np.where(random.uniform(size=rows) < 0.25, random.integers(0, 4, rows), y)


def scarce(rows: int, random: Random) -> Rows:
    """A class of one row in nine, in two clouds on either side of the others."""
    y = (random.uniform(size=rows) < 1 / 9).astype(int)
    side = random.choice([-1.0, 1.0], rows)
    return random.normal(0, 1, (rows, 5)) + (2.0 * y * side)[:, None] * np.array([1, 1, 0, 0, 0.5]), y


def amounts(rows: int, random: Random) -> Rows:
    """Skewed values above 0 whose mean follows from three of five columns."""
    x = random.normal(0, 1, (rows, 5))
    return x, random.gamma(3, np.exp(1.2 + x[:, :3] @ np.array([0.4, -0.3, 0.2])))


def lots(rows: int, random: Random) -> Rows:
    """Columns and four labels that have nothing to do with one another."""
    return random.exponential(1, (rows, 10)), random.permutation(np.arange(rows) % 4)


def hum(rows: int, random: Random) -> Rows:
    """Columns and evenly spread values that have nothing to do with one another."""
    return random.normal(0, 1, (rows, 3)), random.uniform(0, 100, rows)


def chance(rows: int, random: Random) -> Rows:
    """Columns and labels that have nothing to do with one another."""
    return random.normal(0, 1, (rows, 6)), random.permutation(np.arange(rows) % 3)


def noise(rows: int, random: Random) -> Rows:
    """Columns and values that have nothing to do with one another."""
    return random.normal(0, 1, (rows, 5)), random.normal(0, 1, rows)


def coins(rows: int, random: Random) -> Rows:
    """Columns and two labels that have nothing to do with one another."""
    return random.uniform(-1, 1, (rows, 8)), random.permutation(np.arange(rows) % 2)


def crescents(rows: int, random: Random) -> Rows:
    """Two crescents back to back, turned in four dimensions so that no column shows them."""
    y = np.arange(rows) % 2
    angle = random.uniform(-0.4, np.pi + 0.4, rows)
    flat = np.stack([2 * np.cos(angle) + 1.5 * y, (np.sin(angle) - 0.3) * (1 - 2 * y)], axis=1)
    x = np.hstack([flat + random.normal(0, 0.15, flat.shape), random.normal(0, 0.5, (rows, 2))])
    turned, _ = np.linalg.qr(np.random.default_rng(41).normal(0, 1, (4, 4)))
    return x @ turned, y


def sectors(rows: int, random: Random) -> Rows:
    """Three classes in the six sectors of an annulus, the ones across from one another alike."""
    angle, radius = random.uniform(0, 2 * np.pi, rows), random.uniform(1, 2, rows)
    x = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return x + random.normal(0, 0.05, x.shape), np.floor(3 * angle / np.pi).astype(int) % 3


def pinwheel(rows: int, random: Random) -> Rows:
    """Four vanes around a middle, bent by how far out they are."""
    y = np.arange(rows) % 4
    along, across = 1.2 + random.normal(0, 0.4, rows), random.normal(0, 0.12, rows)
    angle = y * np.pi / 2 + 1.2 * along
    x = along * np.cos(angle) - across * np.sin(angle), along * np.sin(angle) + across * np.cos(angle)
    return np.stack(x, axis=1), y


def sawtooth(rows: int, random: Random) -> Rows:
    """A triangular wave over one column and the teeth of a saw over another, beside a third."""
    x = random.uniform(0, 2, (rows, 3))
    return x, 2 * np.abs(x[:, 0] % 1 - 0.5) + x[:, 1] % 1 + random.normal(0, 0.05, rows)


def ripples(rows: int, random: Random) -> Rows:
    """A product of two sines, and a third column that adds its square."""
    x = random.uniform(-1, 1, (rows, 3))
    y = 2 * np.sin(np.pi * x[:, 0]) * np.sin(np.pi * x[:, 1]) + x[:, 2] ** 2
    return x, y + random.normal(0, 0.1, rows)


def cubes(rows: int, random: Random) -> Rows:
    """Three cubes inside one another."""
    y = np.arange(rows) % 3
    x = random.uniform(-1, 1, (rows, 3))
    size = 1.0 + y + random.uniform(-0.4, 0.4, rows)
    return x / np.abs(x).max(axis=1, keepdims=True) * size[:, None], y


def grades(rows: int, random: Random) -> Rows:
    """Four grades in order, by a sum of six columns and some luck."""
    x = random.normal(0, 1, (rows, 6))
    points = x @ np.array([1.0, 0.8, -0.6, 0.4, 0, 1.2]) + random.normal(0, 0.25, rows)
    return x, np.digitize(points, [-1.3, 0.0, 1.3])


def tailed(rows: int, random: Random) -> Rows:
    """Five clouds in ten dimensions, with rows far out."""
    y = np.arange(rows) % 5
    centers = np.random.default_rng(43).normal(0, 1.5, (5, 10))
    return centers[y] + random.standard_t(4, (rows, 10)), y


def needles(rows: int, random: Random) -> Rows:
    """A linear function of three of twenty-four columns, with noise."""
    x = random.normal(0, 1, (rows, 24))
    return x, x[:, [3, 10, 19]] @ np.array([1.5, -1, 2]) + random.normal(0, 0.6, rows)


def tilt(rows: int, random: Random) -> Rows:
    """A linear function, far from 0, of five columns that go along with one another."""
    x = random.normal(0, 1, (rows, 5)) + random.normal(0, 1, (rows, 1))
    return x, 1000 + 40 * x @ np.array([1.0, 2, -1, 0.5, -2]) + random.normal(0, 20, rows)


def logits(rows: int, random: Random) -> Rows:
    """Two classes by chances that follow from two columns, and from a third times a fourth."""
    x = random.normal(0, 1, (rows, 5))
    odds = 1.2 * x[:, 0] - 0.8 * x[:, 1] + 0.9 * x[:, 2] * x[:, 3]
    return x, (odds + random.logistic(0, 1, rows) > 0).astype(int)


def modes(rows: int, random: Random) -> Rows:
    """Values on one of two branches, and no column says on which; their middle is a curve."""
    x = random.uniform(-1, 1, (rows, 4))
    middle = 2 * x[:, 0] + np.cos(3 * x[:, 1])
    return x, middle + 1.2 * random.choice([-1.0, 1.0], rows) + random.normal(0, 0.2, rows)


def uncommon(rows: int, random: Random) -> Rows:
    """A class of one row in seven that leans out along three of seven columns."""
    x = random.normal(0, 1, (rows, 7))
    y = (random.uniform(size=rows) < 1 / 7).astype(int)
    return x + y[:, None] * np.array([1.1, -1.1, 0, 0.8, 0, 0, 0]), y


def dice(rows: int, random: Random) -> Rows:
    """Columns and six labels that have nothing to do with one another."""
    return random.standard_t(5, (rows, 4)), random.permutation(np.arange(rows) % 6)


def static(rows: int, random: Random) -> Rows:
    """Columns and peaked values that have nothing to do with one another."""
    return random.uniform(0, 1, (rows, 7)), random.laplace(5, 2, rows)
