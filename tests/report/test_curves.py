from __future__ import annotations

import io
import re
import sys
import threading
import xml.etree.ElementTree as ElementTree

import matplotlib
import numpy as np
import pytest
from PIL import Image

from stirfry.errors import MissingExtra
from stirfry.lang import speaking
from stirfry.report import curves
from stirfry.report.curves import draw_curves


def history(epochs=40, measure="accuracy", parts=("train", "validation"), **columns):
    epoch = np.arange(1.0, epochs + 1)
    made = {"epoch": epoch, "lr": np.full(epochs, 0.1)}
    for shift, part in enumerate(parts):
        made[f"{part}_loss"] = (
            1 / (epoch + 1) + 0.05 * shift + 0.001 * shift * (epoch - epochs / 2) ** 2 / epochs
        )
        made[f"{part}_{measure}"] = 1 - 0.5 / (epoch + shift)
    return made | columns


def best(made):
    return int(made["epoch"][np.argmin(made["validation_loss"])])


def svg_of(made, title="iris-001", best_epoch=None):
    svg, png = draw_curves(made, title=title, best_epoch=best_epoch, png=False)
    assert png is None
    return svg.decode()


def texts(svg):
    return [
        "".join(node.itertext()).strip()
        for node in ElementTree.fromstring(svg).iter()
        if node.tag.endswith("}text")
    ]


def line_of(svg, name):
    """The points of a line's path, in the picture's units."""
    group = next(node for node in ElementTree.fromstring(svg).iter() if node.get("id") == name)
    path = next(node for node in group.iter() if node.tag.endswith("}path") and node.get("clip-path"))
    return np.array(re.findall(r"[ML] (\S+) (\S+)", path.get("d")), dtype=float)


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


def test_both_pictures_by_default():
    svg, png = draw_curves(history(), title="iris-001", best_epoch=None)
    assert ElementTree.fromstring(svg).get("viewBox") == "0 0 648 259.2"
    assert pixels(png).shape == (720, 1800, 3)


def test_only_what_is_asked_for():
    assert draw_curves(history(), title="x", best_epoch=None, svg=False, png=False) == (None, None)
    svg, png = draw_curves(history(), title="x", best_epoch=None, svg=False)
    assert svg is None
    assert png.startswith(b"\x89PNG")


def test_english_texts():
    made = history(parts=("train", "validation", "test"))
    with speaking("en"):
        said = texts(svg_of(made, best_epoch=best(made)))
    assert {"iris-001", "loss", "accuracy", "epoch", "train", "validation", "test"} <= set(said)
    assert said.count(f"best epoch: {best(made)}") == 2


def test_chinese_texts_and_fonts_in_svg_whatever_is_installed(monkeypatch):
    made = history()
    for font in (None, curves.LATIN):
        monkeypatch.setattr(curves, "chinese_font", lambda font=font: font)
        with speaking("zh"):
            svg = svg_of(made, title="鸢尾花 & <1>", best_epoch=best(made))
        assert {"鸢尾花 & <1>", "损失", "准确率", "轮次", "训练", "验证"} <= set(texts(svg))
        families = set(re.findall(r"font-family: ([^;\"]+)", svg))
        assert len(families) == 1
        assert "Noto Sans CJK SC" in families.pop()


def test_png_without_a_chinese_font_is_english(monkeypatch):
    monkeypatch.setattr(curves, "chinese_font", lambda: None)
    made = history()
    with speaking("en"):
        _, english = draw_curves(made, title="iris", best_epoch=3, svg=False)
    with speaking("zh"):
        _, chinese = draw_curves(made, title="iris", best_epoch=3, svg=False)
        _, unknown = draw_curves(made, title="鸢", best_epoch=3, svg=False)
        _, question_mark = draw_curves(made, title="?", best_epoch=3, svg=False)
    assert chinese == english
    assert unknown == question_mark


def test_png_with_a_chinese_font_is_chinese(monkeypatch):
    """Any font does here: what counts is that the Chinese texts go to it."""
    monkeypatch.setattr(curves, "chinese_font", lambda: "DejaVu Sans Mono")
    with speaking("en"):
        _, english = draw_curves(history(), title="iris", best_epoch=3, svg=False)
    with speaking("zh"):
        _, chinese = draw_curves(history(), title="iris", best_epoch=3, svg=False)
    assert chinese != english


