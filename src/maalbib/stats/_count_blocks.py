"""Numbers made of counts, block by block.

Work goes through :class:`numpy.nditer` in blocks that fit the cache, so memory beyond the results stays small and
integers are widened without a copy of the whole input. A kernel gets the inputs and writes into the outputs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import BoolArray, FloatArray, ReasonArray

CodeArray: TypeAlias = npt.NDArray[np.uint8]
Counts: TypeAlias = Mapping[str, npt.NDArray[Any]]
Kernel: TypeAlias = Callable[..., None]

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
    "no_width",
    "expected_zero",
    "upper_unbounded",
    "no_events",
    "part_exceeds_total",
    "no_peer",
)
CODE: Final = {name: np.uint8(position) for position, name in enumerate(_REASONS)}


def in_blocks(kernel: Kernel, counts: Counts, *, outputs: int = 3) -> tuple[list[FloatArray], ReasonArray]:
    """Run a kernel over all counts; return what it writes, and reasons, in the broadcast shape."""
    shape = common_shape(counts)
    written = [np.empty(shape) for _ in range(outputs)]
    code = np.zeros(shape, np.uint8)
    read: list[Literal["readonly"]] = ["readonly"]
    write: list[Literal["writeonly"]] = ["writeonly"]
    blocks = np.nditer(
        [*counts.values(), *written, code],
        flags=["external_loop", "buffered", "zerosize_ok"],
        op_flags=[*[read] * len(counts), *[write] * outputs, write],
        op_dtypes=[*[np.float64] * (len(counts) + outputs), np.uint8],
        casting="same_kind",
        buffersize=_BLOCK,
    )
    with blocks, np.errstate(all="ignore"):
        for block in blocks:
            kernel(*block)
    return written, _named(code)


def are_fractional(counts: npt.NDArray[Any], shape: tuple[int, ...]) -> BoolArray:
    """Return which counts are no whole numbers, stretched to a shape; a view that takes no room for integers."""
    if counts.dtype.kind != "f":
        return np.broadcast_to(np.zeros((), dtype=np.bool_), shape)
    found = np.empty(counts.shape, dtype=np.bool_)
    blocks = np.nditer(
        [counts, found],
        flags=["external_loop", "buffered", "zerosize_ok"],
        op_flags=[["readonly"], ["writeonly"]],
        op_dtypes=[np.float64, np.bool_],
        casting="same_kind",
        buffersize=_BLOCK,
    )
    with blocks:
        for given, fractional in blocks:
            np.logical_and(np.floor(given) != given, np.isfinite(given), out=fractional)
    return np.broadcast_to(found, shape)


def common_shape(counts: Counts) -> tuple[int, ...]:
    """Return the shape that named arrays broadcast to."""
    first, *others = counts.items()
    shape = first[1].shape
    for name, array in others:
        try:
            shape = np.broadcast_shapes(shape, array.shape)
        except ValueError as error:
            raise ArgumentError("argument.shape", argument=name, expected=str(shape), got=str(array.shape)) from error
    return shape


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
    refuse_shares(x, n, code, value, lower, upper)


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
    distinct, place = _distinct(x)
    lowest = np.where(distinct == 0, 0.0, special.gammaincinv(distinct, tail))
    np.copyto(value, x)
    np.copyto(lower, lowest[place])
    np.copyto(upper, special.gammainccinv(distinct + 1, tail)[place])
    _refuse_counts(x, code, value, lower, upper)


def _distinct(x: FloatArray) -> tuple[FloatArray, npt.NDArray[np.intp]]:
    """Return the different counts in order, and which of them each is; whole ones that are not huge need no sort."""
    if x.size and x.min() >= 0 and x.max() < _BLOCK:
        whole = x.astype(np.intp)
        if np.array_equal(whole, x):
            there = np.zeros(int(whole.max()) + 1, dtype=np.bool_)
            there[whole] = True
            return np.flatnonzero(there).astype(np.float64), (np.cumsum(there) - 1)[whole]
    return np.unique(x, return_inverse=True)


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
    np.copyto(lower, np.where(root >= 0, x * (root * root * root), np.nan))  # four times as fast as a power
    more = x + 1
    root = 1 - 1 / (9 * more) + z / (3 * np.sqrt(more))
    np.multiply(more, root * root * root, out=upper)
    code[np.isnan(lower)] = CODE["lower_undefined"]
    _refuse_counts(x, code, value, lower, upper)


def refuse_shares(x: FloatArray, n: FloatArray, code: CodeArray, *numbers: FloatArray) -> None:
    """Empty the numbers where ``x`` cannot be a part of ``n``, and say why."""
    good = (x >= 0) & (x <= n) & (n > 0) & (n < np.inf)
    if not good.all():
        refuse(~good, (x, n), code, numbers, ((n == 0, "zero_denominator"), (x > n, "numerator_exceeds_denominator")))


def _refuse_counts(x: FloatArray, code: CodeArray, *numbers: FloatArray) -> None:
    good = (x >= 0) & (x < np.inf)
    if not good.all():
        refuse(~good, (x,), code, numbers)


def refuse(
    bad: BoolArray,
    counts: tuple[FloatArray, ...],
    code: CodeArray,
    numbers: tuple[FloatArray, ...],
    more: tuple[tuple[BoolArray, str], ...] = (),
) -> None:
    """Empty the numbers where an element is bad, with the first fault that it has."""
    given = [array[bad] for array in counts]
    faults = [
        (np.any(np.isnan(given), axis=0), "missing_input"),
        (np.any(np.isinf(given), axis=0), "not_finite"),
        (np.any(np.less(given, 0), axis=0), "negative_input"),
        *((where[bad], name) for where, name in more),
    ]
    for array in numbers:
        array[bad] = np.nan
    code[bad] = np.select([where for where, _ in faults], [CODE[name] for _, name in faults])
