"""How training images are changed at random, batch by batch."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

Pixels = Annotated[int, Field(ge=0, le=64)]


class Augment(BaseModel):
    """Random changes of training images; each image of each batch gets its own.

    Args:
        shift: up to so many pixels, along both axes.
        rotate: up to so many degrees, either way, 0 to 180.
        scale: larger or smaller by up to this share, 0 to below 1.
        flip: mirrored left to right, one image in two.
        erase: a square of so many pixels a side at a random place, which becomes the mean of all images.

    Example:
        >>> Augment(shift=2).any, Augment().any
        (True, False)
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    shift: Annotated[float, Field(ge=0, le=64)] = 0.0
    rotate: Annotated[float, Field(ge=0, le=180)] = 0.0
    scale: Annotated[float, Field(ge=0, lt=1)] = 0.0
    flip: bool = False
    erase: Pixels = 0

    @property
    def any(self) -> bool:
        """Whether anything is changed at all."""
        return bool(self.shift or self.rotate or self.scale or self.flip or self.erase)

    @property
    def whole_pixels(self) -> bool:
        """Whether pixels only change their places: then none is worked out from its neighbours."""
        return not self.rotate and not self.scale and float(self.shift).is_integer()


def from_text(text: str) -> dict[str, Any]:
    """Return the settings in `shift=2,rotate=10,flip`; a word alone is switched on.

    Example:
        >>> from_text("shift=2, flip")
        {'shift': '2', 'flip': True}
    """
    words = [word.strip() for word in text.split(",") if word.strip()]
    pairs = (word.partition("=") for word in words if word != "none")
    return {name.strip(): value.strip() if equals else True for name, equals, value in pairs}
