"""Targets that may have a deadline, and the way that is laid out to it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import attrs

from maalbib.errors import DefinitionError
from maalbib.model._fields import Between, Choice, Each, IsA, as_tuple, optional
from maalbib.model._indicator import as_period
from maalbib.model._period import Period
from maalbib.model._target import Target
from maalbib.model._words import DueValue, TargetPath

__all__ = ["DatedTarget", "Interim"]

_WITH_INTERIM: Final = frozenset({TargetPath.STEPS, TargetPath.MILESTONES})
_POWERS: Final = {TargetPath.FRONT_LOADED: 0.5, TargetPath.BACK_LOADED: 2.0}
_SAME: Final = 1e-9  # relative; 0.1 + 0.2 is the target 0.3


@attrs.frozen(kw_only=True)
class Interim:
    """An interim target (*delmål*): where the value is to be on the way.

    Attributes
    ----------
    period
        The period in which it is to be there.
    value
        The value, in the unit that the target is judged in.

    Examples
    --------
    >>> from maalbib import Interim
    >>> Interim(period="2027", value=75).period.code
    '2027'
    """

    period: Period = attrs.field(converter=as_period, validator=IsA((Period,), "a period"))
    value: float = attrs.field(validator=Between())


@attrs.frozen(kw_only=True)
class DatedTarget(Target):
    """A target that may have a deadline.

    With ``due`` it is judged at that period, and until then by where the development leads. Without, it is a standing target,
    judged by the latest value.

    Attributes
    ----------
    due
        The period in which it falls due.
    path
        How the way there is laid out: ``linear``; ``compound``, the same per cent each period; ``steps``, where the last
        interim target that has passed holds; ``milestones``, straight lines between the interim targets; ``front_loaded``
        and ``back_loaded``, most of it early or late. Every path but the linear one needs a deadline and a baseline.
    path_power
        The power of the share of time that has passed, for a way that is front-loaded (below 1; 0.5 where it is None) or
        back-loaded (above 1; 2 where it is None).
    interim
        The interim targets of ``steps`` and ``milestones``, in time order. One at the deadline equals the target.
    due_value
        ``exact`` (the value of the due period decides) or ``last_on_or_before`` (else the last one before it does).
    """

    due: Period | None = attrs.field(
        default=None, converter=as_period, validator=optional(IsA((Period,), "a period"))
    )
    path: TargetPath = attrs.field(
        default=TargetPath.LINEAR,
        converter=Choice(TargetPath, "DatedTarget.path"),
        validator=IsA((TargetPath,), "a path"),
    )
    path_power: float | None = attrs.field(default=None, validator=optional(Between()))
    interim: tuple[Interim, ...] = attrs.field(
        default=(), converter=as_tuple, validator=Each(IsA((Interim,), "an interim target"))
    )
    due_value: DueValue = attrs.field(
        default=DueValue.EXACT,
        converter=Choice(DueValue, "DatedTarget.due_value"),
        validator=IsA((DueValue,), "a rule for the due value"),
    )

    @property
    def power(self) -> float:
        """The power of the share of time that has passed: 1 is a straight line."""
        return self.path_power if self.path_power is not None else _POWERS.get(self.path, 1.0)

    def aim(self, baseline: float | None) -> float | None:
        """Return the value that a path leads to: the edge of the target region nearest to the ``baseline``.

        None where that is not known, or where the baseline lies inside a band and nothing leads anywhere.
        """
        low, high = self.region(baseline)
        edges = [edge for edge in (low, high) if math.isfinite(edge)]
        if len(edges) == 1:
            return edges[0]
        if not edges or baseline is None:
            return None
        return low if baseline < low else high if baseline > high else None

    def _broken(self) -> Iterator[DefinitionError]:
        yield from super()._broken()
        yield from self._broken_order()
        yield from self._broken_path()
        yield from self._broken_interim()

    def _broken_order(self) -> Iterator[DefinitionError]:
        if self.due is None or self.baseline is None:
            return
        start = self.baseline.period
        if start.start >= self.due.start:
            yield self._error("target.period_order", "due")
        elif _finer(self.due, start):
            yield self._error("target.due_frequency", "due")

    def _broken_path(self) -> Iterator[DefinitionError]:
        if self.path is not TargetPath.LINEAR:
            for field in ("baseline", "due"):
                if getattr(self, field) is None:
                    yield self._error("target.path_needs", field, path=self.path.value)
        if self.path in _WITH_INTERIM and not self.interim:
            yield self._error("target.needs_interim", "interim", path=self.path.value)
        if self.interim and self.path not in _WITH_INTERIM:
            yield self._error("target.interim_path", "path")
        if self.path_power is not None and not self._power_fits(self.path_power):
            yield self._error("target.path_power", "path_power")
        if self.path is TargetPath.COMPOUND and not self._compounds():
            yield self._error("target.compound_zero", "path")

    def _power_fits(self, power: float) -> bool:
        if self.path is TargetPath.FRONT_LOADED:
            return 0 < power < 1
        return self.path is TargetPath.BACK_LOADED and power > 1

    def _compounds(self) -> bool:
        """Return whether nothing known speaks against yearly per cents: they never reach zero nor change sign."""
        start = None if self.baseline is None else self.baseline.value
        ends = [each for each in (start, self.aim(start)) if each is not None]
        return all(each > 0 for each in ends) or all(each < 0 for each in ends)

    def _broken_interim(self) -> Iterator[DefinitionError]:
        if any(one.period.end >= other.period.end for one, other in pairwise(self.interim)):
            yield self._error("target.interim_order", "interim")
        for at, each in enumerate(self.interim):
            fault = self._interim_fault(each)
            if fault is not None:
                yield self._error(fault, f"interim[{at}]")

    def _interim_fault(self, each: Interim) -> str | None:
        start = None if self.baseline is None else self.baseline.period
        if start is not None and each.period.start <= start.start:
            return "target.interim_early"
        if start is not None and _finer(each.period, start):
            return "target.interim_frequency"
        if self.due is None or each.period.end < self.due.end:
            return None
        if each.period.end > self.due.end:
            return "target.interim_late"
        return None if self._is_target(each.value) else "target.interim_due"

    def _is_target(self, value: float) -> bool:
        """Return whether a value equals the target, as far as that is known; inside a band every value does."""
        agreed = None if self.baseline is None else self.baseline.value
        low, high = self.region(agreed)
        edges = [edge for edge in (low, high) if math.isfinite(edge)]
        if len(edges) == 1:
            return math.isclose(value, edges[0], rel_tol=_SAME)
        return not edges or low <= value <= high


def _finer(one: Period, other: Period) -> bool:
    return one.freq.length < other.freq.length
