"""Random changes of images, as they are written."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from stirfry.spec.augment import Augment, from_text
from stirfry.spec.plan import Plan


def test_a_text_is_a_table_of_settings() -> None:
    assert Plan(augment="shift=2,flip, erase=8").augment == Augment(shift=2, flip=True, erase=8)
    assert Plan(augment={"rotate": 10}).augment.any
    assert not Plan(augment="none").augment.any
    assert not Plan().augment.any


@pytest.mark.parametrize("text", ["none", "flip", "shift=2", "shift=2,flip,erase=3"])
def test_moved_and_mirrored_pixels_stay_whole(text: str) -> None:
    assert Augment.model_validate(from_text(text)).whole_pixels
    for more in ("rotate=1", "scale=0.1", "shift=0.5"):
        assert not Augment.model_validate(from_text(f"{text},{more}")).whole_pixels


@pytest.mark.parametrize(
    "text", ["turn=3", "shift=-1", "scale=1", "rotate=200", "shift=x", "erase=1.5", "=3"]
)
def test_what_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        Plan(augment=text)


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(ValidationError):
        Augment.model_validate(from_text(text))
