"""Makers of the zoo's last part: no other part takes rows from them, and they take none from a shipped set.

A maker takes how many rows, and a NumPy generator; it returns the inputs and the targets: whole numbers are
classes.
"""

from __future__ import annotations

import numpy as np
from makers import Floats, Random, Rows


def petals(rows: int, random: Random) -> Rows:
    """The inside and the outside of a leaf with three lobes."""
    y = np.arange(rows) % 2
    angle = random.uniform(0, 2 * np.pi, rows)
    inside, outside = random.uniform(0.2, 0.9, rows), random.uniform(1.1, 1.7, rows)
    radius = (1 + 0.45 * np.cos(3 * angle)) * np.where(y, outside, inside)
    x = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return x + random.normal(0, 0.04, x.shape), y


def helix(rows: int, random: Random) -> Rows:
    """Two strands around one another in three dimensions."""
    y = np.arange(rows) % 2
    along = random.uniform(0, 8, rows)
    angle = along + np.pi * y
    x = np.stack([np.cos(angle), np.sin(angle), along / 3], axis=1)
    return x + random.normal(0, 0.2, x.shape), y


def targets(rows: int, random: Random) -> Rows:
    """Two discs side by side, each in a ring of its own."""
    y = np.arange(rows) % 2
    angle = random.uniform(0, 2 * np.pi, rows)
    radius = np.where(y, 1.25, 0.45) + random.normal(0, 0.13, rows)
    side = random.choice([-1.6, 1.6], rows)
    return np.stack([side + radius * np.cos(angle), radius * np.sin(angle)], axis=1), y


def lenses(rows: int, random: Random) -> Rows:
    """How many of two circles that overlap a point lies in: none, one or both."""
    x = random.uniform(-1, 1, (rows, 2)) * np.array([2.0, 1.4])
    within = [np.hypot(x[:, 0] - middle, x[:, 1]) < 1.15 for middle in (-0.55, 0.55)]
    return x, np.sum(within, axis=0).astype(int)


def saddle(rows: int, random: Random) -> Rows:
    """A saddle over two columns, and a product of two more."""
    x = random.uniform(-1.5, 1.5, (rows, 4))
    return x, x[:, 0] ** 2 - x[:, 1] ** 2 + x[:, 2] * x[:, 3] + random.normal(0, 0.15, rows)


def hills(rows: int, random: Random) -> Rows:
    """Two round hills and a pit over two columns, beside a third that says nothing."""
    x = random.uniform(-2, 2, (rows, 3))
    y = random.normal(0, 0.08, rows)
    for height, across, up, width in ((2.0, 1.0, 0.5, 0.6), (1.5, -1.0, -1.0, 0.5), (-1.6, -0.8, 1.0, 0.7)):
        y += height * np.exp(-((x[:, 0] - across) ** 2 + (x[:, 1] - up) ** 2) / width)
    return x, y


def chirp(rows: int, random: Random) -> Rows:
    """A wave that gets quicker along one column, and a bow over another."""
    x = random.uniform(0, 1, (rows, 2))
    return x, np.sin(10 * x[:, 0] ** 2) + 3 * (x[:, 1] - 0.5) ** 2 + random.normal(0, 0.1, rows)


def lobes(rows: int, random: Random) -> Rows:
    """Four clouds in six dimensions, each turned and stretched its own way."""
    y = np.arange(rows) % 4
    fixed = np.random.default_rng(53)
    centers, forms = fixed.normal(0, 1.5, (4, 6)), fixed.normal(0, 0.5, (4, 6, 6))
    return centers[y] + np.einsum("nd,nde->ne", random.normal(0, 1, (rows, 6)), forms[y]), y


def tetrahedron(rows: int, random: Random) -> Rows:
    """Four clouds on the corners of a tetrahedron, far from 0."""
    y = np.arange(rows) % 4
    corners = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]])
    return 50 + 10 * (1.3 * corners[y] + random.normal(0, 0.8, (rows, 3))), y


def neighbours(rows: int, random: Random) -> Rows:
    """Two clouds in sixteen dimensions, further apart along each column than along the one before."""
    y = np.arange(rows) % 2
    return random.normal(0, 1, (rows, 16)) + y[:, None] * np.linspace(0, 1.2, 16), y


def tags(rows: int, random: Random) -> Rows:
    """Three classes by fifteen columns of 0 and 1, each more or less frequent in each class."""
    y = np.arange(rows) % 3
    chances = np.random.default_rng(59).uniform(0.1, 0.9, (3, 15))
    return (random.uniform(size=(rows, 15)) < chances[y]).astype(float), y


