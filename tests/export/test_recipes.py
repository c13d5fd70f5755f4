"""Every recipe's script gives the run's losses, epoch by epoch, and its scores."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
from tests.export.retelling import linted, retold, train

from stirfry.actions.recipes import listed, names
from stirfry.data.sources import load
from stirfry.data.table import Images
from stirfry.spec.recipe import DataSpec, variants_of


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that the recipes need, small and made up."""
    folder = tmp_path_factory.mktemp("recipes")
    random = np.random.default_rng(0)
    rows = ["id,Pregnancies,Glucose,BloodPressure,SkinThickness,Insulin,BMI,Pedigree,Age,Outcome"]
    for number in range(200):
        values = random.normal(50, 20, 8).round(2)
        rows.append(",".join(map(str, (number, *values, int(values[1] + values[5] > 100)))))
    (folder / "pima.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    pixels, labels = digits()
    for name in ("mnist", "fashion-mnist"):
        make_idx(folder / name, pixels, labels, train=384)
    return folder


def digits() -> tuple[np.ndarray, np.ndarray]:
    found = load("digits", DataSpec())
    assert isinstance(found, Images) and found.labels is not None
    return np.asarray(found.pixels[:450, 0]), found.labels.values[:450].astype(np.uint8)


def make_idx(folder: Path, pixels: np.ndarray, labels: np.ndarray, train: int) -> None:
    """Write real digits in the form of MNIST."""
    folder.mkdir()
    for part, rows in (("train", slice(0, train)), ("t10k", slice(train, None))):
        images, answers = pixels[rows], labels[rows]
        contents = {
            "images-idx3": struct.pack(">IIII", 0x803, *images.shape) + images.tobytes(),
            "labels-idx1": struct.pack(">II", 0x801, len(answers)) + answers.tobytes(),
        }
        for what, content in contents.items():
            (folder / f"{part}-{what}-ubyte.gz").write_bytes(gzip.compress(content))


CASES = [(name, variant) for name in names() for variant in variants_of(listed(name).recipe)]


@pytest.mark.parametrize(("name", "variant"), CASES)
def test_the_script_of_a_recipe(
    name: str, variant: str, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    plan = variants_of(listed(name).recipe)[variant].plan
    epochs = min(plan.epochs, 2 if "mnist" in name or "cnn" in name else 30)
    words = ["--recipe", name, "--data-dir", str(place), "--epochs", str(epochs), "--precision", "float32"]
    if name == "fashion-cnn":
        # Six normalised layers under Adam make rounding large: PyTorch's own losses are 2e-4 apart with one
        # thread and with two, the native engine's 7e-4. So the script is held beside PyTorch's engine.
        words += ["--engine", "torch_fast"]
    run = train(*words, *(["--variant", variant] if variant else []))
    text = retold(run)
    linted(text, tmp_path)
