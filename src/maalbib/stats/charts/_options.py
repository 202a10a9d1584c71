"""What a chart was asked for, checked once."""

from __future__ import annotations

from typing import Literal, get_args

import attrs
import numpy as np

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import whole_number

__all__ = ["Bounds", "Gaps", "LimitsBy", "Options", "Transform"]

Gaps = Literal["break", "join"]
Transform = Literal["logit", "log1p"]
LimitsBy = Literal["sigma", "exact"]
Bounds = tuple[float | None, float | None]


@attrs.frozen(kw_only=True)
class Options:
    """Options that hold for every kind of chart; see ``control_limits``."""

    baseline: int | None
    screen: bool
    multiplier: float
    gaps: Gaps
    bounds: Bounds | None
    transform: Transform | None
    limits: LimitsBy
    per: float
    min_points: int
    min_points_trial: int

    def __attrs_post_init__(self) -> None:
        """Refuse what no data could make right."""
        if self.baseline is not None:
            whole_number("baseline", self.baseline, low=1)
        _flag("screen", self.screen)
        _positive("multiplier", self.multiplier)
        _positive("per", self.per)
        if self.gaps not in get_args(Gaps):
            raise ArgumentError.choice("gaps", get_args(Gaps))
        if self.transform not in {None, *get_args(Transform)}:
            raise ArgumentError.choice("transform", ("None", *get_args(Transform)))
        if self.limits not in get_args(LimitsBy):
            raise ArgumentError.choice("limits", get_args(LimitsBy))
        whole_number("min_points", self.min_points, low=0)
        whole_number("min_points_trial", self.min_points_trial, low=0)
        low, high = self.range
        if not low < high:
            raise ArgumentError("charts.bounds")

    @property
    def range(self) -> tuple[float, float]:
        """The bounds asked for, infinite where there are none."""
        if self.bounds is None:
            return -np.inf, np.inf
        try:
            low, high = self.bounds
            return -np.inf if low is None else float(low), np.inf if high is None else float(high)
        except (TypeError, ValueError) as error:
            raise ArgumentError("charts.bounds") from error

    @property
    def join(self) -> bool:
        """Whether gaps are passed over."""
        return self.gaps == "join"


def _flag(argument: str, value: object) -> None:
    if not isinstance(value, bool | np.bool_):
        raise ArgumentError.choice(argument, ("True", "False"))


def _positive(argument: str, value: object) -> None:
    number = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    if not (number and 0 < value < np.inf):  # type: ignore[operator]
        raise ArgumentError("charts.not_positive", argument=argument)