def test_the_same_history_gives_the_same_bytes_and_leaves_settings_alone():
    made = history()
    first = draw_curves(made, title="a", best_epoch=3)
    with matplotlib.rc_context({"lines.linewidth": 9, "axes.facecolor": "black", "svg.fonttype": "path"}):
        before = dict(matplotlib.rcParams)
        assert draw_curves(made, title="a", best_epoch=3) == first
        assert dict(matplotlib.rcParams) == before
    assert "matplotlib.pyplot" not in sys.modules or not sys.modules["matplotlib.pyplot"].get_fignums()
    assert b"Date" not in first[0]


def test_a_picture_is_drawn_outside_the_main_thread():
    drawn = []
    thread = threading.Thread(target=lambda: drawn.append(draw_curves(history(), title="a", best_epoch=3)))
    thread.start()
    thread.join()
    assert drawn == [draw_curves(history(), title="a", best_epoch=3)]


@pytest.mark.parametrize(
    ("losses", "logarithmic"),
    [([1, 0.5, 0.0099], True), ([1, 0.5, 0.0101], False), ([1, 0.5, 0], False), ([1, -1e-9, 1e-9], False)],
)
def test_log_scale_from_two_powers_of_ten_on(losses, logarithmic):
    made = history(3, parts=("train",), train_loss=np.array(losses, dtype=float))
    with speaking("en"):
        assert ("loss, log scale" in texts(svg_of(made))) == logarithmic


def test_r2_far_below_zero_is_cut_off_and_said():
    made = history(measure="r2")
    made["train_r2"][0] = -1234.5
    with speaking("en"):
        said = texts(svg_of(made))
    assert "R²" in said
    assert "not shown: down to −1230" in said
    labels = [float(text) for text in said if re.fullmatch(r"[01]\.\d+", text)]
    assert max(labels) <= 1


@pytest.mark.parametrize(
    ("low", "high", "shown"), [(-0.5, 0.9, -0.5), (-30, 0.9, -0.05), (-1e6, -0.5, -2), (-2, -0.5, -2)]
)
def test_how_far_down_r2_is_shown(low, high, shown):
    assert curves._lowest_shown(low, high) == pytest.approx(shown)


def test_thousands_of_epochs_are_thinned_and_keep_their_extremes():
    made = history(30_000, parts=("train",))
    made["train_accuracy"] = np.random.default_rng(0).uniform(0.5, 1, 30_000)
    made["train_accuracy"][12_345] = 0.01
    svg = svg_of(made)
    points = line_of(svg, "accuracy-train")
    assert 1_000 < len(points) <= 2_000
    (lowest,) = points[points[:, 1] == points[:, 1].max()]
    first, last = points[0, 0], points[-1, 0]
    assert (lowest[0] - first) / (last - first) == pytest.approx(12_345 / 30_000, abs=1e-4)


def test_one_epoch_is_points():
    made = history(1)
    with speaking("en"):
        svg = svg_of(made, best_epoch=1)
    assert "<use" in svg
    assert not [text for text in texts(svg) if "best" in text]


def test_the_mark_says_best_or_kept_and_needs_a_validation_part():
    made = history()
    with speaking("en"):
        assert "kept epoch: 40" in texts(svg_of(made, best_epoch=40))
        assert not [text for text in texts(svg_of(made)) if "epoch:" in text]
        alone = history(parts=("train", "test"))
        assert not [text for text in texts(svg_of(alone, best_epoch=40)) if "epoch:" in text]


def test_values_that_arent_finite_are_left_out():
    made = history()
    made["train_loss"][3:5] = np.nan, np.inf
    made["validation_accuracy"][:] = np.nan
    svg = svg_of(made, best_epoch=7)
    assert np.isfinite(line_of(svg, "loss-train")).all()
    assert 'id="accuracy-train"' in svg
    assert 'id="accuracy-validation"' not in svg


@pytest.mark.parametrize("value", [0.0, 1.0, -2.0, 1e30])
def test_a_line_that_never_changes_is_drawn(value):
    made = history(5, parts=("train",), train_loss=np.full(5, value), train_accuracy=np.full(5, 1.0))
    assert len(line_of(svg_of(made), "loss-train")) == 5


def test_an_empty_history_is_an_empty_picture():
    assert "loss-train" not in svg_of({"epoch": np.empty(0), "train_loss": np.empty(0)})


def test_odd_titles():
    with speaking("en"):
        said = texts(svg_of(history(), title="a\x00b\n $x$ " + "long " * 40))
    (title,) = (text for text in said if text.startswith("ab $x$ long"))
    assert title.endswith("…")
    assert len(title) <= 48


def test_without_matplotlib_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with speaking("en"), pytest.raises(MissingExtra, match=r"pip install 'stirfry\[plot\]'"):
        draw_curves(history(), title="x", best_epoch=None)
