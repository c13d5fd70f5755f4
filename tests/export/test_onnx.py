"""An ONNX graph gives a model's own answers for raw rows, in onnxruntime, which knows nothing of stirfry."""

from __future__ import annotations

import dataclasses
import json
import sys
from typing import Any, get_args

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.actions.own_modules import Residual
from tests.export.random_models import NUMBER, THREE, TWO, as_fed, fitted, random_model

import stirfry
from stirfry import lang
from stirfry.data.encode_images import ImageEncoder
from stirfry.data.encode_inputs import InputPart, InputsEncoder
from stirfry.data.encode_parts import CategoryPart, NumberPart
from stirfry.data.encode_table import TableEncoder
from stirfry.data.table import Column, Inputs, Table
from stirfry.data.target import Target
from stirfry.errors import MissingExtra, UsageError
from stirfry.export.onnx import write_onnx
from stirfry.export.onnx_network import _NODES
from stirfry.model.model import Model
from stirfry.spec.layers import AnyLayer

onnxruntime.set_default_logger_severity(3)


def run(model: Model, feeds: dict[str, Any]) -> dict[str, Any]:
    """Check the file and return the graph's outputs by name."""
    content = write_onnx(model)
    onnx.checker.check_model(onnx.load_from_string(content), full_check=True)
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = settings.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(content, settings)
    names = [each.name for each in session.get_outputs()]
    return dict(zip(names, session.run(None, feeds), strict=True))


def assert_same(model: Model, data: Any, feeds: dict[str, Any]) -> None:
    """Both give the same numbers, and the same labels wherever two aren't equally likely."""
    found = {name.partition("_")[0]: values for name, values in run(model, feeds).items()}
    if model.task == "regression":
        assert found["prediction"].shape == (len(data), 1) and found["prediction"].dtype == np.float64
        expected = model.predict(data)
        np.testing.assert_allclose(
            found["prediction"][:, 0], expected, rtol=1e-5, atol=1e-5 * model.target.std
        )
        return
    expected = model.predict_proba(data)
    assert found["probabilities"].dtype == np.float64
    np.testing.assert_allclose(found["probabilities"], expected, atol=1e-5)
    top = np.sort(expected, axis=1)[:, -2:]
    clear = top[:, 1] - top[:, 0] > 1e-4
    assert found["label"].shape == (len(data),)
    assert found["label"][clear].tolist() == model.predict(data)[clear].tolist()


def column(kind: Any, name: str, values: list[Any]) -> Column:
    if kind == "text":
        levels = sorted({value for value in values if value is not None})
        codes = [-1 if value is None else levels.index(value) for value in values]
        return Column(name, "text", np.array(codes, dtype=np.int32), tuple(levels))
    return Column(name, kind, np.array([np.nan if value is None else value for value in values], dtype=float))


KINDS = ("number", "boolean", "date", "text")
#: Few texts, so that rows share them; what programs write for numbers and truths; what breaks a lookup.
TEXTS = st.sampled_from(
    [
        "a",
        "b",
        "",
        "2",
        "2.0",
        "2.5",
        "1",
        "true",
        "FALSE",
        "007",
        "红",
        "a b",
        "NA",
        "é",
        "A",
        "1e3",
        '"',
        "'",
    ]
)
NAMES = st.sampled_from(
    ["label", "probabilities", "prediction", "列 1", "a is missing", "matmul", "0.weight"]
)


def _above_onnxruntimes_zero(value: float) -> bool:
    """It takes a lone centre of 1e-46 and less for 0; see dev/LOG.md."""
    return value == 0 or abs(value) > 1e-30


VALUES: dict[str, st.SearchStrategy[Any]] = {
    "number": st.one_of(
        st.integers(-3, 3).map(float), st.floats(-1e30, 1e30).filter(_above_onnxruntimes_zero)
    ),
    "boolean": st.sampled_from([0.0, 1.0]),
    "date": st.one_of(
        st.floats(-1e10, 1e10).filter(_above_onnxruntimes_zero),
        st.integers(-40_000, 40_000).map(lambda day: day * 86_400.0),
    ),
    "text": TEXTS.filter(lambda text: text not in ("", "NA")),
}


@st.composite
def tables(draw: st.DrawFn) -> tuple[Table, Table]:
    """A table to fit on and another of the same columns, with gaps, and values that the first hasn't."""
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=5))
    names = draw(
        st.lists(
            st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1) | NAMES,
            min_size=len(kinds), max_size=len(kinds), unique=True,
        )
    )  # fmt: skip
    made = []
    for rows in (draw(st.integers(1, 6)), draw(st.integers(1, 6))):
        columns = []
        for name, kind in zip(names, kinds, strict=True):
            value = st.none() | VALUES[kind]
            columns.append(column(kind, name, draw(st.lists(value, min_size=rows, max_size=rows))))
        made.append(Table("made", tuple(columns)))
    return made[0], made[1]


