"""Whom a target binds, and which series it speaks of."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from maalbib.analysis._arrays import Bools
from maalbib.analysis._columns import members
from maalbib.model import Scope, Target

if TYPE_CHECKING:
    from maalbib.analysis._context import Setting
    from maalbib.measurements import Panel

__all__ = ["Binding", "named_parts"]


class Binding:
    """Who is bound on a day; each scope is looked up once."""

    __slots__ = ("_day", "_known", "_setting")

    def __init__(self, setting: Setting, day: dt.date) -> None:
        self._setting = setting
        self._day = day
        self._known: dict[Scope, tuple[str, ...] | None] = {}

    @property
    def day(self) -> dt.date:
        """The day whose knowledge is used."""
        return self._day

    def spoken_of(self, target: Target, panel: Panel) -> Bools:
        """Return which series a target speaks of; a breakdown that it does not name stands at its total."""
        kept = np.ones(len(panel), dtype=bool)
        bound = self.bound(target)
        if bound is not None:
            kept &= members(panel.institutions, bound)
        if target.breakdown is not None:
            wanted = named_parts(target.breakdown)
            kept &= members(panel.breakdowns, [text for text in set(panel.breakdowns) if named_parts(text) == wanted])
        return kept

    def bound(self, target: Target) -> tuple[str, ...] | None:
        """Return who the target binds, None where it binds whoever has data."""
        if target.scope is None:
            return None
        if target.scope not in self._known:
            self._known[target.scope] = self._members(target.scope)
        return self._known[target.scope]

    def _members(self, scope: Scope) -> tuple[str, ...] | None:
        catalogue, register = self._setting.definitions, self._setting.register
        if scope.institutions:
            return scope.institutions
        if scope.group is not None:
            return catalogue.groups[scope.group].members
        known = [item for item in catalogue.institutions.values() if item.kind is scope.kind]
        own = [item.id for item in known if item.valid_on(self._day)]
        if register is None:
            return tuple(own) or None
        unknown = [code for code in own if code not in register.codes]  # what the register knows, it knows better
        return (*(entry.id for entry in register.members(scope, self._day)), *unknown)


def named_parts(breakdown: str) -> frozenset[str]:
    """Return what a breakdown names besides totals, whatever the order."""
    return frozenset(part for part in breakdown.split(";") if part and not part.endswith("=_T"))
