"""The codes of the checks: each has its texts, and stands in both documents with its severity."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from stirfry import lang
from stirfry.judge.checks import CODES
from stirfry.judge.finding import SEVERITIES, Severity

DOCS = Path(__file__).parents[3] / "docs"
WORDS: dict[str, dict[str, Severity]] = {
    "en": {"serious": "serious", "warning": "warning", "remark": "remark"},
    "zh": {"严重": "serious", "警告": "warning", "提示": "remark"},
}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_table_of_the_document_has_every_code_and_its_severity(language: str) -> None:
    page = (DOCS / language / "checks.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(checks\.\w+)` \| ([^|]+) \|", page, re.MULTILINE)
    shown = {
        code: tuple(severity for word, severity in WORDS[language].items() if word in cell)
        for code, cell in rows
    }
    assert shown == {code: tuple(sorted(found, key=SEVERITIES.index)) for code, found in CODES.items()}
    assert list(shown) == list(CODES), "in the same order"


def test_every_code_has_its_three_texts_and_every_text_its_code() -> None:
    keys = {key for key in lang.catalogue() if key.startswith("checks.")}
    assert keys == {code + end for code in CODES for end in ("", ".why", ".do")}


def test_severities_are_from_the_most_serious_down() -> None:
    for severities in CODES.values():
        assert list(severities) == sorted(severities, key=SEVERITIES.index)
