"""How many flags a board of many series shows although nothing has changed."""

from __future__ import annotations

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import ArrayResult, FloatArray, broadcast_to, numeric_array
from maalbib.stats.charts._false_alarms import false_alarm_rate
from maalbib.stats.charts._processes import Process
from maalbib.stats.charts._rule_sets import RuleSet

__all__ = ["ExpectedFlags", "expected_flags"]


@attrs.frozen(kw_only=True, eq=False)
class ExpectedFlags(ArrayResult):
    """How many flags a board shows by chance alone.

    Attributes
    ----------
    n, series
        Points per series, and how many series of that length.
    latest
        Stable series expected with a flag at their last point, per length.
    anywhere
        Stable series expected with a flag anywhere, per length.
    total_latest, total_anywhere
        Sums over the lengths.
    sd_latest, sd_anywhere
        Standard deviations of the totals: of chance with independent series, and of the simulation.

    Examples
    --------
    >>> from maalbib.stats import expected_flags, rule_set
    >>> found = expected_flags(rule_set("nhs_mdc", version="1"), [24, 36], [100, 200], replications=2000)
    >>> found.latest.shape, bool(found.total_latest == found.latest.sum())
    ((2,), True)
    """

    n: npt.NDArray[np.int64]
    series: FloatArray
    latest: FloatArray
    anywhere: FloatArray
    total_latest: float
    total_anywhere: float
    sd_latest: float
    sd_anywhere: float


def expected_flags(
    rule_set: RuleSet,
    n: npt.ArrayLike,
    series: npt.ArrayLike,
    *,
    process: Process = "normal",
    parameter: float | None = None,
    baseline: int | None = None,
    replications: int = 10_000,
    seed: int = 0,
) -> ExpectedFlags:
    """Count the flags that a board of stable series shows by chance, to hold against those it does show.

    Parameters
    ----------
    rule_set
        The rules.
    n
        Points per series, a whole number or several, shape (lengths,).
    series
        How many series there are of each length, in a shape that stretches to that of ``n``.
    process, parameter, baseline, replications, seed
        As in :func:`false_alarm_rate`.

    Returns
    -------
    ExpectedFlags
        Expected numbers with their standard deviation.

    Raises
    ------
    ArgumentError
        If ``n`` are not whole numbers of at least 1, or another argument is wrong.

    Notes
    -----
    The standard deviation holds for series that are independent of each other. Series that share a season or a bad
    winter signal together: the expected number stays, chance gets wider.

    Examples
    --------
    98 municipalities with 200 indicators each, 24 months, nothing happening:

    >>> from maalbib.stats import rule_set
    >>> found = expected_flags(rule_set("nhs_mdc", version="1"), 24, 98 * 200)
    >>> 300 < found.total_latest < 420
    True
    """
    lengths = np.atleast_1d(numeric_array("n", n))
    if lengths.dtype.kind not in "iu" or lengths.ndim != 1 or (lengths.size and lengths.min() < 1):
        raise ArgumentError("argument.whole_number", argument="n", low=1)
    many = np.array(broadcast_to("series", series, lengths.shape))
    rates = [
        false_alarm_rate(
            rule_set,
            int(length),
            process=process,
            parameter=parameter,
            baseline=baseline,
            replications=replications,
            seed=seed,
        )
        for length in lengths
    ]
    latest, anywhere = (
        np.array([getattr(rate, name) for rate in rates], dtype=np.float64) for name in ("latest_point", "any_point")
    )
    return ExpectedFlags(
        n=lengths.astype(np.int64),
        series=many,
        latest=many * latest,
        anywhere=many * anywhere,
        total_latest=float((many * latest).sum()),
        total_anywhere=float((many * anywhere).sum()),
        sd_latest=_spread(latest, many, replications),
        sd_anywhere=_spread(anywhere, many, replications),
    )


def _spread(share: FloatArray, series: FloatArray, replications: int) -> float:
    chance = share * (1 - share)
    return float(np.sqrt((series * chance + series**2 * chance / replications).sum()))
