"""The values of one group in one period, with what is known of their uncertainty."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import attrs
import numpy as np

from maalbib import stats
from maalbib.analysis._arrays import Bools, Floats, Ints
from maalbib.model import UnitKind

if TYPE_CHECKING:
    from maalbib.measurements import Panel
    from maalbib.model import Indicator, PeerGroup, Period

__all__ = ["PeerValues", "peer_values"]


@attrs.frozen(kw_only=True)
class PeerValues:
    """What is compared: one value for each of m units.

    Attributes
    ----------
    institutions, breakdowns
        Who, and the part of them.
    value, lower, upper
        (m,) in the indicator's unit, NaN where missing or not known.
    denominator, n
        (m,) or None: what weights can be made of, and people behind the value.
    source
        (m,) number of the source, -1 where none is given.
    withheld
        Why a unit has no value: masks by reason.
    """

    institutions: tuple[str, ...]
    breakdowns: tuple[str, ...]
    value: Floats
    lower: Floats
    upper: Floats
    denominator: Floats | None
    n: Floats | None
    source: Ints
    withheld: dict[str, Bools]

    @property
    def mixed(self) -> bool:
        """Whether values come from more than one source."""
        return len(np.unique(self.source[np.isfinite(self.value)])) > 1

    def comparable(self, *, across_sources: bool) -> Bools:
        """Return who may be compared: those of the source that most values have, unless all may.

        Where no source has more values than every other one, nobody is compared.
        """
        everyone = np.ones(len(self.value), dtype=bool)
        sources, counts = np.unique(self.source[np.isfinite(self.value)], return_counts=True)
        if across_sources or len(sources) < 2:  # noqa: PLR2004 - one source is comparable with itself
            return everyone
        most = counts.max()
        if (counts == most).sum() > 1:
            return np.isnan(self.value)
        return np.asarray((self.source == sources[int(counts.argmax())]) | np.isnan(self.value), dtype=bool)

    def weights(self, kind: str) -> tuple[Floats | None, Bools]:
        """Return the weights of a kind of mean, and which units with a value lack one."""
        nobody = np.zeros(len(self.value), dtype=bool)
        if kind == "unweighted":
            return None, nobody
        found = self.denominator
        if kind == "weighted" and found is None:
            found = self.n
        if found is None:
            return None, np.isfinite(self.value)
        return np.where(np.isfinite(found), found, 0.0), np.isfinite(self.value) & ~(found > 0)


def peer_values(
    panel: Panel, period: Period, over: str, group: PeerGroup | None, confidence: float, indicator: Indicator | None
) -> Iterator[PeerValues]:
    """Yield the values compared with each other: the same breakdown of all members, or all categories of one unit."""
    column = panel.periods.index(period) if period in panel.periods else -1
    keys = [_key(place, text, over) for place, text in zip(panel.institutions, panel.breakdowns, strict=True)]
    for key in sorted(set(keys)):
        rows = np.array([row for row, other in enumerate(keys) if other == key], dtype=np.int64)
        yield _values(panel, column, rows, over, group, confidence, indicator)


def _key(institution: str, breakdown: str, over: str) -> tuple[str, str]:
    """Return what must be the same among those compared."""
    if over == "institution":
        return "", breakdown
    rest = ";".join(part for part in breakdown.split(";") if not part.startswith(f"{over}="))
    return institution, rest


def _member(panel: Panel, row: int, over: str) -> str:
    if over == "institution":
        return panel.institutions[row]
    parts = dict(part.split("=", 1) for part in panel.breakdowns[row].split(";"))
    return parts[over]


def _values(
    panel: Panel,
    column: int,
    rows: Ints,
    over: str,
    group: PeerGroup | None,
    confidence: float,
    indicator: Indicator | None,
) -> PeerValues:
    names = [_member(panel, int(row), over) for row in rows]
    if group is not None:
        rows = rows[np.isin(names, group.members)]
        names = [_member(panel, int(row), over) for row in rows]
    absent = sorted(set(group.members) - set(names)) if group is not None and over == "institution" else []
    institutions = (*(panel.institutions[row] for row in rows), *absent)
    rest = panel.breakdowns[rows[0]] if len(rows) else ""
    breakdowns = (*(panel.breakdowns[row] for row in rows), *[rest] * len(absent))

    def cells(values: Floats) -> Floats:
        found = values[rows, column] if column >= 0 else np.full(len(rows), np.nan)
        return np.concatenate([found, np.full(len(absent), np.nan)])

    def optional(values: Floats | None) -> Floats | None:
        return None if values is None else cells(values)

    suppressed = np.concatenate([panel.suppressed[rows, column] & (column >= 0), np.zeros(len(absent), dtype=bool)])
    value = np.where(suppressed, np.nan, cells(panel.values))
    denominator, n = optional(panel.denominator), optional(panel.n)
    lower, upper = _interval(value, optional(panel.numerator), denominator, n, indicator, confidence)
    given_lower, given_upper = optional(panel.lower), optional(panel.upper)
    if given_lower is not None and given_upper is not None:
        known = np.isfinite(given_lower) & np.isfinite(given_upper)
        lower, upper = np.where(known, given_lower, lower), np.where(known, given_upper, upper)
    source = panel.source[rows, column] if panel.source is not None and column >= 0 else np.full(len(rows), -1)
    return PeerValues(
        institutions=institutions,
        breakdowns=breakdowns,
        value=value,
        lower=lower,
        upper=upper,
        denominator=denominator,
        n=n,
        source=np.concatenate([np.asarray(source, dtype=np.int64), np.full(len(absent), -1)]),
        withheld={"suppressed": suppressed, "no_data": np.isnan(value)},
    )


def _interval(
    value: Floats,
    numerator: Floats | None,
    denominator: Floats | None,
    n: Floats | None,
    indicator: Indicator | None,
    confidence: float,
) -> tuple[Floats, Floats]:
    """Wilson's interval for a share with a known number of people; NaN for everything else."""
    blank = np.full(len(value), np.nan)
    if indicator is None or indicator.unit.kind is not UnitKind.SHARE:
        return blank, blank
    scale = indicator.unit.high
    people = denominator if denominator is not None else n
    if people is None:
        return blank, blank
    counted = value / scale * people
    if numerator is not None:
        counted = np.where(np.isfinite(numerator), numerator, counted)
    found = stats.wilson_interval(counted, people, confidence=confidence)
    return np.asarray(found.lower) * scale, np.asarray(found.upper) * scale
