"""How much of the differences between answers lies between units."""

from __future__ import annotations

from typing import Any, Final

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.stats._arrays import ArrayResult, FloatArray, IntArray, ReasonArray, float_array, reasons
from maalbib.stats.rates._row_blocks import row_blocks
from maalbib.stats.surveys._labels import coded

__all__ = ["IntraclassCorrelation", "intraclass_correlation"]

_LEAST_UNITS: Final = 2
_ROUNDING: Final = 1e-26  # of a square: what equal answers leave when their mean is subtracted


@attrs.frozen(kw_only=True, eq=False)
class IntraclassCorrelation(ArrayResult):
    """What one-way analysis of variance finds, one element per question.

    Attributes
    ----------
    icc
        The intraclass correlation as it is estimated, which may be a little below 0: then use 0.
    between, within
        Mean squares between and within units.
    f_value, p_value
        The test of no difference between units at all.
    n0
        What the number of answers per unit comes to when units differ in size.
    units
        Units with answers.
    n
        Answers.
    reason
        ``missing_input`` (no answer at all), ``not_finite``, ``too_few_units_with_answers`` (below two), ``no_spread_within`` (one answer in each unit, or no two
        answers of a unit that differ), or empty.

    Examples
    --------
    >>> from maalbib.stats import intraclass_correlation
    >>> found = intraclass_correlation([4, 5, 4, 2, 3, 2], ["a", "a", "a", "b", "b", "b"])
    >>> found.icc.round(3).item(), found.units.item(), found.n0.item()
    (0.85, 2, 3.0)
    """

    icc: FloatArray
    between: FloatArray
    within: FloatArray
    f_value: FloatArray
    p_value: FloatArray
    n0: FloatArray
    units: IntArray
    n: IntArray
    reason: ReasonArray


def intraclass_correlation(values: npt.ArrayLike, units: npt.ArrayLike) -> IntraclassCorrelation:
    """Return the intraclass correlation of single answers, by one-way analysis of variance.

    Parameters
    ----------
    values
        Single answers, shape (answers,) or (..., answers) with a question in each row. NaN means no answer.
    units
        The unit that each answer is about, shape (answers,): text or whole numbers.

    Returns
    -------
    IntraclassCorrelation
        One element per question, in the shape of ``values`` without its last axis.

    Raises
    ------
    ArgumentError
        If the answers are not numbers, there is not a unit for each, or a unit is missing.

    Notes
    -----
    With K units of n_j answers, N in all, n0 = (N - sum n_j^2/N)/(K - 1) and icc = (MSB - MSW)/(MSB + (n0 - 1) MSW) [1]_. The mean of each question
    is subtracted before squaring. Cost: a few passes over the answers.

    References
    ----------
    .. [1] Donner, A. (1986). A review of inference procedures for the intraclass correlation coefficient in the one-way
       random effects model. International Statistical Review 54, 67-82.

    Examples
    --------
    >>> found = intraclass_correlation([[4, 5, 3, 4, 2, 3], [4, 4, 4, 4, 4, 4]], [1, 1, 1, 2, 2, 2])
    >>> found.icc.round(3).tolist(), found.reason.tolist()
    ([0.143, nan], ['', 'no_spread_within'])
    """
    given = np.atleast_1d(float_array("values", values))
    shape, size = given.shape[:-1], given.shape[-1]
    codes, names = coded("units", units, size)
    rows = given.reshape(int(np.prod(shape)), size)
    found = {name: np.full(len(rows), np.nan) for name in ("between", "within", "n0", "units", "n")}
    infinite = np.zeros(len(rows), dtype=np.bool_)
    for part in row_blocks(len(rows), size + len(names)):
        infinite[part] = np.isinf(rows[part]).any(axis=1)
        for name, column in _squares(rows[part], codes, len(names)).items():
            found[name][part] = column
    return _result(found, infinite, shape)


def _squares(rows: FloatArray, codes: IntArray, units: int) -> dict[str, FloatArray]:
    """Return the mean squares of some questions."""
    there = np.isfinite(rows)
    x = np.where(there, rows, 0.0)
    n = there.sum(axis=1).astype(np.float64)
    with np.errstate(all="ignore"):
        x = np.where(there, x - (x.sum(axis=1) / n)[:, None], 0.0)
        size = _by_unit(there.astype(np.float64), codes, units)
        mean = np.where(size > 0, _by_unit(x, codes, units) / size, 0.0)
        grand = x.sum(axis=1) / n
        rest = np.where(there, x - mean[:, codes], 0.0)
        within = (rest * rest).sum(axis=1)
        within[
            within <= _ROUNDING * n * np.square(rows, where=there, out=np.zeros_like(x)).max(axis=1, initial=0.0)
        ] = 0.0
        count = (size > 0).sum(axis=1).astype(np.float64)
        return {
            "between": (size * (mean - grand[:, None]) ** 2).sum(axis=1) / (count - 1),
            "within": within / (n - count),
            "n0": (n - (size * size).sum(axis=1) / n) / (count - 1),
            "units": count,
            "n": n,
        }


def _by_unit(rows: FloatArray, codes: IntArray, units: int) -> FloatArray:
    """Return the sums of each row by unit."""
    cells = np.arange(len(rows))[:, None] * units + codes
    sums = np.bincount(cells.ravel(), rows.ravel(), minlength=len(rows) * units)
    return sums.astype(np.float64, copy=False).reshape(len(rows), units)


def _result(
    found: dict[str, FloatArray], infinite: npt.NDArray[np.bool_], shape: tuple[int, ...]
) -> IntraclassCorrelation:
    from scipy import special

    between, within, n0, units, n = (found[name] for name in ("between", "within", "n0", "units", "n"))
    reason = reasons(
        n.shape,
        (infinite, "not_finite"),
        (n == 0, "missing_input"),
        (units < _LEAST_UNITS, "too_few_units_with_answers"),
        (~(within > 0), "no_spread_within"),
    )
    bad = reason != ""
    between, within, n0 = (np.where(bad, np.nan, column) for column in (between, within, n0))
    with np.errstate(all="ignore"):
        icc = (between - within) / (between + (n0 - 1) * within)
        f_value = between / within
        df, df_within = units - 1, n - units
        p_value = special.betainc(df_within / 2, df / 2, df_within / (df_within + df * f_value))
    columns: dict[str, npt.NDArray[Any]] = {
        "icc": icc,
        "between": between,
        "within": within,
        "f_value": f_value,
        "p_value": np.where(bad, np.nan, p_value),
        "n0": n0,
        "units": units.astype(np.int64),
        "n": n.astype(np.int64),
        "reason": reason,
    }
    return IntraclassCorrelation(**{name: np.asarray(column).reshape(shape) for name, column in columns.items()})
