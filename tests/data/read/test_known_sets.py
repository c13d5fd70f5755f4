from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.data.read.make_idx import write_part

import stirfry.data.read.known_sets as known_sets
from stirfry.actions.recipes import found, recipe_for
from stirfry.data.prepare import describe
from stirfry.data.read.idx import read_idx_folder
from stirfry.data.read.known_sets import FASHION_MNIST, MNIST, SETS, KnownSet, classes_of, find_set
from stirfry.data.sources import load, load_rows
from stirfry.data.table import Images
from stirfry.errors import DataError, UsageError
from stirfry.spec.recipe import DataSpec, recipe_from

LABELS = {"train": np.arange(5, dtype=np.uint8), "t10k": np.arange(2, dtype=np.uint8)}
NAMES = ("zebra", "ape", "cat", "dog", "bee")


@pytest.fixture
def animals(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> KnownSet:
    """A set of five classes whose names aren't in the order of the alphabet; installed in a folder."""
    sums = tuple(hashlib.sha256(labels.tobytes()).hexdigest() for labels in LABELS.values())
    known = replace(
        FASHION_MNIST,
        name="animals",
        title="Animals",
        classes=NAMES,
        labels=sums,
        installed=tmp_path / "installed",
    )
    monkeypatch.setitem(known_sets.SETS, known.name, known)
    monkeypatch.chdir(tmp_path)
    return known


def write_set(folder: Path) -> Path:
    folder.mkdir(parents=True)
    write_part(folder, "train", 5)
    write_part(folder, "t10k", 2)
    return folder


def test_what_is_known_of_a_set_is_complete() -> None:
    for name, known in SETS.items():
        assert known.name == name and len(known.files) == 4
        assert all(re.fullmatch("[0-9a-f]{32}", each.md5) and each.size > 0 for each in known.files.values())
        assert all(mirror.startswith("https://") and mirror.endswith("/") for mirror in known.mirrors)
        assert all(re.fullmatch("[0-9a-f]{64}", each) for each in known.labels)
        assert bool(known.classes) == bool(known.labels)
    assert FASHION_MNIST.classes[0] == "T-shirt/top" and FASHION_MNIST.classes[9] == "Ankle boot"
    assert len({each.md5 for known in SETS.values() for each in known.files.values()}) == 8


def test_the_classes_of_a_known_set_have_names_in_the_order_of_their_numbers(
    animals: KnownSet, tmp_path: Path
) -> None:
    data = read_idx_folder(write_set(tmp_path / "any-name"))
    assert data.labels is not None
    assert data.labels.texts() == [*NAMES, *NAMES[:2]]
    described = describe(data, DataSpec())
    assert described.labels == NAMES
    assert data.notices[-1].facts == {"title": "Animals", "names": list(NAMES)}


def test_one_part_of_a_known_set_has_the_names_too(animals: KnownSet, tmp_path: Path) -> None:
    write_part(tmp_path, "t10k", 2)
    data = read_idx_folder(tmp_path)
    assert data.labels is not None
    assert data.labels.texts() == ["zebra", "ape"]


def test_other_labels_stay_numbers(animals: KnownSet, tmp_path: Path) -> None:
    write_part(tmp_path, "train", 5)
    write_part(tmp_path, "t10k", 3)  # one more than the set has
    data = read_idx_folder(tmp_path)
    assert data.labels is not None
    assert data.labels.kind == "number"
    assert classes_of([]) is None


def test_a_set_is_found_in_the_folder_named_then_here_then_where_it_is_installed(
    animals: KnownSet, tmp_path: Path
) -> None:
    assert find_set(animals) is None
    installed = write_set(tmp_path / "installed")
    assert find_set(animals) == installed
    write_set(tmp_path / "animals")
    assert find_set(animals) == Path("animals")
    assert find_set(animals, tmp_path / "elsewhere") is None
    elsewhere = write_set(tmp_path / "elsewhere")
    assert find_set(animals, elsewhere) == elsewhere
    inner = write_set(elsewhere / "animals")
    assert find_set(animals, elsewhere) == inner


def test_a_name_is_a_source_wherever_one_is_read(animals: KnownSet, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="dataset-animals"):
        load("animals", DataSpec())
    installed = write_set(tmp_path / "installed")
    for data in (load("animals", DataSpec()), load_rows("animals")):
        assert isinstance(data, Images) and len(data) == 7
    assert recipe_for(None, source="animals").data.source == str(installed)
    assert found(recipe_from({"data": {"source": "animals"}}), None).data.source == str(installed)


def test_mnist_that_is_not_there_says_what_to_put_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError) as caught:
        load("mnist", DataSpec())
    assert caught.value.code == "source.set_missing"
    assert all(name in str(caught.value) for name in MNIST.files)


def test_a_folder_of_the_name_that_holds_something_else_is_read_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mnist").mkdir()
    assert recipe_for(None, source="mnist").data.source == "mnist"
    with pytest.raises(DataError) as caught:
        load("mnist", DataSpec())
    assert caught.value.code == "source.no_images"


def test_a_name_with_a_slip_gets_a_suggestion() -> None:
    with pytest.raises(UsageError, match="fashion-mnist"):
        load("fashion_mnist", DataSpec())


def test_what_is_missing_is_downloaded_where_the_user_asks(
    animals: KnownSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def download(folder: Path, known: KnownSet) -> None:
        asked.append((folder, known.name))
        write_set(folder)

    monkeypatch.setattr("stirfry.data.read.download.download_set", download)
    recipe = recipe_for(None, source="animals", data_dir=tmp_path / "mine", download=True)
    assert asked == [(tmp_path / "mine", "animals")]
    assert recipe.data.source == str(tmp_path / "mine")
    write_set(tmp_path / "installed")
    assert recipe_for(None, source="animals", download=True).data.source == str(tmp_path / "installed")
    assert len(asked) == 1
