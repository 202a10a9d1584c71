"""What to expect of a unit, given its conditions, from units that are not itself."""

from __future__ import annotations

from typing import Any, Final

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import (
    ArrayResult,
    BoolArray,
    FloatArray,
    IntArray,
    ReasonArray,
    broadcast_to,
    float_array,
    number_or_nan,
    open_share,
    reasons,
)
from maalbib.stats._projected import student_quantile
from maalbib.stats.likeness._least_squares import Basis, Fit, bases, fitted

__all__ = ["ExpectedGiven", "expected_given"]

_PIECE: Final = 2**20  # numbers per temporary
_OWN: Final = 1e-10  # a leverage closer to 1 leaves nothing to hold the unit against
_LINE: Final = 1e-12  # share of the squares that is left; below, the other units lie on the plane
_BEYOND: Final = 2  # times the mean leverage
_IN_UNIT: Final = (
    *("expected", "gap", "sigma", "se_expected", "lower", "upper"),
    *("loo_expected", "loo_gap", "loo_se_expected", "loo_se"),
)
"""What is in the unit of the outcomes."""


@attrs.frozen(kw_only=True, eq=False)
class ExpectedGiven(ArrayResult):
    """Outcomes against what the conditions let expect; arrays of the shape of the values unless said otherwise.

    Attributes
    ----------
    expected, gap
        The fitted value and the value less it, with the unit itself in the regression.
    leverage
        How far a unit's own value decides its expected one, from 0 to 1.
    sigma, r2
        Residual standard deviation of a unit of weight 1, and the share of the variation that the conditions account for
        (NaN where the outcomes are equal); the same for all units of an outcome.
    se_expected
        Standard error of ``expected``.
    loo_expected, loo_gap
        The same from a regression without the unit: what verdicts should rest on.
    loo_se_expected, loo_se
        Standard errors of ``loo_expected``, and of ``loo_gap`` as the distance of a new unit from it.
    lower, upper
        Limits of ``loo_gap``: they hold 0 where the unit lies within what is usual under its conditions.
    studentised
        ``loo_gap`` in standard errors; Student's t with ``freedom`` degrees of freedom.
    freedom
        Degrees of freedom of the regression without the unit.
    extrapolated
        Whether the conditions of the unit lie so far from those of the others that the model is stretched: leverage above
        twice its mean.
    inside
        Whether the unit takes part in the regression.
    n
        Units in the regression.
    slopes
        Change of the expected value per unit of each condition, shape (conditions,) or (outcomes, conditions).
    confidence
        The coverage asked for, as a share.
    reason
        Why numbers are NaN, empty where none is. Of a unit: ``missing_input``, ``not_finite``, ``negative_input`` (a
        weight), ``condition_missing``. Of an outcome: ``too_few_units``, ``too_many_conditions``,
        ``collinear_conditions``. With ``expected`` there but no gap of its own: ``fits_itself`` (leverage 1). With the gap
        there but no interval: ``exact_line`` (the other units lie on the plane), ``uncertainty_missing`` (weight 0).

    Examples
    --------
    >>> from maalbib.stats import expected_given
    >>> found = expected_given([3, 5, 6, 9, 10, 30], [1, 2, 3, 4, 5, float("nan")], units_per_condition=2)
    >>> found.reason.tolist()
    ['', '', '', '', '', 'condition_missing']
    """

    expected: FloatArray
    gap: FloatArray
    leverage: FloatArray
    sigma: FloatArray
    r2: FloatArray
    se_expected: FloatArray
    loo_expected: FloatArray
    loo_gap: FloatArray
    loo_se_expected: FloatArray
    loo_se: FloatArray
    lower: FloatArray
    upper: FloatArray
    studentised: FloatArray
    freedom: IntArray
    extrapolated: BoolArray
    inside: BoolArray
    n: IntArray
    slopes: FloatArray
    confidence: float
    reason: ReasonArray


