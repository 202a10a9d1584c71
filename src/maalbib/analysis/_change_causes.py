"""Which inputs of two verdicts are others, read off their rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final

from maalbib.analysis._progress_row import Progress
from maalbib.errors import PeriodError
from maalbib.model import Period

__all__ = ["causes_of", "period_end"]

_BREAK_FLAGS: Final = frozenset({"break", "linked", "crosses_break"})
_DONE: Final = frozenset({"milestone_on_time", "milestone_late"})
_FROM_BASELINE: Final = frozenset({"change_absolute", "change_relative", "maintain", "improve_each_period"})
_FIGURES: Final = ("baseline", "n", "pace", "moved", "projected", "probability", "score", "steps_made", "streak")


def causes_of(before: Progress | None, after: Progress | None) -> tuple[str, ...]:
    """Return the inputs that differ, in the order of weight; ``not_shown`` where the rows show none.

    A row that was not there before has new data, unless its target was only now decided; one that is no more has lost its data
    or is bound no longer.
    """
    if before is None or after is None:
        return _come_or_gone(before, after)
    found = [name for name, differs in _RULES if differs(before, after)]
    if found:
        return tuple(found)
    return ("revised_earlier",) if _other_figures(before, after) else ("not_shown",)


def _come_or_gone(before: Progress | None, after: Progress | None) -> tuple[str, ...]:
    if after is None:
        return ("data_taken_back" if before is not None and before.latest_period is not None else "membership",)
    return ("new_data" if after.latest_period is not None else "membership",)


def _decided(before: Progress, after: Progress) -> bool:
    return before.reason == "no_target" and after.reason != "no_target"


def _another_target(before: Progress, after: Progress) -> bool:
    """Return whether the target is another; a value that is worked out of the data moves with them."""
    if _decided(before, after) or after.reason == "withdrawn":
        return False
    if before.version != after.version or before.due != after.due or before.kind != after.kind:
        return True
    moving = before.kind in _FROM_BASELINE or before.kind == "relative_to_reference"
    return not moving and any(
        getattr(before, name) != getattr(after, name) for name in ("target_value", "target_low", "target_high")
    )


def _break(before: Progress, after: Progress) -> bool:
    other = set(before.flags) & _BREAK_FLAGS != set(after.flags) & _BREAK_FLAGS
    return other or (before.reason == "break_since_baseline") != (after.reason == "break_since_baseline")


def _new_data(before: Progress, after: Progress) -> bool:
    if after.reached_period is not None and after.reached_period != before.reached_period:
        return bool(after.indicator)  # a milestone without one was reported as done, by no figure
    if after.latest_period is None:
        return False
    return before.latest_period is None or _later(after.latest_period, before.latest_period)


def _taken_back(before: Progress, after: Progress) -> bool:
    if before.latest_period is None or _withheld(before, after) or _another_target(before, after):
        return False
    closing = (
        after.due is not None and after.due == after.latest_period
    )  # judged at its deadline, whatever came later
    gone = after.latest_period is None or _later(before.latest_period, after.latest_period)
    return gone and not closing


def _revised(before: Progress, after: Progress) -> bool:
    both = before.latest is not None and after.latest is not None
    return both and before.latest_period == after.latest_period and before.latest != after.latest


def _withheld(before: Progress, after: Progress) -> bool:
    reasons = {"suppressed", "small_n"}
    return after.reason in reasons and before.reason not in reasons


def _revised_baseline(before: Progress, after: Progress) -> bool:
    both = before.baseline is not None and after.baseline is not None
    return both and before.baseline_period == after.baseline_period and before.baseline != after.baseline


def _reference(before: Progress, after: Progress) -> bool:
    same = before.kind == after.kind == "relative_to_reference" and before.version == after.version
    return same and before.target_value != after.target_value


def _deadline(before: Progress, after: Progress) -> bool:
    end = None if before.due is None or before.due != after.due else period_end(before.due)
    return end is not None and before.as_of <= end < after.as_of


def _done(before: Progress, after: Progress) -> bool:
    return after.reason in _DONE and before.reason not in _DONE


def _override(before: Progress, after: Progress) -> bool:
    now = (after.override_state, after.override_on)
    return after.override_state is not None and now != (before.override_state, before.override_on)


_RULES: Final[tuple[tuple[str, Callable[[Progress, Progress], bool]], ...]] = (
    ("method", lambda before, after: before.method != after.method),
    ("params", lambda before, after: before.method == after.method and before.params != after.params),
    ("target_decided", _decided),
    ("target_version", _another_target),
    ("target_withdrawn", lambda before, after: after.reason == "withdrawn" != before.reason),
    ("paused", lambda before, after: after.reason == "suspended" != before.reason),
    ("resumed", lambda before, after: before.reason == "suspended" != after.reason),
    ("membership", lambda before, after: (before.reason == "not_applicable") != (after.reason == "not_applicable")),
    ("break", _break),
    ("new_data", _new_data),
    ("revised_data", _revised),
    ("data_taken_back", _taken_back),
    ("data_withheld", _withheld),
    ("revised_baseline", _revised_baseline),
    ("reference_moved", _reference),
    ("deadline_passed", _deadline),
    ("milestone_done", _done),
    ("override", _override),
    ("override_ended", lambda before, after: before.override_state is not None and after.override_state is None),
)


def _other_figures(before: Progress, after: Progress) -> bool:
    return any(getattr(before, name) != getattr(after, name) for name in _FIGURES)


def _later(one: str, other: str) -> bool:
    return Period.parse(one).start > Period.parse(other).start


def period_end(due: str) -> dt.date:
    """Return the last day of a deadline, a period or a day."""
    try:
        return Period.parse(due).end
    except PeriodError:
        return dt.date.fromisoformat(due)
