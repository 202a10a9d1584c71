"""Which group an institution belongs to in a period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from maalbib.derived._rows import Rows, cells_of
from maalbib.errors import ArgumentError, UnknownCodeError
from maalbib.measurements._codes import Codes
from maalbib.model import Institution, InstitutionKind, Period

if TYPE_CHECKING:
    from maalbib.register import Register

__all__ = ["groups_of"]

_KINDS: Final = {
    "municipality": frozenset({InstitutionKind.MUNICIPALITY}),
    "region": frozenset({InstitutionKind.REGION}),
    "country": frozenset({InstitutionKind.COUNTRY, InstitutionKind.STATE}),
}


def groups_of(
    rows: Rows, by: str | Mapping[str, str] | None, register: Register | None, on: dt.date | None = None
) -> Codes:
    """Return the code of each row's group, empty where it belongs to none; on a day, where one is given.

    Raises
    ------
    ArgumentError
        If the word is not known, or there is no register to look it up in.
    """
    institution = rows.codes["institution"]
    if by is None:
        return institution
    if isinstance(by, Mapping):
        return institution.mapped(by.get).take(None)
    if by not in {"parent", *_KINDS}:
        raise ArgumentError.choice("by", ["parent", *_KINDS])
    if register is None:
        raise ArgumentError("derived.no_register")
    cell, first = cells_of(rows.codes, ("institution", "period"), np.arange(len(rows), dtype=np.int64))
    found = _Groups(register, by, on)
    texts = [
        found.of(institution.texts[code], rows.periods[period])
        for code, period in zip(
            institution.codes[first].tolist(), rows.codes["period"].codes[first].tolist(), strict=True
        )
    ]
    return Codes(cell.astype(np.int32), tuple(str(place) for place in range(len(texts)))).renamed(texts).take(None)


class _Groups:
    """The groups of institutions by the register; each is looked up once for each day."""

    def __init__(self, register: Register, by: str, day: dt.date | None) -> None:
        self._register = register
        self._by = by
        self._day = day
        self._on = cache(self._look_up)

    def of(self, code: str, period: Period) -> str | None:
        """Return the group on the first day of the period, or the last one where the institution did not live yet."""
        if self._day is not None:
            return self._on(code, self._day)
        return self._on(code, period.start) or self._on(code, period.end)

    def _look_up(self, code: str, day: dt.date) -> str | None:
        try:
            above: tuple[Institution, ...] = self._register.ancestors(code, day)
        except UnknownCodeError:
            return None
        if self._by == "parent":
            return above[0].id if above else None
        return next((entry.id for entry in above if entry.kind in _KINDS[self._by]), None)
