"""The scores of the units on one frontier, with what stands beside them."""

from __future__ import annotations

from typing import Any, Final, Literal

import attrs
import numpy as np

from maalbib import stats
from maalbib.analysis._arrays import Bools, Floats, Ints, Words
from maalbib.analysis._frontier_units import FrontierUnits

__all__ = ["Options", "Orientation", "Returns", "Scores", "scores_of"]

Returns = Literal["crs", "vrs", "nirs", "ndrs", "fdh"]
Orientation = Literal["input", "output"]

_LEAST_UNITS: Final = 2
_REAL: Final = 1e-6
_MOST: Final = 0.9  # the sentences say "all but a tenth"


@attrs.frozen(kw_only=True)
class Options:
    """How units are scored."""

    returns: Returns
    orientation: Orientation
    bootstrap: int | None
    confidence: float
    seed: int
    outlier_above: float


@attrs.define(kw_only=True, eq=False)
class Scores:
    """What was found of each unit; NaN, -1 and nothing at all where a unit was not scored.

    ``peers`` and ``dominated_by`` are places among the units of the call.
    """

    score: Floats
    outcome: Words
    corrected: Floats
    lower: Floats
    upper: Floats
    outside: Bools
    super_score: Floats
    outlier: Bools
    scale: Floats
    returns_to_scale: Words
    real_score: Floats
    dominated_by: Ints
    most_score: Floats
    compared: Ints
    targets: Floats
    peers: list[Ints]
    weights: list[Floats]
    units: Ints
    too_few: Bools

    @classmethod
    def nothing(cls, units: int, columns: int) -> Scores:
        """Return room for the scores of some units."""

        def empty() -> Floats:
            return np.full(units, np.nan)

        return cls(
            score=empty(),
            outcome=np.full(units, "", dtype=object),
            corrected=empty(),
            lower=empty(),
            upper=empty(),
            outside=np.zeros(units, dtype=bool),
            super_score=empty(),
            outlier=np.zeros(units, dtype=bool),
            scale=empty(),
            returns_to_scale=np.full(units, "", dtype=object),
            real_score=empty(),
            dominated_by=np.full(units, -1),
            most_score=empty(),
            compared=np.zeros(units, dtype=np.int64),
            targets=np.full((units, columns), np.nan),
            peers=[np.empty(0, dtype=np.int64)] * units,
            weights=[np.empty(0)] * units,
            units=np.zeros(units, dtype=np.int64),
            too_few=np.zeros(units, dtype=bool),
        )


def scores_of(units: FrontierUnits, inputs: int, options: Options, *, proportional: bool) -> Scores:
    """Score the units that have every figure against those of their level that may be shown, and themselves.

    ``proportional`` says whether twice the figures mean something, so that there is a scale to speak of.
    """
    figures, level, shown = units.figures, units.level, units.grade == 0
    judged = units.complete
    found = Scores.nothing(*figures.shape)
    job = _Frontier(figures=figures, inputs=inputs, options=options, proportional=proportional, found=found)
    for number in np.unique(level[judged]).tolist():
        members = np.flatnonzero(judged & (level == number))
        open_ = members[shown[members]]
        if len(open_):
            job.score(open_, open_)
        for hidden in members[~shown[members]].tolist():
            job.score(np.array([hidden]), np.append(open_, hidden))
    return found


@attrs.frozen(kw_only=True, eq=False)
class _Frontier:
    """What every frontier of a call is made with."""

    figures: Floats
    inputs: int
    options: Options
    proportional: bool
    found: Scores

    def score(self, units: Ints, pool: Ints) -> None:
        """Score some units against the frontier of a pool that contains them."""
        found, options = self.found, self.options
        found.units[units] = len(pool)
        if len(pool) < _LEAST_UNITS:
            found.outcome[units] = "no_peer"
            return
        x, y = self.figures[pool, : self.inputs], self.figures[pool, self.inputs :]
        at = np.flatnonzero(np.isin(pool, units))
        way: dict[str, Any] = {"orientation": options.orientation}
        main = stats.efficiency(x, y, returns=options.returns, **way)
        found.score[units] = main.score[at]
        found.outcome[units] = np.where(main.reason == "", main.outcome, main.reason)[at]
        found.targets[units] = np.concatenate([main.target_inputs, main.target_outputs], axis=1)[at]
        found.too_few[units] = main.few_units
        for unit, place in zip(units.tolist(), at.tolist(), strict=True):
            own = slice(main.starts[place], main.starts[place + 1])
            found.peers[unit], found.weights[unit] = pool[main.peers[own]], main.lambdas[own]
        alone = stats.super_efficiency(x, y, returns=options.returns, outlier_above=options.outlier_above, **way)
        found.super_score[units], found.outlier[units] = alone.score[at], alone.outlier[at]
        most = stats.quantile_efficiency(x, y, level=_MOST, **way)
        found.most_score[units], found.compared[units] = most.score[at], most.compared[at]
        self._scale(x, y, units, at)
        self._real(x, y, units, at, pool)
        self._bootstrap(x, y, units, at)

    def _scale(self, x: Floats, y: Floats, units: Ints, at: Ints) -> None:
        if not self.proportional:
            return
        scale = stats.scale_efficiency(x, y, orientation=self.options.orientation)
        self.found.scale[units] = scale.scale[at]
        self.found.returns_to_scale[units] = scale.returns[at]

    def _real(self, x: Floats, y: Floats, units: Ints, at: Ints, pool: Ints) -> None:
        """Find for each unit a real one that does as well on everything and better on something."""
        real = stats.efficiency(x, y, returns="fdh", orientation=self.options.orientation)
        self.found.real_score[units] = real.score[at]
        best = at.copy()
        scored = np.isfinite(real.score[at])
        best[scored] = real.peers[real.starts[at[scored]]]
        as_good = (x[best] <= x[at] * (1 + _REAL)).all(axis=1) & (y[best] >= y[at] * (1 - _REAL)).all(axis=1)
        better = (x[best] < x[at] * (1 - _REAL)).any(axis=1) | (y[best] > y[at] * (1 + _REAL)).any(axis=1)
        self.found.dominated_by[units] = np.where(as_good & better, pool[best], -1)

    def _bootstrap(self, x: Floats, y: Floats, units: Ints, at: Ints) -> None:
        options = self.options
        if options.bootstrap is None or options.returns == "fdh":
            return
        drawn = stats.bootstrap_efficiency(
            x,
            y,
            returns=options.returns,
            orientation=options.orientation,
            replications=options.bootstrap,
            confidence=options.confidence,
            seed=options.seed,
        )
        for name in ("corrected", "lower", "upper", "outside"):
            getattr(self.found, name)[units] = getattr(drawn, name)[at]
