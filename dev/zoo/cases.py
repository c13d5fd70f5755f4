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

PARTS = ("tune", "judge", "held_out", "fresh", "last")
#: Those whose cases are settled before any verdict is asked for.
SETTLED = ("held_out", "fresh", "last")
#: Where the seeds of each part begin.
SEEDS = {"tune": 1_000, "judge": 50_000, "held_out": 900_000, "fresh": 3_000_000, "last": 7_000_000}

#: How many cases of an ill cause a settled part has at most, and how many healthy ones.
MOST = {"held_out": (24, 999), "fresh": (20, 130), "last": (16, 122)}

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
    "no better than chance": ("no_better", "no_better_of_mean"),
    "parts disagree": ("parts_disagree",),
    "healthy": (),
}


@dataclass(frozen=True)
class Case:
    """One run of the zoo.

    Args:
        cause: what is wrong with it by construction, or `healthy`.
        part: `tune`, `judge`, `held_out`, `fresh` or `last`.
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
    part: str
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
#: How many outputs the plain sets with classes need.
_OUTPUTS = {
    "blobs": 4,
    "wine": 3,
    "iris": 3,
    "clouds": 5,
    "breast_cancer": 1,
    "digits": 10,
    "swarms": 3,
    "hexagon": 6,
    "digits_358": 3,
    "grades": 4,
    "tailed": 5,
    "digits_267": 3,
}
_OUTPUTS |= {"lobes": 4, "tags": 3, "tetrahedron": 4, "neighbours": 1}
#: Those of which a line says nothing.
_NO_LINE = ("xor", "products", "rings", "checkers", "stripes", "parity", "pockets", "shells")
_NO_LINE += ("ripples", "sectors", "cubes", "petals", "saddle", "targets", "lenses")
_TORCH = {"engine": "torch", "epochs": 40, "batch_size": 32}


def cases(part: str) -> list[Case]:
    """Return every case of a part, the same ones each time."""
    found = [*_healthy(part), *_ill(part)]
    if part in SETTLED:
        found = _thinned(found, *MOST[part])
    return [_seeded(case, SEEDS[part] + index) for index, case in enumerate(found)]


def _thinned(found: list[Case], ill: int, healthy: int) -> list[Case]:
    """Return at most so many cases of each cause, evenly spread over what there is."""
    kept: list[Case] = []
    for cause in ACCEPTED:
        members = [case for case in found if case.cause == cause]
        most = healthy if cause == "healthy" else ill
        if len(members) > most:
            members = [members[int(at)] for at in np.linspace(0, len(members) - 1, most)]
        kept += members
    return kept


def _seeded(case: Case, seed: int) -> Case:
    return Case(**{**vars(case), "seed": seed})


def _healthy(part: str) -> Iterator[Case]:
    problems = {**data.CURVED[part], **data.PLAIN[part], **data.NOISY[part]}
    for index, (name, maker) in enumerate(problems.items()):
        for place, rows in enumerate((1200, 600)):
            for good in (GOOD[0], GOOD[1 + (index + place) % 3]):
                yield Case("healthy", part, name, maker, rows, 0, good)
        for place in range(3):
            settings = _USUAL[(3 * index + place) % len(_USUAL)]
            if "label_smoothing" not in settings or name not in data.REGRESSION:
                yield Case("healthy", part, name, maker, 900 - 150 * place, 0, settings)
        yield Case("healthy", part, name, maker, 300, 0, GOOD[0])
        if index % 2 == 0:
            yield Case("healthy", part, name, maker, 500, 0, _TORCH | {"lr": 0.01})
    layers = [
        {"type": "Linear", "out_features": 32},
        {"type": "BatchNorm1d"},
        {"type": "ReLU"},
        {"type": "Linear", "out_features": 16},
        {"type": "Sigmoid"},
    ]
    for name, maker in data.PLAIN[part].items():
        if name in _OUTPUTS:
            whole = [*layers, {"type": "Linear", "out_features": _OUTPUTS[name]}]
            yield Case(
                "healthy", part, name, maker, 800, 0, {"layers": whole, "lr": 0.01, "optimizer": "adam"}
            )
        else:
            yield Case("healthy", part, name, maker, 800, 0, {"hidden": [], "lr": 0.03})
    for kind in data.PICTURES[part]:
        for rows in (400, 700):
            yield Case("healthy", part, kind, None, rows, 0, _cnn(12), special="pictures")


def _cnn(epochs: int, **changes: Any) -> Settings:
    return {"epochs": epochs, "lr": 0.003, "batch_size": 16, "patience": "never", **changes}


def _ill(part: str) -> Iterator[Case]:
    curved, plain = data.CURVED[part], data.PLAIN[part]
    both = {**curved, **plain}
    for index, (name, maker) in enumerate(both.items()):
        for place in range(2):
            at = (index + 2 * place) % 4
            good, rate = GOOD[at], _RATES[at]
            low = {"lr": rate / (100, 300)[place]}
            yield Case("rate too low", part, name, maker, (500, 1000)[place], 0, good | low, {"lr": rate})
            high = {"lr": rate * (100, 1000)[place]}
            yield Case("rate too high", part, name, maker, (500, 1000)[place], 0, good | high, {"lr": rate})
        if index % 3 == 0:
            low, high = _TORCH | {"lr": 3e-5}, _TORCH | {"lr": 1.0}
            yield Case("rate too low", part, name, maker, 400, 0, low, {"lr": 0.01})
            yield Case("rate too high", part, name, maker, 400, 0, high, {"lr": 0.01})
        few = {"epochs": 4 + index % 3, "batch_size": 32, "hidden": [64, 32]}
        yield Case("too few epochs", part, name, maker, 450, 0, few, {"epochs": 100})
        slow = {
            "epochs": 15,
            "batch_size": 16,
            "optimizer": "sgd",
            "lr": 0.03,
            "hidden": [24],
            "activation": "tanh",
        }
        yield Case("too few epochs", part, name, maker, 300, 0, slow, {"epochs": 400})
        late = {"epochs": 10, "batch_size": 64, "optimizer": "adam", "lr": 0.002, "hidden": [32]}
        yield Case("too few epochs", part, name, maker, 600, 0, late, {"epochs": 200})
        full = {"batch_size": "full", "epochs": (25, 60)[index % 2], "lr": 0.003}
        yield Case("batch too large", part, name, maker, (300, 800)[index % 2], 0, full, {"batch_size": 16})
        if part in SETTLED:
            wide = {"batch_size": "full", "epochs": 40, "optimizer": "adam", "lr": 0.002, "hidden": [32]}
            yield Case("batch too large", part, name, maker, 700, 0, wide, {"batch_size": 16})
    yield from _too_little(part, curved)
    yield from _ill_layers(part, curved, both)
    yield from _ill_data(part, both)


def _too_little(part: str, curved: dict[str, Any]) -> Iterator[Case]:
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
            yield Case("underfitting", part, name, maker, 600 + 100 * place, 0, settings, repair)
        flat = {"hidden": [24, 24], "init": "zeros", "activation": ("tanh", "gelu")[index % 2]}
        yield Case("plateau", part, name, maker, 500, 0, flat, {"init": "default"})
        if name in _NO_LINE:
            yield Case(
                "plateau", part, name, maker, 900, 0, {"hidden": []}, {"hidden": [64, 32], "lr": 0.005}
            )


def _ill_layers(part: str, curved: dict[str, Any], both: dict[str, Any]) -> Iterator[Case]:
    for index, (name, maker) in enumerate(both.items()):
        deep = {"hidden": [16] * (6 + index % 3), "activation": "sigmoid", "dropout": 0.0, "epochs": 120}
        yield Case("vanishing gradients", part, name, maker, 500, 0, deep, {"activation": "relu"})
        if part in SETTLED:
            thin = deep | {"hidden": [12] * 8, "optimizer": "adam", "lr": 0.003}
            yield Case("vanishing gradients", part, name, maker, 600, 0, thin, {"activation": "relu"})
            same = {"hidden": [32, 32], "init": "zeros", "activation": ("gelu", "tanh")[index % 2]}
            if name not in curved:
                yield Case("plateau", part, name, maker, 600, 0, same, {"init": "default"})
        if index % 3 == 1:
            yield Case(
                "vanishing gradients",
                part,
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
        yield Case("exploding gradients", part, name, maker, 500, 0, wild, {"init": "he_normal", "lr": 0.01})
        dead = {"hidden": [32, 16], "activation": "relu", "dropout": 0.0, "epochs": 60}
        yield Case("dead ReLUs", part, name, maker, 500, 0, dead, special="dead")
        flat = {"hidden": [32, 16], "init": "zeros", "dropout": 0.0, "epochs": 60}
        yield Case("dead ReLUs", part, name, maker, 500, 0, flat, {"init": "default"})
        stuck = {
            "hidden": [32, 32],
            "activation": ("sigmoid", "tanh")[index % 2],
            "init": "normal",
            "dropout": 0.0,
        }
        stuck |= {"optimizer": "sgd", "lr": 0.003, "epochs": 100}
        repair = {"init": "default", "activation": "relu", "optimizer": "adam", "scale": "standard"}
        yield Case("saturated", part, name, maker, 500, 0, {**stuck, "scale": "none"}, repair, "large")


def _overfitted(part: str, problems: dict[str, Any]) -> Iterator[Case]:
    large = {"hidden": [256, 128], "epochs": 500, "patience": "never", "keep": "last", "weight_decay": 0.0}
    large |= {"dropout": 0.0, "batch_size": 16, "lr": 0.003}
    stop = {"patience": 15, "keep": "best"}
    for index, (name, maker) in enumerate(problems.items()):
        if index % 4 == 0:
            slow = {**large, "engine": "torch", "epochs": 150, "hidden": [256]}
            yield Case("overfitting", part, name, maker, 100, 0, slow, stop, "wrong labels")
        yield Case("overfitting", part, name, maker, 90 + 10 * index, 0, large, stop, "wrong labels")
        wide = {**large, "hidden": [128], "epochs": 900, "activation": ("tanh", "relu")[index % 2]}
        yield Case("overfitting", part, name, maker, 140, 0, wide, stop, "wrong labels")
        blind = {**large, "validation": 0.0, "test": 0.4, "batch_size": 32}
        yield Case("overfitting", part, name, maker, 200, 0, blind, {"epochs": 12}, "wrong labels")


def _ill_data(part: str, both: dict[str, Any]) -> Iterator[Case]:
    many = 9 if part in SETTLED else 99
    yield from _overfitted(part, dict(list({**data.NOISY[part], **both}.items())[:many]))
    for name, maker in data.EMPTY[part].items():
        for index in range(16 // len(data.EMPTY[part])):
            yield Case("no better than chance", part, name, maker, 200 + 80 * index, 0, GOOD[index % 4])
    for index, (name, maker) in enumerate(both.items()):
        yield Case("no better than chance", part, name, maker, 400, 0, GOOD[index % 4], special="shuffled")
        yield Case("parts disagree", part, name, maker, 700, 0, GOOD[index % 4], special="shifted")
    for kind in data.PICTURES[part]:
        high, low = _cnn(8, lr=1.0), _cnn(8, lr=1e-6)
        yield Case("rate too high", part, kind, None, 300, 0, high, {"lr": 0.003}, "pictures")
        yield Case("rate too low", part, kind, None, 300, 0, low, {"lr": 0.003}, "pictures")
        few = _cnn(2, lr=0.001)
        yield Case("too few epochs", part, kind, None, 400, 0, few, {"epochs": 20}, "pictures")


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
        return data.pictures(case.problem, case.rows, random)
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
