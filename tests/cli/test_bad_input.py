"""Bad input, as a careless and as a hostile user tries it: a clear message, the right code, nothing left."""

from __future__ import annotations

import gzip
import json
import os
import random
import signal
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

import stirfry
from stirfry.cli import main
from stirfry.errors import DataError, ModelFileError, StirfryError

#: Enough work an epoch that a run doesn't end before anyone has looked.
LONG = ["--hidden", "32,16", "--batch-size", "1"]
QUICK = ["--epochs", "3", "--hidden", "4", "--no-plots"]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def table(rows: int = 60, **columns: Callable[[int], object]) -> str:
    """Return a CSV of two numbers and a label, with columns replaced or added."""
    made = {"a": lambda i: i % 7, "b": lambda i: i * 37 % 11 / 10, "y": lambda i: "uv"[i % 2], **columns}
    lines = [",".join(made)] + [",".join(str(make(i)) for make in made.values()) for i in range(rows)]
    return "\n".join(lines) + "\n"


def files() -> list[Path]:
    return sorted(path for path in Path().rglob("*") if path != Path("runs"))


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    """Run a command that must be refused; return its exit code and its message."""
    before = files()
    code = main(list(words))
    out, err = capsys.readouterr()
    assert out == "", "nothing on stdout"
    assert "Traceback" not in err
    assert files() == before, "nothing is left behind"
    return code, err


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


def trained(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[Path, str]:
    """Train on `t.csv`, which must be carried on with; return the run's folder and what was said."""
    assert main(["train", "t.csv", *QUICK, "--json", *words]) == 0
    out, err = capsys.readouterr()
    return Path(json.loads(out)["run"]), err


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


STARTED: list[subprocess.Popen[str]] = []


@pytest.fixture(autouse=True)
def ended() -> Iterator[None]:
    """Leave no process behind, whatever a test comes to."""
    yield
    while STARTED:
        with STARTED.pop() as run:
            run.kill()


def process(*words: str, limit: int | None = None) -> subprocess.Popen[str]:
    """Start stirfry in a process of its own; `limit` is how large a file may grow, as on a full disk."""
    program = "import sys; from stirfry.cli import main; sys.exit(main(sys.argv[1:]))"
    if limit is not None:
        program = (
            "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); import torch; "
            f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit})); {program}"
        )
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "STIRFRY_LANG": "en", "PYTHONDONTWRITEBYTECODE": "1"}
    pipe = subprocess.PIPE
    words = (sys.executable, "-c", program, *words)
    STARTED.append(subprocess.Popen(words, stdout=pipe, stderr=pipe, text=True, env=environment))
    return STARTED[-1]


def whole(folder: Path) -> None:
    """Check that whatever stands under a final name is complete."""
    for path in folder.rglob("model.safetensors"):
        stirfry.load(path)
    for path in folder.rglob("run.json"):
        json.loads(path.read_text(encoding="utf-8"))


def test_a_full_disk_leaves_nothing_half_written() -> None:
    Path("t.csv").write_text(table())
    run = process("train", "t.csv", *QUICK, limit=1500)
    _, said = run.communicate(timeout=120)
    assert run.returncode == 1 and "no room left" in said and "Traceback" not in said
    assert not list(Path("runs").iterdir())


def test_two_runs_at_once_into_the_same_folder_both_finish() -> None:
    Path("t.csv").write_text(table())
    runs = [process("train", "t.csv", *QUICK, "--json") for _ in range(2)]
    found = {json.loads(run.communicate(timeout=120)[0])["run"] for run in runs}
    assert len(found) == 2
    whole(Path("runs"))


def wait_for(condition: Callable[[], bool], seconds: float = 90) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it never happened"
        time.sleep(0.02)