def expected_given(
    values: npt.ArrayLike,
    conditions: npt.ArrayLike,
    *,
    weights: npt.ArrayLike | None = None,
    basis: npt.ArrayLike | None = None,
    confidence: float = 0.95,
    units_per_condition: float = 5.0,
) -> ExpectedGiven:
    """Hold outcomes against what a regression on conditions lets expect, each unit by the others.

    Parameters
    ----------
    values
        Outcomes, shape (units,) or (outcomes, units), any unit. NaN takes no part and is not judged.
    conditions
        What the outcomes are held up against, shape (units, conditions), or (units,) for one. A unit without all of
        them takes no part.
    weights
        Inverse variances up to a factor, such as numbers of pupils, in a shape that stretches to that of the values;
        equal where None. A unit of weight 0 is compared but takes no part in the regression.
    basis
        True for the units that the regression rests on, in a shape that stretches to that of the values; all where
        None. The others are compared with them.
    confidence
        Coverage of the limits, as a share, 0 < confidence < 1.
    units_per_condition
        The fewest units in the regression for each condition.

    Returns
    -------
    ExpectedGiven
        Arrays of shape (units,) or (outcomes, units).

    Raises
    ------
    ArgumentError
        If an array is not numbers or has the wrong shape, or an option is out of range.

    Notes
    -----
    With residual e and leverage h the regression without unit j gives it the gap e / (1 - h); its variance is
    s^2 / (w (1 - h)) with s from the regression without j [1]_. So a unit never explains itself, and the gap in standard
    errors follows Student's t. A unit outside the basis is held against the regression of the basis; its leverage is
    what it would have if it were let in.

    At least conditions + 3 units are needed. Conditions are scaled before they are found to be collinear (condition
    number of their correlations above 1e10), so units of measurement do not matter. Residuals that are rounding
    errors count as 0.

    The figures tell what goes together in these units, not what causes what; a condition that was left out, or that
    the unit itself can change, is in the gap too.

    Outcomes that have the same units share one decomposition. Cost: units x conditions^2 for each different set of
    units, and units x conditions for each outcome; working space is some ten temporaries of 8 MB, or of one outcome.

    References
    ----------
    .. [1] Belsley, D. A., Kuh, E. and Welsch, R. E. (1980). Regression diagnostics. Wiley, chapter 2.

    Examples
    --------
    Mean marks of ten schools, and the share of parents with a long education. The last lies on no one's line but its own:

    >>> marks = [6.1, 6.4, 6.6, 6.9, 6.8, 7.3, 7.4, 7.9, 8.0, 7.0]
    >>> education = [10, 14, 18, 22, 25, 30, 33, 38, 41, 45]
    >>> found = expected_given(marks, education)
    >>> found.expected[-1].round(2).item(), found.loo_expected[-1].round(2).item()
    (7.8, 8.21)
    >>> found.lower[-1].round(2).item(), found.upper[-1].round(2).item()
    (-1.51, -0.92)
    """
    quantile = open_share("confidence", confidence)
    y, z = _tables(values, conditions)
    rows = np.atleast_2d(y)
    w = broadcast_to("weights", 1.0 if weights is None else weights, y.shape).reshape(rows.shape)
    allowed = broadcast_to("basis", True if basis is None else basis, y.shape).reshape(rows.shape) > 0
    per_condition = number_or_nan(units_per_condition)
    if not per_condition >= 0:
        raise ArgumentError("argument.range", argument="units_per_condition", low=0, high=float("inf"))
    columns = _empty(rows.shape, z.shape[1])
    for part in _pieces(len(rows), *z.shape):
        with np.errstate(all="ignore"):
            found = _judged(rows[part], z, w[part], allowed[part], per_condition, quantile)
        for name, column in found.items():
            columns[name][part] = column
    return ExpectedGiven(
        confidence=quantile,
        **{name: column.reshape(*y.shape[:-1], column.shape[-1]) for name, column in columns.items()},
    )


