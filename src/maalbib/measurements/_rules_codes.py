"""Rules about codes: there, legible, known, and fitting together."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING, Final

import numpy as np

from maalbib import texts
from maalbib.measurements._columns import Columns, Finding
from maalbib.measurements._known import LEVELS, Known
from maalbib.measurements._schema import CONF_CODES, FREQUENCIES, KEY, QUALIFIERS, STATUS_CODES
from maalbib.problems import Level

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["CODE_RULES", "too_fine"]

Rule = Callable[[Columns, Known], Iterator[Finding]]

# A semicolon or an equals sign would break the text that names a breakdown.
_LEGIBLE: Final = re.compile(r"[^;=\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]{1,1000}")
# Comparing with every known code costs time; this many comparisons take about a quarter of a second.
_MOST_COMPARISONS: Final = 50_000
_MOST_SUGGESTIONS: Final = 100
_VOCABULARIES: Final = (
    ("status", STATUS_CODES, "status.unknown"),
    ("conf", CONF_CODES, "conf.unknown"),
    ("qualifier", QUALIFIERS, "qualifier.unknown"),
)


def missing_codes(columns: Columns, _: Known) -> Iterator[Finding]:
    """Find rows that do not say what was measured, for whom or when."""
    for name in KEY:
        rows = np.flatnonzero(columns.codes[name].codes < 0)
        yield Finding(code="code.missing", column=name, rows=columns.was_read(name, rows))


def missing_breakdowns(columns: Columns, known: Known) -> Iterator[Finding]:
    """Find rows without the code of a column that breaks their indicator down; the total is written ``_T``.

    Where nothing is known about the indicator, an empty cell is taken for the total.
    """
    indicator = columns.codes["indicator"]
    for name in columns.breakdowns:
        empty = columns.was_read(name, np.flatnonzero(columns.codes[name].codes < 0))
        if len(empty) == 0:
            continue
        declared = [item is not None and name in item.dimensions for item in known.indicators.found]
        lacking = indicator.each(declared, False, bool)[empty]
        unsure = indicator.each([item is None for item in known.indicators.found], False, bool)[empty]
        yield Finding(code="breakdown.missing", column=name, rows=empty[lacking])
        yield Finding(code="breakdown.taken_as_total", column=name, rows=empty[unsure], level="warning")


def legible(columns: Columns, _: Known) -> Iterator[Finding]:
    """Find codes with characters that cannot be seen or that separate codes."""
    for name in ("indicator", "institution", "source", *columns.breakdowns):
        codes = columns.codes.get(name)
        if codes is None:
            continue
        rows = codes.where(_LEGIBLE.fullmatch(text) is None for text in codes.texts)
        columns.mark_unread(name, rows)
        yield Finding(code="code.characters", column=name, rows=rows)


def known_codes(columns: Columns, known: Known) -> Iterator[Finding]:
    """Find codes that are not in their closed list, and name the nearest one."""
    for name, options in known.codes.items():
        codes = columns.codes.get(name)
        if codes is None:
            continue
        unknown = columns.was_read(name, codes.where(text not in options for text in codes.texts))
        # In the order of the texts, so that the order of the rows does not decide which ones get a suggestion.
        places = sorted(np.unique(codes.codes[unknown]).tolist(), key=codes.texts.__getitem__)
        compared = min(_MOST_SUGGESTIONS, _MOST_COMPARISONS // max(1, len(options)))
        # A figure from a source that nobody has described is still a figure.
        level: Level = "warning" if name == "source" else "error"
        for place in places[:compared]:
            rows = unknown[codes.codes[unknown] == place]
            yield _unknown(name, rows, level, _nearest(codes.texts[place], options))
        rest = unknown[np.isin(codes.codes[unknown], places[compared:])]
        yield Finding(code="code.unknown_many", column=name, rows=rest, level=level)


def _nearest(text: str, options: Collection[str]) -> str | None:
    """Return the code that was probably meant: the same with the leading zero that is so easily lost, or a similar one."""
    return f"0{text}" if f"0{text}" in options else texts.closest(text, options)


def _unknown(name: str, rows: NDArray[np.int64], level: Level, nearest: str | None) -> Finding:
    if nearest is None:
        return Finding(code="code.unknown_no_suggestion", column=name, rows=rows, level=level)
    return Finding(code="code.unknown", column=name, rows=rows, level=level, details={"suggestion": nearest})


def vocabularies(columns: Columns, _: Known) -> Iterator[Finding]:
    """Find statuses, confidentialities and qualifiers that are no words of their lists."""
    for name, words, code in _VOCABULARIES:
        codes = columns.codes.get(name)
        if codes is not None:
            rows = codes.where(text not in words for text in codes.texts)
            columns.mark_unread(name, rows)
            yield Finding(code=code, column=name, rows=rows, details={"allowed": list(words)})


def frequencies(columns: Columns, known: Known) -> Iterator[Finding]:
    """Find periods of another frequency than their indicator is measured with."""
    wanted = columns.codes["indicator"].each(known.indicators.freq, -1, np.int64)
    given = columns.codes["period"].each(known.periods.freq, -1, np.int64)
    wrong = np.flatnonzero((wanted >= 0) & (given >= 0) & (wanted != given))
    pairs = wanted[wrong] * len(FREQUENCIES) + given[wrong]
    for pair in np.unique(pairs).tolist():
        freq, other = (FREQUENCIES[place].value for place in divmod(pair, len(FREQUENCIES)))
        details = {"freq": freq, "other": other}
        yield Finding(code="period.frequency", column="period", rows=wrong[pairs == pair], details=details)


def alive(columns: Columns, known: Known) -> Iterator[Finding]:
    """Find institutions that lived on no day of the period."""
    if not known.institutions.lives:
        return
    institution, period = columns.codes["institution"], columns.codes["period"]
    first = period.each(known.periods.first, 0, np.int64)
    last = period.each(known.periods.last, 0, np.int64)
    lived = (institution.codes < 0) | (period.codes < 0)
    for start, after in known.institutions.lives:
        lived |= (institution.each(start, 0, np.int64) <= last) & (first < institution.each(after, 0, np.int64))
    yield Finding(code="institution.not_alive", column="institution", rows=np.flatnonzero(~lived))


def confidential(columns: Columns, known: Known) -> Iterator[Finding]:
    """Find figures for a finer level than their indicator is published for: confidential, whatever the row says."""
    yield Finding(code="value.confidential", column="value", rows=too_fine(columns, known), level="warning")


def too_fine(columns: Columns, known: Known) -> NDArray[np.int64]:
    """Return the rows marked as free whose institution is finer than the indicator's publication level."""
    published = columns.codes["indicator"].each(known.indicators.level, -1, np.int64)
    measured = columns.codes["institution"].each(known.institutions.level, len(LEVELS), np.int64)
    fine = measured < published
    conf = columns.codes.get("conf")
    return np.flatnonzero(fine if conf is None else fine & ((conf.codes < 0) | conf.equals("F")))


CODE_RULES: Final[tuple[Rule, ...]] = (
    missing_codes,
    missing_breakdowns,
    legible,
    known_codes,
    vocabularies,
    frequencies,
    alive,
    confidential,
)
