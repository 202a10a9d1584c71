"""The kinds of control charts."""

from __future__ import annotations

from typing import Final, Literal, get_args

import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats.charts._counts import between_events, counts, rates, rates_prime, shares, shares_prime
from maalbib.stats.charts._drawing import draw
from maalbib.stats.charts._individuals import (
    individuals,
    moving_range_chart,
    run_chart,
    time_between,
    varying_individuals,
)
from maalbib.stats.charts._kind import Kind
from maalbib.stats.charts._limits import ControlLimits
from maalbib.stats.charts._options import Bounds, Gaps, LimitsBy, Options, Transform
from maalbib.stats.charts._panel import Panel
from maalbib.stats.charts._subgroups import subgroup_means, subgroup_spreads

__all__ = ["control_limits"]

ChartKind = Literal["run", "i", "mr", "p", "u", "c", "p_prime", "u_prime", "i_prime", "xbar", "s", "g", "t"]

_KINDS: Final = {
    "run": Kind(lines=run_chart, denominators="optional", level=True, signed=True, limited=False),
    "i": Kind(lines=individuals, denominators="optional", level=True, signed=True),
    "mr": Kind(lines=moving_range_chart, denominators="optional", level=True, signed=True, low=0),
    "p": Kind(lines=shares, denominators="required", low=0, high=1, share=True, exact=True),
    "u": Kind(lines=rates, denominators="required", low=0, exact=True),
    "c": Kind(lines=counts, denominators="none", level=True, low=0, exact=True),
    "p_prime": Kind(lines=shares_prime, denominators="required", low=0, high=1, share=True),
    "u_prime": Kind(lines=rates_prime, denominators="required", low=0),
    "i_prime": Kind(lines=varying_individuals, denominators="required", signed=True),
    "xbar": Kind(lines=subgroup_means, denominators="required", ratio=False, signed=True, spreads=True),
    "s": Kind(lines=subgroup_spreads, denominators="required", ratio=False, low=0, smallest=2),
    "g": Kind(lines=between_events, denominators="none", level=True, low=0),
    "t": Kind(lines=time_between, denominators="none", level=True, low=0),
}
_OPEN: Final = {"logit": (0.0, 1.0), "log1p": (-1.0, np.inf), "t": (0.0, np.inf)}  # scales without their ends


