"""`stirfry export --to onnx` and `--to pt2`, from the command line and from Python."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
import torch

import stirfry
from stirfry.cli import main


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> stirfry.Run:
    return stirfry.train("iris", epochs=2, hidden=[5], out=tmp_path_factory.mktemp("runs"))


ROWS = np.array([[5.1, 3.5, 1.4, 0.2], [6.3, 3.3, 6.0, 2.5]])


def in_onnxruntime(model: Any, path: Path) -> Any:
    feeds = {name: ROWS[:, [place]] for place, name in enumerate(model.columns)}
    return onnxruntime.InferenceSession(path).run(["probabilities"], feeds)[0]


def test_a_run_folder_gets_both_forms_and_says_how_to_load_them(
    run: stirfry.Run, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = run.folder
    assert folder is not None
    for form in ("onnx", "pt2"):
        for _ in range(2):  # its own place is written anew
            assert main(["export", str(folder), "--to", form]) == 0
        said = capsys.readouterr()
        assert str(folder / f"model.{form}") in said.out
        assert f'model.{form}")' in said.err.replace("\n", "")
    expected = run.model.predict_proba(ROWS)
    np.testing.assert_allclose(in_onnxruntime(run.model, folder / "model.onnx"), expected, atol=1e-5)
    program = torch.export.load(folder / "model.pt2").module()
    np.testing.assert_allclose(program(torch.from_numpy(ROWS)).numpy(), expected, atol=1e-5)


def test_a_model_file_is_enough(run: stirfry.Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run.save(tmp_path / "flowers.safetensors")
    assert main(["export", str(tmp_path / "flowers.safetensors"), "--to", "onnx", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found == {"kind": "onnx", "path": str(tmp_path / "flowers.onnx")}
    expected = run.model.predict_proba(ROWS)
    np.testing.assert_allclose(in_onnxruntime(run.model, tmp_path / "flowers.onnx"), expected, atol=1e-5)


def test_from_python(run: stirfry.Run, tmp_path: Path) -> None:
    assert (
        run.export(tmp_path / "a.onnx", to="onnx").read_bytes()
        == run.export(tmp_path / "b.onnx", to="onnx").read_bytes()
    )
    assert run.folder is not None
    assert stirfry.export_run(run.folder, "onnx", tmp_path / "c.onnx").stat().st_size > 1000


OWN = """
from torch import nn

class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.last = nn.Linear(4, 4), nn.Linear(4, 3)

    def forward(self, x):
        return self.last(x + self.first(x))
"""


def test_a_network_of_ones_own_is_named_by_its_class(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.py").write_text(OWN, encoding="utf-8")
    assert main(["train", "iris", "--module", "mine.py:Residual", "--epochs", "1", "--quiet"]) == 0
    run = str(next(Path("runs").iterdir()))
    capsys.readouterr()
    assert main(["export", run, "--to", "pt2"]) == 2
    assert "mine.py:Residual" in capsys.readouterr().err.replace("\n", "")
    assert main(["export", run, "--to", "pt2", "--module", "mine.py:Residual"]) == 0
    found = torch.export.load(Path(run) / "model.pt2").module()(torch.from_numpy(ROWS))
    assert found.shape == (2, 3)
    capsys.readouterr()
    assert main(["export", run, "--to", "onnx", "--module", "mine.py:Residual"]) == 2
    assert "--to pt2" in capsys.readouterr().err.replace("\n", "")
    assert not (Path(run) / "model.onnx").exists()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_without_onnx_nothing_is_written_and_the_extra_is_named(
    run: stirfry.Run, tmp_path: Path, language: str, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setitem(sys.modules, "onnx", None)
    target = tmp_path / "model.onnx"
    assert main(["export", str(run.folder), "--to", "onnx", "-o", str(target), "--lang", language]) == 1
    said = capsys.readouterr().err.replace("\n", "").replace(" ", "")
    assert 'pipinstall"stirfry[export]"' in said and ("安装命令" in said) == (language == "zh")
    assert not target.exists()


@pytest.mark.parametrize("form", ["onnx", "pt2"])
def test_a_file_that_isnt_a_model_is_refused(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "m.safetensors").write_bytes(b"no model")
    assert main(["export", str(tmp_path / "m.safetensors"), "--to", form]) == 1
    assert "not a model file" in capsys.readouterr().err.replace("\n", " ")
    assert [path.name for path in tmp_path.iterdir()] == ["m.safetensors"]
