"""stirfry trains small neural networks: from a file to a network that is trained, judged and saved.

    import stirfry

    run = stirfry.train("table.csv", target="price")
    run.model.predict("new.csv")

Names are loaded on first use, so `import stirfry` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stirfry.actions.check import Checks
    from stirfry.actions.run import Run
    from stirfry.actions.swept import Sweep
    from stirfry.api import check, explain_row, export_run, importance, load, sweep, train
    from stirfry.errors import StirfryError
    from stirfry.model.model import Model
    from stirfry.sklearn import Classifier, Regressor

__version__ = "0.1.0"

#: Where each public name lives.
_HOMES = {
    "train": "stirfry.api",
    "check": "stirfry.api",
    "sweep": "stirfry.api",
    "load": "stirfry.api",
    "explain_row": "stirfry.api",
    "importance": "stirfry.api",
    "Checks": "stirfry.actions.check",
    "export_run": "stirfry.api",
    "Run": "stirfry.actions.run",
    "Sweep": "stirfry.actions.swept",
    "Model": "stirfry.model.model",
    "Classifier": "stirfry.sklearn",
    "Regressor": "stirfry.sklearn",
    "StirfryError": "stirfry.errors",
}

__all__ = [
    "Checks",
    "Classifier",
    "Model",
    "Regressor",
    "Run",
    "StirfryError",
    "Sweep",
    "check",
    "explain_row",
    "export_run",
    "importance",
    "load",
    "sweep",
    "train",
]


def __getattr__(name: str) -> Any:
    """Load a public name on first use (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module 'stirfry' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
