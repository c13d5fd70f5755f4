"""The catalogue: both languages, the same facts, every key used and every used key there."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stirfry import lang
from stirfry.lang.text import Text

SOURCE = Path(lang.__file__).parent.parent
TEXTS = lang.catalogue()
#: Functions and classes whose first argument is a key of the catalogue; a fault's key is its second.
KEYED = {
    "say": 0,
    "Notice": 0,
    "Fault": 1,
    "LayerFault": 0,
    "UsageError": 0,
    "DataError": 0,
    "ModelFileError": 0,
}
KEYED |= {"Finding": 0}
KEYED |= {"TrainingError": 0, "MissingExtra": 0, "OutputError": 0}


def fields(text: str) -> set[str]:
    """Return the facts that a text names; what the rows are called is known to every text."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None} - {"things"}


@pytest.mark.parametrize("key", TEXTS)
def test_both_languages_name_the_same_facts(key: str) -> None:
    text = TEXTS[key]
    assert isinstance(text, Text)
    assert text.en.strip() and text.zh.strip()
    assert fields(text.en) == fields(text.zh)


@pytest.mark.parametrize("key", TEXTS)
def test_chinese_is_chinese_and_english_is_english(key: str) -> None:
    text = TEXTS[key]
    assert not re.search(r"[一-鿿]", re.sub(r"%Y年%m月%d日", "", text.en)), "Chinese in the English text"
    if len(re.findall(r"[A-Za-z]{2,}", text.en)) > 3:
        assert re.search(r"[一-鿿]", text.zh), "no Chinese in the Chinese text"