def test_ctrl_c_while_training_keeps_the_best_and_resumes_exactly() -> None:
    Path("t.csv").write_text(table())
    words = ["train", "t.csv", *LONG, "--no-plots", "--patience", "never"]
    run = process(*words, "--epochs", "100000", "--checkpoint-every", "0.1")
    wait_for(lambda: any(Path().glob("runs/*/checkpoint.safetensors")))
    run.send_signal(signal.SIGINT)
    _, said = run.communicate(timeout=60)
    assert run.returncode == 130 and "Traceback" not in said
    whole(Path("runs"))
    first = json.loads(Path("runs/t-001/run.json").read_text(encoding="utf-8"))
    assert first["stopped"] == "interrupted" and Path("runs/t-001/model.safetensors").exists()


def test_ctrl_c_at_other_moments_leaves_earlier_runs_whole(capsys: pytest.CaptureFixture[str]) -> None:
    Path("t.csv").write_text(table())
    trained(capsys)
    for delay in (0.05, 0.8, 1.6):
        run = process("train", "t.csv", *QUICK)
        time.sleep(delay)
        run.send_signal(signal.SIGINT)
        _, said = run.communicate(timeout=60)
        # Python itself ends with 1 where the signal comes while it starts, before it has read a line of ours.
        starting = "init_import_site" in said
        assert starting or run.returncode in (130, 0, -signal.SIGINT), "interrupted, or done before it came"
        whole(Path("runs"))
    assert stirfry.load("runs/t-001").labels == ("u", "v")


def test_without_enough_memory_nothing_stays(capsys: pytest.CaptureFixture[str]) -> None:
    Path("t.csv").write_text(table())
    before = files()
    code, said = refused(capsys, "train", "t.csv", "--hidden", "30000000,30000000", "--engine", "native")
    assert code == 1 and "memory" in said
    assert files() == before


def test_a_killed_run_resumes_from_its_checkpoint_with_the_same_losses() -> None:
    Path("t.csv").write_text(table())
    settings = {"hidden": [32, 16], "batch_size": 1, "patience": "never", "epochs": 10_000, "seed": 2}
    words = ["train", "t.csv", *LONG, "--patience", "never", "--epochs", "10000", "--seed", "2", "--no-plots"]
    run = process(*words, "--checkpoint-every", "0.05")
    wait_for(lambda: any(Path().glob("runs/*/checkpoint.safetensors")))
    run.kill()
    run.communicate(timeout=60)
    whole(Path("runs"))
    if not Path("runs/t-001/run.json").exists():
        assert main(["train", "--resume", "runs/t-001", "--quiet", "--no-plots"]) == 0
    expected = stirfry.train("t.csv", **settings).history
    lines = Path("runs/t-001/history.csv").read_text(encoding="utf-8").splitlines()
    losses = [float(line.split(",")[1]) for line in lines[1:]]
    assert losses == expected["train_loss"].tolist()


def test_a_run_on_pytorch_killed_at_any_moment_resumes_with_the_same_losses() -> None:
    Path("t.csv").write_text(table())
    settings = {"hidden": [8], "dropout": 0.3, "patience": "never", "epochs": 300, "seed": 2}
    words = ["train", "t.csv", "--hidden", "8", "--dropout", "0.3", "--epochs", "300", "--seed", "2"]
    words += ["--batch-size", "16", "--patience", "never", "--engine", "torch_fast", "--no-plots"]
    run = process(*words, "--checkpoint-every", "0.001")
    place, seen, wanted = Path("runs/t-001/checkpoint.safetensors"), set(), random.randrange(1, 40)

    def kept_often() -> bool:
        with suppress(FileNotFoundError):
            seen.add(place.stat().st_mtime_ns)
        return len(seen) >= wanted or run.poll() is not None

    wait_for(kept_often)
    time.sleep(random.random() / 50)
    run.kill()
    run.communicate(timeout=60)
    whole(Path("runs"))
    if place.exists():
        assert main(["train", "--resume", "runs/t-001", "--quiet", "--no-plots"]) == 0
    expected = stirfry.train("t.csv", **settings, batch_size=16, engine="torch_fast").history
    lines = Path("runs/t-001/history.csv").read_text(encoding="utf-8").splitlines()
    losses = [float(line.split(",")[1]) for line in lines[1:]]
    assert losses == expected["train_loss"].tolist(), wanted


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
