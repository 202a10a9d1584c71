"""Stable series of several kinds, to try rules on."""

from __future__ import annotations

from typing import Final, Literal, get_args

import numpy as np

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import FloatArray

__all__ = ["Process", "parameter_of", "simulated"]

Process = Literal["normal", "ar1", "poisson", "seasonal"]

_DEFAULTS: Final = {"ar1": 0.3, "poisson": 20.0, "seasonal": 1.0}
_RANGES: Final = {"ar1": (-1, 1), "poisson": (0, 1_000_000_000), "seasonal": (0, 1_000_000_000)}
_YEAR: Final = 12


def parameter_of(process: str, parameter: float | None) -> float:
    """Return the parameter of a process, checked."""
    if process not in get_args(Process):
        raise ArgumentError.choice("process", get_args(Process))
    if process == "normal":
        if parameter is not None:
            raise ArgumentError.choice("parameter", ("None",))
        return 0.0
    value = _DEFAULTS[process] if parameter is None else float(parameter)
    low, high = _RANGES[process]
    if not low < value < high:
        raise ArgumentError("argument.range", argument="parameter", low=low, high=high)
    return value


def simulated(process: str, parameter: float, series: int, periods: int, rng: np.random.Generator) -> FloatArray:
    """Return stable series of a process, shape (series, periods)."""
    if process == "poisson":
        return rng.poisson(parameter, (series, periods)).astype(np.float64)
    noise = rng.standard_normal((series, periods))
    if process == "seasonal":
        return np.asarray(noise + parameter * np.sin(2 * np.pi * np.arange(1, periods + 1) / _YEAR))
    if process == "ar1":
        fresh = np.sqrt(1 - parameter**2)
        for period in range(1, periods):  # the first value has the spread of all
            noise[:, period] = parameter * noise[:, period - 1] + fresh * noise[:, period]
    return noise
