"""Limits of proportions and counts, block by block.

Work goes through :class:`numpy.nditer` in blocks that fit the cache, so memory beyond the results stays small and
integers are widened without a copy of the whole input. A kernel gets the inputs and writes into the outputs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import BoolArray, FloatArray, ReasonArray

CodeArray: TypeAlias = npt.NDArray[np.uint8]

_BLOCK: Final = 65_536  # elements; half a megabyte per temporary

# Positions are the codes that the kernels write.
_REASONS: Final = (
    "",
    "missing_input",
    "not_finite",
    "negative_input",
    "zero_denominator",
    "numerator_exceeds_denominator",
    "lower_undefined",
)
_LOWER_UNDEFINED: Final = _REASONS.index("lower_undefined")


def in_blocks(
    kernel: Callable[..., None], counts: tuple[npt.NDArray[Any], ...]
) -> tuple[FloatArray, FloatArray, FloatArray, ReasonArray]:
    """Run a kernel over all counts; return values, lower and upper limits and reasons in the broadcast shape."""
    shape = _common_shape(counts)
    value, lower, upper = np.empty(shape), np.empty(shape), np.empty(shape)
    code = np.zeros(shape, np.uint8)
    read: list[Literal["readonly"]] = ["readonly"]
    write: list[Literal["writeonly"]] = ["writeonly"]
    blocks = np.nditer(
        [*counts, value, lower, upper, code],
        flags=["external_loop", "buffered", "zerosize_ok"],
        op_flags=[*[read] * len(counts), write, write, write, write],
        op_dtypes=[*[np.float64] * (len(counts) + 3), np.uint8],
        casting="same_kind",
        buffersize=_BLOCK,
    )
    with blocks, np.errstate(all="ignore"):
        for block in blocks:
            kernel(*block)
    return value, lower, upper, _named(code)


def _common_shape(counts: tuple[npt.NDArray[Any], ...]) -> tuple[int, ...]:
    shapes = [array.shape for array in counts]
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError as error:
        expected, got = map(str, shapes)
        raise ArgumentError("argument.shape", argument="denominator", expected=expected, got=got) from error


def _named(code: CodeArray) -> ReasonArray:
    reason = np.full(code.shape, _REASONS[0], dtype=object)
    if code.any():
        for position, name in enumerate(_REASONS[1:], start=1):
            reason[code == position] = name
    return reason


def wilson(
    x: FloatArray,
    n: FloatArray,
    value: FloatArray,
    lower: FloatArray,
    upper: FloatArray,
    code: CodeArray,
    *,
    z: float,
) -> None:
    """Write Wilson's limits for ``x`` of ``n``."""
    np.divide(x, n, out=value)
    top = z * np.sqrt(z * z + 4 * value * (n - x)) + 2 * x + z * z
    np.divide(2 * x * value, top, out=lower)
    np.divide(top, 2 * (n + z * z), out=upper)
    np.minimum(lower, value, out=lower)
    np.maximum(upper, value, out=upper)
    upper[x == n] = 1.0
    good = (x >= 0) & (x <= n) & (n > 0) & (n < np.inf)
    _refuse(~good, x, n, code, value, lower, upper)


def poisson(
    x: FloatArray,
    value: FloatArray,
    lower: FloatArray,
    upper: FloatArray,
    code: CodeArray,
    *,
    tail: float,
) -> None:
    """Write the exact limits of the counts ``x``."""
    from scipy import special

    # Counts repeat; a quantile costs a thousand times more than a look-up.
    distinct, place = np.unique(x, return_inverse=True)
    lowest = np.where(distinct == 0, 0.0, special.gammaincinv(distinct, tail))
    np.copyto(value, x)
    np.copyto(lower, lowest[place])
    np.copyto(upper, special.gammainccinv(distinct + 1, tail)[place])
    _refuse(~((x >= 0) & (x < np.inf)), x, x, code, value, lower, upper)


def byar(
    x: FloatArray,
    value: FloatArray,
    lower: FloatArray,
    upper: FloatArray,
    code: CodeArray,
    *,
    z: float,
) -> None:
    """Write Byar's limits of the counts ``x``."""
    root = 1 - 1 / (9 * x) - z / (3 * np.sqrt(x))
    np.copyto(value, x)
    np.copyto(lower, np.where(root >= 0, x * root**3, np.nan))
    more = x + 1
    np.copyto(upper, more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3)
    code[np.isnan(lower)] = _LOWER_UNDEFINED
    _refuse(~((x >= 0) & (x < np.inf)), x, x, code, value, lower, upper)


def _refuse(bad: BoolArray, x: FloatArray, n: FloatArray, code: CodeArray, *numbers: FloatArray) -> None:
    if not bad.any():
        return
    for array in numbers:
        array[bad] = np.nan
    a, b = x[bad], n[bad]
    faults = [np.isnan(a) | np.isnan(b), np.isinf(a) | np.isinf(b), (a < 0) | (b < 0), b == 0, a > b]
    code[bad] = np.select(faults, range(1, len(faults) + 1))
