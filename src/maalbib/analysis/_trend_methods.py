"""The methods by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeAlias

from maalbib.analysis._trend_order import allowing_for_neighbours, allowing_for_years, by_order
from maalbib.analysis._trend_recent import by_published_rule, by_recent_points
from maalbib.analysis._trend_weighted import by_shares, by_weights

if TYPE_CHECKING:
    from maalbib.analysis._trend_options import Options
    from maalbib.analysis._trend_outcome import Outcome
    from maalbib.analysis._trend_series import Compared

__all__ = ["METHODS", "Method"]

Method: TypeAlias = "Callable[[Compared, Options], Outcome]"

METHODS: Final[dict[str, Method]] = {
    "mann_kendall": by_order,
    "ar1": allowing_for_neighbours,
    "season_covariance": allowing_for_years,
    "proportion": by_shares,
    "wls": by_weights,
    "recent_trend": by_recent_points,
    "phe_recent_trend": by_published_rule,
}
