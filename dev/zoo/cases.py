"""The zoo's animals: runs that are ill by construction, each beside its repaired twin, and healthy ones.

A case is only counted where it was checked to be what it is meant to be: an ill run must come out clearly
worse than its twin, and none of four other settings may come out clearly better than a healthy run. The check
looks at scores alone and never at a verdict.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import data

HALVES = ("tune", "judge")
#: Where the seeds of each half begin.
SEEDS = {"tune": 1_000, "judge": 50_000}

Settings = dict[str, Any]

#: Which verdicts are right for a cause. A diverged run has no history, so it is told in its error.
ACCEPTED: dict[str, tuple[str, ...]] = {
    "rate too low": ("rate_too_low",),
    "rate too high": ("rate_too_high", "diverged"),
    "underfitting": ("underfitting",),
    "overfitting": ("overfitting", "overfitting_gap"),
    "too few epochs": ("still_improving",),
    "batch too large": ("batch_too_large",),
    "dead ReLUs": ("dead_units",),
    "saturated": ("saturated_units",),
    "vanishing gradients": ("vanishing_gradients",),
    "exploding gradients": ("exploding_gradients", "diverged"),
    "plateau": ("plateau", "plateau_of_mean"),
    "no better than chance": ("no_better",),
    "parts disagree": ("parts_disagree",),
    "healthy": (),
}


@dataclass(frozen=True)
class Case:
    """One run of the zoo.

    Args:
        cause: what is wrong with it by construction, or `healthy`.
        half: `tune` or `judge`.
        problem: the data's name.
        maker: what makes the data.
        rows: how many rows.
        seed: of the data, the split and the run.
        settings: of the run.
        repair: what makes the twin of an ill run; of a healthy run nothing.
        special: what is done to the data or the first weights: `dead`, `shifted`, `pictures`, `large`,
            `shuffled`, `wrong labels`.
    """

    cause: str
    half: str
    problem: str
    maker: Any
    rows: int
    seed: int
    settings: Settings = field(default_factory=dict)
    repair: Settings = field(default_factory=dict)
    special: str = ""

    @property
    def accepted(self) -> tuple[str, ...]:
        """The verdicts that are right."""
        return ACCEPTED[self.cause]

    @property
    def engine(self) -> str:
        """What trains it."""
        return "torch" if self.settings.get("engine") == "torch" or self.special == "pictures" else "native"


#: Settings that go well; what is ill is made from them.
GOOD: tuple[Settings, ...] = (
    {},
    {"optimizer": "adam", "lr": 0.01, "hidden": [32], "epochs": 150, "patience": 25, "batch_size": 32},
    {
        "optimizer": "sgd",
        "lr": 0.05,
        "momentum": 0.9,
        "hidden": [32, 16],
        "activation": "tanh",
        "batch_size": 16,
    },
    {
        "optimizer": "rmsprop",
        "lr": 0.003,
        "hidden": [48, 24],
        "activation": "gelu",
        "epochs": 200,
        "batch_size": 32,
    },
)
_RATES = (0.003, 0.01, 0.05, 0.003)
#: More settings that people use and that are right.
_USUAL: tuple[Settings, ...] = (
    {"dropout": 0.3, "hidden": [96, 48]},
    {"schedule": "cosine", "epochs": 60, "patience": "never"},
    {"epochs": 80, "patience": "never", "keep": "last", "hidden": [24]},
    {
        "batch_size": "full",
        "optimizer": "adam",
        "lr": 0.02,
        "epochs": 400,
        "hidden": [16],
        "patience": "never",
    },
    {"schedule": "one_cycle", "lr": 0.02, "epochs": 40, "patience": "never", "batch_size": 32},
    {"label_smoothing": 0.1, "loss": "cross_entropy", "hidden": [64]},
    {"validation": 0.0, "epochs": 60, "keep": "last", "hidden": [16], "lr": 0.01, "optimizer": "adam"},
    {"optimizer": "sgd", "lr": 0.1, "momentum": 0.9, "nesterov": True, "hidden": [40], "activation": "silu"},
    {"clip_norm": 1.0, "hidden": [32, 32, 32], "activation": "elu"},
    {"activation": "sigmoid", "hidden": [32], "optimizer": "adam", "lr": 0.02, "epochs": 200},
)
_TORCH = {"engine": "torch", "epochs": 40, "batch_size": 32}


def cases(half: str) -> list[Case]:
    """Return every case of a half, the same ones each time."""
    found = [*_healthy(half), *_ill(half)]
    return [_seeded(case, SEEDS[half] + index) for index, case in enumerate(found)]


def _seeded(case: Case, seed: int) -> Case:
    return Case(**{**vars(case), "seed": seed})


def _healthy(half: str) -> Iterator[Case]:
    problems = {**data.CURVED[half], **data.PLAIN[half], **data.NOISY[half]}
    for index, (name, maker) in enumerate(problems.items()):
        for place, rows in enumerate((1200, 600)):
            for good in (GOOD[0], GOOD[1 + (index + place) % 3]):
                yield Case("healthy", half, name, maker, rows, 0, good)
        for place in range(3):
            settings = _USUAL[(3 * index + place) % len(_USUAL)]
            if "label_smoothing" not in settings or name not in data.REGRESSION:
                yield Case("healthy", half, name, maker, 900 - 150 * place, 0, settings)
        yield Case("healthy", half, name, maker, 300, 0, GOOD[0])
        if index % 2 == 0:
            yield Case("healthy", half, name, maker, 500, 0, _TORCH | {"lr": 0.01})
    layers = [
        {"type": "Linear", "out_features": 32},
        {"type": "BatchNorm1d"},
        {"type": "ReLU"},
        {"type": "Linear", "out_features": 16},
        {"type": "Sigmoid"},
    ]
    for name, maker in data.PLAIN[half].items():
        if name not in ("plane", "slope"):
            outputs = {"blobs": 4, "wine": 3, "iris": 3, "clouds": 5, "breast_cancer": 1, "digits": 10}[name]
            whole = [*layers, {"type": "Linear", "out_features": outputs}]
            yield Case(
                "healthy", half, name, maker, 800, 0, {"layers": whole, "lr": 0.01, "optimizer": "adam"}
            )
        else:
            yield Case("healthy", half, name, maker, 800, 0, {"hidden": [], "lr": 0.03})
    for rows in (400, 700):
        yield Case("healthy", half, "pictures", None, rows, 0, _cnn(12), special="pictures")


def _cnn(epochs: int, **changes: Any) -> Settings:
    return {"epochs": epochs, "lr": 0.003, "batch_size": 16, "patience": "never", **changes}


def _ill(half: str) -> Iterator[Case]:
    curved, plain = data.CURVED[half], data.PLAIN[half]
    both = {**curved, **plain}
    for index, (name, maker) in enumerate(both.items()):
        for place in range(2):
            at = (index + 2 * place) % 4
            good, rate = GOOD[at], _RATES[at]
            low = {"lr": rate / (100, 300)[place]}
            yield Case("rate too low", half, name, maker, (500, 1000)[place], 0, good | low, {"lr": rate})
            high = {"lr": rate * (100, 1000)[place]}
            yield Case("rate too high", half, name, maker, (500, 1000)[place], 0, good | high, {"lr": rate})
        if index % 3 == 0:
            low, high = _TORCH | {"lr": 3e-5}, _TORCH | {"lr": 1.0}
            yield Case("rate too low", half, name, maker, 400, 0, low, {"lr": 0.01})
            yield Case("rate too high", half, name, maker, 400, 0, high, {"lr": 0.01})
        few = {"epochs": 4 + index % 3, "batch_size": 32, "hidden": [64, 32]}
        yield Case("too few epochs", half, name, maker, 450, 0, few, {"epochs": 100})
        slow = {
            "epochs": 15,
            "batch_size": 16,
            "optimizer": "sgd",
            "lr": 0.03,
            "hidden": [24],
            "activation": "tanh",
        }
        yield Case("too few epochs", half, name, maker, 300, 0, slow, {"epochs": 400})
        late = {"epochs": 10, "batch_size": 64, "optimizer": "adam", "lr": 0.002, "hidden": [32]}
        yield Case("too few epochs", half, name, maker, 600, 0, late, {"epochs": 200})
        full = {"batch_size": "full", "epochs": (25, 60)[index % 2], "lr": 0.003}
        yield Case("batch too large", half, name, maker, (300, 800)[index % 2], 0, full, {"batch_size": 16})
    yield from _ill_networks(half, curved, both)
    yield from _ill_data(half, both)


def _ill_networks(half: str, curved: dict[str, Any], both: dict[str, Any]) -> Iterator[Case]:
    for index, (name, maker) in enumerate(curved.items()):
        narrow = (
            {"hidden": [1]},
            {
                "hidden": [2],
                "activation": "tanh",
                "optimizer": "adam",
                "lr": 0.01,
                "batch_size": 32,
                "epochs": 200,
            },
            {"hidden": []},
            {"weight_decay": 30.0},
            {"hidden": [16], "dropout": 0.85, "batch_size": 32},
            {"hidden": [1], **_TORCH, "lr": 0.01},
        )
        for place, settings in enumerate(narrow[: 5 + index % 2]):
            repair = {"hidden": [64, 32], "dropout": 0.0, "weight_decay": 0.0, "lr": 0.005}
            yield Case("underfitting", half, name, maker, 600 + 100 * place, 0, settings, repair)
        flat = {"hidden": [24, 24], "init": "zeros", "activation": ("tanh", "gelu")[index % 2]}
        yield Case("plateau", half, name, maker, 500, 0, flat, {"init": "default"})
        if name in ("xor", "products", "rings", "checkers"):
            yield Case(
                "plateau", half, name, maker, 900, 0, {"hidden": []}, {"hidden": [64, 32], "lr": 0.005}
            )
    for index, (name, maker) in enumerate(both.items()):
        deep = {"hidden": [16] * (6 + index % 3), "activation": "sigmoid", "dropout": 0.0, "epochs": 120}
        yield Case("vanishing gradients", half, name, maker, 500, 0, deep, {"activation": "relu"})
        if index % 3 == 1:
            yield Case(
                "vanishing gradients",
                half,
                name,
                maker,
                400,
                0,
                deep | _TORCH | {"lr": 0.003},
                {"activation": "relu"},
            )
        wild = {
            "hidden": [48] * (4 + index % 3),
            "init": "normal",
            "optimizer": "sgd",
            "lr": 1e-6,
            "epochs": 60,
        }
        yield Case("exploding gradients", half, name, maker, 500, 0, wild, {"init": "he_normal", "lr": 0.01})
        dead = {"hidden": [32, 16], "activation": "relu", "dropout": 0.0, "epochs": 60}
        yield Case("dead ReLUs", half, name, maker, 500, 0, dead, special="dead")
        flat = {"hidden": [32, 16], "init": "zeros", "dropout": 0.0, "epochs": 60}
        yield Case("dead ReLUs", half, name, maker, 500, 0, flat, {"init": "default"})
        stuck = {
            "hidden": [32, 32],
            "activation": ("sigmoid", "tanh")[index % 2],
            "init": "normal",
            "dropout": 0.0,
        }
        stuck |= {"optimizer": "sgd", "lr": 0.003, "epochs": 100}
        repair = {"init": "default", "activation": "relu", "optimizer": "adam", "scale": "standard"}
        yield Case("saturated", half, name, maker, 500, 0, {**stuck, "scale": "none"}, repair, "large")


def _overfitted(half: str, problems: dict[str, Any]) -> Iterator[Case]:
    large = {"hidden": [256, 128], "epochs": 500, "patience": "never", "keep": "last", "weight_decay": 0.0}
    large |= {"dropout": 0.0, "batch_size": 16, "lr": 0.003}
    stop = {"patience": 15, "keep": "best"}
    for index, (name, maker) in enumerate(problems.items()):
        if index % 4 == 0:
            slow = {**large, "engine": "torch", "epochs": 150, "hidden": [256]}
            yield Case("overfitting", half, name, maker, 100, 0, slow, stop, "wrong labels")
        yield Case("overfitting", half, name, maker, 90 + 10 * index, 0, large, stop, "wrong labels")
        wide = {**large, "hidden": [128], "epochs": 900, "activation": ("tanh", "relu")[index % 2]}
        yield Case("overfitting", half, name, maker, 140, 0, wide, stop, "wrong labels")
        blind = {**large, "validation": 0.0, "test": 0.4, "batch_size": 32}
        yield Case("overfitting", half, name, maker, 200, 0, blind, {"epochs": 12}, "wrong labels")


def _ill_data(half: str, both: dict[str, Any]) -> Iterator[Case]:
    yield from _overfitted(half, {**data.NOISY[half], **both})
    for name, maker in data.EMPTY[half].items():
        for index in range(16 // len(data.EMPTY[half])):
            yield Case("no better than chance", half, name, maker, 200 + 80 * index, 0, GOOD[index % 4])
    for index, (name, maker) in enumerate(both.items()):
        yield Case("no better than chance", half, name, maker, 400, 0, GOOD[index % 4], special="shuffled")
        yield Case("parts disagree", half, name, maker, 700, 0, GOOD[index % 4], special="shifted")
    yield Case("rate too high", half, "pictures", None, 300, 0, _cnn(8, lr=1.0), {"lr": 0.003}, "pictures")
    yield Case("rate too low", half, "pictures", None, 300, 0, _cnn(8, lr=1e-6), {"lr": 0.003}, "pictures")
    yield Case(
        "too few epochs", half, "pictures", None, 400, 0, _cnn(2, lr=0.001), {"epochs": 20}, "pictures"
    )


def others(case: Case) -> list[Settings]:
    """Return four other settings that should not beat a healthy run."""
    rate = case.settings.get("lr", 0.003)
    epochs = case.settings.get("epochs", 300)
    return [
        {"lr": rate * 5},
        {"lr": rate / 5},
        {"epochs": 3 * epochs, "patience": "never", "keep": "best"},
    ] + (
        [{"hidden": [128, 64], "lr": 0.003, "optimizer": "adam", "momentum": 0.0, "nesterov": False}]
        if "layers" not in case.settings and not case.special
        else []
    )


def source(case: Case) -> Any:
    """Return a case's data."""
    random = np.random.default_rng(case.seed)
    if case.special == "pictures":
        return data.pictures(case.half, case.rows, random)
    x, y = case.maker(case.rows, random)
    if case.special == "large":
        x = x * 30 / np.maximum(x.std(axis=0), 1e-9)
    if case.special == "shuffled":
        y = random.permutation(y)
    if case.special == "wrong labels":
        wrong = random.uniform(size=len(y)) < 0.2
        y = np.where(wrong, random.permutation(y), y)
    if case.special != "shifted":
        return data.table(x, y)
    return _shifted(x, y, random)


def _shifted(x: data.Floats, y: data.NDArray, random: data.Random) -> dict[str, list]:
    """Return a table whose test rows come from elsewhere: half of their labels or values are drawn anew."""
    rows = len(x)
    order = random.permutation(rows)
    test = np.zeros(rows, dtype=bool)
    test[order[: rows // 4]] = True
    anew = test & (random.uniform(size=rows) < 0.6)
    y = np.where(anew, random.permutation(y), y)
    part = np.where(test, "test", "train").astype(object)
    part[order[rows // 4 : rows // 2]] = "validation"
    return {**data.table(x, y), "part": part.tolist()}
