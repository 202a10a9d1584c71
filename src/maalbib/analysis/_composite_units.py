"""What each unit has of each indicator in one period, for a composite."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import attrs
import numpy as np

from maalbib.analysis._arrays import Bools, Floats, Ints, in_rows
from maalbib.analysis._peer_rows import INSTITUTION
from maalbib.analysis._peer_values import PeerValues, peer_values
from maalbib.analysis._secrecy import Grades
from maalbib.errors import ArgumentError

if TYPE_CHECKING:
    from maalbib.analysis._context import Setting
    from maalbib.analysis._peer_sets import PeerSets
    from maalbib.model import PeerGroup, Period

__all__ = ["LACKING", "CompositeUnits", "Reading", "composite_units"]

LACKING: Final = (
    *("figure_missing", "figure_suppressed", "figure_one_sided", "figure_other_source"),
    *("figure_small_n", "figure_confidential"),
)
"""Why a unit has no figure to use, those told first last."""
_TOTAL: Final = "_T"


@attrs.frozen(kw_only=True)
class CompositeUnits:
    """The units of a call, a row for each, and a column for each indicator.

    Attributes
    ----------
    institutions
        (units,) who.
    level
        (units,) units of one number are held against each other.
    figures, errors
        (units, indicators) NaN where there is none to use.
    lacking
        (units, indicators) why not: the place in ``LACKING``, -1 where there is one.
    grade
        (units, indicators) why a figure may not be shown, 0 where it may. Such a figure is not used.
    provisional, approximate, mixed
        (units,) whether a figure may still change, is only known about, or comes from another source than most of its kind.
    """

    institutions: tuple[str, ...]
    level: Ints
    figures: Floats
    errors: Floats
    lacking: Ints
    grade: Grades
    provisional: Bools
    approximate: Bools
    mixed: Bools

    def __len__(self) -> int:
        """Return how many units there are."""
        return len(self.institutions)


@attrs.frozen(kw_only=True)
class Reading:
    """How figures are read.

    Attributes
    ----------
    breakdown
        The part of the figures; the whole where empty.
    group, members
        Who is held against each other; None for everybody.
    min_verdict
        Fewest people behind a figure; None takes all.
    across_sources
        Whether an indicator may mix sources.
    """

    period: Period
    breakdown: str
    group: PeerGroup | PeerSets | None
    members: tuple[str, ...] | None
    confidence: float
    min_verdict: int | None
    across_sources: bool


def composite_units(setting: Setting, indicators: Sequence[str], reading: Reading) -> CompositeUnits:
    """Return the figures of the wanted units, or of everybody who has one of them."""
    found = {code: list(_values(setting, code, reading)) for code in indicators}
    _refuse_no_such_part(found, reading.breakdown)
    members = reading.members
    everybody = sorted(
        {who for parts in found.values() for part, rows in parts for who in _who(part, rows)}
        if members is None
        else set(members)
    )
    place = {who: row for row, who in enumerate(everybody)}
    shape = (len(everybody), len(indicators))
    figures, errors = np.full(shape, np.nan), np.full(shape, np.nan)
    lacking, grade = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int8)
    provisional, approximate, mixed = (np.zeros(shape, dtype=bool) for _ in range(3))
    for column, code in enumerate(indicators):
        for part, rows in found[code]:
            at = [place[who] for who in _who(part, rows)]
            why = _lacking(part, reading)
            usable = why < 0
            figures[at, column] = np.where(usable, part.value, np.nan)[rows]
            errors[at, column] = np.where(usable, _errors(part, reading.confidence), np.nan)[rows]
            lacking[at, column], grade[at, column] = why[rows], part.grade[rows]
            provisional[at, column] = (usable & part.provisional)[rows]
            approximate[at, column] = (usable & part.approximate)[rows]
            mixed[at, column] = (usable & part.several_sources())[rows]
    levels = setting.secrecy.levels_of(everybody) if members is None else [0] * len(everybody)
    return CompositeUnits(
        institutions=tuple(everybody),
        level=np.array(levels, dtype=np.int64),
        figures=figures,
        errors=errors,
        lacking=lacking,
        grade=grade,
        provisional=in_rows(provisional),
        approximate=in_rows(approximate),
        mixed=in_rows(mixed),
    )


def _values(setting: Setting, code: str, reading: Reading) -> list[tuple[PeerValues, Ints]]:
    """Return the values of an indicator with the rows that are the wanted part of it."""
    found = []
    for _, panels in setting.panels([code]):
        # Where no panel is of the wanted frequency, everybody lacks a figure.
        for panel in [panel for panel in panels if panel.freq is reading.period.freq] or panels[:1]:
            values = peer_values(
                panel,
                reading.period,
                INSTITUTION,
                reading.group,
                reading.confidence,
                setting.indicator(code),
                setting.secrecy,
            )
            fits = [_fits(each, reading.breakdown) for each in values.breakdowns]
            found.append((values, np.flatnonzero(fits)))
    return found


def _refuse_no_such_part(found: Mapping[str, list[tuple[PeerValues, Ints]]], breakdown: str) -> None:
    """Refuse a part that no figure is of, and the whole where there are parts only."""
    parts = [part for several in found.values() for part in several]
    known = sorted({each for values, _ in parts for each in values.breakdowns if each})
    if known and not any(len(rows) for _, rows in parts):
        raise ArgumentError("composite.no_such_part", allowed=known)
    if breakdown and not known:
        raise ArgumentError("composite.no_parts")


def _who(values: PeerValues, rows: Ints) -> list[str]:
    return [values.institutions[row] for row in rows.tolist()]


def _fits(breakdown: str, wanted: str) -> bool:
    """Return whether a series is the wanted part; where none is wanted, the whole."""
    if wanted:
        return breakdown == wanted
    return all(part.endswith(f"={_TOTAL}") for part in breakdown.split(";") if part)


def _lacking(values: PeerValues, reading: Reading) -> Ints:
    apart = np.zeros(len(values), dtype=bool) if reading.across_sources else values.apart()
    small = values.grade == 1
    if reading.min_verdict is not None:
        small |= values.people < reading.min_verdict
    why = [
        (values.grade > 1, "figure_confidential"),
        (small & np.isfinite(values.value), "figure_small_n"),
        (values.suppressed, "figure_suppressed"),
        (values.one_sided, "figure_one_sided"),
        (apart, "figure_other_source"),
        (np.isnan(values.value), "figure_missing"),
    ]
    return np.asarray(np.select([where for where, _ in why], [LACKING.index(word) for _, word in why], -1))


def _errors(values: PeerValues, confidence: float) -> Floats:
    """Return a standard error for each value: half its interval over the normal quantile, which is above 0 at 0 and 100 per cent."""
    from scipy import special

    z = -float(special.ndtri((1 - confidence) / 2))
    width = values.upper - values.lower
    return np.where(width >= 0, width / (2 * z), np.nan)
