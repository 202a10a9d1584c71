"""How often the rules of a set speak although nothing has changed."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import attrs
import numpy as np

from maalbib.stats._arrays import FloatArray, whole_number
from maalbib.stats.charts._kinds import control_limits
from maalbib.stats.charts._limits import ControlLimits
from maalbib.stats.charts._processes import Process, parameter_of, simulated
from maalbib.stats.charts._rule_sets import RuleSet, as_rule_set
from maalbib.stats.charts._rules import apply_rules
from maalbib.stats.charts._xmr import xmr_limits

__all__ = ["FalseAlarmRate", "false_alarm_rate"]

_AT_ONCE: Final = 2_000  # series
_CACHED: Final = 512


@attrs.frozen(kw_only=True)
class FalseAlarmRate:
    """Shares of stable series with a signal, by simulation.

    Attributes
    ----------
    any_point
        Share of series with a signal anywhere.
    latest_point
        Share of series with a signal at the last point.
    points
        Share of all points that are signals.
    any_point_se, latest_point_se
        Standard errors of the first two from the number of replications.
    rule_set, version
        The rules.
    n
        Points per series.
    process, parameter
        What was simulated.
    replications, seed
        How many series, and where the random numbers began.

    Examples
    --------
    >>> from maalbib.stats import false_alarm_rate, rule_set
    >>> found = false_alarm_rate(rule_set("anhoej"), 24, replications=2000)
    >>> found.rule_set, found.version, found.n
    ('anhoej', '1', 24)
    """

    any_point: float
    latest_point: float
    points: float
    any_point_se: float
    latest_point_se: float
    rule_set: str
    version: str
    n: int
    process: str
    parameter: float
    replications: int
    seed: int


def false_alarm_rate(
    rule_set: RuleSet,
    n: int,
    *,
    process: Process = "normal",
    parameter: float | None = None,
    baseline: int | None = None,
    replications: int = 10_000,
    seed: int = 0,
) -> FalseAlarmRate:
    """Share of stable series in which a rule set finds something.

    Parameters
    ----------
    rule_set
        The rules, on the chart that they are made for.
    n
        Points per series, at least 1.
    process
        ``"normal"``: independent. ``"ar1"``: each value hangs together with the one before. ``"poisson"``: counts.
        ``"seasonal"``: monthly values with a yearly cycle that begins with the series.
    parameter
        Coefficient of ``"ar1"`` (0.3 where None), mean of ``"poisson"`` (20), amplitude of ``"seasonal"`` in standard
        deviations of the noise (1).
    baseline
        Limits from the first so many points; all where None.
    replications
        Series to simulate, at least 100.
    seed
        Where the random numbers begin: the same seed gives the same result.

    Returns
    -------
    FalseAlarmRate
        Shares with their standard errors.

    Raises
    ------
    ArgumentError
        If an argument is not of its kind or out of range.

    Notes
    -----
    A rule set for XmR charts is tried on limits with its multiplier, screened if it says so; one for any chart, on
    unscreened limits of individuals; one without limits, around the median. Limits are drawn however short the series
    is. Rules for whole segments signal at every point, so also at the last.

    10,000 series of 24 points take about a fifth of a second and some 30 MB; the result is remembered.

    Examples
    --------
    Nobody has to do anything wrong for one board in five to show a signal within two years:

    >>> from maalbib.stats import rule_set
    >>> found = false_alarm_rate(rule_set("nhs_mdc", version="1"), 24)
    >>> round(found.any_point, 2), round(found.latest_point, 2)
    (0.18, 0.02)
    """
    n = whole_number("n", n, low=1)
    replications = whole_number("replications", replications, low=100)
    seed = whole_number("seed", seed, low=0)
    frozen = None if baseline is None else whole_number("baseline", baseline, low=1)
    return _rate(as_rule_set(rule_set), n, process, parameter_of(process, parameter), frozen, replications, seed)


@lru_cache(maxsize=_CACHED)
def _rate(
    rule_set: RuleSet, n: int, process: str, parameter: float, baseline: int | None, replications: int, seed: int
) -> FalseAlarmRate:
    rng = np.random.default_rng(seed)
    anywhere = latest = points = 0
    for start in range(0, replications, _AT_ONCE):
        values = simulated(process, parameter, min(_AT_ONCE, replications - start), n, rng)
        signal = apply_rules(_chart(rule_set, values, baseline), rule_set).label != ""
        anywhere += int(signal.any(axis=1).sum())
        latest += int(signal[:, -1].sum())
        points += int(signal.sum())
    shares = anywhere / replications, latest / replications
    return FalseAlarmRate(
        any_point=shares[0],
        latest_point=shares[1],
        points=points / replications / n,
        any_point_se=_standard_error(shares[0], replications),
        latest_point_se=_standard_error(shares[1], replications),
        rule_set=rule_set.id,
        version=rule_set.version,
        n=n,
        process=process,
        parameter=parameter,
        replications=replications,
        seed=seed,
    )


def _chart(rule_set: RuleSet, values: FloatArray, baseline: int | None) -> ControlLimits:
    wanted = rule_set.limits
    if wanted.kind == "none":
        centre = values[:, :baseline].mean(axis=1, keepdims=True) if wanted.centre == "mean" else None
        return control_limits("run", values, baseline=baseline, centre=centre, min_points_trial=1)
    return xmr_limits(
        values,
        baseline=baseline,
        screen=wanted.screen_moving_range is not None,
        multiplier=wanted.multiplier or 2.66,
        min_points_trial=1,
    )


def _standard_error(share: float, replications: int) -> float:
    return float(np.sqrt(share * (1 - share) / replications))
