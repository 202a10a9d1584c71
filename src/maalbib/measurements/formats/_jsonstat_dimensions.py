"""The dimensions of a JSON-stat dataset, checked against what it declares, and what it says about itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from maalbib.measurements._limits import Limits, RefusedError
from maalbib.measurements.formats._cube import LANGUAGE_UNKNOWN, Dimension, check_codes
from maalbib.measurements.formats._members import Members, text
from maalbib.problems import ProblemBlock

__all__ = ["dimensions_in", "language_of", "notes_in"]

_FORM: Final = Members("JSON-stat")
_ROLES: Final = {"time": "period", "metric": "indicator", "geo": "institution"}
# What Statistics Denmark and Statistics Sweden call them in every table.
_KNOWN: Final = {"Tid": "period", "ContentsCode": "indicator"}
_NOTES: Final = {"label": "title", "source": "source", "updated": "updated"}
_BESIDE_DIMENSIONS: Final = frozenset({"id", "size", "role"})


def dimensions_in(dataset: Mapping[str, Any], version: int, limits: Limits) -> list[Dimension]:
    """Return the dimensions in the order of the cells."""
    declared = _FORM.table(_FORM.member(dataset, "dimension"), "dimension")
    owner, path = (dataset, "") if version > 1 else (declared, "dimension")
    ids = _ids(_FORM.array(_FORM.member(owner, "id", path), "id"), limits)
    sizes = _sizes(_FORM.array(_FORM.member(owner, "size", path), "size"), len(ids))
    entries = {name: entry for name, entry in declared.items() if name in ids or name not in _BESIDE_DIMENSIONS}
    for name in ids:
        if name not in entries:
            raise _refusal("jsonstat.dimension_missing", name)
    if len(entries) != len(ids):
        details = {"found": len(entries), "expected": len(ids)}
        raise RefusedError(ProblemBlock(code="jsonstat.dimension_count", path="dimension", details=details))
    roles = _roles(owner.get("role"), ids)
    lang = language_of(dataset)
    return [
        _dimension(name, size, entries[name], roles.get(name), lang, limits)
        for name, size in zip(ids, sizes, strict=True)
    ]


def _refusal(code: str, name: str, **details: object) -> RefusedError:
    return RefusedError(ProblemBlock(code=code, path=f"dimension.{name}", column=name, details=details))


def _ids(ids: Sequence[Any], limits: Limits) -> list[str]:
    if not all(isinstance(name, str) for name in ids):
        raise _FORM.wrong_type("id", "a text")
    for name in ids:
        check_codes(name, (), limits)
    if len(set(ids)) != len(ids):
        raise RefusedError(ProblemBlock(code="jsonstat.dimension_duplicate", path="id"))
    return list(ids)


def _sizes(sizes: Sequence[Any], dimensions: int) -> list[int]:
    if not all(type(size) is int and size >= 0 for size in sizes):
        raise _FORM.wrong_type("size", "a whole number")
    if len(sizes) != dimensions:
        details = {"found": len(sizes), "expected": dimensions}
        raise RefusedError(ProblemBlock(code="jsonstat.size_count", path="size", details=details))
    return list(sizes)


def _roles(given: object, ids: Sequence[str]) -> dict[str, str]:
    """Return the role of each dimension that has one; of two places, say of birth and of living, neither has."""
    found: dict[str, str] = {}
    for word, role in _ROLES.items():
        named = given.get(word) if isinstance(given, dict) else None
        fits = [name for name in ids if isinstance(named, list) and name in named]
        fits = fits or [name for name in ids if _KNOWN.get(name) == role and name not in found]
        if len(fits) == 1:
            found.setdefault(fits[0], role)
    return found


def _dimension(name: str, size: int, entry: object, role: str | None, lang: str, limits: Limits) -> Dimension:
    path = f"dimension.{name}"
    owner = _FORM.table(entry, path)
    category = _FORM.table(_FORM.member(owner, "category", path), f"{path}.category")
    codes = _codes(name, size, category)
    check_codes(name, codes, limits)
    label = text(owner.get("label"))
    labels = _texts(category.get("label"))
    return Dimension(
        name=name,
        codes=codes,
        role=role,
        total=_total(owner, category, codes),
        names={} if label is None else {lang: label},
        labels={code: {lang: labels[code]} for code in codes if code in labels},
    )


def _codes(name: str, size: int, category: Mapping[str, Any]) -> tuple[str, ...]:
    index = category.get("index")
    path = f"dimension.{name}.category.index"
    if index is None:
        label = category.get("label")
        index = [*label] if isinstance(label, dict) and len(label) == 1 else []
    if not isinstance(index, dict | list):
        raise _FORM.wrong_type(path, "a table")
    if len(index) != size:
        raise _refusal("jsonstat.category_count", name, found=len(index), expected=size)
    if isinstance(index, dict):
        index = _in_order(name, index)
    if not all(isinstance(code, str) for code in index):
        raise _FORM.wrong_type(path, "a text")
    if len(set(index)) != size:
        raise _refusal("jsonstat.category_duplicate", name)
    return tuple(index)


def _in_order(name: str, index: Mapping[str, Any]) -> list[str]:
    if not all(type(place) is int for place in index.values()):
        path = f"dimension.{name}.category.index"
        raise _FORM.wrong_type(path, "a whole number")
    if sorted(index.values()) != list(range(len(index))):
        raise _refusal("jsonstat.category_position", name)
    return sorted(index, key=index.__getitem__)


def _total(owner: Mapping[str, Any], category: Mapping[str, Any], codes: Sequence[str]) -> str | None:
    """Return the code that is said to be eliminated to, or that stands above all others in the hierarchy."""
    extension = owner.get("extension")
    named = extension.get("eliminationValueCode") if isinstance(extension, dict) else None
    if isinstance(named, str) and named in codes:
        return named
    children = _children(category)
    below = {code for parts in children.values() for code in parts}
    tops = [code for code in codes if code not in below]
    return tops[0] if len(tops) == 1 and tops[0] in children and below else None


def _children(category: Mapping[str, Any]) -> dict[str, list[str]]:
    given = category.get("child")
    if not isinstance(given, dict):
        return {}
    return {
        code: [part for part in parts if isinstance(part, str)]
        for code, parts in given.items()
        if isinstance(parts, list)
    }


def _texts(given: object) -> dict[str, str]:
    if not isinstance(given, dict):
        return {}
    return {name: value for name, value in given.items() if isinstance(value, str) and value.strip()}


def language_of(dataset: Mapping[str, Any]) -> str:
    """Return the language of the labels; only some services say so."""
    extension = dataset.get("extension")
    px = extension.get("px") if isinstance(extension, dict) else None
    return (text(px.get("language")) if isinstance(px, dict) else None) or LANGUAGE_UNKNOWN


def notes_in(dataset: Mapping[str, Any], lang: str) -> dict[str, str]:
    """Return title, source, time of update, language, remarks, units and hierarchies."""
    notes = {note: value for name, note in _NOTES.items() if (value := text(dataset.get(name))) is not None}
    if lang != LANGUAGE_UNKNOWN:
        notes["language"] = lang
    remarks = dataset.get("note")
    if isinstance(remarks, list):
        notes |= {"note": "\n".join(kept)} if (kept := [line for line in map(text, remarks) if line]) else {}
    for name, entry in dataset["dimension"].items():
        category = entry.get("category") if isinstance(entry, dict) else None
        if isinstance(category, dict):
            notes |= dict(_dimension_notes(name, category))
    return notes


def _dimension_notes(name: str, category: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    units = category.get("unit")
    for code, unit in units.items() if isinstance(units, dict) else ():
        words = _texts(unit)
        said = words.get("base") or words.get("label") or words.get("symbol")
        if said:
            yield f"unit.{code}", said
    parts = [f"{code}: {', '.join(below)}" for code, below in _children(category).items()]
    if parts:
        yield f"parts.{name}", "; ".join(parts)
