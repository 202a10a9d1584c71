"""The sufficient figures of many straight lines, block by block, with bounded temporaries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs
import numpy as np

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import BoolArray, FloatArray, IntArray, broadcast_to, float_array, open_share

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy.typing as npt

__all__ = ["Course", "LineFit", "concatenated", "fit_block", "fit_lines"]

_BLOCK: Final = 65_536  # elements per temporary
_LEAST_FOR_LINE: Final = 2


@attrs.frozen(kw_only=True, eq=False)
class Course:
    """What a projection is asked for: flat rows of values and times, and when to project to."""

    values: FloatArray
    times: FloatArray
    at: FloatArray
    level: float
    shape: tuple[int, ...]
    """Shape of the series, that of every result."""
    full: tuple[int, ...]
    """Shape of the values."""

    @classmethod
    def of(cls, values: npt.ArrayLike, times: npt.ArrayLike, at: npt.ArrayLike, level: float) -> Course:
        """Refuse what is no array of series, no times for it, or no level."""
        open_share("level", level)
        y = float_array("values", values)
        if y.ndim == 0:
            raise ArgumentError("argument.shape", argument="values", expected="(series, periods)", got="()")
        t = broadcast_to("times", times, y.shape)
        shape = y.shape[:-1]
        goal = broadcast_to("at", at, shape).flatten()
        flat = y.reshape(len(goal), -1) if y.size else np.full((len(goal), 1), np.nan)
        when = t.reshape(len(goal), -1) if y.size else flat
        return cls(values=flat, times=when, at=goal, level=float(level), shape=shape, full=y.shape)

    def blocks(self, width: int | None = None) -> Iterator[slice]:
        """Yield rows that together have a bounded number of elements, ``width`` of them a row; one at least."""
        step = max(1, _BLOCK // max(1, self.values.shape[1] if width is None else width))
        yield from (slice(start, start + step) for start in range(0, max(1, len(self.values)), step))

    def per_value(self, argument: str, given: npt.ArrayLike | None) -> FloatArray | None:
        """Return numbers that belong to single values as flat rows, None where there are none."""
        if given is None:
            return None
        stretched = broadcast_to(argument, given, self.full)
        return stretched.reshape(self.values.shape) if stretched.size else self.values


@attrs.frozen(kw_only=True, eq=False)
class LineFit:
    """Lines as deviations from a value and from the first time of each row; NaN where there is no line."""

    n: IntArray
    infinite: BoolArray
    first: FloatArray
    last: FloatArray
    mean_t: FloatArray
    """Mean time, counted from the first."""
    sxx: FloatArray
    slope: FloatArray
    middle: FloatArray
    """The line at the mean time."""
    rss: FloatArray
    """Sum of the squared residuals, or what stands for it."""
    largest: FloatArray

    def ahead(self, at: FloatArray) -> FloatArray:
        """Return how far a time lies from the mean time; NaN where it is not finite."""
        return np.where(np.isfinite(at), at - self.first - self.mean_t, np.nan)


Block = tuple[LineFit, FloatArray, FloatArray]


def fit_lines(course: Course, worked: Callable[[slice], FloatArray] | None = None) -> LineFit:
    """Fit a line to every row, or to what ``worked`` makes of some rows."""
    with np.errstate(all="ignore"):
        return concatenated(
            fit_block(course.values[rows] if worked is None else worked(rows), course.times[rows])[0]
            for rows in course.blocks()
        )


def concatenated(fits: Iterator[LineFit]) -> LineFit:
    """Return the fits of all blocks as one."""
    parts = list(fits)
    names = [field.name for field in attrs.fields(LineFit)]
    return LineFit(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})


def fit_block(y: FloatArray, t: FloatArray) -> Block:
    """Return least-squares lines, and the deviations of times and of values from their means, 0 where none is."""
    there = ~(np.isnan(y) | np.isnan(t))
    infinite = np.asarray((there & (np.isinf(y) | np.isinf(t))).any(axis=1))
    n = there.sum(axis=1)
    first = np.where(there, t, np.inf).min(axis=1)
    last = np.where(there, t, -np.inf).max(axis=1)
    base = np.take_along_axis(y, there.argmax(axis=1)[:, np.newaxis], axis=1)[:, 0]
    dt, mean_t = _centred(t - first[:, np.newaxis], there, n)
    dy, mean_y = _centred(y - base[:, np.newaxis], there, n)
    sxx = np.einsum("ij,ij->i", dt, dt)
    slope = np.einsum("ij,ij->i", dt, dy) / sxx
    residual = dy - slope[:, np.newaxis] * dt
    slope[infinite | (n < _LEAST_FOR_LINE) | ~(sxx > 0)] = np.nan
    none = np.asarray(n == 0)
    fit = LineFit(
        n=n.astype(np.int64, copy=False),
        infinite=infinite,
        first=np.where(none, np.nan, first),
        last=np.where(none, np.nan, last),
        mean_t=mean_t,
        sxx=sxx,
        slope=slope,
        middle=base + mean_y,
        rss=np.einsum("ij,ij->i", residual, residual),
        largest=np.where(none, np.nan, np.abs(np.where(there, y, 0.0)).max(axis=1)),
    )
    return fit, dt, dy


def _centred(shifted: FloatArray, there: BoolArray, n: IntArray) -> tuple[FloatArray, FloatArray]:
    """Return deviations from the row mean, 0 where nothing is there, and the mean."""
    kept = np.where(there, shifted, 0.0)
    mean = kept.sum(axis=1) / n
    return np.where(there, kept - mean[:, np.newaxis], 0.0), mean