def control_limits(
    kind: ChartKind,
    values: npt.ArrayLike,
    denominators: npt.ArrayLike | None = None,
    *,
    standard_deviations: npt.ArrayLike | None = None,
    baseline: int | None = None,
    exclude: npt.ArrayLike | None = None,
    segments: npt.ArrayLike | None = None,
    screen: bool = True,
    multiplier: float = 2.66,
    gaps: Gaps = "break",
    bounds: Bounds | None = None,
    transform: Transform | None = None,
    centre: npt.ArrayLike | None = None,
    limits: LimitsBy = "sigma",
    per: float = 1.0,
    min_points: int = 20,
    min_points_trial: int = 12,
) -> ControlLimits:
    """Centre and control limits of any kind of chart, for all series of a panel at once.

    Parameters
    ----------
    kind
        ``"run"``: median, no limits. ``"i"``: single values, see :func:`xmr_limits`; ``"mr"``: their moving ranges.
        ``"p"`` and ``"u"``: shares and rates with the noise of chance; ``"p_prime"`` and ``"u_prime"``: with as much
        noise as the data show (Laney). ``"i_prime"``: any value whose denominators vary. ``"c"``: counts of equal
        exposure. ``"xbar"`` and ``"s"``: means and standard deviations of subgroups. ``"g"``: cases between rare
        events. ``"t"``: time between rare events.
    values
        Shape (periods,) or (series, periods), one per period in time order; NaN means missing and keeps its place.
        Counts for p, u and their primes, sums for i', the values themselves for run, i and mr (or sums, with denominators),
        subgroup means for xbar, subgroup standard deviations for s.
    denominators
        Denominators, exposures or subgroup sizes, in a shape that stretches to that of the values. NaN means
        missing. Required by p, u, p', u', i', xbar and s; not taken by c, g and t.
    standard_deviations
        Standard deviations within the subgroups, for xbar; see :func:`subgroups`. NaN has no part in the limits.
    baseline
        Limits from the first so many periods of each segment, kept for the rest (freeze). None uses all.
    exclude
        True for points that are drawn but have no part in limits and patterns, shape (periods,) or (series, periods).
    segments
        Whole-number labels, shape (periods,) or (series, periods): each segment has limits of its own.
    screen
        Leave out moving ranges that are too large to be chance, once, before averaging them. Not for mr, which is
        to show them.
    multiplier
        Mean moving ranges from the centre to a limit, for i and t: 2.66, or 3/1.128 with more digits.
    gaps
        ``"break"``: no moving range across a missing or excluded point. ``"join"``: from the value before it.
    bounds
        The least and the largest value possible, None where there is none, in the units drawn. Limits beyond are moved
        to them. Shares, rates, counts and times have theirs without asking.
    transform
        For i: make limits on a scale where they cannot leave the possible, ``"logit"`` for shares or ``"log1p"`` for
        counts.
    centre
        A given centre in the units drawn, in a shape that stretches to that of the values; NaN where it is to be
        estimated. For g it is the mean.
    limits
        ``"sigma"``: three standard deviations. ``"exact"``, for p, u and c: Poisson and binomial quantiles at
        0.00135 and 0.99865, right for small counts.
    per
        Scale of what is drawn, values and limits alike: 100 for percent, 1000 for a rate per thousand.
    min_points
        Points that a segment's limits rest on, from which they are full.
    min_points_trial
        Points from which there are trial limits; below there are none.

    Returns
    -------
    ControlLimits
        Arrays of the shape of ``values``.

    Raises
    ------
    ArgumentError
        If shapes do not fit, an option is unknown or does not belong to the kind, a segment comes back after another,
        or a given centre is not possible.

    Notes
    -----
    With mean moving range A, ranges of 3.267 A and more are dropped once [1]_; i draws mean +/- 2.66 A. Where no
    chance is involved a moving range tells the spread, so a segment counts as many points as a gapless one with as many ranges.
    p and u pool: sum of numerators over sum of denominators, sd sqrt(P(1 - P)/n) and sqrt(U/n); p' and u' multiply it
    with the mean moving range of the standardised points over 1.128 [2]_, reported as ``sigma_z`` also for p and u.
    i' takes the mean of sqrt(pi/2) abs(difference) / sqrt(1/n + 1/n before) over sqrt(n). xbar and s take the mean
    standard deviation where sizes are equal, else the pooled one, over c4(n). g draws the median and
    mean + 3 sqrt(m(m + 1)); t is i for y^(1/3.6). With a given centre p, u, c and g rest on no data: any number of points
    is enough.

    A value that is impossible, or has no denominator, concerns its point alone. One that the chart or
    transform cannot take (0 for t, 0 or 1 for logit) leaves no way to make limits from that baseline:
    ``value_out_of_range``. Time and memory grow with the number of values; working space is bounded.

    References
    ----------
    .. [1] Nelson, L. S. (1982). Control charts for individual measurements. Journal of Quality Technology 14, 172-173.
    .. [2] Laney, D. B. (2002). Improved control charts for attributes. Quality Engineering 14, 531-537.

    Examples
    --------
    Falls per 1,000 bed days; the third month has no bed days on record:

    >>> found = control_limits("u", [4, 6, 5, 9], [1000, 1500, 0, 1400], per=1000, min_points=4, min_points_trial=3)
    >>> found.values.round(2).tolist()
    [4.0, 4.0, nan, 6.43]
    >>> found.upper.round(2).tolist(), found.reason.tolist()
    ([11.49, 10.28, nan, 10.47], ['', '', 'zero_denominator', ''])
    >>> found.status.tolist()
    ['trial', 'trial', 'centre_only', 'trial']
    """
    if kind not in get_args(ChartKind):
        raise ArgumentError.choice("kind", get_args(ChartKind))
    options = Options(
        baseline=baseline,
        screen=screen,
        multiplier=multiplier,
        gaps=gaps,
        bounds=bounds,
        transform=transform,
        limits=limits,
        per=per,
        min_points=min_points,
        min_points_trial=min_points_trial,
    )
    chart = _KINDS[kind]
    _refuse_unsuitable(kind, options, denominators=denominators, standard_deviations=standard_deviations)
    panel = Panel.of(values, denominators, standard_deviations, centre, exclude, segments)
    if panel.centre is not None:
        _refuse_impossible(kind, panel.centre / per, options)
    return draw(kind, chart, panel, options)


def _refuse_unsuitable(
    kind: str,
    options: Options,
    *,
    denominators: npt.ArrayLike | None,
    standard_deviations: npt.ArrayLike | None,
) -> None:
    chart = _KINDS[kind]
    if denominators is None and chart.denominators == "required":
        raise ArgumentError("charts.denominators_missing", kind=kind)
    if denominators is not None and chart.denominators == "none":
        raise ArgumentError("charts.denominators_unused", kind=kind)
    if standard_deviations is None and chart.spreads:
        raise ArgumentError("charts.standard_deviations_missing")
    if standard_deviations is not None and not chart.spreads:
        raise ArgumentError("charts.standard_deviations_unused", kind=kind)
    if options.limits == "exact" and not chart.exact:
        raise ArgumentError("charts.no_exact_limits", kind=kind)
    if options.transform is not None and kind != "i":
        raise ArgumentError("charts.no_transform", kind=kind)


def _refuse_impossible(kind: str, centre: npt.NDArray[np.float64], options: Options) -> None:
    """Refuse a given centre where no value of the kind can be."""
    chart = _KINDS[kind]
    low, high = _OPEN.get(options.transform or kind, (chart.low, chart.high))
    outside = (centre < low) | (centre > high) | np.isinf(centre)
    if options.transform or kind in _OPEN:
        outside |= (centre == low) | (centre == high)
    if outside.any():
        raise ArgumentError("charts.centre_impossible", kind=kind)
