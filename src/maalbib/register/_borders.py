"""Which municipalities have a common land border."""

from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from maalbib.errors import ArgumentError
from maalbib.model import InstitutionKind
from maalbib.register._days import Day, as_day
from maalbib.register._denmark import municipality_codes
from maalbib.register._kinship import Kinship

__all__ = ["Borders"]

_DIVISION: Final = dt.date(2007, 1, 1)  # the one that the borders are measured in
_FARTHEST: Final = 2


class Borders(Kinship):
    """The part of a register that knows neighbours."""

    __slots__ = ()

    def neighbours(
        self, code: str, *, on: Day | None = None, order: int = 1, min_border: float = 0.0
    ) -> tuple[str, ...]:
        """Return the municipalities that a Danish municipality has a land border with, by code.

        Parameters
        ----------
        code
            The code of a municipality of the division of 2007.
        on
            The day that is asked about, from 2007-01-01; None is that division.
        order
            1 for the neighbours, 2 for the neighbours' neighbours as well.
        min_border
            The least length of a border that counts, in km.

        Returns
        -------
        tuple of str
            Codes in order; none for an island: Bornholm, Langeland, Ærø, Fanø, Samsø, Morsø and Læsø have no land neighbour. Bridges
            do not count.

        Raises
        ------
        UnknownCodeError
            If the code is not in the register, or stands for nothing on that day.
        ArgumentError
            If it is no Danish municipality, the day lies before 2007, or an option is out of range.

        Notes
        -----
        Measured by us on the simplified map shapes of Statistics Denmark, not official: borders of less than about 1.5 km are not
        there, and short ones are uncertain, since the shapes of neighbours may lie 0.3 km apart. ``min_border=3`` keeps to those that
        are certain.

        Examples
        --------
        >>> from maalbib import Register
        >>> denmark = Register.denmark()
        >>> denmark.neighbours("0147"), denmark.neighbours("0400")
        (('0101',), ())
        >>> len(denmark.neighbours("0751")), len(denmark.neighbours("0751", order=2))
        (4, 9)
        """
        steps: Any = order  # whatever the annotations say
        least: Any = min_border
        if isinstance(steps, bool) or steps not in (1, _FARTHEST):
            raise ArgumentError.choice("order", ("1", "2"))
        if isinstance(least, bool) or not isinstance(least, int | float) or not least >= 0:
            raise ArgumentError("argument.at_least", argument="min_border", low=0)
        self._entries(code)
        day = as_day(on) or _DIVISION
        if day < _DIVISION:
            raise ArgumentError("register.neighbours_before", on=str(day))
        if self.institution(code, day).kind is not InstitutionKind.MUNICIPALITY or code not in municipality_codes():
            raise ArgumentError("register.neighbours_kind", code=code)
        near = _beside(code, least)
        if order == _FARTHEST:
            near = near.union(*(_beside(each, least) for each in near)) - {code}
        return tuple(sorted(each for each in near if each not in self.codes or self.get(each, day) is not None))


def _beside(code: str, least: float) -> set[str]:
    return {other for other, length in _borders().get(code, {}).items() if length >= least}


@cache
def _borders() -> Mapping[str, Mapping[str, float]]:
    """Return by municipality the length of each border in km."""
    text = (files("maalbib.register") / "data" / "neighbours.csv").read_text(encoding="utf-8")
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for row in csv.DictReader(text.splitlines()):
        length = float(row["border_km"])
        found[row["one"]][row["other"]] = found[row["other"]][row["one"]] = length
    return found
