from __future__ import annotations

import gzip
import os
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from PIL import Image

from stirfry.data.sources import load, load_rows
from stirfry.data.table import TEST, TRAIN, VALIDATION, Images, Table
from stirfry.errors import DataError, UsageError
from stirfry.lang import catalogue, speaking
from stirfry.spec.recipe import DataSpec, SplitSpec

SPEC = DataSpec()
FRAME = pl.DataFrame({"a": [1, 2], "b": ["x", "y"]})


def table(source: object, spec: DataSpec = SPEC) -> Table:
    data = load(source, spec)
    assert isinstance(data, Table)
    return data


def pets(folder: Path) -> Path:
    for name in ("cat/1.png", "dog/1.png"):
        (folder / name).parent.mkdir(parents=True)
        Image.new("L", (3, 2), 7).save(folder / name)
    return folder


def test_an_embedded_name_comes_before_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    pets(tmp_path / "iris")
    assert isinstance(load("iris", SPEC), Table)
    assert isinstance(load("./iris", SPEC), Images)
    assert isinstance(load(Path("iris"), SPEC), Images)


@pytest.mark.parametrize("name", ["a.csv", "a.TSV", "a.txt", "a.data", "a.csv.gz", "a.parquet", "a.pq"])
def test_files_by_their_suffix(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if path.suffix in (".parquet", ".pq"):
        FRAME.write_parquet(path)
    else:
        body = FRAME.write_csv().encode()
        path.write_bytes(gzip.compress(body) if path.suffix == ".gz" else body)
    for source in (path, str(path)):
        assert table(source).column("b").texts() == ["x", "y"]
        assert table(source).name == "a"


def test_excel_and_npz(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["a", "b"])
    book.active.append([1, "x"])
    book.save(tmp_path / "a.xlsx")
    assert table(tmp_path / "a.xlsx").names == ["a", "b"]
    np.savez(tmp_path / "a.npz", X=np.zeros((2, 2)), y=[0, 1])
    assert table(tmp_path / "a.npz").target == "target"


def test_home_is_expanded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    assert len(load("~/a.csv", SPEC)) == 1


def test_objects_of_python() -> None:
    assert table(FRAME).names == ["a", "b"]


def test_a_folder_of_images_in_the_size_asked_for(tmp_path: Path) -> None:
    data = load(pets(tmp_path / "pets"), DataSpec(image_size=(4, 5)))
    assert isinstance(data, Images)
    assert (data.name, data.pixels.shape) == ("pets", (2, 1, 4, 5))


@pytest.mark.parametrize(
    ("source", "near"),
    [("irs", "iris"), ("digit", "digits"), ("rian.csv", "rain.csv"), ("sub/rian.csv", "sub/rain.csv")],
)
def test_a_name_that_is_nearly_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, near: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sub").mkdir()
    for folder in (tmp_path, tmp_path / "sub"):
        (folder / "rain.csv").write_text("a,b\n1,2\n")
    with pytest.raises(UsageError) as caught:
        load(source, SPEC)
    assert caught.value.facts["near"] == near
    assert near in str(caught.value)


def test_a_name_that_is_near_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for source in ("zzzzz", "no/such/folder/zz.csv", ""):
        with pytest.raises((UsageError, DataError)) as caught:
            load(source, SPEC)
        assert str(caught.value)


def test_no_source_at_all() -> None:
    with pytest.raises(UsageError) as caught:
        load(None, SPEC)
    assert "iris" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("a.pkl", "source.unknown_kind"),
        ("a", "source.unknown_kind"),
        ("a.png", "source.single_image"),
        ("train-images-idx3-ubyte.gz", "source.single_idx"),
        ("t10k-labels.idx1-ubyte", "source.single_idx"),
    ],
)
def test_files_that_are_no_source(tmp_path: Path, name: str, code: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    with pytest.raises(DataError) as caught:
        load(tmp_path / name, SPEC)
    assert caught.value.code == code
    assert name in str(caught.value)


def test_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        load(tmp_path, SPEC)
    assert caught.value.code == "source.no_images"


def test_a_name_the_system_refuses() -> None:
    with pytest.raises((DataError, UsageError)):
        load("a" * 5000 + ".csv", SPEC)
    with pytest.raises((DataError, UsageError)):
        load("a\0b.csv", SPEC)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="permissions bind nobody here")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    (tmp_path / "a.csv").chmod(0)
    with pytest.raises(DataError) as caught:
        load(tmp_path / "a.csv", SPEC)
    assert caught.value.code == "source.no_permission"


