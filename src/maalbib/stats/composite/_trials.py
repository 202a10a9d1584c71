"""Every other way of choosing, tried one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import attrs
import numpy as np

from maalbib.stats._arrays import FloatArray, IntArray
from maalbib.stats.composite._means import Aggregation, scores
from maalbib.stats.composite._places import first_changes, middle_of, places
from maalbib.stats.composite._plan import SensitivityPlan
from maalbib.stats.composite._result import CompositePlans
from maalbib.stats.composite._scale import MARKED, Scaled, Values
from maalbib.stats.composite._tree import Tree
from maalbib.stats.ranking._normalise import Method

__all__ = ["Choices", "Trials", "plans_of"]

_NONE = -1


@attrs.frozen(kw_only=True)
class Choices:
    """How the values become a score."""

    normaliser: Method
    aggregation: Aggregation
    treat: bool

    @property
    def marked(self) -> bool:
        """Whether the scale has marks in the units of the values, which fit no logarithm."""
        return self.normaliser in MARKED


@attrs.frozen(kw_only=True, eq=False)
class _Tried:
    """One plan and the places it gives; no places where it could not be tried."""

    part: str
    name: str = ""
    indicator: int = _NONE
    places: FloatArray | None = None
    reason: str = ""


@attrs.define(kw_only=True, eq=False, slots=False)
class Trials:
    """The stated choices, and what becomes of the places under others."""

    values: Values
    tree: Tree
    stated: Choices
    plan: SensitivityPlan
    base: FloatArray = attrs.field(factory=lambda: np.empty(0))
    _scales: dict[Choices, Scaled] = attrs.field(factory=dict, init=False)

    def all(self) -> Iterator[_Tried]:
        """Yield each plan tried."""
        weights, together = np.random.SeedSequence(self.plan.seed).spawn(2)
        if self.plan.draws:
            drawn = self._drawn(np.random.default_rng(weights))
            yield _Tried(part="weights", places=self._places(self.stated, drawn))
        for choices, part, name in self._alternatives():
            yield self._single(choices, part, name)
        if self.plan.leave_one_out:
            yield from self._left_out()
        if self.plan.together and self.plan.draws:
            yield self._together(np.random.default_rng(together))

    def scale(self, choices: Choices) -> Scaled:
        """Return the values on a scale; each is made once."""
        if choices not in self._scales:
            self._scales[choices] = self.values.on(choices.normaliser, choices.aggregation, treat=choices.treat)
        return self._scales[choices]

    def scores(self, choices: Choices, shares: tuple[FloatArray, ...] | None = None) -> FloatArray:
        """Return (runs, units) scores under other choices, with the stated weights unless others are given."""
        used = tuple(share[None] for share in self.tree.shares) if shares is None else shares
        return scores(self.scale(choices).x, used, self.tree, choices.aggregation)

    def _places(self, choices: Choices, shares: tuple[FloatArray, ...] | None = None) -> FloatArray:
        return places(self.scores(choices, shares), self.base)

    def _drawn(self, generator: np.random.Generator) -> tuple[FloatArray, ...]:
        return self.tree.drawn(self.plan.draws, self.plan.weight_spread, generator)

    def _alternatives(self) -> Iterator[tuple[Choices, str, str]]:
        stated = self.stated
        for method in self.plan.normalisers:
            if method != stated.normaliser:
                yield attrs.evolve(stated, normaliser=method), "normaliser", method
        for mean in self.plan.aggregations:
            if mean != stated.aggregation:
                yield attrs.evolve(stated, aggregation=mean), "aggregation", mean
        if self.plan.treatment:
            name = "untreated" if stated.treat else "treated"
            yield attrs.evolve(stated, treat=not stated.treat), "treatment", name

    def _single(self, choices: Choices, part: str, name: str) -> _Tried:
        """Try one alternative; where it cannot take these values, say so, and try nothing in its place."""
        fault = self._fault(choices)
        if fault:
            return _Tried(part=part, name=name, reason=fault)
        return _Tried(part=part, name=name, places=self._places(choices))

    def _fault(self, choices: Choices) -> str:
        fault = self.scale(choices).fault
        if fault:
            return fault
        return "not_positive" if np.isnan(self.scores(choices)).any() else ""

    @cached_property
    def _weighing(self) -> list[int]:
        overall = self.tree.overall([share[None] for share in self.tree.shares])[0]
        return [place for place, weight in enumerate(overall.tolist()) if weight > 0]

    def _left_out(self) -> Iterator[_Tried]:
        for place in self._weighing:
            if len(self._weighing) == 1:
                yield _Tried(part="left_out", indicator=place, reason="only_indicator")
                continue
            first, *rest = (share[None] for share in self.tree.shares)
            left = first.copy()
            left[:, place] = 0.0
            yield _Tried(part="left_out", indicator=place, places=self._places(self.stated, (left, *rest)))

    def _together(self, generator: np.random.Generator) -> _Tried:
        """Draw weights, scale, mean, treatment and an indicator to leave out (or none) at once."""
        ways = self._ways()
        first, *rest = self._drawn(generator)
        if self.plan.leave_one_out and len(self._weighing) > 1:
            out = np.array([_NONE, *self._weighing])[generator.integers(len(self._weighing) + 1, size=len(first))]
            runs = np.flatnonzero(out >= 0)
            first[runs, out[runs]] = 0.0
        way = generator.integers(len(ways), size=len(first))
        found = np.empty((len(first), len(self.base)))
        for place, choices in enumerate(ways):
            runs = np.flatnonzero(way == place)
            if len(runs):
                found[runs] = self._places(choices, (first[runs], *(share[runs] for share in rest)))
        return _Tried(part="together", places=found)

    def _ways(self) -> list[Choices]:
        """Return every combination that these values can take; the stated one is always among them."""
        plan, stated = self.plan, self.stated
        ways = [
            Choices(normaliser=method, aggregation=mean, treat=treat)
            for method in dict.fromkeys((stated.normaliser, *plan.normalisers))
            for mean in dict.fromkeys((stated.aggregation, *plan.aggregations))
            for treat in ((False, True) if plan.treatment else (stated.treat,))
        ]
        return [choices for choices in ways if choices == stated or not self._fault(choices)]


def plans_of(trials: Trials, units: int, rows: IntArray) -> CompositePlans:
    """Return what each plan does, with places in the rows of those that are compared."""
    tried = list(trials.all()) if len(rows) else []
    base = trials.base
    numbers = [_told(each, base, trials.plan.middle) for each in tried]
    low, high = (np.full((len(tried), units), np.nan) for _ in range(2))
    for place, (_, lower, upper) in enumerate(numbers):
        low[place, rows], high[place, rows] = lower, upper

    def column(name: str) -> FloatArray:
        return np.array([row[0][name] for row in numbers], dtype=np.float64)

    return CompositePlans(
        part=np.array([each.part for each in tried], dtype=object),
        name=np.array([each.name for each in tried], dtype=object),
        indicator=np.array([each.indicator for each in tried], dtype=np.int64),
        runs=column("runs").astype(np.int64),
        reason=np.array([each.reason for each in tried], dtype=object),
        scored=column("scored").astype(np.int64),
        first_changes=column("first_changes"),
        moved=column("moved"),
        largest=column("largest"),
        lower=low,
        upper=high,
    )


def _told(tried: _Tried, base: FloatArray, middle: float) -> tuple[dict[str, float], FloatArray, FloatArray]:
    found = tried.places
    if found is None:
        nothing, names = np.full(len(base), np.nan), ("first_changes", "moved", "largest")
        return {"runs": 0, "scored": 0, **dict.fromkeys(names, np.nan)}, nothing, nothing
    lower, upper = (found[0], found[0]) if len(found) == 1 else middle_of(found, middle)
    return {"runs": len(found), **_moves(found, base)}, lower, upper


def _moves(found: FloatArray, base: FloatArray) -> dict[str, float]:
    """Return how far the units moved, a run at a time: all runs at once would take their memory several times over."""
    total, largest, known, scored, changed = 0.0, np.nan, 0, len(base), 0
    for own in found:
        moved = np.abs(own - base)
        there = int(np.isfinite(moved).sum())
        total, known = total + float(np.nansum(moved)), known + there
        largest, scored = np.fmax(largest, np.fmax.reduce(moved, initial=np.nan)), min(scored, there)
        changed += bool(first_changes(own[None], base)[0])
    return {
        "scored": scored,
        "first_changes": changed / len(found),
        "moved": total / known if known else np.nan,
        "largest": float(largest),
    }
