"""Who is selected, who holds in other periods, and how many would have held by chance."""

from __future__ import annotations

import attrs
import numpy as np

from maalbib import stats
from maalbib.analysis._arrays import Bools, Floats, Ints

__all__ = ["Proof", "Rules", "Selection", "proved", "selected"]

_AT_ONCE = 1 << 20


@attrs.frozen(kw_only=True)
class Rules:
    """How many make up the best, in how many periods, and how chance is drawn."""

    best: int
    min_periods: int
    min_confirm: int
    confidence: float
    seed: int
    draws: int
    simulations: int


@attrs.frozen(kw_only=True, eq=False)
class Selection:
    """What the periods of selection say of each unit.

    Attributes
    ----------
    judged, shown, likely
        (units,) periods with a place, those in which the unit is shown to be among the best, and those in which it is at least likely.
    grade
        (units,) 2 shown, 1 likely, 0 not selected.
    lower, upper
        (units,) set of places in the last period with one.
    lead, shrunk, reliability
        (units,) how much better than the group, the same without noise, and how much of it is no noise.
    tau
        Spread of the true leads.
    """

    judged: Ints
    shown: Ints
    likely: Ints
    grade: Ints
    lower: Floats
    upper: Floats
    lead: Floats
    shrunk: Floats
    reliability: Floats
    tau: float


@attrs.frozen(kw_only=True, eq=False)
class Proof:
    """What other periods say of those selected.

    Attributes
    ----------
    judged, held
        (units,) periods with a value, and those in which the shrunk value is among the best.
    lead
        (units,) how much better than the group in these periods.
    tried, kept
        (units,) which units were selected and had enough periods, and which of them held.
    probability
        (units,) how often a unit holds where the true levels stay as they were; NaN where it was not tried.
    expected, low, high
        How many were to be expected to hold, and the range.
    chance
        How many would hold if later levels had nothing to do with earlier ones.
    """

    judged: Ints
    held: Ints
    lead: Floats
    tried: Bools
    kept: Bools
    probability: Floats
    expected: float
    low: float
    high: float
    chance: float


def selected(better: Floats, error: Floats, rules: Rules) -> Selection:
    """Select the units that were among the best in enough periods; (units, periods) each."""
    sets = stats.rank_sets(
        better.T, error.T, confidence=rules.confidence, order="largest_first", draws=rules.draws, seed=rules.seed
    )
    lower, upper = np.swapaxes(sets.lower, 0, 1), np.swapaxes(sets.upper, 0, 1)
    shown = upper <= rules.best
    likely = shown | ((lower <= rules.best) & _among_best(better.T, error.T, rules.best).T)
    placed = np.isfinite(lower)
    grade = np.where(likely.sum(axis=1) >= rules.min_periods, 1, 0)
    grade = np.where(shown.sum(axis=1) >= rules.min_periods, 2, grade)
    last = placed.shape[1] - 1 - np.argmax(placed[:, ::-1], axis=1)
    row = np.arange(len(placed))
    lead, noise = _lead(better, error)
    whole = stats.shrinkage(lead, noise, interval="none")
    return Selection(
        judged=placed.sum(axis=1),
        shown=shown.sum(axis=1),
        likely=likely.sum(axis=1),
        grade=grade,
        lower=lower[row, last],
        upper=upper[row, last],
        lead=lead,
        shrunk=whole.shrunk,
        reliability=whole.reliability,
        tau=float(whole.tau),
    )


def proved(selection: Selection, better: Floats, error: Floats, rules: Rules) -> Proof:
    """Look at those selected in other periods, beside what noise alone would make of them."""
    judged = np.isfinite(better).sum(axis=1)
    held = _among_best(better.T, error.T, rules.best).sum(axis=0)
    tried = (selection.grade > 0) & (judged >= rules.min_confirm) & (judged > 0)
    stays = _simulated(selection, error, tried, rules, stays=True)
    anew = _simulated(selection, error, tried, rules, stays=False)
    tail = (1 - rules.confidence) / 2
    counts = stays.sum(axis=1)
    known = len(counts) > 0
    low, high = np.quantile(counts, (tail, 1 - tail), method="inverted_cdf") if known else (np.nan, np.nan)
    return Proof(
        judged=judged,
        held=held,
        lead=_lead(better, error)[0],
        tried=tried,
        kept=tried & (held >= rules.min_confirm),
        probability=np.where(tried, stays.mean(axis=0), np.nan) if known else np.full(len(tried), np.nan),
        expected=float(counts.mean()) if known else np.nan,
        low=float(low),
        high=float(high),
        chance=float(anew.sum(axis=1).mean()) if known else np.nan,
    )


def _lead(better: Floats, error: Floats) -> tuple[Floats, Floats]:
    """Return how much better each unit is than the group, weighted over periods by how sure it is, and the error of that."""
    if not better.shape[1]:
        return np.full(len(better), np.nan), np.full(len(better), np.nan)
    middle = stats.shrinkage(better.T, error.T, interval="none").target.T
    away = better - middle
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = np.where(np.isfinite(away), 1 / error**2, 0.0)
        total = weight.sum(axis=1)
        lead = np.where(total > 0, np.where(weight > 0, weight * away, 0.0).sum(axis=1) / total, np.nan)
        return lead, np.where(total > 0, 1 / np.sqrt(total), np.nan)


def _among_best(better: Floats, error: Floats, best: int) -> Bools:
    """Return whether each shrunk value is among the best of its row; of equal ones all are, or none."""
    if not better.size:
        return np.zeros(better.shape, dtype=bool)
    shrunk = stats.shrinkage(better, error, interval="none").shrunk
    ordered = -np.sort(np.where(np.isfinite(shrunk), -shrunk, np.inf), axis=1)
    if ordered.shape[1] <= best:
        return np.zeros(better.shape, dtype=bool)
    return np.asarray(shrunk > ordered[:, [best]], dtype=bool)


def _simulated(selection: Selection, error: Floats, tried: Bools, rules: Rules, *, stays: bool) -> Bools:
    """Return (simulations, units) which of those tried hold: levels as the selection tells them, or drawn anew."""
    if not tried.any() or not np.isfinite(selection.tau):
        return np.zeros((0, len(tried)), dtype=bool)
    rng = np.random.default_rng(rules.seed)
    shrunk = np.nan_to_num(selection.shrunk)
    spread = selection.tau * np.sqrt(1 - np.nan_to_num(selection.reliability))
    step = max(1, _AT_ONCE // len(tried))
    found = []
    for start in range(0, rules.simulations, step):
        size = (min(step, rules.simulations - start), len(tried))
        true = rng.standard_normal(size)
        levels = shrunk + true * spread if stays else true * selection.tau
        held = np.zeros(size, dtype=np.int64)
        for period in range(error.shape[1]):
            there = np.isfinite(error[:, period])
            noisy = levels[:, there] + rng.standard_normal(size)[:, there] * error[there, period]
            held[:, there] += _among_best(noisy, np.broadcast_to(error[there, period], noisy.shape), rules.best)
        found.append(tried & (held >= rules.min_confirm))
    return np.concatenate(found)