def calls() -> list[tuple[Path, ast.Call]]:
    found = []
    for path in SOURCE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found += [(path, node) for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return found


def test_every_key_that_is_used_is_in_the_catalogue() -> None:
    missing = []
    for path, call in calls():
        name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
        place = KEYED.get(name)
        if place is None or len(call.args) <= place:
            continue
        key = call.args[place]
        if isinstance(key, ast.Constant) and isinstance(key.value, str) and key.value not in TEXTS:
            missing.append(f"{path.name}:{call.lineno} {key.value}")
    assert not missing


def test_every_key_is_used() -> None:
    written = "\n".join(
        path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py") if "texts" not in path.parts
    )
    written = written.replace("'", '"')  # within an f-string the other quotes stand
    prefixes = tuple(re.findall(r'f"([a-z_]+\.[a-z_.]*)\{', written))
    unused = [key for key in TEXTS if f'"{key}"' not in written and not key.startswith(prefixes)]
    unused = [key for key in unused if not key.startswith("help.")]
    # A finding's further texts stand under its own key.
    unused = [key for key in unused if f'"{key.removesuffix(".why").removesuffix(".do")}"' not in written]
    assert not unused


def test_every_fact_of_a_text_is_given_where_it_is_said() -> None:
    wrong = []
    for path, call in calls():
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        place = KEYED.get(name)
        if place is None or len(call.args) <= place or not isinstance(call.args[place], ast.Constant):
            continue
        # The facts of a finding are a dict; the tests of checks and verdicts say each of them.
        if name == "Finding" or any(keyword.arg is None for keyword in call.keywords):
            continue
        key = call.args[place].value
        given_facts = {keyword.arg for keyword in call.keywords}
        if key in TEXTS and not fields(TEXTS[key].en) <= given_facts | {"layer"}:
            wrong.append(f"{path.name}:{call.lineno} {key}: {fields(TEXTS[key].en) - given_facts}")
    assert not wrong


def test_no_text_stands_in_the_code_of_the_edges() -> None:
    """What is printed comes from the catalogue: no literal of several words is passed to a print."""
    literal = []
    for path, call in calls():
        if "cli" not in path.parts or getattr(call.func, "attr", "") not in ("print", "echo", "add_row"):
            continue
        for argument in call.args:
            if isinstance(argument, ast.Constant) and len(str(argument.value).split()) > 1:
                literal.append(f"{path.name}:{call.lineno} {argument.value!r}")
    assert not literal


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "de_DE"}, "en"),
        ({}, "en"),
        ({"LC_ALL": "en_US", "LANG": "zh_CN"}, "en"),
        ({"STIRFRY_LANG": "zh", "LC_ALL": "en_US"}, "zh"),
    ],
)
def test_the_language_is_the_environments(
    environment: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("STIRFRY_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    lang.use(None)
    assert lang.language() == expected


def test_a_language_is_spoken_inside_its_block_only() -> None:
    lang.use("en")
    with lang.speaking("zh"):
        assert lang.language() == "zh"
        with lang.speaking(None):
            assert lang.language() == "zh"
    assert lang.language() == "en"
    lang.use(None)


@pytest.mark.parametrize(("metric", "shown"), [("r2", "R² 的下降量"), ("accuracy", "准确率的下降量")])
def test_chinese_puts_a_space_where_a_fact_is_latin(metric: str, shown: str) -> None:
    with lang.speaking("zh"):
        assert shown in lang.say("report.caption_importance", metric=lang.say(f"judge.{metric}"))
    with lang.speaking("en"):
        assert "Fall of the 准" in lang.say("report.caption_importance", metric="准")


def test_words_count_join_and_draw_shapes() -> None:
    with lang.speaking("en"):
        assert lang.say("data.rows_dropped", rows=1) == "1 row without a label dropped."
        assert lang.say("data.rows_dropped", rows=1234) == "1,234 rows without a label dropped."
        assert "a, b" in lang.say("data.left_out_constant", names=["a", "b"])
        assert "1×28×28" in lang.say("data.image_shape", found=(1, 28, 28), wanted=(3, 8, 8))
    with lang.speaking("zh"):
        assert "a、b" in lang.say("data.left_out_constant", names=["a", "b"])


def test_rows_are_called_images_where_they_are() -> None:
    with lang.speaking("en"):
        assert lang.say("checks.class_of_one", classes=1, labels="a").startswith("1 class has a single row")
        assert "single image" in lang.say("checks.class_of_one", classes=1, labels="a", things="images")
        said = lang.say("checks.capacity", parameters=9, rows=1, ratio=9, things="images")
        assert "1 training image," in said and "row" not in said
    with lang.speaking("zh"):
        assert "只有一张图像" in lang.say("checks.class_of_one", classes=1, labels="a", things="images")


@pytest.mark.parametrize("key", TEXTS)
def test_what_depends_on_the_rows_has_both_words(key: str) -> None:
    for text in (TEXTS[key].en, TEXTS[key].zh):
        for _, name, spec, _ in Formatter().parse(text):
            assert name != "things" or (spec or "").count("|") == 1


#: What is found about columns and numbers to predict, which no images have.
OF_TABLES = (
    "copy",
    "leak",
    "row_number",
    "all_different",
    "time_order",
    "codes_as_numbers",
    "numbers_as_codes",
)
OF_TABLES += ("unscaled", "unscaled_target", "outliers", "zeros", "mostly_missing", "almost_constant", "wide")
OF_TABLES += ("small_test_numbers", "constant_in_training", "no_better_of_mean")


@pytest.mark.parametrize("key", [key for key in TEXTS if key.startswith(("checks.", "verdicts."))])
def test_no_finding_about_images_speaks_of_rows(key: str) -> None:
    if key.split(".")[1] in OF_TABLES:
        return
    english = "".join(_said_of_images(TEXTS[key].en))
    chinese = "".join(_said_of_images(TEXTS[key].zh))
    assert not re.search(r"\brows?\b", english)
    assert "行" not in chinese.replace("运行", "")


def _said_of_images(text: str) -> list[str]:
    """Return what stands around the facts, and what is said where the data are images."""
    pieces = []
    for words, name, spec, _ in Formatter().parse(text):
        pieces += [words, (spec or "").split("|")[1] if name == "things" else ""]
    return pieces


@given(st.text())
def test_a_fact_is_never_taken_for_a_placeholder(text: str) -> None:
    with lang.speaking("en"):
        assert text in lang.say("model.unreadable", path=text, reason="{path} {0} %s")
