"""The report in a real browser: quiet, alone, and within its window, in both languages, light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.report import browser, made_runs

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(browser.found() is None, reason="there is no Chromium here"),
]

KINDS = ["iris", "ill", "numbers", "evil", "images", "arrays"]
WIDTHS = [360, 800, 1600]
#: Elements that stick out of the window though nothing around them scrolls.
STICKING_OUT = """
[...document.querySelectorAll("main *")].filter(each => {
  const box = each.getBoundingClientRect();
  return box.width && box.right > innerWidth + 1 && !each.closest(".scroll, .unseen, pre, svg");
}).map(each => each.outerHTML.slice(0, 120))
"""
#: Texts of figures that stick out of them.
CUT_TEXTS = """
[...document.querySelectorAll("svg.plot text")].filter(each => {
  const text = each.getBoundingClientRect(), figure = each.ownerSVGElement.getBoundingClientRect();
  const room = 2;
  return text.width && (text.left < figure.left - room || text.right > figure.right + room
    || text.top < figure.top - room || text.bottom > figure.bottom + room);
}).map(each => each.ownerSVGElement.getAttribute("aria-labelledby") + ": " + each.textContent)
"""
#: Texts of figures that lie upon each other.
CROSSING_TEXTS = """
[...document.querySelectorAll("svg.plot")].flatMap(figure => {
  const seen = [...figure.querySelectorAll("text")].filter(each => each.getBoundingClientRect().width);
  const texts = seen.map(each => [each.textContent, each.getBoundingClientRect()]);
  return texts.flatMap(([name, box], place) => texts.slice(place + 1).filter(([, other]) =>
    box.left < other.right - 1 && other.left < box.right - 1 && box.top < other.bottom - 3
      && other.top < box.bottom - 3).map(([other]) => name + " × " + other));
})
"""
#: The contrast between the colours of an element's text and of the page (WCAG 2.1).
CONTRAST = """
(selector => {
  const shine = colour => {
    const parts = colour.match(/[0-9.]+/g).slice(0, 3).map(part => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  };
  const one = shine(getComputedStyle(document.querySelector(selector)).color);
  const other = shine(getComputedStyle(document.body).backgroundColor);
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
})
"""


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[browser.Browser]:
    with browser.started(tmp_path_factory.mktemp("profile")) as page:
        yield page


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("reports")
    paths = {}
    for kind in KINDS:
        paths[kind] = folder / f"{kind}.html"
        paths[kind].write_text(made_runs.ALL[kind]().report(), encoding="utf-8")
    return paths


def press(page: browser.Browser, selector: str) -> None:
    page.run(f"document.querySelector('{selector}').click()")


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_is_quiet_and_asks_for_nothing(
    chromium: browser.Browser, reports: dict[str, Path], kind: str
) -> None:
    chromium.look(800)
    chromium.open(reports[kind])
    for button in ("[data-lang=zh]", "[data-set-theme=dark]", "[data-lang=en]", "[data-set-theme=auto]"):
        press(chromium, f"button{button}")
    chromium.run("scrollTo(0, document.body.scrollHeight)")
    chromium.run("dispatchEvent(new Event('beforeprint'))")
    chromium.run("new Promise(done => setTimeout(done, 100))")
    assert not chromium.complaints()
    outside = [url for url in chromium.requests() if not url.startswith("data:")]
    assert outside == [reports[kind].as_uri()]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("kind", KINDS)
def test_everything_is_within_the_window(
    chromium: browser.Browser, reports: dict[str, Path], kind: str, width: int
) -> None:
    chromium.look(width, "dark" if width == 800 else "light")
    chromium.open(reports[kind])
    chromium.run("document.querySelectorAll('details').forEach(each => each.open = true)")
    for language in ("zh", "en"):
        press(chromium, f"button[data-lang={language}]")
        assert chromium.run("document.documentElement.scrollWidth <= innerWidth"), language
        assert chromium.run(STICKING_OUT) == []
        assert chromium.run(CUT_TEXTS) == []
        assert chromium.run(CROSSING_TEXTS) == []


def test_one_language_is_seen_at_a_time(chromium: browser.Browser, reports: dict[str, Path]) -> None:
    chromium.look(800)
    chromium.open(reports["iris"])
    seen = {}
    for language in ("zh", "en"):
        press(chromium, f"button[data-lang={language}]")
        assert chromium.run("document.documentElement.lang") == language
        seen[language] = chromium.run("document.body.innerText")
        seen[language] += chromium.run(
            "[...document.querySelectorAll('svg text')].filter(each => each.getBoundingClientRect().width)"
            ".map(each => each.textContent).join(' ')"
        )
    assert "What was asked" in seen["en"] and "设置" not in seen["en"] and "损失" not in seen["en"]
    assert "设置" in seen["zh"] and "What was asked" not in seen["zh"] and "true positives" not in seen["zh"]


@pytest.mark.parametrize("system", ["light", "dark"])
def test_light_and_dark_follow_the_system_until_one_is_chosen(
    chromium: browser.Browser, reports: dict[str, Path], system: str
) -> None:
    chromium.look(800, system)
    chromium.open(reports["iris"])
    paper = "getComputedStyle(document.body).backgroundColor"
    colours = {}
    for choice in ("auto", "light", "dark"):
        press(chromium, f"button[data-set-theme={choice}]")
        colours[choice] = chromium.run(paper)
        for selector in (
            ".headline",
            ".lead",
            "a",
            ".note",
            "figcaption",
            ".default dd",
            "th",
            ".do, .facts dt",
        ):
            assert chromium.run(f"{CONTRAST}({selector!r})") >= 4.5, f"{choice}: {selector}"
    assert colours["light"] != colours["dark"]
    assert colours["auto"] == colours[system]
    press(chromium, "button[data-set-theme=auto]")


def test_the_choice_is_kept(chromium: browser.Browser, reports: dict[str, Path]) -> None:
    chromium.look(800)
    chromium.open(reports["iris"])
    press(chromium, "button[data-lang=zh]")
    chromium.open(reports["iris"])
    assert chromium.run("document.documentElement.lang") == "zh"
    press(chromium, "button[data-lang=en]")


def test_what_looks_like_code_in_the_data_is_not_run(
    chromium: browser.Browser, reports: dict[str, Path]
) -> None:
    chromium.open(reports["evil"])
    assert chromium.run("document.scripts.length") == 1
    assert "alert(1)" in chromium.run("document.body.innerText")


def test_it_can_be_printed(chromium: browser.Browser, reports: dict[str, Path]) -> None:
    chromium.look(800, "dark")
    chromium.open(reports["iris"])
    printed = chromium.pdf()
    assert printed.startswith(b"%PDF")
    assert 3 <= printed.count(b"/Type /Page\n") <= 14