def span(rows: int, random: Random) -> Rows:
    """A linear function, below 0, of seven columns that begin at different values."""
    x = random.uniform(0, 1, (rows, 7))
    y = -30 + x @ np.array([4.0, -3, 0, 2, 1, -5, 0.5]) + random.normal(0, 0.7, rows)
    return np.array([2000, -5, 0, 36, 1, 300, -80]) + x * np.array([25, 10, 1, 4, 0.1, 200, 7]), y


def factors(rows: int, random: Random) -> Rows:
    """A linear function of four values that nobody sees; eighteen columns show them mixed, with noise."""
    hidden = random.normal(0, 1, (rows, 4))
    shown = hidden @ np.random.default_rng(61).normal(0, 1, (4, 18))
    y = hidden @ np.array([2.0, -1, 1.5, 0.5])
    return shown + random.normal(0, 0.6, shown.shape), y + random.normal(0, 0.4, rows)


def bends(rows: int, random: Random) -> Rows:
    """A sum of five columns that flattens out towards low values."""
    x = random.normal(0, 1, (rows, 5))
    points = x @ np.array([1.0, -0.5, 0.8, 0, 0.6])
    return x, 3 * np.logaddexp(0, points + 1) + random.normal(0, 0.5, rows)


def luck(rows: int, random: Random) -> Rows:
    """Five classes by sums of six columns, three labels in ten left to chance."""
    x = random.uniform(-1, 1, (rows, 6))
    y = np.argmax(x @ np.random.default_rng(67).normal(0, 1, (6, 5)), axis=1)
    return x, np.where(random.uniform(size=rows) < 0.3, random.integers(0, 5, rows), y)


def widening(rows: int, random: Random) -> Rows:
    """A sum and a bow of four columns, under noise that grows along one of them."""
    x = random.uniform(-1, 1, (rows, 4))
    middle = 2 * x[:, 0] - x[:, 1] + 1.5 * x[:, 2] ** 2
    return x, middle + random.normal(0, 1, rows) * (0.3 + 0.7 * (x[:, 3] + 1))


def fringe(rows: int, random: Random) -> Rows:
    """A class of about one row in eight, the likelier the further out along a sum of columns."""
    x = random.normal(0, 1, (rows, 5))
    odds = x @ np.array([1.4, 0, -1.2, 0.6, 0]) - 3
    return x, (odds + random.logistic(0, 1, rows) > 0).astype(int)


def cards(rows: int, random: Random) -> Rows:
    """Columns that go along with one another, and five labels that have nothing to do with them."""
    x = random.normal(0, 1, (rows, 6)) + random.normal(0, 1, (rows, 1))
    return x, random.permutation(np.arange(rows) % 5)


def hiss(rows: int, random: Random) -> Rows:
    """Columns and skewed values that have nothing to do with one another."""
    return random.normal(0, 1, (rows, 4)), random.gamma(2, 3, rows)


def elbows(rows: int, random: Random) -> Rows:
    """Pictures of two strokes of four pixels that meet at one of four corners, anywhere, under noise."""
    y = np.arange(rows) % 4
    x = random.uniform(0, 0.4, (rows, 1, 8, 8))
    for row, corner in enumerate(y):
        top, left = random.integers(0, 5, 2)
        elbow = np.zeros((4, 4))
        elbow[0], elbow[:, 0] = 0.5, 0.5
        x[row, 0, top : top + 4, left : left + 4] += np.rot90(elbow, int(corner))
    return x, y


def ramps(rows: int, random: Random) -> Rows:
    """Pictures that get brighter to the right, to the left or downwards, more or less, under noise."""
    y = np.arange(rows) % 3
    slopes = np.linspace(-0.5, 0.5, 8)
    right = np.broadcast_to(slopes, (8, 8))
    ways = np.stack([right, -right, right.T])[y]
    strength = random.uniform(0.2, 0.6, (rows, 1, 1))
    return _noisy(0.5 + strength * ways, random), y


def tiles(rows: int, random: Random) -> Rows:
    """Pictures of tiles of one pixel or of two, which begin anywhere, under noise."""
    y = np.arange(rows) % 2
    starts = random.integers(0, 4, (rows, 2))
    down, across = (starts[:, [axis]] + np.arange(8) for axis in (0, 1))
    size = (1 + y)[:, None]
    dark = ((down // size)[:, :, None] + (across // size)[:, None, :]) % 2
    return _noisy(0.35 + 0.3 * dark, random), y


def _noisy(pictures: Floats, random: Random) -> Floats:
    noise = random.normal(0, 0.2, (len(pictures), 1, 8, 8))
    return (pictures[:, None] + noise).clip(0, 1)
