"""Numbers: NumPy arrays in, NumPy arrays out. No goal, no table and no file is known here.

Kernels take NaN as missing. A bad element (no denominator, a negative count, too few points) never raises and
never warns: its numbers are NaN and ``reason`` holds a code, empty where all is well. Only wrong arguments raise.
Each kernel is imported when its name is first used.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from maalbib.stats._association import RankAssociation as RankAssociation
    from maalbib.stats._association import kendall as kendall
    from maalbib.stats._association import spearman as spearman
    from maalbib.stats._gap import MeanGap as MeanGap
    from maalbib.stats._gap import mean_gap as mean_gap
    from maalbib.stats._intervals import Interval as Interval
    from maalbib.stats._intervals import byar_interval as byar_interval
    from maalbib.stats._intervals import poisson_interval as poisson_interval
    from maalbib.stats._intervals import wilson_interval as wilson_interval
    from maalbib.stats._mann_kendall import MannKendall as MannKendall
    from maalbib.stats._mann_kendall import mann_kendall as mann_kendall
    from maalbib.stats._multiplicity import benjamini_hochberg as benjamini_hochberg
    from maalbib.stats._position import PercentileRank as PercentileRank
    from maalbib.stats._position import percentile_rank as percentile_rank
    from maalbib.stats._projection import Projection as Projection
    from maalbib.stats._projection import linear_projection as linear_projection
    from maalbib.stats._scale_mean import MeanBounds as MeanBounds
    from maalbib.stats._scale_mean import scale_mean_bounds as scale_mean_bounds
    from maalbib.stats._target import arrival_time as arrival_time
    from maalbib.stats._target import hit_probability as hit_probability
    from maalbib.stats._theil_sen import TheilSen as TheilSen
    from maalbib.stats._theil_sen import theil_sen as theil_sen

__all__ = [
    "Interval",
    "MannKendall",
    "MeanBounds",
    "MeanGap",
    "PercentileRank",
    "Projection",
    "RankAssociation",
    "TheilSen",
    "arrival_time",
    "benjamini_hochberg",
    "byar_interval",
    "hit_probability",
    "kendall",
    "linear_projection",
    "mann_kendall",
    "mean_gap",
    "percentile_rank",
    "poisson_interval",
    "scale_mean_bounds",
    "spearman",
    "theil_sen",
    "wilson_interval",
]

if not TYPE_CHECKING:
    from maalbib._lazy import on_demand

    _HOME = {
        "Interval": "maalbib.stats._intervals",
        "MannKendall": "maalbib.stats._mann_kendall",
        "MeanBounds": "maalbib.stats._scale_mean",
        "MeanGap": "maalbib.stats._gap",
        "PercentileRank": "maalbib.stats._position",
        "Projection": "maalbib.stats._projection",
        "RankAssociation": "maalbib.stats._association",
        "TheilSen": "maalbib.stats._theil_sen",
        "arrival_time": "maalbib.stats._target",
        "benjamini_hochberg": "maalbib.stats._multiplicity",
        "byar_interval": "maalbib.stats._intervals",
        "hit_probability": "maalbib.stats._target",
        "kendall": "maalbib.stats._association",
        "linear_projection": "maalbib.stats._projection",
        "mann_kendall": "maalbib.stats._mann_kendall",
        "mean_gap": "maalbib.stats._gap",
        "percentile_rank": "maalbib.stats._position",
        "poisson_interval": "maalbib.stats._intervals",
        "scale_mean_bounds": "maalbib.stats._scale_mean",
        "spearman": "maalbib.stats._association",
        "theil_sen": "maalbib.stats._theil_sen",
        "wilson_interval": "maalbib.stats._intervals",
    }

    __getattr__ = on_demand(globals(), _HOME)


def __dir__() -> list[str]:
    """Offer the public names only, also to completion."""
    return sorted(__all__)
