"""What a model file keeps of the data, as JSON values."""

from __future__ import annotations

from typing import Any, Self

from pydantic import BaseModel, ConfigDict


class Kept(BaseModel):
    """What was found out about data and goes into a model file: frozen, and strict when it is read again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return self.model_dump(mode="json")

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Return what `to_json` wrote.

        Raises:
            ValidationError: pydantic's, where it didn't write this.
        """
        return cls.model_validate(values)
