"""Bad input, as a careless and as a hostile user tries it: a clear message, the right code, nothing left."""

from __future__ import annotations

import gzip
import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from tests.cli.bad_input import QUICK, refused, table, trained

import stirfry
from stirfry.cli import main
from stirfry.errors import DataError, ModelFileError, StirfryError

pytestmark = pytest.mark.usefixtures("here")


BAD_FILES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "empty"),
    "only a header": (b"a,b,y\n", "no rows"),
    "binary": (bytes(range(256)) * 20, ""),
    "one class": (table(y=lambda i: "u").encode(), "at least two classes"),
    "no labels at all": (table(y=lambda i: "").encode(), "missing"),
    "infinities": (table(b=lambda i: "inf" if i == 7 else i).encode(), "finite"),
    "constant features": (table(a=lambda i: 1, b=lambda i: "x").encode(), ""),
    "duplicate names": (b"a,a,y\n" + b"1,2,u\n3,4,v\n" * 20, "a"),
    "a line too long": (table().replace("3,", "3,9,", 1).encode(), "line"),
    "a line too short": (table().encode() + b"1,2\n", "line"),
    "an empty test part": (table(rows=2).encode(), ""),
    "neither UTF-8 nor GBK": (b"a,b,y\n\xff\xff\xff,\xfe\xff,\x80\n" * 9, ""),
}