def test_permission_denied_by_any_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")

    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    with pytest.raises(DataError) as caught:
        load(tmp_path / "a.csv", SPEC)
    assert caught.value.code == "source.no_permission"


def extra(folder: Path, validation: str | None = None, test: str | None = None) -> DataSpec:
    files = {}
    for name, body in (("validation", validation), ("test", test)):
        if body is not None:
            (folder / f"{name}.csv").write_text(body)
            files[f"{name}_file"] = str(folder / f"{name}.csv")
    return DataSpec(split=SplitSpec(**files))


def test_extra_files_are_parts(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,x\n2,y\n")
    data = table(tmp_path / "a.csv", extra(tmp_path, "b,a\nz,3\n", "a,b\nfour,x\n"))
    assert data.parts is not None
    assert data.parts.tolist() == [TRAIN, TRAIN, VALIDATION, TEST]
    assert data.column("a").texts() == ["1", "2", "3", "four"]
    assert data.column("b").texts() == ["x", "y", "z", "x"]
    assert data.name == "a"


def test_an_extra_file_with_other_columns(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        load(FRAME, extra(tmp_path, test="a,c\n1,2\n"))
    assert caught.value.code == "source.columns_missing"
    assert caught.value.facts["names"] == ["b"]


def test_an_extra_folder_of_images_gets_the_same_size(tmp_path: Path) -> None:
    train, test = pets(tmp_path / "one"), pets(tmp_path / "two")
    Image.new("L", (9, 9)).save(test / "cat" / "1.png")
    Image.new("L", (9, 9)).save(test / "dog" / "1.png")
    data = load(train, DataSpec(split=SplitSpec(test_file=str(test))))
    assert isinstance(data, Images)
    assert data.pixels.shape == (4, 1, 2, 3)


def test_rows_to_predict(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,x\n")
    assert len(load_rows(tmp_path / "a.csv")) == 1
    assert len(load_rows("iris")) == 150
    assert len(load_rows({"a": 1, "b": "x"})) == 1
    rows = load_rows(np.zeros((2, 2)), names=["a", "b"])
    assert isinstance(rows, Table)
    assert rows.names == ["a", "b"]
    with pytest.raises(UsageError):
        load_rows("no such file.csv")


def test_images_to_predict(tmp_path: Path) -> None:
    folder = pets(tmp_path / "pets")
    one = load_rows(folder / "cat" / "1.png", image_size=(5, 5))
    flat = load_rows(folder / "cat")
    classes = load_rows(folder)
    assert isinstance(one, Images)
    assert isinstance(flat, Images)
    assert isinstance(classes, Images)
    assert (one.pixels.shape, one.labels) == ((1, 1, 5, 5), None)
    assert (len(flat), flat.labels) == (1, None)
    assert classes.labels is not None


def test_every_text_is_in_both_languages_with_the_same_facts() -> None:
    from string import Formatter

    for key, text in catalogue().items():
        if key.startswith("source."):
            english, chinese = ({part[1] for part in Formatter().parse(words) if part[1]} for words in text)
            assert english == chinese, key


def test_an_error_in_chinese() -> None:
    with speaking("zh"), pytest.raises(UsageError) as caught:
        load("irs", SPEC)
    with speaking("zh"):
        assert "是不是想写 iris" in str(caught.value)