def _tables(values: npt.ArrayLike, conditions: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    y, z = float_array("values", values), float_array("conditions", conditions)
    if y.ndim not in {1, 2}:
        raise ArgumentError(
            "argument.shape", argument="values", expected="(units,) / (outcomes, units)", got=str(y.shape)
        )
    table = z[:, np.newaxis] if z.ndim == 1 else z
    if table.ndim != 2 or len(table) != y.shape[-1] or not table.shape[1]:  # noqa: PLR2004 - a table
        expected = f"({y.shape[-1]},) / ({y.shape[-1]}, conditions)"
        raise ArgumentError("argument.shape", argument="conditions", expected=expected, got=str(z.shape))
    return y, table


def _empty(shape: tuple[int, int], conditions: int) -> dict[str, npt.NDArray[Any]]:
    dtypes = {"FloatArray": np.float64, "IntArray": np.int64, "BoolArray": np.bool_, "ReasonArray": np.object_}
    columns: dict[str, npt.NDArray[Any]] = {
        field.name: np.empty(shape, dtype=dtypes[str(field.type)])
        for field in attrs.fields(ExpectedGiven)
        if str(field.type) in dtypes
    }
    return columns | {"slopes": np.empty((shape[0], conditions))}


def _pieces(outcomes: int, units: int, conditions: int) -> list[slice]:
    most = max(1, _PIECE // max(1, units * conditions))
    return [slice(start, start + most) for start in range(0, outcomes if units else 0, most)]


def _judged(
    y: FloatArray, z: FloatArray, w: FloatArray, allowed: BoolArray, per_condition: float, confidence: float
) -> dict[str, npt.NDArray[Any]]:
    whole = np.asarray(np.isfinite(z).all(axis=1))
    compared = np.isfinite(y) & np.isfinite(w) & (w >= 0) & whole
    inside = compared & allowed & (w > 0)
    basis, which = _shared(np.where(whole[:, np.newaxis], z, 0.0), np.where(inside, w, 0.0))
    known = np.where(compared, y, 0.0)
    # A power of two changes no digit, and keeps squares inside the range of doubles.
    power = np.frexp(np.abs(known).max(axis=1, keepdims=True))[1]
    fit = fitted(np.ldexp(known, -power), basis, which)
    n, conditions = inside.sum(axis=1), z.shape[1]
    whole_rows = [
        (n < conditions + 3, "too_few_units"),
        (n < per_condition * conditions, "too_many_conditions"),
        (basis.singular[which], "collinear_conditions"),
    ]
    refusals = [
        (np.isnan(y) | np.isnan(w), "missing_input"),
        (np.isinf(y) | np.isinf(w) | np.isinf(z).any(axis=1), "not_finite"),
        (w < 0, "negative_input"),
        (~np.broadcast_to(whole, y.shape), "condition_missing"),
        *((np.broadcast_to(np.asarray(where)[:, np.newaxis], y.shape), code) for where, code in whole_rows),
    ]
    refused: BoolArray = np.logical_or.reduce([where for where, _ in refusals])
    found = _gaps(fit, basis, which, np.where(compared, w, np.nan), inside, confidence)
    doubts = [
        (found.pop("own"), "fits_itself"),
        (w == 0, "uncertainty_missing"),
        (np.isnan(found["studentised"]), "exact_line"),
    ]
    found |= {name: np.ldexp(found[name], power) for name in _IN_UNIT}
    numbers = {name: np.where(refused, np.nan, column) for name, column in found.items() if column.dtype.kind == "f"}
    return numbers | {
        "freedom": np.where(refused, 0, found["freedom"]),
        "extrapolated": found["extrapolated"] & ~refused,
        "inside": inside,
        "n": np.broadcast_to(n[:, np.newaxis], y.shape),
        "slopes": np.where(
            np.any([where for where, _ in whole_rows], axis=0)[:, np.newaxis], np.nan, np.ldexp(fit.slopes, power)
        ),
        "reason": reasons(y.shape, *refusals, *doubts),
    }


def _shared(conditions: FloatArray, weights: FloatArray) -> tuple[Basis, IntArray]:
    """Decompose each different set of units and weights once; return also which one each outcome has."""
    rows = np.ascontiguousarray(weights)
    keys = rows.view(np.dtype((np.void, rows.itemsize * rows.shape[1])))[:, 0]
    _, first, which = np.unique(keys, return_index=True, return_inverse=True)
    sets = rows[first]
    return bases(conditions, sets, (sets > 0).sum(axis=1) >= conditions.shape[1] + 3), which


def _gaps(
    fit: Fit, basis: Basis, which: IntArray, w: FloatArray, inside: BoolArray, confidence: float
) -> dict[str, npt.NDArray[Any]]:
    """Return the figures of every unit with itself in the regression, and without."""
    reach = basis.reach[which]
    judged = np.where(w > 0, w, 1.0 if not inside.any() else _mean_weight(w, inside))
    lever = judged * reach
    leverage = np.where(inside, lever, lever / (1 + lever))
    own = inside & (leverage > 1 - _OWN)
    kept = np.where(own, np.nan, 1 - leverage)
    loo_gap = np.where(inside, fit.gap / kept, fit.gap)
    loo_reach = np.where(inside, reach / kept, reach)
    freedom = fit.freedom[:, np.newaxis] - inside
    squares = fit.squares[:, np.newaxis]
    left = np.where(inside, squares - w * fit.gap * loo_gap, squares)
    exact = fit.exact[:, np.newaxis] | ~(left > _LINE * squares)
    sigma = np.sqrt(squares / fit.freedom[:, np.newaxis])
    loo_sigma = np.where(exact, np.nan, np.sqrt(left / freedom))
    loo_se = np.where(w > 0, loo_sigma * np.sqrt(1 / w + loo_reach), np.nan)
    half = student_quantile(freedom.ravel(), confidence).reshape(freedom.shape) * loo_se
    most = _BEYOND * (basis.directions.shape[-1] + 1) / inside.sum(axis=1, keepdims=True)
    return {
        "expected": fit.expected,
        "gap": fit.gap,
        "leverage": np.minimum(leverage, 1.0),
        "sigma": np.broadcast_to(sigma, w.shape),
        "r2": np.broadcast_to(fit.r2[:, np.newaxis], w.shape),
        "se_expected": sigma * np.sqrt(reach),
        "loo_expected": fit.expected + fit.gap - loo_gap,
        "loo_gap": loo_gap,
        "loo_se_expected": loo_sigma * np.sqrt(loo_reach),
        "loo_se": loo_se,
        "lower": loo_gap - half,
        "upper": loo_gap + half,
        "studentised": loo_gap / loo_se,
        "freedom": freedom,
        "extrapolated": leverage > most,
        "own": own,
    }


def _mean_weight(w: FloatArray, inside: BoolArray) -> FloatArray:
    """Return what a unit of weight 0 is taken to weigh where its leverage is asked for."""
    mean: FloatArray = np.where(inside, w, 0.0).sum(axis=1, keepdims=True) / inside.sum(axis=1, keepdims=True)
    return mean
