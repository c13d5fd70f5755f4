"""Scripts on messy tables: whatever a file holds, the script reads it as the run did."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tests.export.retelling import retold, train

QUICK = ["--epochs", "4", "--hidden", "6"]

pytestmark = pytest.mark.usefixtures("here")


def rows(count: int = 90, delimiter: str = ",", **columns: Callable[[int], object]) -> str:
    """Return a text of a number, another and a label, with columns replaced or added."""
    made = {"a": lambda i: i % 7, "b": lambda i: i * 37 % 101 / 10, **columns}
    made.setdefault("y", lambda i: "uvw"[(i * i) % 3])
    body = [delimiter.join(str(make(i)) for make in made.values()) for i in range(count)]
    return "\n".join([delimiter.join(made), *body]) + "\n"


def write(text: str | bytes, name: str = "table.csv") -> str:
    content = text.encode() if isinstance(text, str) else text
    Path(name).write_bytes(content)
    return name


TABLES: dict[str, str | bytes] = {
    "categories": rows(colour=lambda i: ["red", "green", "blue"][i % 3], size=lambda i: "SML"[i % 3]),
    "mixed in turns": rows(
        c=lambda i: "xyz"[i % 3], d=lambda i: i * 11 % 13, e=lambda i: "pq"[i % 2], f=lambda i: -i
    ),
    "gaps": rows(
        a=lambda i: "" if i % 5 == 0 else i % 7,
        c=lambda i: ["NA", "x", "y"][i % 3],
        d=lambda i: "?" if i == 30 else i * 11 % 13,
    ),
    "gaps in one column": rows(a=lambda i: "" if i % 5 == 0 else i % 7, d=lambda i: i * 11 % 13),
    "a gap outside training": rows(a=lambda i: "" if i == 4 else i % 7, c=lambda i: "x" if i != 4 else ""),
    "unseen levels": rows(c=lambda i: "rare" if i in (4, 9) else "xy"[i % 2]),
    "dates": rows(when=lambda i: f"2021-{1 + i % 12:02d}-{1 + i % 28:02d}"),
    "dates with gaps": rows(when=lambda i: "" if i % 9 == 0 else f"{1 + i % 28}.{1 + i % 12}.2021"),
    "dates and times": rows(
        when=lambda i: f"2021-03-{1 + i % 28:02d} {i % 24:02d}:{i % 60:02d}:{i % 50:02d}"
    ),
    "dates with zones": rows(when=lambda i: f"2021-03-{1 + i % 28:02d}T{i % 24:02d}:00:00+02:00"),
    "dates of two kinds": rows(
        when=lambda i: f"{1 + i % 12}/{13 + i % 9}/2020" + (" 12:30" if i % 2 else "")
    ),
    "Chinese": rows(
        颜色=lambda i: ["红", "绿", "蓝"][i % 3],
        日期=lambda i: f"2021年{1 + i % 12}月{1 + i % 28}日",
        y=lambda i: ["是", "否"][i % 2],
    ),
    "GBK": rows(颜色=lambda i: ["红色", "绿色", "蓝色"][i % 3], y=lambda i: ["合格", "不合格"][i % 2]).encode(
        "gbk"
    ),
    "a mark at the start": "\ufeff" + rows(),
    "UTF-16": rows(c=lambda i: "é" if i % 2 else "ü").encode("utf-16"),
    "semicolons and decimal commas": rows(
        delimiter=";", b=lambda i: f"{i * 37 % 101 / 10}".replace(".", ",")
    ),
    "tabs": rows(delimiter="\t"),
    "spaces": rows(delimiter="   ", y=lambda i: i % 2).replace("a ", "  a ", 1),
    "quotes": rows(
        c=lambda i: '"x, y"' if i % 2 else '"say ""so"""', **{'"a ""name"""': lambda i: i * 7 % 11}
    ),
    "white space": rows(
        c=lambda i: " x" if i % 2 else "y ",
        d=lambda i: " NA " if i == 7 else f" {i * 7 % 11} ",
        y=lambda i: " u " if i % 3 else "v",
    ),
    "blank lines": rows().replace("\n", "\n\n", 5),
    "old Mac": rows().replace("\n", "\r"),
    "no header": "\n".join(rows().splitlines()[1:]) + "\n",
    "no name": rows().replace("a,b", "a,", 1),
    "names with blanks": rows().replace("a,b", " a , b", 1),
    "truths": rows(c=lambda i: "True" if i % 3 else "False", d=lambda i: ["", "TRUE", "false"][i % 3]),
    "truths in odd cases": rows(c=lambda i: "tRUE" if i % 3 else "faLSE"),
    "a target of truths": rows(y=lambda i: "true" if i % 3 else "false"),
    "two words": rows(y=lambda i: "yes" if i % 3 else "no"),
    "zeros and ones": rows(y=lambda i: int(i % 3 == 0)),
    "labels from 3 on": rows(y=lambda i: 3 + 4 * (i % 3)),
    "no label in some rows": rows(y=lambda i: "" if i % 10 == 3 else "uv"[i % 2]),
    "texts that are numbers": rows(c=lambda i: ["1", "2", "x", "10"][i % 4]),
    "texts that pandas takes for missing": rows(c=lambda i: ["<NA>", "-nan", "x"][i % 3]),
    "regression": rows(y=lambda i: i * 31 % 47 + i / 3),
    "regression with gaps": rows(a=lambda i: "" if i % 5 == 0 else i, y=lambda i: 1e6 + i * 31 % 47 + i / 3),
    "a column constant in training": rows(60, c=lambda i: 5 if i == 4 else 1, d=lambda i: i % 3),
    "rows that repeat": rows(190) + "1,2.5,u\n" * 5 + "3,4.5,v\n" * 3,
    "rows that repeat, regression": rows(190, y=lambda i: i / 3 + i % 5) + "1,2.5,7.7\n" * 4,
    "many rows that repeat": rows(1400, b=lambda i: i * 37 % 10007 / 10, c=lambda i: "kl"[i % 2])
    + "".join(f"{i % 7},{i / 4},k,u\n" * 2 for i in range(28)),
    "sizes that differ by class": rows(97, y=lambda i: "uvw"[min(2, i % 5)]),
    "keys and constants": rows(id=lambda i: 1000 + i, same=lambda i: 1),
    "old line ends": rows().replace("\n", "\r\n"),
    "large and small": rows(a=lambda i: 1e12 + i * 3e9, b=lambda i: 1e-9 * (i % 13)),
    "a newline in a name": rows().replace("b,y", '"b\nprint(1)",y', 1),
    "a newline in the target": rows().replace(",y", ',"y\nprint(1)"', 1),
}