@pytest.mark.parametrize("kind", BAD_FILES)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_file_that_cannot_be_used_is_refused(
    kind: str, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    content, words = BAD_FILES[kind]
    Path("t.csv").write_bytes(content)
    code, said = refused(capsys, "train", "t.csv", *QUICK, "--lang", language)
    assert code == 1
    if language == "en":
        assert words in said
    else:
        assert any("一" <= letter <= "鿿" for letter in said)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["train", "nothing.csv"], "neither a file"),
        (["train", "t.csv", "--target", "yy"], "Did you mean y"),
        (["train", "t.csv", "--target", "nowhere"], "no column nowhere"),
        (["train", "t.csv", "--drop", "c"], "no column c"),
        (["train", "t.csv", "--hidden", "0"], "at least 1"),
        (["train", "t.csv", "--lr", "nan"], "--lr"),
        (["train", "t.csv", "--epochs", "1.5"], "--epochs"),
        (["train", "t.csv", "--batch-size", "0"], "--batch-size"),
        (["train", "t.csv", "--seed", "-1"], "--seed"),
        (["train", "t.csv", "--test", "0.7", "--validation", "0.5"], "less than 1"),
        (["train", "t.csv", "--class-weights", "1,2,3"], "one weight a class"),
        (["train", "t.csv", "--label-smoothing", "1"], "--label-smoothing"),
        (["train", "t.csv", "--label-smoothing", "0.1"], "goes with cross_entropy"),
        (["train", "t.csv", "--log-every", "x"], "--log-every"),
        (["train", "t.csv", "--checkpoint-every", "-1"], "--checkpoint-every"),
        (["train", "t.csv", "--image-size", "28"], "--image-size"),
    ],
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_was_typed_wrongly_is_wrong_usage(
    words: list[str], text: str, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("t.csv").write_text(table())
    code, said = refused(capsys, *words, "--no-plots", "--lang", language)
    assert code == 2
    if language == "en":
        assert text in said


def test_a_folder_without_images_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    Path("folder").mkdir()
    Path("folder/readme.txt").write_text("x")
    code, said = refused(capsys, "train", "folder", *QUICK)
    assert code == 1 and "subfolder" in said


def idx(path: str, values: np.ndarray, cut: int | None = None) -> None:
    header = struct.pack(">BBBB", 0, 0, 8, values.ndim) + struct.pack(f">{values.ndim}I", *values.shape)
    Path(path).write_bytes((header + values.astype(np.uint8).tobytes())[:cut])


def test_a_truncated_idx_file_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    Path("m").mkdir()
    idx("m/train-images-idx3-ubyte", np.zeros((20, 4, 4)), cut=200)
    idx("m/train-labels-idx1-ubyte", np.arange(20) % 2)
    code, said = refused(capsys, "train", "m", *QUICK)
    assert code == 1 and "train-images-idx3-ubyte" in said


def test_an_idx_file_that_unpacks_to_more_than_it_declares_is_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("m").mkdir()
    header = struct.pack(">BBBBIII", 0, 0, 8, 3, 2, 4, 4)
    Path("m/train-images-idx3-ubyte.gz").write_bytes(gzip.compress(header + b"\0" * 50_000_000))
    idx("m/train-labels-idx1-ubyte", np.array([0, 1]))
    code, said = refused(capsys, "train", "m", *QUICK)
    assert code == 1 and "train-images-idx3-ubyte.gz" in said


def png(width: int, height: int, rows: bytes) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    size = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", size)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("kind", ["truncated", "bomb"])
def test_a_truncated_png_and_a_decompression_bomb_are_refused(
    kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = png(8, 8, b"".join(b"\0" + bytes([index * 8] * 8) for index in range(8)))
    for name in ("dark", "light"):
        Path("images", name).mkdir(parents=True)
        for index in range(6):
            Path("images", name, f"{index}.png").write_bytes(whole)
    bad = whole[:-30] if kind == "truncated" else png(60_000, 60_000, b"\0" * 1000)
    Path("images/dark/bad.png").write_bytes(bad)
    code, said = refused(capsys, "train", "images", *QUICK)
    assert code == 1 and "bad.png" in said


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (table(y=lambda i: "" if i in (3, 4) else "uv"[i % 2]), "2 rows without a label dropped"),
        (table(y=lambda i: f"{i % 2}.0"), "floats"),
        (table(y=lambda i: "rare" if i == 9 else "uv"[i % 2]), "single row"),
        (table(a=lambda i: "oops" if i == 5 else i % 7), "oops"),
        (
            table(rows=20, **{f"c{column}": (lambda i, c=column: i * c % 13) for column in range(30)}),
            "columns for",
        ),
    ],
    ids=["missing labels", "labels as floats", "a class of one row", "text in a number column", "wide"],
)
def test_what_can_be_carried_on_with_is_said(
    content: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("t.csv").write_text(content)
    folder, said = trained(capsys)
    assert words in said
    assert stirfry.load(folder).labels


def test_a_model_file_cut_altered_or_of_another_kind_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    Path("t.csv").write_text(table())
    folder, _ = trained(capsys)
    whole = (folder / "model.safetensors").read_bytes()
    for name, content in (
        ("cut", whole[:-9]),
        ("altered", whole[:-1] + b"x"),
        ("text", b"hello"),
        ("empty", b""),
    ):
        Path(name).write_bytes(content)
        code, said = refused(capsys, "predict", name, "t.csv")
        assert code == 1 and name in said
    code, said = refused(capsys, "predict", "t.csv", "t.csv")
    assert code == 1 and "not a model file" in said
    code, said = refused(capsys, "predict", "nothing", "t.csv")
    assert code == 2 and "no file" in said


def test_columns_missing_at_prediction_are_refused_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    Path("t.csv").write_text(table())
    folder, _ = trained(capsys)
    Path("new.csv").write_text("a,other\n1,2\n")
    code, said = refused(capsys, "predict", str(folder), "new.csv", "-o", "answers.csv")
    assert code == 1 and "missing: b" in said
    Path("new.csv").write_text("a,b\n1,lots\n")
    code, said = refused(capsys, "predict", str(folder), "new.csv")
    assert code == 1 and "lots" in said
    code, said = refused(capsys, "evaluate", str(folder), "new.csv")
    assert code == 1


def test_an_unwritable_place_is_refused_before_training(capsys: pytest.CaptureFixture[str]) -> None:
    Path("t.csv").write_text(table())
    Path("file").write_text("x")
    code, said = refused(capsys, "train", "t.csv", *QUICK, "--out", "file")
    assert code == 1 and "--out" in said
    code, said = refused(capsys, "train", "t.csv", *QUICK, "--out", "/proc/nowhere")
    assert code == 1
    folder, _ = trained(capsys)
    code, said = refused(capsys, "predict", str(folder), "t.csv", "-o", "file/answers.csv")
    assert code == 1


def test_markup_and_odd_names_are_shown_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    Path("t.csv").write_text(table(**{"[red]x[/red]": lambda i: i % 3, "数 量": lambda i: i % 5}))
    folder, _ = trained(capsys)
    assert main(["show", str(folder)]) == 0
    shown = capsys.readouterr().out
    assert "[red]x[/red]" in shown and "数 量" in shown
    code, said = refused(capsys, "train", "t.csv", "--target", "[bold]y", *QUICK)
    assert code == 2 and "[bold]y" in said


def test_a_reader_that_leaves_early_is_no_traceback() -> None:
    environment = {**os.environ, "STIRFRY_LANG": "zh", "LC_ALL": "C", "PYTHONIOENCODING": ""}
    command = f"{sys.executable} -m stirfry recipes mnist-cnn | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, env=environment, check=True)
    assert b"Traceback" not in done.stderr and done.stdout.count(b"\n") == 1


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "gbk"])
def test_a_terminal_of_another_encoding_is_no_traceback(encoding: str) -> None:
    environment = {**os.environ, "STIRFRY_LANG": "zh", "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    done = subprocess.run([sys.executable, "-m", "stirfry", "recipes"], capture_output=True, env=environment)
    assert done.returncode == 0 and b"Traceback" not in done.stderr


PYTHON_CASES: dict[str, tuple[object, dict]] = {
    "one column of labels only": ({"y": ["u", "v"] * 20}, {"target": "y"}),
    "columns of other lengths": ({"a": [1, 2, 3], "y": ["u", "v"]}, {"target": "y"}),
    "infinite numbers": ((np.array([[np.inf], [1.0]] * 20), [0, 1] * 20), {}),
    "labels for another number of rows": ((np.zeros((5, 2)), [0, 1]), {}),
    "a bare array": (np.zeros((5, 2)), {}),
    "nothing": (None, {}),
    "an object": (object(), {}),
    "one row": (([[1.0]], [1]), {}),
    "complex numbers": ((np.zeros((9, 2), dtype=complex), [0, 1, 2] * 3), {}),
    "an unknown target": ({"a": [1, 2] * 20, "y": ["u", "v"] * 20}, {"target": "z"}),
}


@pytest.mark.parametrize("kind", PYTHON_CASES)
def test_from_python_bad_data_is_one_of_our_errors(kind: str) -> None:
    data, settings = PYTHON_CASES[kind]
    with pytest.raises(StirfryError) as error:
        stirfry.train(data, **{"epochs": 1, **settings})
    assert len(str(error.value)) > 20


def test_from_python_a_wrong_file_is_one_of_our_errors(here: Path) -> None:
    (here / "m.safetensors").write_bytes(b"x" * 100)
    with pytest.raises(ModelFileError):
        stirfry.load(here / "m.safetensors")
    model = stirfry.train("iris", epochs=1).model
    for rows in ({"a": [1]}, [], {}, np.zeros((0, 4)), np.zeros((2, 3)), "nothing.csv", object(), 5, None):
        with pytest.raises(StirfryError) as error:
            model.predict(rows)
        assert isinstance(error.value, DataError | ValueError)
