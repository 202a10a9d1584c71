"""One trend for seasons, or sites, that share good and bad years."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, get_args

import attrs
import numpy as np

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import (
    ArrayResult,
    FloatArray,
    IntArray,
    ReasonArray,
    float_array,
    reasons,
    vector,
    whole_number,
)
from maalbib.stats._series import Piece, Series
from maalbib.stats._sign_sums import Cells, complete, normal_test, sign_sums

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = [
    "FEWEST_YEARS",
    "Alternative",
    "Gaps",
    "Rules",
    "SeasonalMannKendall",
    "regional_mann_kendall",
    "seasonal_mann_kendall",
]

Alternative = Literal["two-sided", "rising", "falling"]
Gaps = Literal["refuse", "mid_rank"]

FEWEST_YEARS: Final = 10
"""Years from which covariances between seasons are worth estimating."""


@attrs.frozen(kw_only=True, eq=False)
class SeasonalMannKendall(ArrayResult):
    """The trend of several dependent seasons or sites together; all arrays have one shape.

    Attributes
    ----------
    s
        Sum over the seasons of pairs that rise less pairs that fall.
    var_s
        Variance of S with the covariances between seasons.
    var_s_independent
        Variance of S if the seasons did not depend on each other.
    z
        S in standard deviations, moved by one towards 0 unless asked otherwise.
    p_value
        Probability of an S at least this far out by the normal distribution.
    n
        Finite values.
    n_years
        Years with a value.
    n_seasons
        Seasons, or sites, with a value.
    reason
        Why there is no p, empty where there is one: ``"invalid_value"`` (infinite or too large), ``"no_data"``,
        ``"too_few_points"`` (no season with two values), ``"too_few_years"``, ``"incomplete_years"`` (a season lacks
        a value in a year that others have).

    Examples
    --------
    Two half-years that share every good and bad year count as little more than one:

    >>> import numpy as np
    >>> spring = np.array([4, 6, 5, 9, 7, 8, 12, 10, 11, 13])
    >>> result = seasonal_mann_kendall(np.c_[spring, spring + 3].ravel(), seasons=[0, 1] * 10)
    >>> result.s.item(), result.var_s_independent.item(), result.var_s.item()
    (70.0, 250.0, 500.0)
    """

    s: FloatArray
    var_s: FloatArray
    var_s_independent: FloatArray
    z: FloatArray
    p_value: FloatArray
    n: IntArray
    n_years: IntArray
    n_seasons: IntArray
    reason: ReasonArray


def seasonal_mann_kendall(
    values: npt.ArrayLike,
    times: npt.ArrayLike | None = None,
    *,
    seasons: npt.ArrayLike,
    resolution: float | None = None,
    alternative: Alternative = "two-sided",
    continuity_correction: bool = True,
    gaps: Gaps = "refuse",
    min_years: int = FEWEST_YEARS,
) -> SeasonalMannKendall:
    """Test series of several seasons for one trend, where the seasons of a year depend on each other.

    Parameters
    ----------
    values
        Shape (periods,) or (series, periods), any unit. NaN means missing.
    times
        Shape (periods,): the year of each period, one number for all seasons of a year, rising within each season.
        None where the k-th period of every season belongs to the k-th year.
    seasons
        Whole-number labels of shape (periods,): 1 to 12 for months, for example.
    resolution
        The unit in which values were measured or rounded, above 0; see :func:`mann_kendall`.
    alternative
        ``"two-sided"``, ``"rising"`` or ``"falling"``.
    continuity_correction
        Whether S is moved by one towards 0, because it moves in steps of 2. False agrees with programs that do not.
    gaps
        ``"refuse"``: no p where a season lacks a value in a year that others have. ``"mid_rank"``: a missing value
        takes the middle rank of its season, as most programs do; the covariances are approximate then.
    min_years
        Years below which there is no p.

    Returns
    -------
    SeasonalMannKendall
        Arrays of shape () or (series,).

    Raises
    ------
    ArgumentError
        If shapes do not fit, no two seasons share a year, labels are not whole numbers, or an option is unknown.

    Notes
    -----
    S is the sum over seasons; its variance adds the covariances of every two seasons [1]_ [2]_. With x and y the n
    values of two seasons, K the sum over i < j of sign((x_j - x_i)(y_j - y_i)) and R the ranks, a covariance is
    (K + 4 sum R(x) R(y) - n (n + 1)^2) / 3. All of them together are one third of a sum of squares, so the variance is
    never negative, and it takes time in proportion to the number of values times the number of years.

    The covariances are estimated and p is that of the normal distribution: below ten years it finds much less than its
    level promises (1 to 3 % at 5 % for five years), hence ``min_years``. For fewer years use :func:`mann_kendall` on
    one value per year. Taking months as independent, with ``blocks=seasons``, is exact where they are; where half of
    the variance is shared by the months of a year, it finds a trend in 42 % of series without one.

    Seasons with opposite trends cancel: see :func:`block_heterogeneity`. Values of several sites are tested by
    :func:`regional_mann_kendall`.

    References
    ----------
    .. [1] Dietz, E. J., Killeen, T. J. (1981). A nonparametric multivariate test for monotone trend with
       pharmaceutical applications. JASA 76, 169-174.
    .. [2] Hirsch, R. M., Slack, J. R. (1984). A nonparametric trend test for seasonal data with serial dependence.
       Water Resources Research 20, 727-732.

    Examples
    --------
    Quarters of twelve years that share one shock per year:

    >>> import numpy as np
    >>> from maalbib.stats import mann_kendall
    >>> shock = np.array([3.1, -2.0, 0.4, 1.9, -1.2, 2.2, 0.3, 4.0, 1.1, 3.8, 2.9, 3.3])
    >>> values = (shock[:, None] + [0.0, 5.0, 9.0, 2.0]).ravel()
    >>> quarters = np.tile([1, 2, 3, 4], 12)
    >>> seasonal_mann_kendall(values, seasons=quarters).p_value.round(3).item()
    0.103
    >>> mann_kendall(values, blocks=quarters).p_value.round(4).item()
    0.0009
    """
    rules = Rules.of(alternative, gaps, min_years, continuity=continuity_correction)
    labels = np.asarray(seasons)
    series = Series.of(values, times, labels, resolution)
    if labels.ndim != 1:
        periods = series.values.shape[1]
        raise ArgumentError("argument.shape", argument="seasons", expected=f"({periods},)", got=str(labels.shape))
    columns = _empty(len(series))
    for layout, _ in series.layouts:
        cells = Cells.of(layout, None if times is None else layout.times)
        for piece in series.pieces(cells.series_at_once):
            for name, column in _tested(piece, cells, rules).items():
                columns[name][piece.rows] = column
    return SeasonalMannKendall(**{name: column.reshape(series.shape) for name, column in columns.items()})


def regional_mann_kendall(
    values: npt.ArrayLike,
    times: npt.ArrayLike | None = None,
    *,
    resolution: float | None = None,
    alternative: Alternative = "two-sided",
    continuity_correction: bool = True,
    gaps: Gaps = "refuse",
    min_years: int = FEWEST_YEARS,
) -> SeasonalMannKendall:
    """Test regions of several sites for one trend, where the sites share good and bad years.

    Parameters
    ----------
    values
        Shape (sites, periods) for one region, or (regions, sites, periods). NaN means missing.
    times
        Shape (periods,): when each period was, rising. None for 0, 1, 2, ...
    resolution, alternative, continuity_correction, gaps, min_years
        As in :func:`seasonal_mann_kendall`, with periods for years.

    Returns
    -------
    SeasonalMannKendall
        Arrays of shape () or (regions,); ``n_years`` counts periods and ``n_seasons`` sites.

    Raises
    ------
    ArgumentError
        If shapes do not fit, times do not rise, or an option is unknown.

    Notes
    -----
    The sites take the place of the seasons in :func:`seasonal_mann_kendall`: the covariance of two sites [1]_ says how
    far the second one is new information. Taken as independent, sites of one region find trends where there are none.

    References
    ----------
    .. [1] Dietz, E. J., Killeen, T. J. (1981). A nonparametric multivariate test for monotone trend with
       pharmaceutical applications. JASA 76, 169-174.

    Examples
    --------
    Three schools of one municipality that rise and fall together:

    >>> import numpy as np
    >>> from maalbib.stats import mann_kendall
    >>> shared = np.array([61, 60, 64, 63, 62, 66, 65, 69, 67, 70])
    >>> schools = shared + np.array([[0], [4], [-2]]) + np.outer([0, 1, -1], np.arange(10) % 3)
    >>> result = regional_mann_kendall(schools)
    >>> result.n_seasons.item(), result.p_value.round(4).item()
    (3, 0.0024)
    >>> mann_kendall(schools.ravel(), blocks=np.repeat([0, 1, 2], 10)).p_value.item() < 1e-6
    True
    """
    array = float_array("values", values)
    if array.ndim not in {2, 3}:
        raise ArgumentError(
            "argument.shape",
            argument="values",
            expected="(sites, periods) / (regions, sites, periods)",
            got=str(array.shape),
        )
    sites, periods = array.shape[-2:]
    moments = np.arange(periods, dtype=np.float64) if times is None else vector("times", times)
    if moments.shape != (periods,):
        raise ArgumentError("argument.shape", argument="times", expected=f"({periods},)", got=str(moments.shape))
    return seasonal_mann_kendall(
        array.reshape(*array.shape[:-2], sites * periods),
        np.tile(moments, sites),
        seasons=np.repeat(np.arange(sites), periods),
        resolution=resolution,
        alternative=alternative,
        continuity_correction=continuity_correction,
        gaps=gaps,
        min_years=min_years,
    )


@attrs.frozen(kw_only=True)
class Rules:
    """The options of a test with dependent blocks, checked."""

    alternative: str
    continuity: bool
    needs_all: bool
    fewest: int

    @classmethod
    def of(cls, alternative: str, gaps: str, min_years: int, *, continuity: bool) -> Rules:
        """Check the options."""
        if alternative not in get_args(Alternative):
            raise ArgumentError.choice("alternative", get_args(Alternative))
        if gaps not in get_args(Gaps):
            raise ArgumentError.choice("gaps", get_args(Gaps))
        return cls(
            alternative=alternative,
            continuity=bool(continuity),
            needs_all=gaps == "refuse",
            fewest=whole_number("min_years", min_years, low=2),
        )


def _empty(series: int) -> dict[str, npt.NDArray[Any]]:
    whole = {"n", "n_years", "n_seasons"}
    columns: dict[str, npt.NDArray[Any]] = {
        field.name: np.empty(series, dtype=np.int64 if field.name in whole else np.float64)
        for field in attrs.fields(SeasonalMannKendall)
    }
    return columns | {"reason": np.full(series, "", dtype=object)}


def _tested(piece: Piece, cells: Cells, rules: Rules) -> dict[str, npt.NDArray[Any]]:
    cube = cells.filled(piece.values)
    whole, years, seasons = complete(cube)
    apart, joint = (sign_sums([cube], together=together) for together in (False, True))
    s, var_s = joint.s[0, 0].astype(np.float64), joint.thirds[0, 0, 0] / 3
    z, p = normal_test(s, var_s, rules.alternative, continuity=rules.continuity)
    no_pairs = piece.used_blocks == 0
    reason = reasons(
        s.shape,
        (piece.unusable, "invalid_value"),
        (piece.n == 0, "no_data"),
        (no_pairs, "too_few_points"),
        (years < rules.fewest, "too_few_years"),
        (~whole & rules.needs_all, "incomplete_years"),
    )
    refused = reason != ""
    return {
        "s": np.where(no_pairs, np.nan, s),
        "var_s": np.where(refused, np.nan, var_s),
        "var_s_independent": np.where(no_pairs, np.nan, apart.thirds[0, 0].sum(axis=0) / 3),
        "z": np.where(refused, np.nan, z),
        "p_value": np.where(refused, np.nan, p),
        "n": piece.n,
        "n_years": years,
        "n_seasons": seasons,
        "reason": reason,
    }
