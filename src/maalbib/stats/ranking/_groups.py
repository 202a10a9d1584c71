"""The groups of a call: who can be ranked in each, and the sets of all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import FloatArray, IntArray, ReasonArray, broadcast_to, reasons
from maalbib.stats.ranking._draws import Normals, Tail
from maalbib.stats.ranking._estimates import Estimates, covariance_is_valid, estimates_of
from maalbib.stats.ranking._options import Kind, Sides
from maalbib.stats.ranking._rows import as_rows, groups_of
from maalbib.stats.ranking._sets import RankSets
from maalbib.stats.ranking._step_down import Shown, Stepper
from maalbib.stats.ranking._tie_ends import Order, tie_ends

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Groups", "Options"]


@attrs.frozen(kw_only=True)
class Options:
    """What all groups of a call share."""

    confidence: float
    step_down: bool
    draws: int
    seed: int


class Groups:
    """The arguments as rows, one for each group."""

    def __init__(
        self,
        estimates: npt.ArrayLike,
        standard_errors: npt.ArrayLike | None,
        covariance: npt.ArrayLike | None,
        order: Order,
    ) -> None:
        given = groups_of("estimates", estimates)
        self._shape = given.shape
        self._order: Order = order
        self._estimates = as_rows(given)
        self._covariance = None if covariance is None else _squares(covariance, given.shape)
        if self._covariance is not None and standard_errors is not None:
            raise ArgumentError("argument.one_of", first="standard_errors", second="covariance")
        if self._covariance is not None:
            # The standard errors are the roots; below 0 stays below 0.
            own = np.diagonal(self._covariance, axis1=1, axis2=2)
            self._errors: FloatArray = np.sign(own) * np.sqrt(np.abs(own))
        elif standard_errors is not None:
            self._errors = as_rows(broadcast_to("standard_errors", standard_errors, given.shape))
        else:
            raise ArgumentError("ranking.no_errors")
        self._reasons = self._not_ranked()

    def sets(self, kinds: Sequence[Kind], sides: Sides, options: Options) -> list[RankSets]:
        """Return the sets of each kind, by the same draws."""
        filled = [_Columns(self._estimates.shape) for _ in kinds]
        normals, tail = Normals(options.draws, options.seed), Tail(options.draws, options.confidence)
        for row in range(len(self._estimates)):
            there = np.flatnonzero(self._reasons[row] == "")
            estimates = self._ready(row, there)
            stepper = Stepper(estimates, normals, tail, confidence=options.confidence, step_down=options.step_down)
            for columns, kind in zip(filled, kinds, strict=True):
                shown = stepper.simultaneous() if kind == "simultaneous" else stepper.marginal(sides)
                columns.fill(row, there[estimates.order], shown, sides)
        there = self._reasons == ""
        turned = self._estimates if self._order == "smallest_first" else -self._estimates
        rank = np.where(there, tie_ends(np.where(there, turned, np.nan))[0], np.nan)
        return [
            RankSets(
                rank=rank.reshape(self._shape),
                n=there.sum(axis=1).reshape(self._shape[:-1]),
                **columns.shaped(self._shape),
                confidence=options.confidence,
                kind=kind,
                sides=sides,
                order=self._order,
                method="step_down" if options.step_down else "single_step",
                draws=options.draws,
                reason=self._reasons.reshape(self._shape),
            )
            for columns, kind in zip(filled, kinds, strict=True)
        ]

    def _ready(self, row: int, there: IntArray) -> Estimates:
        sign = 1.0 if self._order == "largest_first" else -1.0
        covariance = None if self._covariance is None else self._covariance[row][np.ix_(there, there)]
        return estimates_of(sign * self._estimates[row, there], self._errors[row, there], covariance)

    def _not_ranked(self) -> ReasonArray:
        """Return why each unit cannot be ranked, empty where it can."""
        x, s = self._estimates, self._errors
        found = reasons(
            x.shape,
            (np.isnan(x), "missing_input"),
            (np.isinf(x) | np.isinf(s), "not_finite"),
            (np.isnan(s), "uncertainty_missing"),
            (s < 0, "negative_input"),
        )
        for row, covariance in enumerate(() if self._covariance is None else self._covariance):
            there = np.flatnonzero(found[row] == "")
            unknown = ~np.isfinite(covariance[np.ix_(there, there)]).all(axis=1)
            found[row, there[unknown]] = "uncertainty_missing"
            left = there[~unknown]
            if not covariance_is_valid(covariance[np.ix_(left, left)]):
                found[row, left] = "covariance_impossible"
        return found


class _Columns:
    """The columns of one kind of sets while they are filled."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.lower, self.upper, self.critical_value, self.critical_error = np.full((4, *shape), np.nan)
        self.unsettled = np.zeros(shape, dtype=np.bool_)

    def fill(self, row: int, units: IntArray, shown: Shown, sides: Sides) -> None:
        """Put in what was shown of the units of one group."""
        self.lower[row, units] = 1.0 if sides == "upper" else 1.0 + shown.below
        self.upper[row, units] = len(units) - (0.0 if sides == "lower" else shown.above)
        self.critical_value[row, units] = shown.critical
        self.critical_error[row, units] = shown.error
        self.unsettled[row, units] = shown.unsettled

    def shaped(self, shape: tuple[int, ...]) -> dict[str, npt.NDArray[Any]]:
        """Return the columns in the shape of the estimates."""
        return {name: column.reshape(shape) for name, column in vars(self).items()}


def _squares(covariance: npt.ArrayLike, shape: tuple[int, ...]) -> FloatArray:
    units = shape[-1]
    return broadcast_to("covariance", covariance, (*shape, units)).reshape(int(np.prod(shape[:-1])), units, units)