@pytest.mark.parametrize("name", TABLES)
def test_the_script_of_a_messy_table(name: str) -> None:
    retold(train(write(TABLES[name]), *QUICK, "--batch-size", "16"))


@pytest.mark.parametrize("target", ["classes", "numbers"])
def test_everything_at_once_with_all_defaults(target: str) -> None:
    text = rows(
        200,
        delimiter=";",
        a=lambda i: "" if i % 5 == 0 else f"{i % 23 / 10}".replace(".", ","),
        c=lambda i: ["NA", "x", "y"][i % 3],
        d=lambda i: "pqr"[i * i % 7 % 3],
        when=lambda i: "?" if i % 9 == 0 else f"{1 + i % 28}.{1 + i % 12}.2021",
        t=lambda i: ["", "True", "False"][i % 3],
        y=lambda i: "" if i % 50 == 7 else "uvw"[i % 5 % 3] if target == "classes" else i / 7,
    )
    text += "".join(f"{line}\n" for line in text.splitlines()[-2:])
    found = retold(train(write(text), "--epochs", "45"))
    assert "break" in found and "Dropout" in found and "single" in found


@pytest.mark.parametrize("scale", ["standard", "minmax", "robust", "none"])
@pytest.mark.parametrize("name", ["zeros and ones", "gaps", "dates with gaps", "regression"])
def test_every_scaling(name: str, scale: str) -> None:
    if (name, scale) == ("dates with gaps", "none"):
        pytest.skip("seconds since 1970, unscaled, make every probability 0 or 1")
    retold(train(write(TABLES[name]), *QUICK, "--scale", scale, "--lr", "0.0001"))


