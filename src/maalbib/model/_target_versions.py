"""Which version of a revised target holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TypeVar

from maalbib.model._target import Target

__all__ = ["original_target", "target_in_force"]

T = TypeVar("T", bound=Target)


def target_in_force(versions: Iterable[T], day: dt.date) -> T | None:
    """Return the version that holds on a day: the latest one decided by then.

    Parameters
    ----------
    versions
        The versions of one target, in whatever order, as ``catalogue.targets.versions(id)`` gives them. One without
        ``decided_on`` has always been there.
    day
        The day looked at.

    Returns
    -------
    Target or None
        The version; None where none had been decided by then. One that was withdrawn is returned too: ask its
        :meth:`Target.withdrawn_by`.

    Examples
    --------
    >>> from datetime import date
    >>> from maalbib import AtLeast
    >>> from maalbib.model import target_in_force
    >>> first = AtLeast(id="T1", indicator="read", value=80, decided_on="2018-06-01")
    >>> second = AtLeast(id="T1", indicator="read", value=75, decided_on="2022-06-01")
    >>> [getattr(target_in_force([first, second], date(year, 1, 1)), "value", None) for year in (2018, 2020, 2023)]
    [None, 80, 75]
    """
    return max((each for each in versions if _since(each) <= day), key=_since, default=None)


def original_target(versions: Iterable[T]) -> T | None:
    """Return the version that was decided first.

    Parameters
    ----------
    versions
        The versions of one target, in whatever order. One without ``decided_on`` has always been there.

    Returns
    -------
    Target or None
        The version; None where there are none.

    Examples
    --------
    >>> from maalbib import AtLeast
    >>> from maalbib.model import original_target
    >>> second = AtLeast(id="T1", indicator="read", value=75, decided_on="2022-06-01")
    >>> original_target([second, AtLeast(id="T1", indicator="read", value=80, decided_on="2018-06-01")]).value
    80
    """
    return min(versions, key=_since, default=None)


def _since(target: Target) -> dt.date:
    return target.decided_on or dt.date.min
