"""How uncertain a line carried on is at least, by the known errors of the measurements."""

from __future__ import annotations

import attrs
import numpy as np

from maalbib.stats._arrays import BoolArray, FloatArray
from maalbib.stats._line_fit import Course, LineFit, fit_block

__all__ = ["KnownErrors", "known_errors"]


@attrs.frozen(kw_only=True, eq=False)
class KnownErrors:
    """What the known errors alone make of a new value.

    Attributes
    ----------
    se
        Its standard error; NaN where no error is known.
    invalid
        Whether an error is negative or infinite.
    """

    se: FloatArray
    invalid: BoolArray


def known_errors(course: Course, errors: FloatArray) -> KnownErrors:
    """Return the part of the known errors for every row."""
    with np.errstate(all="ignore"):
        parts = [_of_rows(course, errors, rows) for rows in course.blocks()]
    return KnownErrors(
        se=np.concatenate([part.se for part in parts]), invalid=np.concatenate([part.invalid for part in parts])
    )


def _of_rows(course: Course, errors: FloatArray, rows: slice) -> KnownErrors:
    """Carry the errors of some rows through the weights that least squares gives each value."""
    y, t, given = course.values[rows], course.times[rows], errors[rows]
    fit, dt, _ = fit_block(y, t)
    used = ~(np.isnan(y) | np.isnan(t))
    invalid = np.asarray((used & ((given < 0) | np.isinf(given))).any(axis=1))
    known = used & ~np.isnan(given)
    squares = np.where(known, given, 0.0) ** 2
    mean = squares.sum(axis=1) / known.sum(axis=1)
    # What is not known is taken to be like the rest, and so is the error of the new value.
    squares = np.where(used & ~known, mean[:, np.newaxis], squares)
    se = np.sqrt(np.einsum("ij,ij->i", _weights(fit, dt, course.at[rows]) ** 2, squares) + mean)
    return KnownErrors(se=np.where(invalid | np.isnan(fit.slope), np.nan, se), invalid=invalid)


def _weights(fit: LineFit, dt: FloatArray, at: FloatArray) -> FloatArray:
    """Return how much each value counts in the line at a time."""
    return np.asarray((1 / fit.n)[:, np.newaxis] + (fit.ahead(at) / fit.sxx)[:, np.newaxis] * dt)
