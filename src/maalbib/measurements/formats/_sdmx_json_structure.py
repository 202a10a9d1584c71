"""The structures of an SDMX-JSON message: which components there are, at which level, and what their values are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Literal, TypeAlias

import attrs

from maalbib.measurements._limits import Limits, RefusedError
from maalbib.measurements.formats._sdmx_names import LANGUAGE_UNKNOWN, VALUE
from maalbib.problems import ProblemBlock

__all__ = ["JsonComponent", "Level", "Structure", "broken", "language_of", "structures_in"]

Level: TypeAlias = Literal["dataSet", "dimensionGroup", "series", "observation"]
_LEVELS: Final[tuple[Level, ...]] = ("dataSet", "dimensionGroup", "series", "observation")


@attrs.frozen(kw_only=True, eq=False)
class JsonComponent:
    """One dimension, measure or attribute.

    Attributes
    ----------
    id
        Its id.
    level
        Where its values stand in the message.
    position
        Its place in the key, for a dimension.
    values
        The values that the message refers to by number; None where it holds them itself.
    default
        The value where the message says nothing.
    concepts
        What it is in the concepts of SDMX, as far as it says.
    names
        What people call it, by language.
    labels
        What people call each value, by language.
    """

    id: str
    level: Level
    position: int = -1
    values: tuple[Any, ...] | None = None
    default: str | None = None
    concepts: tuple[str, ...] = ()
    names: Mapping[str, str] = attrs.field(factory=dict)
    labels: Mapping[str, Mapping[str, str]] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True, eq=False)
class Structure:
    """The components of one structure.

    Attributes
    ----------
    dimensions
        The dimensions in the order of the key.
    listed
        The same in the order of the message.
    measures
        The measures in the order of an observation.
    attributes
        The attributes, level by level in the order of the message.
    annotations
        How many annotations there are to refer to.
    name
        What people call the structure, by language.
    """

    dimensions: tuple[JsonComponent, ...]
    listed: tuple[JsonComponent, ...]
    measures: tuple[JsonComponent, ...]
    attributes: tuple[JsonComponent, ...]
    annotations: int
    name: Mapping[str, str]

    def dimensions_at(self, *levels: Level) -> list[JsonComponent]:
        """Return the dimensions of some levels in the order that keys of these levels have."""
        return [one for level in levels for one in self.listed if one.level == level]

    def attributes_at(self, level: Level) -> list[JsonComponent]:
        """Return the attributes of a level in the order of the message."""
        return [one for one in self.attributes if one.level == level]


def broken(*path: str) -> RefusedError:
    """Return the refusal of a structure that cannot be understood."""
    return RefusedError(ProblemBlock(code="sdmx_json.structure", path=".".join(path)))


def structures_in(data: Mapping[str, Any], language: str, limits: Limits) -> list[Structure]:
    """Return the structures of a message.

    Raises
    ------
    RefusedError
        With ``sdmx_json.structure``, or ``file.too_large``.
    """
    given = data.get("structures")
    if not isinstance(given, list) or not given:
        raise broken("data.structures")
    return [_structure(one, f"data.structures[{i}]", language, limits) for i, one in enumerate(given)]


def _structure(given: object, path: str, language: str, limits: Limits) -> Structure:
    if not isinstance(given, dict):
        raise broken(path)
    order = tuple(_components(given, "dimensions", path, language, limits))
    if not order or len({one.position for one in order}) < len(order):
        raise broken(path, "dimensions")
    measures = tuple(_components(given, "measures", path, language, limits))
    attributes = tuple(_components(given, "attributes", path, language, limits))
    annotations = given.get("annotations") or []
    if not isinstance(annotations, list):
        raise broken(path, "annotations")
    found = Structure(
        dimensions=tuple(sorted(order, key=lambda one: one.position)),
        listed=order,
        measures=measures or (JsonComponent(id=VALUE, level="observation"),),
        attributes=attributes,
        annotations=len(annotations),
        name=_texts(given, "name", language),
    )
    ids = [one.id for one in (*found.dimensions, *found.measures, *found.attributes)]
    breach = limits.breach("columns", len(ids))
    if breach is not None:
        raise RefusedError(breach)
    if len(set(ids)) < len(ids):
        raise broken(path)
    return found


def _components(
    given: Mapping[str, Any], kind: str, path: str, language: str, limits: Limits
) -> Iterator[JsonComponent]:
    by_level = given.get(kind) or {}
    if not isinstance(by_level, dict):
        raise broken(path, kind)
    for level in _LEVELS:
        listed = by_level.get(level) or []
        if not isinstance(listed, list):
            raise broken(path, kind, level)
        for i, one in enumerate(listed):
            yield _component(one, kind, level, f"{path}.{kind}.{level}[{i}]", language, limits)


def _component(given: object, kind: str, level: Level, path: str, language: str, limits: Limits) -> JsonComponent:
    if not isinstance(given, dict) or not isinstance(given.get("id"), str) or not given["id"]:
        raise broken(path)
    listed = given.get("values")
    if listed is not None and not isinstance(listed, list):
        raise broken(path, "values")
    position = -1
    if kind == "dimensions":
        position = given.get("keyPosition", -1)
        fit = type(position) is int and position >= 0 and listed and level != "dimensionGroup"
        if not fit or (level == "dataSet" and len(listed or ()) != 1):
            raise broken(path)
    values = None if listed is None else tuple(map(_value, listed))
    if kind == "dimensions" and not all(type(value) in {str, int, float} and value != "" for value in values or ()):
        raise broken(path, "values")  # an empty code would stand for every code
    long = max((len(text) for text in (*(values or ()), given["id"]) if isinstance(text, str)), default=0)
    breach = limits.breach("name_length", len(given["id"])) or limits.breach("cell_length", long)
    if breach is not None:
        raise RefusedError(breach)
    default = given.get("default")
    concepts = given.get("roles") or given.get("role") or []
    return JsonComponent(
        id=given["id"],
        level=level,
        position=position,
        values=values,
        default=None if default is None else str(default),
        concepts=tuple(word for word in concepts if isinstance(word, str)) if isinstance(concepts, list) else (),
        names=_texts(given, "name", language),
        labels=_labels(listed or (), language) if kind == "dimensions" else {},
    )


def _value(given: object) -> Any:
    """Return what a listed value stands for: its id, else what it holds; None where it stands for nothing."""
    if not isinstance(given, dict):
        return None
    return next((given[name] for name in ("id", "value", "values", "name") if given.get(name) is not None), None)


def _texts(given: Mapping[str, Any], name: str, language: str) -> dict[str, str]:
    """Return a text by language: every language that is given, else the one that fits best."""
    several, best = given.get(f"{name}s"), given.get(name)
    if isinstance(several, dict) and several:
        return {tag: text for tag, text in several.items() if isinstance(text, str)}
    return {language: best} if isinstance(best, str) else {}


def _labels(listed: Sequence[Any], language: str) -> dict[str, dict[str, str]]:
    named = (
        (given["id"], _texts(given, "name", language))
        for given in listed
        if isinstance(given, dict) and "id" in given
    )
    return {code: texts for code, texts in named if texts and isinstance(code, str)}


def language_of(document: Mapping[str, Any]) -> str:
    """Return the main language of a message, or that it is not known."""
    meta = document.get("meta")
    languages = meta.get("contentLanguages") if isinstance(meta, dict) else None
    first = languages[0] if isinstance(languages, list) and languages else None
    return first if isinstance(first, str) else LANGUAGE_UNKNOWN