@settings(max_examples=50)
@given(
    tables(), st.sampled_from(["standard", "minmax", "robust", "none"]), st.sampled_from([THREE, TWO, NUMBER])
)
def test_a_messy_table_gets_the_models_answers_row_for_row(
    made: tuple[Table, Table], scale: Any, target: Target
) -> None:
    train, new = made
    loss: Any = {"multiclass": "cross_entropy", "binary": "bce_with_logits", "regression": "mse"}[target.task]
    # A bounded layer comes first: the encoding is compared, and not how 1e30 is rounded.
    layers = [{"type": "Tanh"}, {"type": "Linear", "out_features": 4}, {"type": "ReLU"}]
    model = random_model(fitted(train, scale), target, loss, layers)
    for table in (train, new):
        assert_same(model, table, as_fed(model, table))


def test_encoded_rows_are_the_encoders_to_the_last_bit() -> None:
    random = np.random.default_rng(0)
    numbers = [
        column("number", f"n{place}", (random.normal(size=50) * 10.0**place).tolist()) for place in range(6)
    ]
    numbers[2].values[::7] = np.nan
    seconds = column("date", "when", (random.uniform(-1, 1, 50) * 1e11).tolist())
    seconds.values[::9] = np.nan
    table = Table("t", (*numbers[:3], seconds, *numbers[3:]))
    encoder = fitted(table)
    width = encoder.input_shape[0]
    target = Target(task="multiclass", labels=tuple(range(width)))
    model = random_model(encoder, target, "mse", [])
    weights = {"0.weight": np.eye(width, dtype=np.float32), "0.bias": np.zeros(width, np.float32)}
    model = dataclasses.replace(model, weights=weights, target=NUMBER)
    content = onnx.load_from_string(write_onnx(model))
    encoded = next(node.input[0] for node in content.graph.node if node.op_type == "MatMul")
    content.graph.output.append(onnx.helper.make_empty_tensor_value_info(encoded))
    session = onnxruntime.InferenceSession(content.SerializeToString())
    np.testing.assert_array_equal(session.run([encoded], as_fed(model, table))[0], encoder.transform(table))


IMAGE = ImageEncoder(channels=2, height=6, width=7, mean=(0.4, 0.6), std=(0.2, 0.3), whole=True)
ROW = TableEncoder(
    parts=tuple(NumberPart(name=f"x{n}", median=0, missing=False, center=0, scale=1) for n in range(4))
)
ROW_LAYERS: list[list[dict[str, Any]]] = [
    [{"type": "Linear", "out_features": 6, "bias": False}],
    [{"type": "BatchNorm1d", "eps": 1e-3}],
    [{"type": "LayerNorm"}],
    [{"type": "Dropout", "p": 0.5}],
    [{"type": "ReLU"}],
    [{"type": "LeakyReLU", "negative_slope": 0.2}],
    [{"type": "Sigmoid"}],
    [{"type": "Tanh"}],
    [{"type": "GELU"}],
    [{"type": "SiLU"}],
    [{"type": "ELU", "alpha": 0.7}],
]
IMAGE_LAYERS: list[list[dict[str, Any]]] = [
    [],
    [{"type": "Conv2d", "out_channels": 3, "kernel_size": (3, 2), "stride": (1, 2), "padding": (1, 0)}],
    [{"type": "Conv2d", "out_channels": 3, "kernel_size": 3, "bias": False}],
    [{"type": "MaxPool2d", "kernel_size": 3, "stride": 2, "padding": 1}],
    [{"type": "AvgPool2d", "kernel_size": (2, 3), "stride": 2, "padding": 1}],
    [{"type": "AvgPool2d", "kernel_size": 2}],
    [{"type": "BatchNorm2d"}],
    [{"type": "LayerNorm"}],
    [{"type": "GELU"}],
    [{"type": "ELU"}],
]


@pytest.mark.parametrize("layers", ROW_LAYERS, ids=lambda layers: layers[0]["type"])
def test_each_layer_on_rows(layers: list[dict[str, Any]]) -> None:
    model = random_model(ROW, layers=[{"type": "Linear", "out_features": 5}, *layers])
    rows = np.random.default_rng(1).normal(size=(30, 4)) * 3
    assert_same(model, rows, {f"x{place}": rows[:, [place]] for place in range(4)})


@pytest.mark.parametrize("layers", IMAGE_LAYERS, ids=lambda layers: "+".join(each["type"] for each in layers))
def test_each_layer_on_images(layers: list[dict[str, Any]]) -> None:
    model = random_model(IMAGE, layers=[*layers, {"type": "Flatten"}, {"type": "Tanh"}])
    pixels = np.random.default_rng(1).integers(0, 256, (9, 2, 6, 7), dtype=np.uint8)
    assert_same(model, pixels, {"pixels": pixels})