def test_a_robust_scaling_of_a_column_that_is_mostly_the_same() -> None:
    text = rows(a=lambda i: i % 7 if i % 10 == 0 else 3)
    assert "or values[train].std(ddof=0)" in retold(train(write(text), *QUICK, "--scale", "robust"))


SPLITS = {
    "shares": ["--test", "0.25", "--validation", "0.13"],
    "no test part": ["--test", "0"],
    "no validation part": ["--validation", "0"],
    "no parts": ["--test", "0", "--validation", "0"],
    "no parts in another order": ["--test", "0", "--validation", "0", "--split", "train_test_split"],
    "random": ["--split", "random", "--seed", "4"],
    "scikit-learn": ["--split", "train_test_split"],
    "scikit-learn without a test part": ["--split", "train_test_split", "--test", "0"],
    "PyTorch": ["--split", "random_split"],
    "PyTorch without parts": ["--split", "random_split", "--test", "0", "--validation", "0"],
    "in order": ["--split", "in_order"],
}


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("name", ["no label in some rows", "regression"])
def test_every_split(name: str, split: str) -> None:
    retold(train(write(TABLES[name]), *QUICK, *SPLITS[split]))


@pytest.mark.parametrize(
    ("words", "more"),
    [
        (["train", "valid", "test"], []),
        (["Train", "Train", "Test"], []),
        (["训练", "验证", "测试"], []),
        (["train", "train", "train", "test"], ["--validation", "0"]),
        (["train", "val", "dev", "train"], ["--test", "0"]),
    ],
)
def test_a_split_by_column(words: list[str], more: list[str]) -> None:
    text = rows(part=lambda i: words[i % len(words)], c=lambda i: "kl"[i % 2])
    retold(train(write(text), *QUICK, "--split-column", "part", *more))


@pytest.mark.parametrize("name", ["zeros and ones", "gaps", "regression", "no label in some rows"])
def test_files_of_their_own_for_the_parts(name: str) -> None:
    text = TABLES[name]
    assert isinstance(text, str)
    head, *lines = text.splitlines()
    for place, own in (("a.csv", lines[:60]), ("b.csv", lines[60:75]), ("c.csv", lines[75:])):
        write("\n".join([head, *own]) + "\n", place)
    retold(train("a.csv", *QUICK, "--validation-file", "b.csv", "--test-file", "c.csv"))
    retold(train("a.csv", *QUICK, "--test-file", "c.csv"))
    write("\n".join([head, *lines[75:]]).replace(",", ";"), "d.csv")
    retold(train("a.csv", *QUICK, "--test-file", "d.csv"))


def test_a_gzipped_file_whatever_it_is_called() -> None:
    for name in ("table.csv.gz", "table.csv"):
        retold(train(write(gzip.compress(rows().encode()), name), *QUICK))


def test_categories_that_are_numbers_and_columns_left_out() -> None:
    text = rows(z=lambda i: [1, 2, 10, 20][i % 4], g=lambda i: ["", 2, 10][i % 3], k=lambda i: i * 3 % 8)
    retold(train(write(text), *QUICK, "--category", "z,g", "--drop", "k"))


@pytest.mark.parametrize("source", ["iris", "simplex", "weights"])
def test_the_embedded_tables(source: str) -> None:
    retold(train(source, *QUICK, "--seed", "3"))


def test_iris_with_another_target() -> None:
    text = retold(train("iris", *QUICK, "--target", "petal width (cm)"))
    assert "pandas" in text.splitlines()[0]
    retold(train("iris", *QUICK, "--drop", "petal width (cm)"))


def test_arrays_of_a_table() -> None:
    random = np.random.default_rng(0)
    features, labels = random.normal(size=(80, 5)), random.integers(0, 3, 80)
    np.savez("whole.npz", X=features, y=labels)
    retold(train("whole.npz", *QUICK))
    np.savez("one-hot.npz", data=features, target=np.eye(3)[labels])
    retold(train("one-hot.npz", *QUICK))
    parts = {"x_train": features[:50], "y_train": labels[:50], "x_test": features[50:], "y_test": labels[50:]}
    np.savez("parts.npz", **parts)
    retold(train("parts.npz", *QUICK))
