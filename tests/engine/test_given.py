"""What a user hands over as a network, and files that are run because they are named."""

from __future__ import annotations

import functools
import sys
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from stirfry.engine.given import from_file, given_loss, given_module, names_a_file
from stirfry.errors import UsageError


@given(st.text() | st.text().map(lambda text: f"{text}.py:Net"))
def test_whatever_is_typed_ends_in_our_error(text: str) -> None:
    with pytest.raises(UsageError):
        from_file(text)


@given(st.from_regex(r"[a-z/]{1,8}\.py", fullmatch=True), st.from_regex(r"[A-Za-z_]\w{0,6}", fullmatch=True))
def test_a_file_and_a_name_are_told_apart(file: str, name: str) -> None:
    assert names_a_file(f"{file}:{name}") == name.isidentifier()
    assert not names_a_file(file) and not names_a_file(name)


def test_a_file_runs_once_and_two_of_one_name_are_two(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "twice.py").write_text(f"class Net:\n    place = {folder!r}\n")
    first, second = (from_file(f"{tmp_path / folder}/twice.py:Net") for folder in ("a", "b"))
    assert (first.place, second.place) == ("a", "b")
    assert from_file(f"{tmp_path}/a/twice.py:Net") is first
    assert str(tmp_path / "a") not in sys.path


def test_the_hash_follows_source_and_settings() -> None:
    narrow, wide = (given_module(functools.partial(nn.Linear, 4, width)) for width in (2, 3))
    assert narrow.path == wide.path == "torch.nn.modules.linear:Linear"
    assert narrow.sha256 != wide.sha256
    assert given_module(functools.partial(nn.Linear, 4, 2)).sha256 == narrow.sha256
    assert given_module(nn.Linear(4, 2)).sha256 != given_module(nn.Linear(4, 3)).sha256


def test_each_copy_of_a_module_is_a_new_one() -> None:
    mine = nn.Linear(4, 2)
    made = given_module(mine)
    first, second = made.make(), made.make()
    assert first is not second is not mine
    assert torch.equal(first.weight, mine.weight)
    with torch.no_grad():
        mine.weight.zero_()
    assert made.make().weight.abs().sum() > 0


def test_a_loss_that_is_there_is_copied() -> None:
    mine = nn.CrossEntropyLoss()
    assert given_loss(mine).function is not mine
    assert given_loss(nn.CrossEntropyLoss).path == "torch.nn.modules.loss:CrossEntropyLoss"
    assert given_loss(max).function is max
