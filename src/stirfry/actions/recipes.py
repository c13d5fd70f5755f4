"""Recipes: the ones that stirfry ships, and a user's own files."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from stirfry.data.read.known_sets import SETS, KnownSet, find_set
from stirfry.data.sources import set_folder
from stirfry.errors import DataError, UsageError
from stirfry.lang import language
from stirfry.paths import expanded
from stirfry.spec.faults import nearest
from stirfry.spec.recipe import Recipe, recipe_from, recipe_from_toml, variants_of, with_changes


@dataclass(frozen=True)
class Listed:
    """A recipe with its text."""

    recipe: Recipe
    toml: str

    @property
    def title(self) -> str:
        """One line on what it is, in the language of the moment."""
        title = self.recipe.title
        return "" if title is None else str(getattr(title, language()))

    def as_json(self) -> dict[str, Any]:
        """Return the recipe as one JSON object."""
        return {
            "name": self.recipe.name,
            "title": self.title,
            **self.recipe.model_dump(mode="json", exclude_none=True),
        }


def names() -> list[str]:
    """Return the names of the recipes that stirfry ships, in the order of the documentation."""
    folder = resources.files("stirfry.recipes")
    found = [entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml")]
    return sorted(found, key=lambda name: (_ORDER.index(name) if name in _ORDER else len(_ORDER), name))


_ORDER = [
    "iris-mlp",
    "iris-stopped",
    "simplex-dnn",
    "csv-dnn",
    "csv-dnn-minibatch",
    "mnist-dnn",
    "mnist-cnn",
    "mnist-99",
    "mnist-best",
    "fashion-cnn",
    "linear-weights",
]


def listed(name: str) -> Listed:
    """Return a shipped recipe by name, or a user's own file.

    Args:
        name: a name, or the path of a TOML file.

    Raises:
        UsageError: there is neither.
        SpecError: the file has faults.
    """
    if name in names():
        return _shipped(name)
    path = expanded(name)
    if not path.is_file():
        near = nearest(name, names())
        code = "actions.no_recipe_near" if near else "actions.no_recipe"
        raise UsageError(code, name=name, near=near, known=names())
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("actions.recipe_unreadable", path=name, reason=str(error)) from None
    return Listed(recipe_from_toml(text, name), text)


@cache
def _shipped(name: str) -> Listed:
    text = (resources.files("stirfry.recipes") / f"{name}.toml").read_text(encoding="utf-8")
    return Listed(recipe_from_toml(text, f"{name}.toml"), text)


def recipe_for(
    name: str | None,
    variant: str | None = None,
    settings: dict[str, Any] | None = None,
    source: str | None = None,
    data_dir: Path | None = None,
    download: bool = False,
) -> Recipe:
    """Return the recipe for a request: a named one or none, with settings on top, and its data found.

    Args:
        name: a recipe's name or file; None starts from an empty one.
        variant: one of the recipe's variants.
        settings: nested settings that replace the recipe's own.
        source: replaces the recipe's source.
        data_dir: where data lie that stirfry doesn't ship.
        download: whether to fetch a known set into `data_dir` where it is missing.

    Raises:
        UsageError: no such recipe or variant; faults in the settings; data that aren't there.
    """
    recipe = recipe_from({}) if name is None else listed(name).recipe
    if variant is not None:
        known = variants_of(recipe)
        if variant not in known:
            raise UsageError("actions.no_variant", name=variant, known=[each for each in known if each])
        recipe = known[variant]
    changes = dict(settings or {})
    if source is not None:
        changes["data"] = {**changes.get("data", {}), "source": source}
    recipe = with_changes(recipe, changes) if changes else recipe
    by_name = source in SETS and (data_dir is not None or download or not Path(str(source)).exists())
    return found(recipe, data_dir, download) if source is None or by_name else recipe


def found(recipe: Recipe, data_dir: Path | None, download: bool = False) -> Recipe:
    """Return the recipe with its source found among the user's files.

    Raises:
        DataError: the recipe needs files that aren't there; it says which to put where.
    """
    source = recipe.data.source
    if source in SETS:
        return with_changes(recipe, {"data": {"source": str(_folder_of(SETS[source], data_dir, download))}})
    if source is not None and data_dir is not None and (data_dir / source).exists():
        return with_changes(recipe, {"data": {"source": str(data_dir / source)}})
    if source is not None and source.endswith(".csv") and not Path(source).exists():
        raise DataError("actions.csv_missing", source=source, folder=str((data_dir or Path()).resolve()))
    return recipe


def _folder_of(known: KnownSet, data_dir: Path | None, download: bool) -> Path:
    """Return where a known set lies; where it is incomplete, `download` fetches what is missing."""
    if download and (data_dir is not None or find_set(known) != known.installed):
        from stirfry.data.read.download import download_set

        place = Path(known.name) if data_dir is None else data_dir
        inner = place / known.name
        download_set(inner if inner.is_dir() else place, known)
    return set_folder(known, data_dir)
