"""What was asked for: the settings, and which of them nobody had to choose."""

from __future__ import annotations

from typing import Any

from stirfry.report.contents import Contents
from stirfry.report.page.html import NOTHING, Html, both, plain, t, tag
from stirfry.report.page.numbers import percent
from stirfry.report.page.parts import code, counted, lead, section
from stirfry.spec.options import PLACES
from stirfry.spec.plan import BELONGS

#: What is always shown, by the tables of a recipe; the rest only where it was asked for.
_ALWAYS = {
    "data": ("source", "target", "task", "scale", "split", "test", "validation"),
    "network": ("hidden", "layers", "activation", "dropout", "init"),
    "training": (
        "loss", "optimizer", "lr", "weight_decay", "schedule", "epochs", "batch_size", "patience", "seed",
        "engine",
    ),
}  # fmt: skip
_TABLES = {"data": "data", "network": "network", "plan": "training"}


def asked(run: Contents) -> Html:
    """Return the section."""
    groups = [_group(run, name) for name in _ALWAYS]
    known = t("report.lead_asked") if run.asked is not None else t("report.lead_settings")
    return section("asked", lead(known), tag("div", *groups, class_="groups"))


def _group(run: Contents, name: str) -> Html:
    rows = [_row(run, setting) for setting in _settings(run, name)]
    return tag("div", tag("h3", t(f"report.group_{name}")), tag("dl", *rows, class_="settings"))


def _settings(run: Contents, name: str) -> list[str]:
    shown = [setting for setting in _ALWAYS[name] if _value(run, setting) is not None]
    for setting, place in PLACES.items():
        if _TABLES.get(place[0]) == name and setting not in _ALWAYS[name] and _was_asked(run, setting):
            shown.append(setting)
    spec = run.recipe.network
    if spec.layers is not None or run.model.origin.get("module"):
        shown = [setting for setting in shown if setting not in ("hidden", "activation", "dropout")]
    others = [key for key, owners in BELONGS.items() if run.recipe.plan.optimizer not in owners]
    return [setting for setting in shown if setting not in others]


def _row(run: Contents, setting: str) -> Html:
    default = run.asked is not None and not _was_asked(run, setting)
    mark = tag("small", t("report.default"), class_="unseen") if default else NOTHING
    name = tag("dt", t(f"report.set_{setting}"), code(setting))
    return tag("div", name, tag("dd", _shown(run, setting), mark), class_="default" if default else None)


def _place(setting: str) -> tuple[str, ...]:
    return ("data", "source") if setting == "source" else PLACES[setting]


def _was_asked(run: Contents, setting: str) -> bool:
    found: Any = run.asked
    for key in _place(setting):
        if not isinstance(found, dict) or key not in found:
            return False
        found = found[key]
    return True


def _value(run: Contents, setting: str) -> Any:
    """Return a setting's value, or what the run found out where nobody had set it."""
    if setting == "target":
        return run.target or None
    if setting == "task":
        return run.model.task
    if setting == "scale":
        return None if run.model.things == "images" else run.recipe.data.scale or "standard"
    if setting == "loss":
        return run.model.origin.get("loss") or run.recipe.plan.loss
    if setting == "engine":
        return run.engine.get("name")
    if setting in ("test", "validation"):
        return run.parts.get(setting)
    if setting == "split":
        return _split(run)
    found: Any = run.recipe
    for key in _place(setting):
        found = getattr(found, key)
    return found


def _split(run: Contents) -> str:
    from stirfry.data.split import method_of

    method = method_of(run.described.dataset, run.recipe.data.split)
    return "random" if method == "stratified" and run.model.task == "regression" else method


def _shown(run: Contents, setting: str) -> Html:
    value = _value(run, setting)
    if setting in ("test", "validation"):
        rows = sum(run.parts.values())
        return t("report.rows_share", rows=counted(run, int(value)), share=percent(value / max(rows, 1)))
    if setting == "engine":
        return plain(
            ", ".join(str(run.engine[key]) for key in ("name", "device", "precision") if key in run.engine)
        )
    if setting == "hidden" and not value:
        return t("report.no_hidden")
    if setting == "layers":
        return t("report.layers_below")
    if setting == "epochs":
        done = len(run.history.get("epoch", ()))
        return t("report.epochs_done", most=value, done=done)
    return _text(value)


def _text(value: Any) -> Html:
    if value is None:
        return plain("–")
    if isinstance(value, bool):
        return t("report.yes" if value else "report.no")
    if isinstance(value, tuple | list):
        return both(lambda: ", ".join(str(each) for each in value)) if value else plain("–")
    if isinstance(value, float):
        return plain(f"{value:g}")
    if isinstance(value, int):
        return plain(f"{value:,}" if value < 10**6 else str(value))
    if hasattr(value, "model_dump"):
        fields = value.model_dump(exclude_none=True, exclude_defaults=value.__class__.__name__ == "Augment")
        name = fields.pop("name", "")
        said = ", ".join(
            f"{key} {each:g}" if isinstance(each, float) else f"{key} {each}" for key, each in fields.items()
        )
        return plain(", ".join(each for each in (str(name), said) if each))
    return plain(value)
