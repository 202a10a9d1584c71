"""Rules about codes: there, legible, known, and fitting together."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from maalbib import texts
from maalbib.measurements._codes import Codes
from maalbib.measurements._columns import Columns, Finding
from maalbib.measurements._facts import rows_where
from maalbib.measurements._known import Known
from maalbib.measurements._schema import ACTIONS, CONF_CODES, FREQUENCIES, KEY, QUALIFIERS, STATUS_CODES
from maalbib.problems import Level

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["CODE_RULES", "too_fine"]

Rule = Callable[[Columns, Known], Iterator[Finding]]
# Says of places in two lists of codes, in any shapes that go together, which pairs are wrong.
Wrong = Callable[["NDArray[Any]", "NDArray[Any]"], "NDArray[np.bool_]"]

# A semicolon or an equals sign would break the text that names a breakdown.
_LEGIBLE: Final = re.compile(r"[^;=\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]{1,1000}")
# Comparing with every known code costs time; this many comparisons take about a quarter of a second.
_MOST_COMPARISONS: Final = 50_000
_MOST_SUGGESTIONS: Final = 100
_FEW_PAIRS: Final = 2**20
_VOCABULARIES: Final = (
    ("status", STATUS_CODES, "status.unknown"),
    ("conf", CONF_CODES, "conf.unknown"),
    ("qualifier", QUALIFIERS, "qualifier.unknown"),
    ("action", ACTIONS, "action.unknown"),
)


def missing_codes(columns: Columns, _: Known) -> Iterator[Finding]:
    """Find rows that do not say what was measured, for whom or when."""
    for name in KEY:
        codes = columns.codes[name]
        if not codes.complete:
            rows = np.flatnonzero(codes.codes < 0)
            yield Finding(code="code.missing", column=name, rows=columns.was_read(name, rows))


def missing_breakdowns(columns: Columns, known: Known) -> Iterator[Finding]:
    """Find rows without the code of a column that breaks their indicator down; the total is written ``_T``.

    Where nothing is known about the indicator, an empty cell is taken for the total.
    """
    indicator = columns.codes["indicator"]
    for name in columns.breakdowns:
        if columns.codes[name].complete:
            continue
        empty = columns.was_read(name, np.flatnonzero(columns.codes[name].codes < 0))
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


def deletions(columns: Columns, _: Known) -> Iterator[Finding]:
    """Find rows that take a key back and hold a value all the same; the value is left out."""
    if "action" in columns.codes:
        deleted = columns.codes["action"].equals("delete")
        rows = np.flatnonzero(deleted & np.isfinite(columns.numbers["value"]))
        yield Finding(code="action.value", column="value", rows=rows, level="warning")


def frequencies(columns: Columns, known: Known) -> Iterator[Finding]:
    """Find periods of another frequency than their indicator is measured with."""
    wanted, given = known.indicators.freq, known.periods.freq
    wrong = _rows_of_pairs(
        columns, known, "indicator", "period", lambda one, other: (wanted[one] >= 0) & (wanted[one] != given[other])
    )
    pairs = wanted[columns.codes["indicator"].codes[wrong]] * len(FREQUENCIES)
    pairs += given[columns.codes["period"].codes[wrong]]
    for pair in np.unique(pairs).tolist():
        freq, other = (FREQUENCIES[place].value for place in divmod(pair, len(FREQUENCIES)))
        details = {"freq": freq, "other": other}
        yield Finding(code="period.frequency", column="period", rows=wrong[pairs == pair], details=details)


def alive(columns: Columns, known: Known) -> Iterator[Finding]:
    """Find institutions that lived on no day of the period; in a division of one day, not on that day."""
    if not known.institutions.lives:
        return
    first, last = known.periods.first, known.periods.last
    if columns.divisions:
        rows = _not_alive_on(columns, known)
    else:
        rows = _rows_of_pairs(
            columns, known, "institution", "period", lambda one, other: ~_lived(known, one, first[other], last[other])
        )
    empty = np.isnan(
        columns.numbers["value"][rows]
    )  # nothing is said of a unit that was not there, as in wide tables
    yield Finding(code="institution.not_alive", column="institution", rows=rows[~empty])
    nothing = rows[empty]
    yield Finding(
        code="institution.not_alive_empty", column="institution", rows=nothing, leaves_out=nothing, level="info"
    )


def _lived(known: Known, place: NDArray[Any], first: NDArray[Any], last: NDArray[Any]) -> NDArray[np.bool_]:
    """Say of institutions whether they lived on a day of spans of days."""
    lived = np.zeros(np.broadcast_shapes(place.shape, first.shape), dtype=bool)
    for start, after in known.institutions.lives:
        lived |= (start[place] <= last) & (first < after[place])
    return lived


def _not_alive_on(columns: Columns, known: Known) -> NDArray[np.int64]:
    """Return the rows whose institution did not live in the period, or on the day that the indicator is divided by."""
    indicator, institution, period = (columns.codes[name] for name in KEY)
    if not (institution.texts and period.texts):
        return np.empty(0, dtype=np.int64)
    days = np.array([*(columns.divisions.get(text, np.nan) for text in indicator.texts), np.nan])
    first, last = known.periods.first, known.periods.last

    def marks(rows: slice) -> NDArray[np.bool_]:
        places = [codes.codes[rows] for codes in (indicator, institution, period)]
        day = days[places[0]]
        begins, ends = (np.where(np.isnan(day), side[places[2]], day) for side in (first, last))
        alone: NDArray[np.bool_] = ~_lived(known, places[1], begins, ends)
        return alone & (places[1] >= 0) & (places[2] >= 0)

    return rows_where(columns.length, marks)


def _rows_of_pairs(columns: Columns, known: Known, one: str, other: str, wrong: Wrong) -> NDArray[np.int64]:
    """Return the rows whose codes in two columns of the key do not go together; empty cells go with everything.

    The pairs that stand in a row are fewer than the rows, so they are asked first; where none is wrong, no row is looked
    at.
    """
    left, right = columns.codes[one], columns.codes[other]
    shape = (len(left.texts), len(right.texts))
    if 0 in shape:
        return np.empty(0, dtype=np.int64)
    if math.prod(shape) > max(_FEW_PAIRS, columns.length):

        def each_row(rows: slice) -> NDArray[np.bool_]:
            ours, theirs = left.codes[rows], right.codes[rows]
            found: NDArray[np.bool_] = (ours >= 0) & (theirs >= 0) & wrong(ours, theirs)
            return found

        return rows_where(columns.length, each_row)
    grid = np.broadcast_to(wrong(np.arange(shape[0])[:, None], np.arange(shape[1])[None, :]), shape)
    used = known.facts.pairs(one, other) if grid.any() else grid
    if used is not None and not (used & grid).any():
        return np.empty(0, dtype=np.int64)
    marks = np.zeros((shape[0] + 1, shape[1] + 1), dtype=bool)  # the last of each axis is the empty cell
    marks[:-1, :-1] = grid

    def looked_up(rows: slice) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = marks[left.codes[rows], right.codes[rows]]
        return found

    return rows_where(columns.length, looked_up)


def confidential(columns: Columns, known: Known) -> Iterator[Finding]:
    """Find figures for a finer level than their indicator is published for: confidential, whatever the row says."""
    yield Finding(code="value.confidential", column="value", rows=too_fine(columns, known), level="warning")


def too_fine(columns: Columns, known: Known) -> NDArray[np.int64]:
    """Return the rows marked as free whose institution is finer than the indicator's publication level."""
    published, measured = known.indicators.level, known.institutions.level
    rows = _rows_of_pairs(
        columns, known, "indicator", "institution", lambda one, other: measured[other] < published[one]
    )
    conf = columns.codes.get("conf")
    if conf is None or len(rows) == 0:
        return rows
    own = Codes(conf.codes[rows], conf.texts)
    return rows[(own.codes < 0) | own.equals("F")]


CODE_RULES: Final[tuple[Rule, ...]] = (
    missing_codes,
    missing_breakdowns,
    legible,
    known_codes,
    vocabularies,
    deletions,
    frequencies,
    alive,
    confidential,
)
