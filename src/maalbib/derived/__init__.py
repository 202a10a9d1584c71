"""Series made of other series: each keeps how it was made, and carries along what its parts say about themselves."""

from maalbib.derived._cohort import cohort_rate
from maalbib.derived._cohort_counts import cohort_rate_of_counts
from maalbib.derived._limit import within_limit
from maalbib.derived._prices import constant_prices
from maalbib.derived._rate import rate
from maalbib.derived._share import share
from maalbib.derived._spells import stock_of_spells
from maalbib.derived._stock import stock
from maalbib.derived._threshold import threshold_share
from maalbib.derived._total import total
from maalbib.derived._windows import cumulated, rolling

__all__ = [
    "cohort_rate",
    "cohort_rate_of_counts",
    "constant_prices",
    "cumulated",
    "rate",
    "rolling",
    "share",
    "stock",
    "stock_of_spells",
    "threshold_share",
    "total",
    "within_limit",
]
