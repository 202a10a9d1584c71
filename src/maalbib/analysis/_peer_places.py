"""Where a value lies among its peers: percentile, distance from the median, and what is left when noise is taken out."""

from __future__ import annotations

from typing import Any, Final

import attrs
import numpy as np

from maalbib import stats
from maalbib.analysis._arrays import Bools, Floats
from maalbib.analysis._columns import words_at
from maalbib.analysis._peer_circles import Batch
from maalbib.analysis._peer_rules import Judged

__all__ = ["Places", "errors_of", "places_of"]

_AMONG: Final = ("usual", "unusually_low", "unusually_high")
_NUMBERS: Final = (
    *("percentile", "deviations", "spread"),
    *("shrunk", "shrunk_lower", "shrunk_upper", "reliability"),
)


@attrs.frozen(kw_only=True, eq=False)
class Places:
    """Columns of numbers, NaN where there is none; and the place in the words of how a value lies among its peers."""

    numbers: dict[str, Floats]
    among: Any

    def columns(self, apart: Bools) -> dict[str, Any]:
        """Return the columns; empty for what is not compared."""
        found: dict[str, Any] = {name: np.where(apart, np.nan, column) for name, column in self.numbers.items()}
        return found | {"among_peers": words_at(_AMONG, np.where(apart, -1, self.among))}


def errors_of(judged: Judged) -> Floats:
    """Return a standard error for each value: half its interval over the normal quantile, which is above 0 at 0 and 100 per cent."""
    from scipy import special

    z = -float(special.ndtri((1 - judged.options.confidence) / 2))
    width = judged.values.upper - judged.values.lower
    return np.where(width >= 0, width / (2 * z), np.nan)


def places_of(judged: Judged) -> Places:
    """Place every value among its peers. Values that may not be shown take no part, so that nobody's place gives them away."""
    values, gaps = judged.values, judged.gaps
    numbers = {name: np.full(len(values), np.nan) for name in _NUMBERS}
    shown = judged.used & (values.grade == 0)
    y, error = np.where(shown, values.value, np.nan), errors_of(judged)
    for batch in values.circles.batches():
        x = batch.read(y)
        _position(batch, x, numbers)
        _shrunk(batch, x, batch.read(error), judged.options.confidence, numbers)
    return Places(numbers=numbers, among=_among(numbers["spread"], gaps.gap, gaps.lower, gaps.upper, judged))


def _position(batch: Batch, x: Floats, numbers: dict[str, Floats]) -> None:
    found = stats.position(x)
    alone = np.isfinite(x).sum(axis=1, keepdims=True) < 2  # noqa: PLR2004 - one value has no place
    batch.write(numbers["percentile"], np.where(alone, np.nan, found.percentile))
    batch.write(numbers["deviations"], found.mads)


def _shrunk(batch: Batch, x: Floats, error: Floats, confidence: float, numbers: dict[str, Floats]) -> None:
    known = np.where(error > 0, x, np.nan)
    found = stats.shrinkage(known, np.where(error > 0, error, np.nan), interval="none", confidence=confidence)
    batch.write(numbers["shrunk"], found.shrunk)
    batch.write(numbers["shrunk_lower"], found.lower)
    batch.write(numbers["shrunk_upper"], found.upper)
    batch.write(numbers["reliability"], found.reliability)
    batch.write(numbers["spread"], np.where(np.isfinite(found.shrunk), found.tau[:, None], np.nan))


def _among(spread: Floats, gap: Floats, lower: Floats, upper: Floats, judged: Judged) -> Any:
    """Return whether a value is unusual: the gap beyond what noise and the differences between units would give."""
    from scipy import special

    z = -float(special.ndtri((1 - judged.options.confidence) / 2))
    reach = np.hypot(np.where(gap > 0, gap - lower, upper - gap), z * spread)
    known = np.isfinite(gap) & np.isfinite(reach)
    return np.select([~known, gap > reach, gap < -reach], [-1, 2, 1], 0)
