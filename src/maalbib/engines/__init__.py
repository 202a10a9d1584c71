"""The same analysis on data larger than memory: one kernel over files, data sets and streams."""

from maalbib.engines._kernel import Kernel
from maalbib.engines._progress import Step
from maalbib.engines._registry import KERNELS
from maalbib.engines._run import run
from maalbib.engines._slope import SlopeParams, least_squares_slope
from maalbib.engines._trends import trends
from maalbib.engines._verbs import VerbParams, comparison, tracking
from maalbib.engines._write import write

__all__ = [
    "KERNELS",
    "Kernel",
    "SlopeParams",
    "Step",
    "VerbParams",
    "comparison",
    "least_squares_slope",
    "run",
    "tracking",
    "trends",
    "write",
]
