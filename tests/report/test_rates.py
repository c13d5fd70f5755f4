from __future__ import annotations

import sys
import xml.etree.ElementTree as ElementTree

import pytest

from stirfry.errors import MissingExtra
from stirfry.lang import speaking
from stirfry.report.rates import Line, draw_rates


def line(label: str = "8", losses: tuple[float, ...] = (1.0, 0.1, 0.5), **fields: object) -> Line:
    ranges = tuple((loss, loss) for loss in losses)
    settings = {"ranges": ranges, "lowest": losses, **fields}
    return Line(label, (0.001, 0.01, 0.1)[: len(losses)], losses, **settings)  # type: ignore[arg-type]


def svg_of(*lines: Line, chosen: tuple[float, float] | None = None) -> str:
    svg, png = draw_rates(lines, title="iris-sweep-001", chosen=chosen, png=False)
    assert svg is not None and png is None
    return svg.decode()


def texts(svg: str) -> list[str]:
    nodes = ElementTree.fromstring(svg).iter()
    return ["".join(node.itertext()).strip() for node in nodes if node.tag.endswith("}text")]


def test_both_pictures_say_what_they_show() -> None:
    svg, png = draw_rates([line(), line("16")], title="iris-sweep-001", chosen=(0.01, 0.1))
    assert png is not None and png.startswith(b"\x89PNG")
    assert svg is not None
    said = set(texts(svg.decode()))
    assert {
        "iris-sweep-001",
        "validation loss, log scale",
        "learning rate",
        "hidden layers",
        "8",
        "16",
    } <= said
    assert "chosen: 0.01" in said
    assert not {"final loss", "lowest loss", "diverged"} & said
    assert draw_rates([line(), line("16")], title="iris-sweep-001", chosen=(0.01, 0.1)) == (svg, png)


def test_a_loss_that_rose_again_has_a_dashed_line_and_a_diverged_run_a_cross() -> None:
    svg = svg_of(line(lowest=(1.0, 0.05, 0.1)), line("16", diverged=(10.0,)))
    assert {"final loss", "lowest loss", "diverged"} <= set(texts(svg))
    assert 'id="lowest-8"' in svg and 'id="lowest-16"' not in svg
    assert 'id="diverged-16"' in svg and 'id="diverged-8"' not in svg


def test_chinese() -> None:
    with speaking("zh"):
        assert {"验证损失（对数刻度）", "学习率", "隐藏层"} <= set(texts(svg_of(line())))


def test_losses_close_together_are_on_a_linear_scale() -> None:
    assert "validation loss" in texts(svg_of(line(losses=(1.0, 0.9, 1.1))))


@pytest.mark.parametrize("losses", [(), (0.5,), (0.0, 1.0)])
def test_odd_lines_are_drawn(losses: tuple[float, ...]) -> None:
    assert svg_of(line(losses=losses, diverged=(1.0,)))


def test_many_networks_fit() -> None:
    labels = [str(width) for width in range(1, 41)]
    assert set(labels) <= set(texts(svg_of(*(line(label, diverged=(1.0,)) for label in labels))))


def test_without_matplotlib_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtra, match="stirfry"):
        draw_rates([line()], title="x")