def test_every_layer_is_written() -> None:
    known = {layer.model_fields["type"].default for layer in _NODES}
    tried = {layer["type"] for layers in ROW_LAYERS + IMAGE_LAYERS for layer in layers}
    assert known == {kind.__name__ for kind in get_args(get_args(AnyLayer)[0])} - {"Softmax"}
    assert known - tried == {"Flatten"}  # which every image's network has


@pytest.mark.parametrize("loss", ["cross_entropy", "mse", "l1", "huber"])
def test_each_loss_with_three_classes(loss: Any) -> None:
    model = random_model(ROW, THREE, loss)
    rows = np.random.default_rng(1).normal(size=(40, 4))
    assert_same(model, rows, {f"x{place}": rows[:, [place]] for place in range(4)})


def test_where_no_class_has_a_share_all_have_the_same() -> None:
    model = random_model(ROW, THREE, "mse", [])
    model = dataclasses.replace(model, weights={name: -abs(value) for name, value in model.weights.items()})
    rows = np.ones((2, 4))
    feeds = {f"x{place}": rows[:, [place]] for place in range(4)}
    assert_same(model, rows, feeds)
    np.testing.assert_allclose(run(model, feeds)["probabilities"], 1 / 3)


@pytest.mark.parametrize("loss", ["bce_with_logits", "share", "cross_entropy", "mse"])
@pytest.mark.parametrize("labels", [("no", "yes"), (False, True), (-5, 1000), ("", "红 b")])
def test_each_loss_and_labels_of_any_kind_with_two_classes(loss: Any, labels: tuple[Any, ...]) -> None:
    model = random_model(ROW, Target(task="binary", labels=labels), loss)
    rows = np.random.default_rng(1).normal(size=(40, 4)) * 2
    feeds = {f"x{place}": rows[:, [place]] for place in range(4)}
    assert_same(model, rows, feeds)
    assert set(run(model, feeds)["label"].tolist()) <= set(labels)


@pytest.mark.parametrize("rows", [0, 1, 5])
def test_any_number_of_rows(rows: int) -> None:
    found = run(random_model(ROW), {f"x{place}": np.zeros((rows, 1)) for place in range(4)})
    assert found["label"].shape == (rows,) and found["probabilities"].shape == (rows, 3)


def test_what_was_a_whole_number_in_training_is_given_as_float64() -> None:
    random = np.random.default_rng(0)
    whole = random.integers(0, 100, 60)
    fitting = {"a": whole, "b": random.normal(size=60), "y": whole * 3.0}
    model = stirfry.train(fitting, target="y", epochs=1, hidden=[4]).model
    rows = {"a": whole, "b": fitting["b"]}
    found = run(model, {name: values.astype(np.float64).reshape(-1, 1) for name, values in rows.items()})
    np.testing.assert_allclose(found["prediction"][:, 0], model.predict(rows), rtol=1e-5)


@pytest.mark.parametrize("missing", [True, False])
def test_a_category_is_found_however_a_program_writes_it(missing: bool) -> None:
    part = CategoryPart(name="c", levels=("1", "2.5", "007", "red", "True"), missing=missing)
    model = random_model(TableEncoder(parts=(part,)))
    texts = ["1", "1.0", "2.5", "7", "7.0", "007", "red", "Red", "", "NA", "nan", "?", "TRUE", "true", "no"]
    # A frame is read with its missing values known; the graph is given the texts as they are.
    data = {"c": [None if text == "" else text for text in texts]}
    assert_same(model, model.read(data), {"c": np.array(texts, dtype=object).reshape(-1, 1)})


@pytest.mark.parametrize("shift", [0, 1, 3])
@pytest.mark.parametrize("layers", [[{"type": "Flatten"}], [*IMAGE_LAYERS[1], {"type": "Flatten"}]])
def test_images_are_given_as_pixels_and_averaged_over_shifted_copies(
    layers: list[dict[str, Any]], shift: int
) -> None:
    model = random_model(IMAGE, layers=[*layers, {"type": "Tanh"}], test_shift=shift)
    pixels = np.random.default_rng(1).integers(0, 256, (9, 2, 6, 7), dtype=np.uint8)
    assert_same(model, pixels, {"pixels": pixels})


def test_images_that_were_fractions_are_given_as_fractions() -> None:
    model = random_model(IMAGE.model_copy(update={"whole": False}))
    pixels = np.random.default_rng(1).uniform(size=(9, 2, 6, 7)).astype(np.float32)
    assert_same(model, pixels, {"pixels": pixels})


