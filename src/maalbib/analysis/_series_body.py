"""Whom a figure about many units is the figure of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from maalbib.errors import ArgumentError, UnknownCodeError

if TYPE_CHECKING:
    from maalbib.analysis._context import Setting
    from maalbib.model import Scope
    from maalbib.register import Register

__all__ = ["ALL_UNITS", "body_of"]

ALL_UNITS: Final = "_all"


def body_of(setting: Setting, scope: Scope | None, units: Iterable[str], day: dt.date) -> str:
    """Return the group that the units are the members of, else the nearest institution that all belong to, else ``_all``."""
    if scope is not None and scope.group is not None:
        return scope.group
    return _nearest(setting.register, dict.fromkeys(units), day) or ALL_UNITS


def _nearest(register: Register | None, units: Iterable[str], day: dt.date) -> str | None:
    common: list[str] | None = None
    for unit in units if register is not None else ():
        above = _above(register, unit, day)
        common = above if common is None else [code for code in common if code in above]
        if not common:
            return None
    return None if not common else common[0]


def _above(register: Register | None, unit: str, day: dt.date) -> list[str]:
    """Return whom a unit belongs to, the nearest first; nobody where the register does not know it on the day."""
    if register is None:
        return []
    try:
        return [entry.id for entry in register.ancestors(unit, on=day)]
    except (UnknownCodeError, ArgumentError):
        return []
