"""The command that does what a request asks for."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stirfry.actions.command import check_command, train_command
from stirfry.actions.recipes import listed, names, recipe_for
from stirfry.actions.request import TrainRequest
from stirfry.cli.app import program
from stirfry.cli.settings import settings_of
from stirfry.spec.options import PLACES, nested, quoted


def request(source: str | None = "iris", recipe: str | None = None, **settings: Any) -> TrainRequest:
    return TrainRequest(recipe_for(recipe, None, nested(settings), source))


@pytest.mark.parametrize(
    ("settings", "change", "expected"),
    [
        ({}, {}, "stirfry train iris"),
        ({"lr": 0.1, "epochs": 5}, {"lr": 0.01}, "stirfry train iris --lr 0.01 --epochs 5"),
        ({"hidden": [32, 8]}, {}, "stirfry train iris --hidden 32,8"),
        ({"hidden": []}, {}, "stirfry train iris --hidden none"),
        ({"drop": ["a"]}, {"drop": ["b", "a"]}, "stirfry train iris --drop a,b"),
        ({}, {"drop": ["petal width"]}, "stirfry train iris --drop 'petal width'"),
        ({}, {"folds": 5}, "stirfry train iris --folds 5"),
        ({"target": "房价"}, {}, "stirfry train iris --target 房价"),
        ({"test": 0.3, "split": "in_order"}, {}, "stirfry train iris --split in_order --test 0.3"),
        ({"schedule": "one-cycle"}, {}, "stirfry train iris --schedule one-cycle"),
        (
            {"patience": "never", "batch_size": "full"},
            {},
            "stirfry train iris --batch-size full --patience never",
        ),
        ({"augment": "shift=2,flip"}, {}, "stirfry train iris --augment shift=2,flip"),
        ({"image_size": [28, 14]}, {}, "stirfry train iris --image-size 28x14"),
        ({"lr": 0.00012345678}, {}, "stirfry train iris --lr 0.00012345678"),
        ({"name": "mine"}, {}, "stirfry train iris"),
    ],
)
def test_settings_become_options(settings: dict[str, Any], change: dict[str, Any], expected: str) -> None:
    assert train_command(request(**settings), change) == expected


def test_a_recipe_is_named_and_only_what_differs_is_added() -> None:
    assert train_command(request(None, "iris-mlp")) == "stirfry train --recipe iris-mlp"
    assert train_command(request(None, "iris-mlp", lr=0.5), {"epochs": 9}) == (
        "stirfry train --recipe iris-mlp --lr 0.5 --epochs 9"
    )
    variant = TrainRequest(recipe_for("iris-mlp", "adam"))
    assert train_command(variant) == "stirfry train --recipe iris-mlp --variant adam"
    other = request("mine.csv", "csv-dnn")
    assert train_command(other).startswith("stirfry train mine.csv --recipe csv-dnn")


@pytest.mark.parametrize(
    "asked",
    [
        TrainRequest(recipe_for(None), data={"a": [1], "y": [2]}),
        request(betas=[0.8, 0.9], optimizer="adam"),
        request(schedule={"name": "step", "step_size": 3}),
        request(drop=["a, b"]),
        TrainRequest(recipe_for(None, source="iris"), module=object()),
        request(split_seed=3),
    ],
)
def test_what_has_no_command_line_has_no_command(asked: TrainRequest) -> None:
    assert train_command(asked) == ""
    assert check_command(asked) == ""


def test_a_chain_of_layers_is_given_as_widths_where_they_are_changed() -> None:
    layers = [{"type": "Linear", "out_features": 8}, {"type": "ReLU"}, {"type": "Linear", "out_features": 3}]
    asked = request(layers=layers)
    assert train_command(asked) == train_command(asked, {"lr": 0.1}) == ""  # layers have no option
    assert train_command(asked, {"activation": "tanh"}) == "stirfry train iris --hidden 8 --activation tanh"
    assert train_command(asked, {"hidden": (16,)}) == "stirfry train iris --hidden 16"


def test_a_convolutional_network_isnt_given_widths() -> None:
    assert train_command(TrainRequest(listed("mnist-cnn").recipe))
    assert train_command(TrainRequest(listed("mnist-cnn").recipe), {"hidden": (8,)}) == ""


def test_what_the_request_adds_is_there_and_a_check_leaves_it_out() -> None:
    asked = TrainRequest(recipe_for(None, source="iris"), start_from=Path("m"), folds=3, repeats=2)
    assert train_command(asked) == "stirfry train iris --from m --folds 3 --repeats 2"
    assert check_command(asked) == "stirfry check iris"


@pytest.mark.parametrize("name", names())
def test_every_recipe_has_its_command(name: str) -> None:
    assert train_command(TrainRequest(listed(name).recipe)) == f"stirfry train --recipe {name}"


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "lr": st.floats(1e-6, 10),
            "hidden": st.lists(st.integers(1, 99), max_size=3),
            "drop": st.lists(st.text("ab c名'\"$", min_size=1).filter(lambda name: name == name.strip())),
            "epochs": st.integers(1, 99),
            "scale": st.sampled_from(["standard", "minmax", "none"]),
            "class_weights": st.sampled_from(["balanced", [1.0, 2.5]]),
            "optimizer": st.sampled_from(["sgd", "adam"]),
            "dropout": st.floats(0, 0.9),
        },
    )
)
def test_the_command_line_means_what_was_asked(settings: dict[str, Any]) -> None:
    asked = request(**settings)
    words = shlex.split(train_command(asked))[2:]
    train = program.commands["train"]
    context = train.make_context("train", words)
    read = settings_of({name: value for name, value in context.params.items() if name in PLACES})
    again = recipe_for(None, None, read, "iris")
    changed = {"data", "network", "plan"}
    assert again.model_dump(include=changed) == asked.recipe.model_dump(include=changed)


@given(st.text(min_size=1))
def test_a_quoted_word_is_read_as_it_was(word: str) -> None:
    assert shlex.split(quoted(word)) == [word]
