"""What is known of the cells of a panel, and how two of them become one: a gap, or a growth."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.analysis._arrays import Bools, Floats, Ints
from maalbib.analysis._secrecy import Grades, Secrecy, people_in
from maalbib.analysis._segments import approximate_cells, at, last_index, sides
from maalbib.analysis._series_made import Marks
from maalbib.measurements._panel import NO_ROW
from maalbib.measurements._schema import CONF_CODES, QUALIFIERS, STATUS_CODES
from maalbib.model import Qualifier, Status

if TYPE_CHECKING:
    from maalbib.measurements import Panel
    from maalbib.model import Indicator

__all__ = ["CONFIDENTIAL_GRADE", "Cells", "bare_panel", "laid", "newest", "started"]

A = TypeVar("A", bound=np.generic)
CONFIDENTIAL_GRADE: Final = 2  # as Secrecy grades it


@attrs.frozen(kw_only=True, eq=False)
class Cells:
    """What is known of m times k values.

    Attributes
    ----------
    values
        Values and bounds, NaN where there is none.
    sides
        1 where a value is at least that, -1 where it is at most, else 0.
    suppressed, provisional, forecast, about
        Withheld, provisional, predicted, and approximate values.
    people
        People or answers behind each value, NaN where not known.
    grades
        Why a value may not be shown, 0 where it may.
    lower, upper
        Limits of each value, NaN where not known.
    """

    values: Floats
    sides: Ints
    suppressed: Bools
    provisional: Bools
    forecast: Bools
    about: Bools
    people: Floats
    grades: Grades
    lower: Floats
    upper: Floats

    @classmethod
    def of(cls, panel: Panel, indicator: Indicator, secrecy: Secrecy, day: dt.date) -> Cells:
        """Read a panel; periods that begin after the day are empty."""
        there = started(panel, day)
        known = np.isfinite(panel.values) & there
        absent = np.broadcast_to(np.nan, panel.values.shape)
        people = people_in(panel, indicator)
        return cls(
            values=np.where(known, panel.values, np.nan),
            sides=sides(panel),
            suppressed=panel.suppressed & there,
            provisional=panel.provisional & known,
            forecast=np.asarray(panel.status == STATUS_CODES.index(Status.FORECAST.value), dtype=bool) & known,
            about=approximate_cells(panel) & known,
            people=absent if people is None else people,
            grades=np.where(known, secrecy.grades(panel, indicator), 0).astype(np.int8),
            lower=absent if panel.lower is None else panel.lower,
            upper=absent if panel.upper is None else panel.upper,
        )

    @property
    def known(self) -> Bools:
        """Where there is a value or a bound."""
        return np.isfinite(self.values)

    def rows(self, places: Ints) -> Cells:
        """Return other rows; empty ones where a place is below 0."""
        return self._taken(lambda array: array[places], (places >= 0)[:, None])

    def columns(self, places: Ints) -> Cells:
        """Return other columns; empty ones where a place is below 0."""
        return self._taken(lambda array: array[:, places], places >= 0)

    def _taken(self, take: Callable[[npt.NDArray[Any]], npt.NDArray[Any]], there: Bools) -> Cells:
        found = {field.name: take(getattr(self, field.name)) for field in attrs.fields(Cells)}
        if not there.all():
            blank = {"f": np.nan, "b": False, "i": 0}
            found = {name: np.where(there, array, blank[array.dtype.kind]) for name, array in found.items()}
            found["grades"] = found["grades"].astype(np.int8)
        return Cells(**found)

    def against(self, other: Cells, values: Floats, *, limits: tuple[Floats, Floats] | None = None) -> Cells:
        """Return what is known of a figure that rises with the own value and falls with the other one."""
        one_sided = np.where(other.sides == 0, self.sides, -other.sides)
        unknown = (self.sides != 0) & (other.sides != 0) & (self.sides == other.sides)
        values = np.where(unknown, np.nan, values)
        known = np.isfinite(values)
        suppressed = self.suppressed | (self.known & other.suppressed)
        absent = np.broadcast_to(np.nan, values.shape)
        return Cells(
            values=values,
            sides=np.where(known, one_sided, 0),
            suppressed=suppressed,
            provisional=known & (self.provisional | other.provisional),
            forecast=known & (self.forecast | other.forecast),
            about=known & (self.about | other.about),
            people=np.where(known | suppressed, np.fmin(self.people, other.people), np.nan),
            grades=np.where(known, np.maximum(self.grades, other.grades), 0).astype(np.int8),
            lower=absent if limits is None else limits[0],
            upper=absent if limits is None else limits[1],
        )


def started(panel: Panel, day: dt.date) -> Bools:
    """Return which periods have begun on a day, (k,)."""
    return np.array([period.start <= day for period in panel.periods], dtype=bool)


def laid(source: Panel, rows: Ints, cells: Cells, blocks: Ints) -> Panel:
    """Return cells as a panel whose series are rows of the source; values of different blocks are not to be compared.

    A cell that rests on a hidden one is as secret: with the other parts public, the hidden one could be worked out.
    """
    known = cells.known
    plain = known & (cells.sides == 0) & ~cells.forecast
    before = np.maximum.accumulate(np.where(plain, blocks, -1), axis=1)
    cut = np.zeros(known.shape, dtype=bool)
    cut[:, 1:] = plain[:, 1:] & (before[:, :-1] >= 0) & (blocks[:, 1:] > before[:, :-1])
    status = np.full(known.shape, NO_ROW, dtype=np.uint8)
    for where, word in (
        (known, Status.NORMAL),
        (cells.provisional, Status.PROVISIONAL),
        (cut, Status.BREAK),
        (cells.forecast, Status.FORECAST),
        (cells.suppressed & ~known, Status.SUPPRESSED),
    ):
        status[where] = STATUS_CODES.index(word.value)
    return bare_panel(
        source,
        tuple(source.institutions[row] for row in rows.tolist()),
        tuple(source.breakdowns[row] for row in rows.tolist()),
        values=cells.values,
        status=status,
        lower=_or_none(cells.lower),
        upper=_or_none(cells.upper),
        n=_or_none(cells.people),
        conf=_conf(cells.grades),
        qualifier=_qualifier(cells),
        changed=None if source.changed is None else source.changed[rows],
    )


def bare_panel(source: Panel, institutions: Sequence[str], breakdowns: Sequence[str], **arrays: Any) -> Panel:
    """Return a panel with the periods of the source, and nothing else of it."""
    kept = {name: getattr(source, name) for name in ("indicator", "freq", "periods", "times", "window")}
    return type(source)(**kept, institutions=tuple(institutions), breakdowns=tuple(breakdowns), **arrays)


def newest(defined: Bools, causes: Sequence[tuple[str, Bools]]) -> Marks:
    """Return for each cause which rows have it in their newest column: an older value is never passed off as current."""
    union = np.logical_or.reduce([defined, *(where for _, where in causes)])
    last = last_index(union)
    return tuple((code, at(where.astype(np.float64), last) > 0) for code, where in causes)


def _or_none(values: Floats) -> Floats | None:
    return values if np.isfinite(values).any() else None


def _conf(grades: Grades) -> npt.NDArray[np.uint8] | None:
    """Return the confidentiality of each cell; that of few people follows from their number."""
    secret = grades == CONFIDENTIAL_GRADE
    if not secret.any():
        return None
    return np.where(secret, CONF_CODES.index("C"), CONF_CODES.index("F")).astype(np.uint8)


def _qualifier(cells: Cells) -> npt.NDArray[np.uint8] | None:
    if not (cells.sides.any() or cells.about.any()):
        return None
    found = np.full(cells.values.shape, QUALIFIERS.index(Qualifier.EXACT), dtype=np.uint8)
    for where, word in (
        (cells.about, Qualifier.APPROXIMATE),
        (cells.sides > 0, Qualifier.LOWER_BOUND),
        (cells.sides < 0, Qualifier.UPPER_BOUND),
    ):
        found[where] = QUALIFIERS.index(word)
    return found
