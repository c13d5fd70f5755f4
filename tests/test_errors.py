from __future__ import annotations

import pickle

import pytest

from stirfry import errors, lang
from stirfry.errors import DataError, Fault, MissingExtra, OutputError, SpecError, StirfryError, UsageError


def all_errors() -> list[type[StirfryError]]:
    return [
        each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, StirfryError)
    ]


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    assert errors.__doc__ is not None
    for error in all_errors():
        assert error.__name__ in errors.__doc__


@pytest.mark.parametrize("error", [each for each in all_errors() if each is not SpecError])
def test_an_error_survives_pickling(error: type[StirfryError]) -> None:
    made = error("data.rows_dropped", rows=3)
    again = pickle.loads(pickle.dumps(made))
    assert type(again) is error
    assert str(again) == str(made)


def test_faults_are_told_together_and_survive_pickling() -> None:
    error = SpecError(
        (Fault("plan.lr", "spec.greater_than", 3, limit="0", found="-1"), Fault("a", "spec.missing")),
        "x.toml",
    )
    with lang.speaking("en"):
        text = str(pickle.loads(pickle.dumps(error)))
    assert "2 faults in x.toml" in text
    assert "line 3, plan.lr: must be above 0; found -1." in text


def test_a_single_fault_of_a_call_has_no_heading() -> None:
    with lang.speaking("en"):
        assert str(SpecError((Fault("plan.lr", "spec.missing"),))).startswith("plan.lr: is required")


def test_the_text_is_in_the_language_of_the_reader() -> None:
    error = DataError("data.rows_dropped", rows=2)
    with lang.speaking("zh"):
        assert str(error) == "已丢弃 2 行没有标签的数据。"
    with lang.speaking("en"):
        assert str(error) == "2 rows without a label dropped."


def test_errors_are_what_python_programs_catch() -> None:
    assert issubclass(UsageError, ValueError) and issubclass(DataError, ValueError)
    assert issubclass(MissingExtra, ImportError) and issubclass(OutputError, OSError)
    assert UsageError.exit_code == SpecError.exit_code == 2
    assert DataError.exit_code == OutputError.exit_code == 1
