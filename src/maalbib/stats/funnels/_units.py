"""The units of a funnel: counts, what they are held against, and who takes part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, get_args

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import (
    BoolArray,
    FloatArray,
    ReasonArray,
    broadcast_to,
    float_array,
    number_or_nan,
    open_share,
    reasons,
    whole_number,
)
from maalbib.stats.funnels._rows import flags

__all__ = ["Kind", "Units", "confidence_levels", "positive", "significances", "trim_share"]

Kind = Literal["share", "ratio", "rate"]


@attrs.frozen(kw_only=True, eq=False)
class Units:
    """Units along the last axis, each row a funnel of its own.

    Attributes
    ----------
    x, n
        Counts, and what they are out of.
    centre
        What the funnel is drawn around: a share, a ratio or a rate per unit of ``n``.
    expected
        Counts that the centre leads to.
    drawn
        Where limits can be drawn: the denominator and the centre are in order.
    good
        Where a unit can be judged too.
    reason
        Why it cannot, else empty.
    pooled
        Whether the centre is that of the units themselves.
    """

    kind: Kind
    x: FloatArray
    n: FloatArray
    centre: FloatArray
    expected: FloatArray
    drawn: BoolArray
    good: BoolArray
    reason: ReasonArray
    pooled: bool

    @classmethod
    def of(
        cls,
        numerator: npt.ArrayLike,
        denominator: npt.ArrayLike,
        *,
        kind: Kind,
        reference: npt.ArrayLike | None,
        multiplier: float,
        suppressed: npt.ArrayLike | None,
        min_events: int,
    ) -> Units:
        if kind not in get_args(Kind):
            raise ArgumentError.choice("kind", get_args(Kind))
        x, n = _two("numerator", numerator, "denominator", denominator)
        hidden = flags("suppressed", suppressed, x.shape)
        out_of = _denominator_faults(n, hidden, kind)
        counted = (
            (np.isnan(x), "missing_input"),
            (np.isinf(x), "not_finite"),
            (x < 0, "negative_input"),
            ((x > n) & (kind == "share"), "numerator_exceeds_denominator"),
        )
        fine = reasons(x.shape, *out_of, *counted) == ""
        if reference is not None:
            centre = broadcast_to("reference", reference, x.shape) / multiplier
        elif kind == "ratio":
            centre = np.ones(x.shape)
        else:
            centre = _pooled(x, n, fine)
        with np.errstate(all="ignore"):
            expected = n * centre
        against = _centre_faults(centre, expected, kind)
        few = (x < whole_number("min_events", min_events, low=0), "too_few_events")
        drawn = (reasons(x.shape, *out_of, *against) == "") & ~(fine & few[0])
        reason = reasons(x.shape, *out_of, *counted, *against, few)
        return cls(
            kind=kind,
            x=x,
            n=n,
            centre=np.where(drawn, centre, np.nan),
            expected=np.where(drawn, expected, np.nan),
            drawn=drawn,
            good=reason == "",
            reason=reason,
            pooled=reference is None and kind != "ratio",
        )

    @property
    def value(self) -> FloatArray:
        """The shares, ratios or rates, NaN where a unit is not judged."""
        with np.errstate(all="ignore"):
            value: FloatArray = np.where(self.good, self.x / self.n, np.nan)
        return value

    def faults(self) -> tuple[tuple[BoolArray, str], ...]:
        """Return where each code that was found holds."""
        return tuple((self.reason == code, code) for code in sorted(set(self.reason[~self.good].tolist())))

    def own_share(self) -> FloatArray:
        """Return each unit's share of all denominators of its row."""
        total = np.where(self.good, self.n, 0.0).sum(axis=-1, keepdims=True)
        with np.errstate(all="ignore"):
            share: FloatArray = np.where(self.good, self.n / total, np.nan)
        return share


def _two(name: str, values: npt.ArrayLike, other_name: str, other: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    x, n = float_array(name, values), float_array(other_name, other)
    try:
        shape = np.broadcast_shapes(x.shape, n.shape, (1,))
    except ValueError as error:
        raise ArgumentError("argument.shape", argument=other_name, expected=str(x.shape), got=str(n.shape)) from error
    return np.broadcast_to(x, shape), np.broadcast_to(n, shape)


def _denominator_faults(n: FloatArray, hidden: BoolArray, kind: Kind) -> tuple[tuple[BoolArray, str], ...]:
    return (
        (hidden, "suppressed"),
        (np.isnan(n), "missing_input"),
        (np.isinf(n), "not_finite"),
        (n < 0, "negative_input"),
        (n == 0, "expected_zero" if kind == "ratio" else "zero_denominator"),
    )


def _centre_faults(centre: FloatArray, expected: FloatArray, kind: Kind) -> tuple[tuple[BoolArray, str], ...]:
    return (
        (np.isnan(centre), "no_reference"),
        (np.isinf(centre), "not_finite"),
        (
            (centre < 0) | ((centre > 1) & (kind == "share")),
            "share_out_of_range" if kind == "share" else "negative_input",
        ),
        ((expected == 0) & (kind != "share"), "expected_zero"),
    )


def _pooled(x: FloatArray, n: FloatArray, fine: BoolArray) -> FloatArray:
    """Return the sum of counts over the sum of denominators of each row, NaN where nobody takes part."""
    counts, out_of = (np.where(fine, part, 0.0).sum(axis=-1, keepdims=True) for part in (x, n))
    with np.errstate(all="ignore"):
        return np.broadcast_to(np.where(out_of > 0, counts / out_of, np.nan), x.shape)


def confidence_levels(levels: float | Sequence[float]) -> tuple[float, ...]:
    """Return levels strictly between 0 and 1, at least one."""
    given: Sequence[float] = levels if isinstance(levels, Sequence) else [levels]
    if not given:
        raise ArgumentError("argument.range", argument="levels", low=0, high=1)
    return tuple(open_share("levels", level) for level in given)


def positive(argument: str, value: float) -> float:
    """Return ``value`` when it is a finite number above 0."""
    number = number_or_nan(value)
    if not 0 < number < np.inf:
        raise ArgumentError("funnel.not_positive", argument=argument)
    return number


def trim_share(argument: str, value: float) -> float:
    """Return ``value`` when it is a share that leaves something in the middle."""
    number = number_or_nan(value)
    if not 0 <= number < 0.5:  # noqa: PLR2004 - half at each end is everything
        raise ArgumentError("funnel.trim", argument=argument)
    return number


_SIDES: Final = ("low", "high")


def significances(p: FloatArray, above: BoolArray, levels: Sequence[float]) -> ReasonArray:
    """Return for each level on which side a unit lies beyond it; ``not_judged`` where p is NaN."""
    words = [
        reasons(
            p.shape,
            (np.isnan(p), "not_judged"),
            (p >= 1 - level, "not_significant"),
            (above, _SIDES[1]),
            (~above, _SIDES[0]),
        )
        for level in levels
    ]
    return np.stack(words)
