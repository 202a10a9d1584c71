"""The header of an SDMX-CSV file: which version it is, and what each of its columns holds."""

from __future__ import annotations

import re
from typing import Final, Literal

import attrs

from maalbib.measurements._limits import RefusedError
from maalbib.problems import ProblemBlock

__all__ = ["Component", "SdmxHeader", "component_of", "sdmx_header", "separators"]

# The sign behind the first name parts the cells of the file, whatever else stands in the header.
_START: Final = re.compile(
    r'"?(?P<name>STRUCTURE|DATAFLOW)(?P<sub>\[[^\]\r\n]*\])?"?(?P<delimiter>[^A-Za-z0-9_"\r\n\[\0])'
)
_NAMED: Final = re.compile(r'"?(?:STRUCTURE|DATAFLOW)(?:\[[^\]\r\n]*\])?"?(?:[\r\n]|\Z)')
_PART: Final = re.compile(r"([A-Za-z][A-Za-z0-9_-]*)(?:\[([^\[\]]*)\])?")
_LABEL: Final = re.compile(r": ?")
_KEYS: Final = ("SERIES_KEY", "OBS_KEY")


@attrs.frozen(kw_only=True)
class Component:
    """One component of the structure.

    Attributes
    ----------
    id
        Its id, without brackets and label.
    place
        Position of its column.
    kind
        ``"plain"``, ``"list"`` for several values, ``"languages"`` for a text in several languages.
    languages
        The languages that the header names.
    nested
        Whether it belongs to a parent that may have several values, each with values of its own.
    label
        What people call it.
    labelled
        Whether its cells hold code and label.
    label_place
        Position of the column with its labels.
    """

    id: str
    place: int
    kind: Literal["plain", "list", "languages"] = "plain"
    languages: tuple[str, ...] = ()
    nested: bool = False
    label: str = ""
    labelled: bool = False
    label_place: int | None = None


@attrs.frozen(kw_only=True)
class SdmxHeader:
    """What the columns of a file are.

    Attributes
    ----------
    version
        1 where a column ``DATAFLOW`` begins, 2 where ``STRUCTURE`` does.
    sub_delimiter
        The sign between several values in one cell.
    components
        The components in the order of the file.
    structure, structure_id, structure_name, action
        Positions of these columns.
    """

    version: Literal[1, 2]
    sub_delimiter: str | None
    components: tuple[Component, ...]
    structure: int | None
    structure_id: int
    structure_name: int | None
    action: int | None


def separators(start: str) -> tuple[str, str | None] | None:
    """Return what parts the cells of a file and the values in a cell, by its beginning; None where it is no SDMX-CSV.

    Examples
    --------
    >>> separators("STRUCTURE[|];STRUCTURE_ID;ACTION")
    (';', '[|]')
    """
    match = _START.match(start)
    if match is not None:
        return match["delimiter"], match["sub"]
    return (",", None) if _NAMED.match(start) else None


def _fault(column: str | None, expected: str) -> RefusedError:
    return RefusedError(
        ProblemBlock(code="sdmx_csv.header", rows=(1,), column=column, details={"expected": expected})
    )


def sdmx_header(names: tuple[str, ...], delimiter: str, sub: str | None) -> SdmxHeader:
    """Return what the columns are.

    Raises
    ------
    RefusedError
        With ``sdmx_csv.header``, if the fixed columns are not where they belong or a name cannot be understood.
    """
    version: Literal[1, 2] = 1 if names[0].startswith("DATAFLOW") else 2
    sub_delimiter = _sub_delimiter(sub, delimiter)
    fixed = list(names[:version])
    if fixed[1:] != ["STRUCTURE_ID"][: version - 1]:
        raise _fault(None, "sdmx structure_id")
    place = len(fixed)
    structure_name = place if list(names[1:3]) == ["STRUCTURE_ID", "STRUCTURE_NAME"] else None
    place += structure_name is not None
    action = place if names[place : place + 1] == ("ACTION",) and version > 1 else None
    place += action is not None
    while place < len(names) and names[place] in _KEYS:
        place += 1
    return SdmxHeader(
        version=version,
        sub_delimiter=sub_delimiter,
        components=_components(names, place, sub_delimiter, paired=structure_name is not None),
        structure=None if version == 1 else 0,
        structure_id=version - 1,
        structure_name=structure_name,
        action=action,
    )


def _components(
    names: tuple[str, ...], place: int, sub_delimiter: str | None, *, paired: bool
) -> tuple[Component, ...]:
    components: dict[str, Component] = {}
    for at in range(place, len(names), 2 if paired else 1):
        found = component_of(names[at], at, sub_delimiter)
        if found.id in components:
            raise _fault(found.id, "sdmx component once")
        if paired and at + 1 < len(names):
            found = attrs.evolve(found, label=names[at + 1], label_place=at + 1)
        components[found.id] = found
    return tuple(components.values())


def _sub_delimiter(sub: str | None, delimiter: str) -> str | None:
    if sub is None:
        return None
    sign = sub[1:-1]
    if len(sign) != 1 or sign == delimiter or sign in "\"' ":
        raise _fault("STRUCTURE", "sdmx sub-delimiter")
    return sign


def component_of(name: str, place: int, sub_delimiter: str | None) -> Component:
    """Return the component that a name of the header stands for.

    Examples
    --------
    >>> found = component_of("TITLE[da;en]: Titel", 4, ";")
    >>> found.id, found.kind, found.languages, found.label
    ('TITLE', 'languages', ('da', 'en'), 'Titel')
    """
    code, *label = _LABEL.split(name, maxsplit=1)
    parts = [_PART.fullmatch(part) for part in code.split(".")] if "[" in code or "]" in code else []
    if not code or None in parts:
        raise _fault(str(place + 1), "sdmx component")
    found = ".".join(part[1] for part in parts if part) or code
    brackets = [part[2] for part in parts if part]
    if any(brackets[:-1]):
        raise _fault(found, "sdmx component")
    if parts and sub_delimiter is None:
        raise _fault(found, "sdmx sub-delimiter")
    languages = tuple(brackets[-1].split(sub_delimiter)) if brackets and brackets[-1] else ()
    if not all(languages) or len(set(languages)) < len(languages):
        raise _fault(found, "sdmx component")
    return Component(
        id=found,
        place=place,
        kind="languages" if languages else "list" if parts else "plain",
        languages=languages,
        nested=sum(bracket is not None for bracket in brackets) > 1,
        label=label[0] if label else "",
        labelled=bool(label),
    )