@pytest.mark.parametrize("shape", [(4,), (2, 3, 3)])
def test_arrays_as_they_are(shape: tuple[int, ...]) -> None:
    part = InputPart(
        shape=shape, whole=False, centers=(0.5,) * shape[-1], scales=(2.0,) * (shape[-1] - 1) + (0.0,)
    )
    layers = [] if len(shape) == 1 else [*IMAGE_LAYERS[2], {"type": "Flatten"}]
    model = random_model(InputsEncoder(parts=(part,)), layers=layers)
    values = np.random.default_rng(1).normal(size=(9, *shape))
    assert_same(model, Inputs("x", (values,)), {"input": values})


def test_the_file_says_what_goes_in_and_what_comes_out() -> None:
    train = Table(
        "t", (column("number", "a", [1, 2]), column("text", "色", ["红", "b"]), column("date", "d", [0, 1]))
    )
    model = onnx.load_from_string(write_onnx(random_model(fitted(train))))
    facts = {each.key: each.value for each in model.metadata_props}
    assert facts["made_by"].startswith("stirfry ") and facts["task"] == "multiclass"
    assert json.loads(facts["labels"]) == ["ant", "bee", "猫"]
    assert json.loads(facts["columns"]) == [
        {"name": "a", "kind": "number"},
        {"name": "色", "kind": "category", "levels": ["b", "红"]},
        {"name": "d", "kind": "date"},
    ]
    assert [each.name for each in model.graph.input] == ["a", "色", "d"]
    assert "seconds since 1970" in model.graph.input[2].doc_string
    assert model.graph.input[0].type.tensor_type.shape.dim[0].dim_param == "rows"
    assert model.ir_version == 8 and {each.domain: each.version for each in model.opset_import} == {
        "": 17,
        "ai.onnx.ml": 2,
    }


def test_the_same_model_gives_the_same_bytes() -> None:
    assert write_onnx(random_model(ROW)) == write_onnx(random_model(ROW))


def test_outputs_have_another_name_where_a_column_has_theirs() -> None:
    names = ("label", "probabilities", "0.weight", "matmul")
    parts = tuple(NumberPart(name=name, median=0, missing=False, center=0, scale=1) for name in names)
    model = random_model(TableEncoder(parts=parts))
    rows = np.random.default_rng(1).normal(size=(5, 4))
    found = run(model, {name: rows[:, [place]] for place, name in enumerate(names)})
    np.testing.assert_allclose(found["probabilities_1"], model.predict_proba(rows), atol=1e-5)
    assert list(found) == ["label_1", "probabilities_1"]


def chain() -> torch.nn.Module:
    return torch.nn.Sequential(
        torch.nn.Linear(4, 6), torch.nn.BatchNorm1d(6), torch.nn.SiLU(), torch.nn.Linear(6, 3)
    )


def test_a_network_of_ones_own_that_is_a_chain_is_written() -> None:
    model = stirfry.train("iris", network=chain, epochs=2).model
    rows = np.random.default_rng(1).uniform(0, 7, size=(20, 4))
    assert_same(model, rows, {name: rows[:, [place]] for place, name in enumerate(model.columns)})


def test_a_network_of_ones_own_that_is_no_chain_is_refused_in_both_languages() -> None:
    model = stirfry.train("iris", network=Residual, epochs=1).model
    with pytest.raises(UsageError, match=r"Residual is a network of your own.*--to pt2") as caught:
        write_onnx(model)
    with lang.speaking("zh"):
        assert "是您自己的网络" in str(caught.value)


@pytest.mark.parametrize("where", ["label", "level", "name"])
def test_texts_that_onnxruntime_would_cut_are_refused_in_both_languages(where: str) -> None:
    cut = "a\0b"
    part = CategoryPart(
        name=cut if where == "name" else "c", levels=(cut if where == "level" else "x",), missing=False
    )
    target = Target(task="binary", labels=("no", cut if where == "label" else "yes"))
    with pytest.raises(UsageError, match=r"can't hold the text 'a\\x00b'") as caught:
        write_onnx(random_model(TableEncoder(parts=(part,)), target))
    with lang.speaking("zh"):
        assert "空字符" in str(caught.value)


def test_a_column_without_a_name_is_refused_in_both_languages() -> None:
    part = NumberPart(name="", median=0, missing=False, center=0, scale=1)
    with pytest.raises(UsageError, match="column 1 has no name") as caught:
        write_onnx(random_model(TableEncoder(parts=(part,))))
    with lang.speaking("zh"):
        assert "第 1 列没有名称" in str(caught.value)


def test_without_onnx_the_extra_is_named_in_both_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(MissingExtra, match=r"pip install \"stirfry\[export\]\"") as caught:
        write_onnx(random_model(ROW))
    with lang.speaking("zh"):
        assert '安装命令：pip install "stirfry[export]"' in str(caught.value)
