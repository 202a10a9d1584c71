"""A frontier with noise: how much of a unit's distance from it is inefficiency, if shapes are believed."""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import BoolArray, FloatArray, float_array, open_share, reasons, vector
from maalbib.stats.frontier._stochastic_fit import frontier_of
from maalbib.stats.frontier._stochastic_result import StochasticFrontier
from maalbib.stats.frontier._stochastic_units import inefficiencies

__all__ = ["stochastic_frontier"]

_SIGNS: Final = {"production": 1.0, "cost": -1.0}
_FEW: Final = 200  # units


def stochastic_frontier(
    values: npt.ArrayLike,
    regressors: npt.ArrayLike,
    *,
    kind: Literal["production", "cost"] = "production",
    take_logs: bool = True,
    confidence: float = 0.95,
) -> StochasticFrontier:
    """Fit a frontier that units miss by noise and by half-normal inefficiency, and tell the two apart by their shapes.

    Parameters
    ----------
    values
        What each unit makes (``"production"``) or spends (``"cost"``), shape (units,). NaN takes no part.
    regressors
        What it depends on, inputs for production, outputs and prices for costs; shape (units, regressors), or (units,) for one.
    kind
        Inefficiency lowers production and raises costs.
    take_logs
        Whether to take the logarithms of values and regressors, which then must be above 0. With False they are logarithms
        (or squares and products of those) as they are handed in; exp(-u) is an efficiency for logarithms alone.
    confidence
        Coverage of the limits as a share, 0 < confidence < 1.

    Returns
    -------
    StochasticFrontier
        The frontier, and the units in the order given.

    Raises
    ------
    ArgumentError
        If an array is not numbers or has the wrong shape, or an option is out of range.

    Notes
    -----
    y = b0 + X b + v - u, or + u for costs, with v normal, u half-normal and neither dependent on the other or on X [1]_; efficiencies are
    those of [2]_, inefficiencies those of [3]_, limits those of [4]_. All that tells u from v is that u is skewed. A frontier that
    has another form, something left out that is skewed (an island, a year with floods), or a few odd units count as inefficiency as
    well. None of it says why a unit is behind.

    The likelihood is climbed at ratios from 0.05 to 1000 from the point of least squares on. At a given ratio it is concave in the
    parameters divided by sigma, so that there is one maximum; over the ratio each peak is refined and the highest kept. If it
    is at 0, efficiencies of 1 would be an answer about the data, not about the units: there are none. The p-value
    is that of half a chi-square with one degree of freedom, since spreads are not negative.

    Chance alone can skew either way, and few units say little: see the calibration in the documentation. At least five units are needed for each
    parameter, of which there are three more than regressors. Cost: some 150 passes over the table.

    References
    ----------
    .. [1] Aigner, D., Lovell, C. A. K. and Schmidt, P. (1977). Formulation and estimation of stochastic frontier production
       function models. Journal of Econometrics 6(1), 21-37.
    .. [2] Battese, G. E. and Coelli, T. J. (1988). Prediction of firm-level technical efficiencies with a generalized frontier
       production function and panel data. Journal of Econometrics 38(3), 387-399.
    .. [3] Jondrow, J., Lovell, C. A. K., Materov, I. S. and Schmidt, P. (1982). On the estimation of technical inefficiency in the
       stochastic frontier production function model. Journal of Econometrics 19(2-3), 233-238.
    .. [4] Horrace, W. C. and Schmidt, P. (1996). Confidence statements for efficiency estimates from stochastic frontier
       models. Journal of Productivity Analysis 7(2-3), 257-282.

    Examples
    --------
    Invented units with 60 to 258 hours, a little noise, and inefficiency:

    >>> import numpy as np
    >>> rng = np.random.default_rng(4)
    >>> hours = np.arange(60.0, 260.0, 2.0)
    >>> made = 3 * hours**0.8 * np.exp(rng.normal(0, 0.1, 100) - abs(rng.normal(0, 0.3, 100)))
    >>> found = stochastic_frontier(made, hours)
    >>> found.coefficients.round(2).tolist(), round(found.ratio, 1), round(found.p_value, 4)
    ([1.05, 0.81], 2.9, 0.0001)
    >>> last = int(found.efficiency.argmin())
    >>> [round(float(figure[last]), 2) for figure in (found.lower, found.efficiency, found.upper)]
    [0.34, 0.41, 0.5]
    """
    if kind not in _SIGNS:
        raise ArgumentError.choice("kind", tuple(_SIGNS))
    share = open_share("confidence", confidence)
    y, x = _table(values, regressors)
    whole = np.column_stack([y, x])
    refused = [(_in_rows(np.isnan(whole)), "missing_input"), (_in_rows(np.isinf(whole)), "not_finite")]
    if take_logs:
        refused.append((_in_rows(whole <= 0), "no_logarithm"))
        with np.errstate(all="ignore"):
            whole = np.log(whole)
    inside: BoolArray = ~np.logical_or.reduce([where for where, _ in refused])
    with np.errstate(all="ignore"):
        return _result(whole, inside, refused, kind, share)


def _table(values: npt.ArrayLike, regressors: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    y, x = vector("values", values), float_array("regressors", regressors)
    table = x[:, np.newaxis] if x.ndim == 1 else x
    if table.ndim != 2 or len(table) != len(y) or not table.shape[1]:  # noqa: PLR2004 - a table
        expected = f"({len(y)},) / ({len(y)}, regressors)"
        raise ArgumentError("argument.shape", argument="regressors", expected=expected, got=str(x.shape))
    return y, table


def _result(
    whole: FloatArray, inside: BoolArray, refused: list[tuple[BoolArray, str]], kind: str, confidence: float
) -> StochasticFrontier:
    fit = frontier_of(whole[inside, 0], whole[inside, 1:], _SIGNS[kind])
    residual = _spread(fit.residual, inside)
    sigma_u = np.nan if fit.code else fit.sigma_u
    return StochasticFrontier(
        **inefficiencies(_SIGNS[kind] * residual, sigma_u, fit.sigma_v, confidence),
        residual=residual,
        inside=inside,
        coefficients=fit.coefficients,
        se=fit.se,
        sigma_u=fit.sigma_u,
        sigma_v=fit.sigma_v,
        ratio=fit.ratio,
        log_likelihood=fit.level + fit.gain,
        log_likelihood_ols=fit.level,
        likelihood_ratio=2 * fit.gain,
        p_value=_p_value(2 * fit.gain),
        skewness=fit.skewness,
        gradient=fit.gradient,
        n=int(inside.sum()),
        few_units=bool(inside.sum() < _FEW),
        kind=kind,
        confidence=confidence,
        interval_kind="plug_in",
        fit_reason=fit.code,
        reason=reasons(inside.shape, *refused, (np.full(inside.shape, bool(fit.code)), fit.code)),
    )


def _in_rows(mask: BoolArray) -> BoolArray:
    return np.asarray(mask.any(axis=1), dtype=bool)


def _spread(values: FloatArray, inside: BoolArray) -> FloatArray:
    whole = np.full(len(inside), np.nan)
    whole[inside] = values
    return whole


def _p_value(ratio: float) -> float:
    from scipy.special import chdtrc

    return 1.0 if ratio == 0 else float(chdtrc(1, ratio) / 2)
