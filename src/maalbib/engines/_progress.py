"""How far a run is: told to a function, or drawn as a bar."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from maalbib.errors import ArgumentError, MaalError, MissingExtraError

__all__ = ["Progress", "Step", "teller_of"]


@attrs.frozen(kw_only=True)
class Step:
    """How far a run is.

    Attributes
    ----------
    calls
        Calls of the kernel that are done.
    total
        How many there will be, None where that is not known.
    rows
        Rows that went in.
    results
        Rows that came out.

    Examples
    --------
    >>> from maalbib.engines import Step
    >>> Step(calls=1, rows=100, results=2).total is None
    True
    """

    calls: int
    rows: int
    results: int
    total: int | None = None


Progress = Callable[[Step], object]


class _Bar:
    """A bar on standard error, where that is a terminal."""

    def __init__(self, name: str) -> None:
        try:
            from tqdm import tqdm
        except ImportError:
            raise MissingExtraError("extra.missing", feature="progress", package="tqdm", extra="progress") from None
        self._bar: Any = tqdm(desc=name, unit="rows", unit_scale=True, disable=None)

    def tell(self, step: Step) -> None:
        self._bar.update(step.rows - self._bar.n)

    def close(self) -> None:
        self._bar.close()


class _Told:
    """A function that is told every step."""

    def __init__(self, function: Progress | None) -> None:
        self._function = function

    def tell(self, step: Step) -> None:
        if self._function is not None and self._function(step) is False:
            raise MaalError("engines.cancelled")

    def close(self) -> None:
        """Do nothing."""


def teller_of(progress: Progress | bool | None, name: str) -> _Bar | _Told:  # noqa: FBT001 - it is what the caller gave
    """Return what is told every step.

    Raises
    ------
    ArgumentError
        If it cannot be called.
    MissingExtraError
        If a bar is asked for and tqdm is not installed.
    """
    if progress is True:
        return _Bar(name)
    if progress is None or progress is False:
        return _Told(None)
    if not callable(progress):
        raise ArgumentError("argument.type", argument="progress", expected="bool, function")
    return _Told(progress)
