"""How many answers are needed, and the numbers that it is worked out from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.stats._arrays import ArrayResult, BoolArray, FloatArray, ReasonArray, float_array
from maalbib.stats._count_blocks import common_shape

if TYPE_CHECKING:
    from maalbib.stats._count_blocks import Counts

__all__ = ["AnswersNeeded", "stretched"]


@attrs.frozen(kw_only=True, eq=False)
class AnswersNeeded(ArrayResult):
    """Numbers of answers that each unit needs, arrays of one shape.

    Attributes
    ----------
    needed
        The number, a whole one.
    exact
        What was rounded up to it.
    reason
        ``missing_input``, ``not_finite``, ``value_not_allowed`` (a share outside 0 to 1, a spread or a difference that is not above 0);
        ``units_do_not_differ``: with an intraclass correlation of 0 or below no number is enough. Else empty.

    Examples
    --------
    >>> from maalbib.stats import answers_for_reliability
    >>> found = answers_for_reliability([0.04, -0.01], 0.7)
    >>> found.needed.tolist(), found.reason.tolist()
    ([56.0, nan], ['', 'units_do_not_differ'])
    """

    needed: FloatArray
    exact: FloatArray
    reason: ReasonArray


def stretched(**values: npt.ArrayLike) -> tuple[list[FloatArray], BoolArray, BoolArray]:
    """Return numbers in their common shape, and where one of them is missing or infinite."""
    arrays: Counts = {name: float_array(name, value) for name, value in values.items()}
    shape = common_shape(arrays)
    given = [np.broadcast_to(array, shape) for array in arrays.values()]
    missing = np.logical_or.reduce([np.isnan(array) for array in given])
    return given, np.asarray(missing), np.asarray(np.logical_or.reduce([np.isinf(array) for array in given]))
