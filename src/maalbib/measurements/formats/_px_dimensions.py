"""The dimensions of a px file in all its languages, and what the file says about itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import attrs

from maalbib.measurements._limits import Limits, RefusedError
from maalbib.measurements.formats._cube import Dimension, check_codes
from maalbib.measurements.formats._px_text import Keywords
from maalbib.measurements.formats._px_time import periods_of
from maalbib.problems import ProblemBlock

__all__ = ["PxDimension", "dimensions_in", "notes_in"]

_NOTES: Final = {
    "TITLE": "title", "DESCRIPTION": "description", "CONTENTS": "contents", "SOURCE": "source", "UNITS": "unit",
    "LAST-UPDATED": "updated", "MATRIX": "matrix", "SUBJECT-AREA": "subject", "DECIMALS": "decimals", "NOTE": "note",
    "NOTEX": "note", "LANGUAGE": "language",
}  # fmt: skip
_CONTACTS: Final = ("CONTACT", "REFPERSON", "PHONE", "E-MAIL", "ADDRESS")
_SYMBOL: Final = re.compile("DATASYMBOL([1-6]|NIL|SUM)")
_TIME, _PLACE = "T", "G"


@attrs.frozen(kw_only=True)
class PxDimension:
    """A dimension with what only px files know of it.

    Attributes
    ----------
    side
        The dimension as any cube has it.
    title
        The name by which the keywords speak of it.
    values
        What its codes are called in the file's own language, as many as the codes.
    periods
        Its periods as they are written everywhere else, None where it is not of time.
    in_stub
        Whether it runs down the table.
    """

    side: Dimension
    title: str
    values: tuple[str, ...]
    periods: tuple[str, ...] | None
    in_stub: bool


def dimensions_in(keywords: Keywords, limits: Limits) -> tuple[list[PxDimension], list[ProblemBlock]]:
    """Return the dimensions, those down the table first, and what is odd about their translations."""
    stub = keywords.texts("STUB") or ()
    titles = (*stub, *(keywords.texts("HEADING") or ()))
    if not titles:
        raise _missing("STUB")
    found = [_dimension(keywords, title, title in stub, limits) for title in titles]
    names = [dimension.side.name for dimension in found]
    if len(set(titles)) != len(titles) or len(set(names)) != len(names):
        raise RefusedError(ProblemBlock(code="px.dimension_duplicate"))
    blocks: list[ProblemBlock] = []
    for lang in _languages(keywords):
        found = _translated(keywords, found, lang, blocks)
    return _placed(keywords, found), blocks


def _missing(keyword: str, column: str | None = None) -> RefusedError:
    return RefusedError(ProblemBlock(code="px.keyword_missing", column=column, details={"keyword": keyword}))


def _dimension(keywords: Keywords, title: str, in_stub: bool, limits: Limits) -> PxDimension:  # noqa: FBT001
    values = keywords.texts("VALUES", title)
    codes = keywords.texts("CODES", title)
    if values is None and codes is None:
        raise _missing("VALUES", title)
    values, codes = values or codes or (), codes or values or ()
    name = keywords.text("VARIABLECODE", title) or title
    check_codes(name, codes, limits)
    if len(codes) != len(values):
        details = {"found": len(codes), "expected": len(values)}
        raise RefusedError(ProblemBlock(code="px.codes_count", column=name, details=details))
    if len(set(codes)) != len(codes):
        raise RefusedError(ProblemBlock(code="px.codes_duplicate", column=name))
    total = keywords.text("ELIMINATION", title)
    lang = keywords.language
    return PxDimension(
        side=Dimension(
            name=name,
            codes=codes,
            total=codes[values.index(total)] if total in values else None,
            names={lang: title},
            labels=_labels(codes, values, lang),
        ),
        title=title,
        values=values,
        periods=periods_of(keywords, title, len(values)),
        in_stub=in_stub,
    )


def _labels(codes: Sequence[str], values: Sequence[str], lang: str) -> dict[str, dict[str, str]]:
    return {code: {lang: value} for code, value in zip(codes, values, strict=True) if value != code}


def _languages(keywords: Keywords) -> list[str]:
    given = {lang: None for _, lang, _ in keywords.entries if lang}
    return [lang for lang in given if lang != keywords.language]


def _translated(
    keywords: Keywords, dimensions: list[PxDimension], lang: str, blocks: list[ProblemBlock]
) -> list[PxDimension]:
    """Return the dimensions with their names and labels in one more language, which has names of its own for them."""
    titles = (*(keywords.texts("STUB", lang=lang) or ()), *(keywords.texts("HEADING", lang=lang) or ()))
    if len(titles) != len(dimensions):
        return dimensions
    return [
        _in_language(keywords, dimension, title, lang, blocks)
        for dimension, title in zip(dimensions, titles, strict=True)
    ]


def _in_language(
    keywords: Keywords, dimension: PxDimension, title: str, lang: str, blocks: list[ProblemBlock]
) -> PxDimension:
    side = dimension.side
    values = keywords.texts("VALUES", title, lang=lang)
    labels = {code: dict(words) for code, words in side.labels.items()}
    if values is not None and len(values) != len(side.codes):
        details = {"found": len(side.codes), "expected": len(values)}
        blocks.append(ProblemBlock(code="px.codes_count", level="warning", column=side.name, details=details))
    elif values is not None:
        for code, value in zip(side.codes, values, strict=True):
            labels.setdefault(code, {})[lang] = value
    return attrs.evolve(dimension, side=attrs.evolve(side, names=dict(side.names) | {lang: title}, labels=labels))


def _placed(keywords: Keywords, dimensions: list[PxDimension]) -> list[PxDimension]:
    """Return the dimensions with their roles; of two that could have the same role neither has it."""
    contents = keywords.text("CONTVARIABLE")
    kinds = {dimension.title: keywords.text("VARIABLE-TYPE", dimension.title) for dimension in dimensions}
    maps = set(keywords.subjects("MAP"))
    timed = [dimension.title for dimension in dimensions if dimension.periods is not None]
    roles = {
        "indicator": [title for title in kinds if title == contents],
        "period": timed or [title for title, kind in kinds.items() if kind == _TIME],
        "institution": [title for title, kind in kinds.items() if kind == _PLACE or title in maps],
    }
    found = {titles[0]: role for role, titles in reversed(roles.items()) if len(titles) == 1}
    return [
        attrs.evolve(dimension, side=attrs.evolve(dimension.side, role=found.get(dimension.title)))
        for dimension in dimensions
    ]


def notes_in(keywords: Keywords, dimensions: Sequence[PxDimension], *, contacts: bool) -> dict[str, str]:
    """Return what the file says of itself; names, phones and addresses only where they are asked for."""
    notes: dict[str, str] = {}
    for word, note in _NOTES.items():
        said = keywords.text(word)
        if said is not None:
            notes[note] = f"{notes[note]}\n{said}" if note in notes else said
    for word, _, subjects in keywords.entries:
        symbol = _SYMBOL.fullmatch(word)
        if symbol and not subjects:
            notes[f"symbol.{symbol[1].lower()}"] = keywords.text(word) or ""
    for dimension in dimensions:
        for code, value in zip(dimension.side.codes, dimension.values, strict=True):
            unit = keywords.text("UNITS", value)
            notes |= {} if unit is None else {f"unit.{code}": unit}
    if contacts:
        said_of = [
            keywords.text(word, *about) for word, lang, about in keywords.entries if word in _CONTACTS and not lang
        ]
        kept = list(dict.fromkeys(said for said in said_of if said))
        notes |= {"contact": "\n".join(kept)} if kept else {}
    return notes
