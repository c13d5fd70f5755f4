"""Turns pydantic's validation errors into faults of our own catalogue."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError

from stirfry.errors import Fault
from stirfry.spec import layers, schedule
from stirfry.spec.lines import dotted

#: pydantic's error types, and the text that says each.
_CODES = {
    "missing": "spec.missing",
    "greater_than": "spec.greater_than",
    "greater_than_equal": "spec.at_least",
    "less_than": "spec.less_than",
    "less_than_equal": "spec.at_most",
    "union_tag_not_found": "spec.no_tag",
    "too_short": "spec.empty_list",
    "too_long": "spec.too_long",
    "string_pattern_mismatch": "spec.bad_name",
    "finite_number": "spec.finite",
}

#: The beginnings of pydantic's type errors, and the kind of value that was wanted.
_KINDS = {
    "int": "spec.want_whole",
    "float": "spec.want_number",
    "bool": "spec.want_boolean",
    "string": "spec.want_text",
    "tuple": "spec.want_list",
    "list": "spec.want_list",
    "dict": "spec.want_table",
    "model": "spec.want_table",
}

#: Values may be a number or a name; this is what a value that is neither is told.
_OR = {"spec.want_whole": "spec.whole_or", "spec.want_list": "spec.list_or"}


def faults_of(error: ValidationError, root: type[BaseModel], values: Any) -> list[Fault]:
    """Return every fault that pydantic found, one for each key.

    Args:
        error: what pydantic raised.
        root: the model that was validated; its fields are what an unknown key is compared with.
        values: what was validated; it tells keys of the file from the branches that pydantic tried.
    """
    faults: dict[str, Fault] = {}
    for item in error.errors(include_url=False):
        path = _path_in(values, item)
        fault = _fault(item, path, root, values)
        faults[fault.key] = _either(faults[fault.key], fault) if fault.key in faults else fault
    inner = {key for key in faults for other in faults if other != key and other.startswith(f"{key}[")}
    return [fault for key, fault in faults.items() if not (key in inner and fault.code == "spec.empty_list")]


def _path_in(values: Any, item: Any) -> tuple[int | str, ...]:
    """Return an error's place as the keys and indices that lead to it in the values themselves."""
    path: list[int | str] = []
    for part in item["loc"]:
        in_table = isinstance(values, dict) and part in values
        in_list = isinstance(values, list | tuple) and isinstance(part, int) and part < len(values)
        if in_table or in_list:
            path.append(part)
            values = values[part]
    if item["type"] == "missing":
        path.append(item["loc"][-1])
    return tuple(path)


def _fault(item: Any, path: tuple[int | str, ...], root: type[BaseModel], values: Any) -> Fault:
    kind, found, limits, key = item["type"], _shown(item.get("input")), item.get("ctx", {}), dotted(path)
    if kind == "extra_forbidden":
        return _unknown_key(path, root, values)
    if kind in ("literal_error", "union_tag_invalid"):
        allowed = str(limits.get("expected") or limits.get("expected_tags"))
        options = [option.strip().strip("'") for option in allowed.replace(" or ", ", ").split(",")]
        return _one_of(key, str(limits.get("tag", item.get("input"))), options)
    if kind in _CODES:
        limit = next((f"{limits[name]:g}" for name in ("gt", "ge", "lt", "le") if name in limits), None)
        return Fault(key, _CODES[kind], found=found, limit=limit)
    code = next((code for start, code in _KINDS.items() if kind.startswith(start)), "spec.not_valid")
    return Fault(key, code, found=found)


def _one_of(key: str, found: str, options: list[str]) -> Fault:
    near = nearest(found, options)
    code = "spec.one_of_near" if near else "spec.one_of"
    return Fault(key, code, found=_shown(found), options=options, near=near)


def _either(first: Fault, second: Fault) -> Fault:
    """Join what two branches of a union say about one value."""
    if first.code in _OR and "options" in second.facts:
        return Fault(first.key, _OR[first.code], **second.facts)
    return first


def _unknown_key(path: tuple[int | str, ...], root: type[BaseModel], values: Any) -> Fault:
    known = _fields_at(path[:-1], root, values)
    near = nearest(str(path[-1]), known)
    if near:
        return Fault(dotted(path), "spec.unknown_key_near", near=near)
    return Fault(dotted(path), "spec.unknown_key", known=known)


def nearest(name: str, known: list[str]) -> str | None:
    """Return the known name that is most like `name`, whatever its case; None where none is near."""
    folded = {option.casefold(): option for option in known}
    matches = get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    return folded[matches[0]] if matches else None


def _fields_at(path: tuple[int | str, ...], model: type[BaseModel], values: Any) -> list[str]:
    """Return the keys allowed in the table at `path`."""
    for part in path:
        values = values[part]
        if isinstance(part, str) and part in model.model_fields:
            inner = model.model_fields[part].annotation
            model = inner if isinstance(inner, type) and issubclass(inner, BaseModel) else model
    tagged = values.get("type", values.get("name")) if path and isinstance(values, dict) else None
    return list(_TAGGED.get(str(tagged), model).model_fields)


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


#: The models that a `type` (layers) or a `name` (schedules) stands for.
_TAGGED: dict[str, type[BaseModel]] = {
    **{
        name: model
        for name, model in vars(layers).items()
        if isinstance(model, type) and issubclass(model, layers.Layer)
    },
    **{
        model.model_fields["name"].default: model
        for model in (
            schedule.Constant,
            schedule.Step,
            schedule.Exponential,
            schedule.Cosine,
            schedule.OneCycle,
            schedule.Warmup,
        )
    },
}
