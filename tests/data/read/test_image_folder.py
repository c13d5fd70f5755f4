from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from stirfry.data.read.image_folder import read_image_file, read_image_folder
from stirfry.data.table import TEST, TRAIN, VALIDATION, Images
from stirfry.errors import DataError


def put(folder: Path, *names: str, shade: int = 7) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (3, 2), shade).save(path)


def labels(data: Images) -> list[str | None]:
    assert data.labels is not None
    return data.labels.texts()


def said(data: Images) -> dict[str, dict[str, object]]:
    return {notice.code: notice.facts for notice in data.notices}


def test_a_subfolder_for_each_class(tmp_path: Path) -> None:
    put(tmp_path, "dog/1.png", "cat/2.png", "dog/0.PNG", shade=9)
    data = read_image_folder(tmp_path)
    assert data.pixels.shape == (3, 1, 2, 3)
    assert labels(data) == ["cat", "dog", "dog"]
    assert (data.parts, data.notices) == (None, ())
    assert data.pixels.min() == 9


def test_images_in_deeper_folders_belong_to_the_class(tmp_path: Path) -> None:
    put(tmp_path, "cat/young/1.png", "dog/1.png")
    assert labels(read_image_folder(tmp_path)) == ["cat", "dog"]


@pytest.mark.parametrize("validation", ["val", "validation", "Valid"])
def test_subfolders_that_are_parts(tmp_path: Path, validation: str) -> None:
    put(tmp_path, "train/cat/1.png", "train/dog/1.png", f"{validation}/cat/1.png", "test/dog/1.png")
    data = read_image_folder(tmp_path)
    assert data.parts is not None
    assert dict(zip(data.parts.tolist(), labels(data), strict=True)) == {
        TRAIN: "dog",
        VALIDATION: "cat",
        TEST: "dog",
    }
    assert said(data)["source.own_parts"] == {"train": 2, "validation": 1, "test": 1}


def test_classes_that_are_called_like_parts(tmp_path: Path) -> None:
    put(tmp_path, "train/1.png", "plane/1.png")
    assert labels(read_image_folder(tmp_path)) == ["plane", "train"]


def test_parts_without_one_to_train_on_are_classes(tmp_path: Path) -> None:
    put(tmp_path, "test/cat/1.png", "val/dog/1.png")
    assert labels(read_image_folder(tmp_path)) == ["test", "val"]


def test_hidden_and_other_files_are_counted(tmp_path: Path) -> None:
    put(
        tmp_path, "cat/1.png", "dog/1.png", ".thumbs/1.png", "cat/.hidden.png", "cat/.deep/2.png", "loose.png"
    )
    (tmp_path / "cat" / "readme.txt").write_text("no image")
    data = read_image_folder(tmp_path)
    assert len(data) == 2
    assert said(data)["source.files_ignored"] == {"count": 4}


def test_empty_classes_are_said(tmp_path: Path) -> None:
    put(tmp_path, "cat/1.png", "dog/1.png")
    (tmp_path / "bird").mkdir()
    data = read_image_folder(tmp_path)
    assert labels(data) == ["cat", "dog"]
    assert said(data)["source.empty_classes"] == {"names": ["bird"]}


def test_a_class_that_only_one_part_has_is_not_called_empty(tmp_path: Path) -> None:
    put(tmp_path, "train/cat/1.png", "train/dog/1.png", "test/cat/2.png", "test/bird/1.png")
    (tmp_path / "train" / "bird").mkdir()
    assert "source.empty_classes" not in said(read_image_folder(tmp_path))


def test_a_folder_without_images_says_what_it_must_look_like(tmp_path: Path) -> None:
    for name in ("a.txt", "sub/b.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    with pytest.raises(DataError) as caught:
        read_image_folder(tmp_path)
    assert caught.value.code == "source.no_images"
    assert "pets/cat/1.png" in str(caught.value)


def test_images_without_classes(tmp_path: Path) -> None:
    put(tmp_path, "a.png", "b.png")
    with pytest.raises(DataError) as caught:
        read_image_folder(tmp_path)
    assert caught.value.facts["loose"] == 2
    data = read_image_folder(tmp_path, need_classes=False)
    assert (len(data), data.labels) == (2, None)


def test_the_size_that_is_asked_for(tmp_path: Path) -> None:
    put(tmp_path, "cat/1.png", "dog/1.png")
    assert read_image_folder(tmp_path, (5, 4)).pixels.shape == (2, 1, 5, 4)


def test_a_single_image(tmp_path: Path) -> None:
    put(tmp_path, "my cat.png")
    data = read_image_file(tmp_path / "my cat.png")
    assert (data.name, data.pixels.shape, data.labels) == ("my-cat", (1, 1, 2, 3), None)


def test_a_cut_image_is_refused_with_its_path(tmp_path: Path) -> None:
    put(tmp_path, "cat/1.png", "dog/1.png")
    bad = tmp_path / "dog" / "1.png"
    bad.write_bytes(bad.read_bytes()[:40])
    with pytest.raises(DataError) as caught:
        read_image_folder(tmp_path)
    assert str(bad) in str(caught.value)
