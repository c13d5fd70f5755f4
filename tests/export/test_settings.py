"""Every setting of a plan and a network has its lines in the script."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.export.retelling import linted, retold, train

from stirfry import rng
from stirfry.engine.native_program import extension

QUICK = ["--epochs", "5"]


@pytest.fixture(autouse=True)
def two(here: Path) -> None:
    lines = [
        f"{i % 7},{i * 37 % 101 / 10},{'yes' if i * i % 5 > 1 else 'no'},{i % 9 + i / 50}" for i in range(90)
    ]
    (here / "two.csv").write_text("\n".join(["a,b,y,z", *lines]) + "\n", encoding="utf-8")


SETTINGS = {
    "sgd": ["--optimizer", "sgd", "--momentum", "0.9", "--weight-decay", "0.001"],
    "adam": ["--optimizer", "adam", "--lr", "0.01"],
    "rmsprop": ["--optimizer", "rmsprop", "--momentum", "0.5"],
    "full": ["--batch-size", "full"],
    "constant": ["--schedule", "constant"],
    "step": ["--schedule", "step"],
    "exponential": ["--schedule", "exponential"],
    "cosine": ["--schedule", "cosine"],
    "one-cycle": ["--schedule", "one-cycle"],
    "warmup": ["--schedule", "warmup"],
    "clip": ["--clip-norm", "0.1"],
    "balanced": ["--class-weights", "balanced"],
    "weights": ["--class-weights", "1,2,3"],
    "smoothing": ["--label-smoothing", "0.1"],
    "dropout": ["--dropout", "0.3"],
    "no dropout": ["--dropout", "0"],
    "linear": ["--hidden", "none"],
    "last": ["--keep", "last"],
    "patience": ["--patience", "2", "--lr", "0.5", "--epochs", "30"],
    "patience and the last": ["--patience", "2", "--lr", "0.5", "--epochs", "30", "--keep", "last"],
    "average": ["--ema-decay", "0.9"],
    "plain loop": ["--engine", "torch"],
    "fast loop": ["--engine", "torch_fast"],
    # Of wide layers it would make certain mistakes, which count as 36 in a run and without limit in a script.
    "normal": ["--init", "normal", "--hidden", "none"],
    "large seed": ["--seed", str(2**33 + 5)],
    **{init: ["--init", init] for init in ("xavier_uniform", "xavier_normal", "he_uniform", "zeros")},
    **{name: ["--activation", name] for name in ("leaky_relu", "tanh", "gelu", "silu", "elu", "sigmoid")},
    **{loss: ["--loss", loss] for loss in ("mse", "l1", "huber")},
}


@pytest.mark.parametrize("name", SETTINGS)
def test_the_script_of_a_setting(name: str, here: Path) -> None:
    if "dropout" in name and not rng.dropout_is_exact():
        pytest.skip("PyTorch draws its dropout from another stream here")
    linted(retold(train("iris", *QUICK, *SETTINGS[name])), here)


@pytest.mark.parametrize("name", ["balanced", "clip", "full", "mse"])
def test_two_classes(name: str) -> None:
    retold(train("two.csv", *QUICK, "--target", "y", *SETTINGS[name]))


def test_weights_of_two_classes() -> None:
    retold(train("two.csv", *QUICK, "--target", "y", "--class-weights", "1,3"))


@pytest.mark.parametrize("name", ["mse", "l1", "huber", "full", "average"])
def test_regression(name: str) -> None:
    # Where as many rows lie above as below, the slopes cancel to a rounding, which Adam magnifies.
    plain = ["--optimizer", "sgd"] if name == "l1" else []
    retold(train("two.csv", *QUICK, "--target", "z", *SETTINGS[name], *plain))


RECIPE = """
[data]
source = "{source}"
[data.split]
{split}
[network]
layers = [{layers}]
{init}
[plan]
epochs = 4
precision = "float32"
{plan}
"""


def from_recipe(source: str, layers: list[str], plan: str = "", init: str = "", split: str = "") -> str:
    made = ", ".join(f"{{ type = {layer} }}" for layer in layers)
    text = RECIPE.format(source=source, layers=made, plan=plan, init=init, split=split)
    Path("own.toml").write_text(text, encoding="utf-8")
    return retold(train("--recipe", "own.toml"))


PLANS = {
    "nesterov": 'optimizer = "sgd"\nmomentum = 0.9\nnesterov = true',
    "betas": 'optimizer = "adam"\nbetas = [0.8, 0.99]\neps = 1e-6\nweight_decay = 0.1',
    "alpha": 'optimizer = "rmsprop"\nalpha = 0.9',
    "no decay": 'optimizer = "adamw"\nweight_decay = 0.0',
    "delta": "min_delta = 0.05\npatience = 2",
    "drop last": "batch_size = 40\ndrop_last = true",
    "in their order": "shuffle = false\nbatch_size = 40",
    "step": 'schedule = { name = "step", step_size = 2, gamma = 0.5 }',
    "cosine": 'schedule = { name = "cosine", final = 0.1 }',
    "one cycle": 'schedule = { name = "one_cycle", pct_start = 0.5, div_factor = 5.0 }\nbatch_size = 40',
    "warmup and cosine": 'schedule = { name = "warmup", epochs = 2, then = { name = "cosine" } }',
    "warmup and step": (
        'schedule = { name = "warmup", epochs = 1, then = { name = "step", step_size = 1, gamma = 0.5 } }'
    ),
    "warmup and fall": (
        'schedule = { name = "warmup", epochs = 2, then = { name = "exponential", gamma = 0.5 } }'
    ),
    "delta of Huber": 'loss = "huber"\nhuber_delta = 0.3',
    "followed": "follow_test = true",
}


@pytest.mark.parametrize("name", PLANS)
def test_the_script_of_a_plan(name: str) -> None:
    layers = ['"Linear", out_features = 8', '"ReLU"', '"Linear", out_features = 3']
    from_recipe("iris", layers, PLANS[name])


def test_normalisations_and_layers_without_a_bias() -> None:
    layers = [
        *('"Linear", out_features = 8, bias = false', '"BatchNorm1d", momentum = 0.2', '"LeakyReLU"'),
        *('"Linear", out_features = 8', '"LayerNorm"', '"ELU", alpha = 0.5', '"Dropout", p = 0.2'),
        '"Linear", out_features = 3',
    ]
    text = from_recipe("iris", layers, "ema_decay = 0.9", 'init = "he_normal"')
    assert "is not None" in text and "average.buffers()" in text


#: BatchNorm2d takes a bias before it away again: its gradient is rounding, which Adam makes large.
IMAGES = [
    '"Conv2d", out_channels = 4, kernel_size = 3, padding = [1, 0], bias = false',
    '"BatchNorm2d"',
    '"ReLU"',
]
IMAGES += ['"AvgPool2d", kernel_size = 2', '"MaxPool2d", kernel_size = [2, 1]', '"Flatten"']


def pictures(shape: tuple[int, ...], name: str = "pictures.npz") -> str:
    random = np.random.default_rng(0)
    labels = np.arange(48) % 3
    pixels = random.integers(0, 90, (48, *shape), dtype=np.uint8)
    pixels[:, ..., :4] += (labels * 80).astype(np.uint8).reshape(-1, *[1] * len(shape))
    np.savez(name, images=pixels, labels=labels + 5)
    return name


AUGMENTS = {
    "nothing": "",
    "shift": "augment = { shift = 2 }",
    "flip": "augment = { flip = true }",
    "shift and flip": "augment = { shift = 1, flip = true }",
    "shift and erase": "augment = { shift = 1, erase = 3 }",
    "erase": "augment = { erase = 2 }",
    "all": "augment = { shift = 0.5, rotate = 20, scale = 0.2, flip = true, erase = 2 }",
    "all seen from five sides": "augment = { rotate = 20 }\ntest_shift = 1",
    "five sides and an average": "ema_decay = 0.9\ntest_shift = 2",
}


@pytest.mark.parametrize("name", AUGMENTS)
def test_the_script_of_an_augmentation(name: str) -> None:
    plan = f"batch_size = 16\n{AUGMENTS[name]}"
    from_recipe(pictures((8, 8)), [*IMAGES, '"Linear", out_features = 3'], plan)


@pytest.mark.parametrize("shape", [(8, 10), (3, 8, 8), (8, 8, 3), (1, 8, 8)])
def test_the_script_of_images_of_any_shape(shape: tuple[int, ...]) -> None:
    plan = "batch_size = 16\naugment = { rotate = 10, shift = 1 }"
    from_recipe(pictures(shape), [*IMAGES, '"Linear", out_features = 3'], plan)


def test_images_full_batch_and_the_default_network() -> None:
    from_recipe(
        pictures((8, 8)),
        [*IMAGES, '"Linear", out_features = 3'],
        'batch_size = "full"\naugment = { shift = 1 }',
    )
    retold(train(pictures((8, 8)), "--epochs", "2", "--precision", "float32"))


def test_a_folder_of_images() -> None:
    image = pytest.importorskip("PIL.Image")
    random = np.random.default_rng(0)
    for place in ("plain", "parts/train", "parts/test"):
        for label in ("cat", "dog"):
            folder = Path(place) / label
            folder.mkdir(parents=True)
            for number in range(12):
                pixels = random.integers(0, 200, (9, 9, 3), dtype=np.uint8)
                image.fromarray(pixels + (50 if label == "cat" else 0)).save(folder / f"{number}.png")
    for place in ("plain", "parts"):
        retold(train(place, "--epochs", "2", "--precision", "float32"))


def test_the_embedded_images_lie_beside_the_script() -> None:
    run = train("digits", "--epochs", "1", "--hidden", "4")
    retold(run)
    assert (run / "digits.npz").is_file()


def test_bfloat16() -> None:
    plan = 'batch_size = 16\nprecision = "bfloat16"'
    Path("own.toml").write_text(
        RECIPE.format(
            source=pictures((8, 8)),
            layers=", ".join(f"{{ type = {each} }}" for each in [*IMAGES, '"Linear", out_features = 3']),
            plan=plan,
            init="",
            split="",
        ).replace('precision = "float32"\n', ""),
        encoding="utf-8",
    )
    assert "autocast" in retold(train("--recipe", "own.toml"), 0.01)


@pytest.mark.skipif(extension() is None, reason="the native engine isn't built")
def test_bfloat16_in_the_native_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STIRFRY_ISA", "naive")  # which has it on every processor
    # Small layers and one that isn't, whose gradients are rounded too.
    run = train("iris", *QUICK, "--precision", "bfloat16", "--hidden", "70,9", "--dropout", "0")
    text = retold(run, 0.001)
    assert "class Linear" in text and "autocast" not in text
