"""What a check says of the rows of a list, as columns; and the rows themselves, found again by their key."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np
import pyarrow as pa

from maalbib.analysis._arrays import Bools, Floats, Ints
from maalbib.analysis._attention_options import CHECKS, OBSTACLES, Check
from maalbib.analysis._columns import cells
from maalbib.analysis._secrecy import CONFIDENTIAL, SMALL_N
from maalbib.model import Direction

if TYPE_CHECKING:
    from maalbib.model import Indicator

__all__ = ["Board", "Findings", "chance_at", "grades_of", "numbers", "obstacle_of", "obstacles_of", "sides_of"]

_GRADES: Final = {None: 0, SMALL_N: 1, CONFIDENTIAL: 2}
_REFUSALS: Final = {
    **{word: word for word in OBSTACLES},
    **dict.fromkeys(("no_peer", "too_few", "gone", "excluded", "no_peer_kept", "too_few_units"), "no_peers"),
    **dict.fromkeys(("too_few_points", "coverage", "too_many_ties", "span_too_short"), "too_few_observations"),
    **dict.fromkeys(("earlier_not_compared", "gap", "no_baseline"), "too_few_observations"),
    **dict.fromkeys(("break_leaves_too_few", "break_since_baseline"), "break_in_series"),
    **dict.fromkeys(
        ("different_sources", "mixed_frequency", "overlapping_periods", "not_comparable"), "not_comparable"
    ),
    **dict.fromkeys(("no_denominator", "zero_variance", "gap_uncertainty_missing"), "uncertainty_missing"),
    **dict.fromkeys(("due_value_pending", "due_value_missing", "no_reference", "too_old", "not_asked"), "no_data"),
    **dict.fromkeys(("no_target", "withdrawn", "suspended"), "not_applicable"),
}
"""What the refusals of the verbs are called here; whatever else they name cannot be compared."""


@attrs.frozen(kw_only=True, eq=False)
class Board:
    """The rows of a list: those of a comparison in the period."""

    table: pa.Table
    definitions: dict[str, Indicator | None]

    def __len__(self) -> int:
        return self.table.num_rows

    @cached_property
    def keys(self) -> list[tuple[str, ...]]:
        """Indicator, institution and breakdown of each row."""
        return list(
            zip(*(cells(self.table, name) for name in ("indicator", "institution", "breakdown")), strict=True)
        )

    @cached_property
    def _places(self) -> dict[tuple[str, ...], int]:
        return {key: place for place, key in enumerate(self.keys)}

    def places(self, table: pa.Table) -> Ints:
        """Return where the rows of another table stand here, -1 where they do not."""
        return self.places_of(
            zip(*(cells(table, name) for name in ("indicator", "institution", "breakdown")), strict=True)
        )

    def places_of(self, keys: Iterable[tuple[str, ...]]) -> Ints:
        """Return where keys stand here, -1 where they do not."""
        return np.array([self._places.get(key, -1) for key in keys], dtype=np.int64)

    @cached_property
    def lacking(self) -> Ints:
        """Place of why a row has no value of the period, for checks that look at more than this period."""
        known = obstacles_of(self.table, lambda state: state == "not_compared")
        withheld = [OBSTACLES.index(word) for word in ("suppressed", "one_sided")]
        return np.where(np.isin(known, withheld), known, OBSTACLES.index("no_data"))

    @cached_property
    def directed(self) -> Bools:
        """Which rows are of an indicator of which more, or less, is better."""
        ends = (Direction.HIGHER, Direction.LOWER)
        known = {code: each is not None and each.direction in ends for code, each in self.definitions.items()}
        return np.array([known[key[0]] for key in self.keys], dtype=bool)

    @cached_property
    def lower_is_better(self) -> Bools:
        """Which rows are of an indicator of which less is better."""
        known = {
            code: each is not None and each.direction is Direction.LOWER for code, each in self.definitions.items()
        }
        return np.array([known[key[0]] for key in self.keys], dtype=bool)


@attrs.frozen(kw_only=True, eq=False)
class Findings:
    """What one check says; k rows, each about a row of the board.

    Attributes
    ----------
    place
        (k,) the row of the board.
    side
        (k,) what the check finds by itself: 1 better, -1 worse, 0 neither.
    p_value, chance
        (k,) NaN where there is no test; how often it finds something where there is nothing.
    value, lower, upper, threshold
        (k,) what is held against what.
    obstacle
        (k,) place in the words of why the check is not made, -1 where it is.
    verdict
        (k,) state and reason of what is behind it.
    grade
        (k,) why the figures may not be shown, 0 where they may.
    target, since
        The target of each row, and the period that a change is counted from.
    """

    check: Check
    place: Ints
    side: Ints
    p_value: Floats
    chance: Floats
    value: Floats
    lower: Floats
    upper: Floats
    threshold: Floats
    obstacle: Ints
    verdict: Sequence[str]
    grade: Ints
    target: Sequence[str | None]
    since: Sequence[str | None]

    @classmethod
    def of(
        cls,
        check: Check,
        *,
        target: Sequence[str | None] | None = None,
        since: Sequence[str | None] | None = None,
        **columns: Any,
    ) -> Findings:
        """Return findings of which only what is tested keeps a p, and only what is checked a side."""
        made = columns["obstacle"] < 0
        tested = made & np.isfinite(columns["p_value"])
        nothing = [None] * len(made)
        columns["side"] = np.where(made, columns["side"], 0)
        columns["p_value"] = np.where(tested, columns["p_value"], np.nan)
        columns["chance"] = np.where(tested, columns["chance"], np.nan)
        return cls(check=check, target=target or nothing, since=since or nothing, **columns)

    @classmethod
    def none(cls) -> Findings:
        """Return findings without rows."""
        whole, real = np.zeros(0, dtype=np.int64), np.zeros(0)
        numbers: dict[str, Any] = {}
        for name in ("p_value", "chance", "value", "lower", "upper", "threshold"):
            numbers[name] = real
        for name in ("place", "side", "obstacle", "grade"):
            numbers[name] = whole
        return cls.of(CHECKS[0], verdict=[], **numbers)

    def those(self, kept: Bools | Ints) -> Findings:
        """Return some of the rows, or all in another order."""
        rows = np.arange(len(self.place))[kept].tolist()

        def taken(name: str) -> Any:
            column = getattr(self, name)
            return column[kept] if isinstance(column, np.ndarray) else [column[row] for row in rows]

        names = [field.name for field in attrs.fields(type(self)) if field.name != "check"]
        return attrs.evolve(self, **{name: taken(name) for name in names})

    def without_hidden(self) -> Findings:
        """Return the same with nothing left of what rests on figures that may not be shown but why."""
        out = self.grade > 0
        words = np.array([-1, OBSTACLES.index(SMALL_N), OBSTACLES.index(CONFIDENTIAL)])
        figures = ("p_value", "chance", "value", "lower", "upper", "threshold")
        blank: dict[str, Any] = {name: np.where(out, np.nan, getattr(self, name)) for name in figures}
        return attrs.evolve(
            self,
            side=np.where(out, 0, self.side),
            obstacle=np.where(out, words[self.grade], self.obstacle),
            verdict=["" if hidden else word for hidden, word in zip(out.tolist(), self.verdict, strict=True)],
            grade=np.zeros_like(self.grade),
            **blank,
        )


def numbers(table: pa.Table, name: str) -> Floats:
    """Return a column of numbers, NaN where there is none."""
    column: Any = table[name]
    return np.asarray(column.cast(pa.float64()).to_numpy(), dtype=np.float64)


def grades_of(table: pa.Table) -> Ints:
    """Return why the figures of each row may not be shown, 0 where they may."""
    return np.array([_GRADES[word] for word in cells(table, "hidden")], dtype=np.int64)


def obstacles_of(table: pa.Table, refused: Callable[[str], bool]) -> Ints:
    """Return the place of why a verb gave no verdict, -1 where it gave one."""
    known: dict[tuple[str, str], int] = {}
    pairs = list(zip(cells(table, "state"), cells(table, "reason"), strict=True))
    for state, reason in set(pairs):
        known[state, reason] = obstacle_of(reason) if refused(state) else -1
    return np.fromiter((known[pair] for pair in pairs), np.int64, len(pairs))


def obstacle_of(refusal: str) -> int:
    """Return the place of what the refusal of a verb is called here."""
    return OBSTACLES.index(_REFUSALS.get(refusal, "not_comparable"))


def sides_of(table: pa.Table, better: str, worse: str) -> Ints:
    """Return 1 for rows of one state, -1 for those of the other."""
    return np.array([(state == better) - (state == worse) for state in cells(table, "state")], dtype=np.int64)


def chance_at(value: Floats, lower: Floats, upper: Floats, threshold: Floats, alpha: float) -> Floats:
    """Return the two-sided p at which an interval, drawn in proportion, would touch a threshold; NaN without an interval."""
    from scipy import special

    z = -float(special.ndtri(alpha / 2))
    away = value - threshold
    reach = np.where(away > 0, value - lower, upper - value)
    with np.errstate(divide="ignore", invalid="ignore"):
        steps = np.where(away == 0, 0.0, z * np.abs(away) / reach)
    known = np.isfinite(away) & np.isfinite(reach) & (reach >= 0)
    return np.asarray(np.where(known, 2 * special.ndtr(-steps), np.nan))
