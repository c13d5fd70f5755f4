"""The lessons are true: their code runs, prints and draws what they show.

`dev/make_output.py` runs them; `tests/test_documents.py` asks of them what it asks of every document.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.test_documents import load, names, output, without_blocks

pictures = load("pictures")
PAGES: list[Path] = [page for page in output.lessons() if page.name != "README.md"]
#: A picture is fetched together with the page, on a phone too.
LARGEST = 60_000
#: Decimal numbers in a lesson's text that are no results: versions, of PyTorch and of a licence.
NO_RESULTS = {"2.13", "2.0"}


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_what_a_lesson_prints_and_draws_is_what_it_shows(page: Path) -> None:
    drawn: dict[str, str] = {}
    for shown in output.play(page, drawn):
        assert shown.agrees, f"line {shown.line}: run dev/make_output.py.\n" + "\n".join(shown.written)
    assert sorted(drawn) == shown_pictures(page)
    for name, picture in drawn.items():
        kept = (page.parent / "images" / name).read_text(encoding="utf-8")
        assert pictures.contents_of(kept) == pictures.contents_of(picture), f"{name}: run dev/make_output.py."


def shown_pictures(page: Path) -> list[str]:
    found = re.findall(r"!\[[^\]]+\]\(images/([^)]+\.svg)\)", page.read_text(encoding="utf-8"))
    return sorted(set(found))


@pytest.mark.parametrize("language", output.LANGUAGES)
def test_no_picture_is_left_over_or_large(language: str) -> None:
    folder = output.LEARN / language
    kept = {path.name: path.stat().st_size for path in (folder / "images").iterdir()}
    shown = {name for page in PAGES if page.parent == folder for name in shown_pictures(page)}
    assert set(kept) == shown
    assert {name: size for name, size in kept.items() if size > LARGEST} == {}


def test_both_languages_have_the_same_pictures() -> None:
    english, chinese = (
        sorted(path.name for path in (output.LEARN / language / "images").iterdir())
        for language in output.LANGUAGES
    )
    assert english == chinese


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_a_number_in_the_text_is_one_that_the_code_shows(page: Path) -> None:
    blocks = output.blocks_of(page.read_text(encoding="utf-8"))
    shown = "\n".join(line for block in blocks for line in block.body)
    text = " ".join(re.sub(r"`[^`]*`|\]\([^)]*\)", " ", line) for line in without_blocks(page))
    said = re.findall(r"\d[\d,]*\.\d+%?", text)
    assert [number for number in said if number not in shown and number not in NO_RESULTS] == []


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_a_lesson_ends_with_an_answer_to_unfold(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text.count("<details>") == text.count("</details>") >= 1
    assert text.count("<summary>") == text.count("<details>")


@pytest.mark.parametrize("language", output.LANGUAGES)
def test_the_index_names_every_lesson_in_order(language: str) -> None:
    folder = output.LEARN / language
    linked = re.findall(r"\]\((\d\d-[^)]+\.md)\)", (folder / "README.md").read_text(encoding="utf-8"))
    assert linked == [page.name for page in PAGES if page.parent == folder]


SVG = '<svg xmlns="http://www.w3.org/2000/svg">{}</svg>'


def test_pictures_are_the_same_whatever_the_places_and_numbers() -> None:
    first = SVG.format('<path d="M 1 2"/><text>loss 0.25</text>')
    moved = SVG.format('<path d="M 1 3"/><text>loss 0.31</text>')
    assert pictures.contents_of(first) == pictures.contents_of(moved)


def test_one_tick_more_is_the_same_picture() -> None:
    tick = '<g id="xtick_{}"><path d="M 1 2"/><text>{}</text></g>'
    few, more = (SVG.format("".join(tick.format(at, at) for at in range(count))) for count in (3, 4))
    assert pictures.contents_of(few) == pictures.contents_of(more)
    named = SVG.format(tick.format(0, "setosa"))
    assert pictures.contents_of(few) != pictures.contents_of(named)


@pytest.mark.parametrize("other", ['<path d=""/><text>score 0.25</text>', "<text>loss 0.25</text>"])
def test_pictures_differ_by_their_words_and_their_lines(other: str) -> None:
    first = SVG.format('<path d="M 1 2"/><text>loss 0.25</text>')
    assert pictures.contents_of(first) != pictures.contents_of(SVG.format(other))


def test_a_picture_is_kept_without_date_fonts_and_fine_places() -> None:
    drawn = SVG.format(
        '<metadata>\n<date>2026</date></metadata><style>*{a: b}</style><path d="M 1.23456 -0.0001"/>'
        '<text style="font-family: X, Y; fill: #222222" x="5.555555" '
        'transform="rotate(-0 1 2)">0.12345</text>'
    )
    kept = pictures.kept_form(drawn)
    assert '<path d="M 1.23 0"/><text style="fill: #222222" x="5.56">0.12345</text>' in kept
    assert "date" not in kept
    assert kept.count("font-family") == 1
    assert pictures.contents_of(kept)[1]["text"] == 1


def test_marks_that_follow_one_another_share_their_style() -> None:
    mark = '<use xlink:href="#m" x="{}" y="2" style="fill: red"/>'
    link = 'xmlns:xlink="http://www.w3.org/1999/xlink"'
    drawn = SVG.format(f"<style/><g {link}>\n{mark.format(1)}\n{mark.format(2)}</g>")
    kept = pictures.kept_form(drawn)
    assert kept.count("fill: red") == 1
    assert pictures.contents_of(kept)[1]["use"] == 2
