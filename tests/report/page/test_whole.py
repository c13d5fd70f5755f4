"""The whole page: both languages, nothing from outside, nothing unescaped, whatever the run."""

from __future__ import annotations

import html
import re
import sys
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser

import numpy as np
import pytest
from tests.report import made_runs

from stirfry.errors import MissingExtra, UsageError
from stirfry.lang import speaking

KINDS = list(made_runs.ALL)
#: Elements that are never closed.
EMPTY = {"meta", "img", "br", "hr", "link", "input"}


@pytest.fixture(params=KINDS)
def page(request: pytest.FixtureRequest) -> str:
    return page_of(request.param)


PAGES: dict[str, str] = {}


def page_of(kind: str) -> str:
    if kind not in PAGES:
        PAGES[kind] = made_runs.ALL[kind]().report()
    return PAGES[kind]


class Reader(HTMLParser):
    """Reads a page: which elements are open where, every attribute, and what is seen in each language."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str | None]] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.tags: list[str] = []
        self.seen: dict[str, list[str]] = {"en": [], "zh": []}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in EMPTY:
            self.open.append((tag, dict(attrs).get("lang")))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        opened, _ = self.open.pop()
        assert opened == tag, f"</{tag}> closes <{opened}>"

    def handle_data(self, data: str) -> None:
        if any(tag in ("style", "script") for tag, _ in self.open):
            return
        languages = {language for tag, language in self.open if language and tag != "html"}
        for language in languages or {"en", "zh"}:
            self.seen[language].append(data)


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert not reader.open
    return reader


def text(page: str, language: str) -> str:
    return " ".join(" ".join(read(page).seen[language]).split())


def test_every_element_is_closed_and_every_name_is_given_once(page: str) -> None:
    reader = read(page)
    names = [value for _, name, value in reader.attributes if name == "id"]
    assert len(names) == len(set(names))
    assert names


def test_what_is_referred_to_is_there(page: str) -> None:
    reader = read(page)
    names = {value for _, name, value in reader.attributes if name == "id"}
    wanted = {value[1:] for _, name, value in reader.attributes if name == "href"}
    wanted |= {value for _, name, value in reader.attributes if name == "aria-labelledby"}
    wanted |= set(re.findall(r"url\(#([^)]+)\)", page))
    assert wanted <= names


def test_nothing_comes_from_outside(page: str) -> None:
    assert "http" not in page
    for tag, name, value in read(page).attributes:
        if name in ("src", "href", "srcset", "data", "action"):
            assert value.startswith(("#", "data:image/png;base64,")), f"{tag} {name}={value}"
    assert "@import" not in page and "url(" not in re.sub(r"url\(#", "", page)


def test_every_figure_is_well_formed(page: str) -> None:
    figures = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert figures
    for figure in figures:
        root = ElementTree.fromstring(figure)
        left, top, width, height = map(float, root.get("viewBox", "").split())
        assert width > 0 and height > 0 and (left, top) == (0, 0)
        assert "@@" not in figure and "nan" not in figure.lower()


def test_no_colour_of_a_figure_is_fixed(page: str) -> None:
    for figure in re.findall(r"<svg.*?</svg>", page, re.DOTALL):
        assert not re.search(r"#[0-9a-f]{6}\b|black|white", re.sub(r"<title>.*?</title>", "", figure))


def test_each_language_says_the_same_things(page: str) -> None:
    reader = read(page)
    english, chinese = text(page, "en"), text(page, "zh")
    assert "What was asked" in english and "设置" in chinese
    assert "How to do it again" in english and "如何重现" in chinese
    assert "What was asked" not in chinese
    counts = [
        sum(name == "lang" and value == language and tag != "html" for tag, name, value in reader.attributes)
        for language in ("en", "zh")
    ]
    assert 0 <= counts[0] - counts[1] <= 12, "only the gaps between English sentences have no counterpart"
    assert "report." not in re.sub(r"\breport\.html\b", "", english + chinese)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_opens_in_the_language_of_the_moment(language: str) -> None:
    with speaking(language):  # type: ignore[arg-type]
        assert f'<html lang="{language}"' in made_runs.iris().report()


def test_what_the_data_say_is_never_taken_for_html() -> None:
    page = page_of("evil")
    reader = read(page)
    assert "alert(1)" in text(page, "en") and "alert(2)" in text(page, "en")
    assert reader.tags.count("script") == 1
    assert not [name for _, name, _ in reader.attributes if name.startswith("on")]
    assert "\x07" not in page and "$x^2$" in text(page, "en")
    assert "<b>one</b>" in text(page, "zh") and "<b>one</b>" not in page


@pytest.mark.parametrize("kind", KINDS)
def test_a_report_is_small(kind: str) -> None:
    assert len(page_of(kind).encode()) < 400_000


def test_the_sections_of_a_run_with_everything() -> None:
    found = re.findall(r'<section id="(\w+)">', page_of("iris"))
    assert found[:8] == ["asked", "data", "checks", "network", "curves", "scores", "answers", "mistakes"]
    assert found[-3:] == ["regions", "verdicts", "again"]


def test_the_head_says_how_good_it_is_beside_the_baseline() -> None:
    run = made_runs.iris()
    score = run.metrics["test"].metrics["accuracy"]
    assert score.low is not None
    english = text(page_of("iris"), "en")
    assert (
        f"{score.value:.1%} of the test part's 30 rows got the right class (95% interval {score.low:.1%}"
        in english
    )
    assert "Always saying “setosa” would get 33.3%." in english


def test_what_was_asked_is_told_from_the_defaults() -> None:
    page = page_of("iris")
    asked = re.findall(r"<div><dt>.*?<code>(\w+)</code>", page)
    assert set(asked) >= {"source", "hidden", "epochs", "seed"}
    assert "lr" not in asked and '<div class="default">' in page
    assert "stirfry train iris --hidden 6 --epochs 60 --seed 1" in text(page, "en")


def test_a_small_network_is_drawn_with_every_weight() -> None:
    run = made_runs.iris()
    page = page_of("iris")
    figure = page[page.index('aria-labelledby="net-caption"') :]
    figure = figure[: figure.index("</svg>")]
    weights = sum(value.size for value in run.model.weights.values() if value.ndim == 2)
    assert figure.count("<title>") == weights == 42
    largest = max(
        abs(float(value))
        for tensor in run.model.weights.values()
        if tensor.ndim == 2
        for value in tensor.flat
    )
    assert f"{largest:.4f}" in figure
    assert "petal width (cm)" in figure and "virginica" in figure


def test_a_large_network_is_drawn_in_blocks() -> None:
    english = text(page_of("default_iris"), "en")
    assert "net-caption" not in page_of("default_iris")
    assert "Linear 64 320 weights" in english


def test_verdicts_stand_with_what_to_try_next() -> None:
    run = made_runs.ill()
    assert any(found.command for found in run.verdicts)
    for language in ("en", "zh"):
        said = text(page_of("ill"), language)
        for found in (*run.checks, *run.verdicts):
            with speaking(language):  # type: ignore[arg-type]
                wanted = [found.seen, found.why, found.do, found.command]
            assert all(" ".join(each.split()) in said for each in wanted)


def test_one_row_is_shown_number_by_number() -> None:
    run, page = made_runs.iris(), page_of("iris")
    assert run.ready is not None and run.outputs is not None
    truth = run.ready.prepared.test.targets  # type: ignore[union-attr]
    shares = run.model.shares(run.outputs)
    own = shares[np.arange(len(truth)), truth]
    wrong = shares.argmax(axis=1) != truth
    place = int(np.argmin(np.where(wrong, own, 2) if wrong.any() else own))
    row = int(run.ready.prepared.split.test[place]) + 1
    section = page[page.index('<section id="walk">') :]
    assert f"Row {row}, the first of those above" in section
    loss = str(run.explain(row)).split("L = ")[1].splitlines()[0]
    assert loss in html.unescape(section)


def test_a_network_of_ones_own_is_not_shown_number_by_number() -> None:
    assert '<section id="walk">' not in page_of("arrays")


def test_images_are_shown_as_they_are() -> None:
    page = page_of("images")
    seen = 3 * (3 + 2)
    assert page.count("<img") == 20 + 10 + 2 + seen, "examples, mistakes, filters, panels and maps"
    assert "but it is" in text(page, "en")


def test_images_are_called_images() -> None:
    page = page_of("images")
    english = text(page, "en")
    assert "of the test part's 1,000 images got the right class" in english
    assert "wrong answers for the test part's 1,000 images" in english
    assert "测试部分的 1,000 张图像中" in text(page, "zh")
    for word in ("rows of the", "of rows", "as many rows", "this row", "这一行", "行数"):
        assert word not in page, word


def test_what_the_network_sees_is_told() -> None:
    english, chinese = (text(page_of("images"), language) for language in ("en", "zh"))
    assert "What it sees 3 images, one answered rightly and the worst mistakes" in english
    assert "From a black image to this one, the probability of" in english
    assert "Conv2d + ReLU: 2 maps. Black is 0, and brighter is more." in english
    assert "从全黑的图像到这张图像" in chinese and "2 张特征图" in chinese


def test_more_classes_than_a_page_can_show() -> None:
    page = page_of("many_classes")
    assert "commonest confusions" in text(page, "en")
    assert '<table class="confusion' not in page


def test_the_training_part_judges_where_there_is_no_other() -> None:
    english = text(page_of("without_parts"), "en")
    assert "of the train part's 150 rows got the right class" in english


def test_a_run_without_its_data_has_no_report() -> None:
    from dataclasses import replace

    with pytest.raises(UsageError, match="no longer has its data"):
        replace(made_runs.iris(), ready=None).report()


def test_the_report_needs_matplotlib(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtra, match="stirfry\\[plot\\]"):
        made_runs.iris().report()


def test_the_same_run_gives_the_same_page() -> None:
    assert made_runs.iris().report() == made_runs.iris().report()


def test_the_callers_matplotlib_stays_as_it_was() -> None:
    import matplotlib

    matplotlib.rcParams["font.size"] = 31
    before = dict(matplotlib.rcParams)
    made_runs.numbers().report()
    assert dict(matplotlib.rcParams) == before
    matplotlib.rcdefaults()
