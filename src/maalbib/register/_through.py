"""Questions to a register about time: what codes mean when, what became of units, and what covers the whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

import attrs

from maalbib.errors import ArgumentError
from maalbib.model import InstitutionChange, InstitutionKind
from maalbib.problems import Problems
from maalbib.register._borders import Borders
from maalbib.register._check import gaps
from maalbib.register._days import Day, required_day, start_of
from maalbib.register._lookups import word
from maalbib.register._parts import life_of

if TYPE_CHECKING:
    from maalbib.register._succession import Succession

__all__ = ["Coverage", "Through"]


@attrs.frozen
class Coverage:
    """How the codes of some data match the units of a kind on a day.

    Attributes
    ----------
    missing
        Units of the register that there are no data for.
    outside
        Codes with data that are no unit of the kind on that day: other levels, closed units, unknown codes.
    """

    missing: tuple[str, ...]
    outside: tuple[str, ...]


class Through(Borders):
    """The part of a register that follows units through time."""

    __slots__ = ()

    def history(self, code: str) -> tuple[InstitutionChange, ...]:
        """Return the changes that a code was part of, on either side, in time order.

        Raises UnknownCodeError where the code is not in the register.

        Examples
        --------
        >>> from maalbib import Register
        >>> [(str(change.date), change.kind.value) for change in Register.denmark().history("0400")]
        [('2003-01-01', 'merge')]
        """
        self._entries(code)
        return tuple(change for change in self.changes if code in change.from_ids or code in change.to_ids)

    def reused(self, codes: Iterable[str] | None = None) -> dict[str, tuple[dt.date, ...]]:
        """Return the codes that have stood for several institutions, each with the days from which it means another.

        A series over such a code joins different things. Codes that are not in the register are passed over.

        Parameters
        ----------
        codes
            The distinct codes of a column; None asks for every code of the register.

        Examples
        --------
        >>> from maalbib import Register
        >>> denmark = Register.denmark()
        >>> {code: str(*days) for code, days in denmark.reused(["0101", "0615", "0631"]).items()}
        {'0615': '2007-01-01'}
        >>> len(denmark.reused())
        20
        """
        by_code = self._index.by_code
        asked = sorted(by_code) if codes is None else dict.fromkeys(codes)
        lives = {code: by_code.get(code, ())[1:] for code in asked}
        return {code: tuple(start_of(life_of(entry)) for entry in later) for code, later in lives.items() if later}

    def coverage(self, codes: Iterable[str], kind: InstitutionKind | str, on: Day) -> Coverage:
        """Return which units of a kind have no data on a day, and which codes are none of them.

        Parameters
        ----------
        codes
            The distinct codes that there are data for.
        kind
            The kind of unit, such as ``municipality``.
        on
            The day that fixes the division.

        Raises
        ------
        ArgumentError
            If ``kind`` is no kind or ``on`` is not a day.

        Examples
        --------
        >>> from maalbib import Register
        >>> denmark = Register.denmark()
        >>> codes = {entry.id for entry in denmark.select("municipality", on="2018-01-01")}
        >>> denmark.coverage(codes - {"0741"} | {"0411", "DK"}, "municipality", "2018-01-01")
        Coverage(missing=('0741',), outside=('0411', 'DK'))
        """
        units = {entry.id for entry in self.select(kind, on=required_day(on))}
        given = set(codes)
        return Coverage(missing=tuple(sorted(units - given)), outside=tuple(sorted(given - units)))

    def succession(
        self,
        start: Day,
        end: Day,
        *,
        kind: InstitutionKind | str = "municipality",
        basis: str | None = None,
        sizes: Mapping[str, float] | None = None,
        units: Collection[str] | None = None,
    ) -> Succession:
        """Return what became of the units of one day on another, as weighted edges.

        Parameters
        ----------
        start, end
            The day of the units that figures are for, and the day of the division that they are wanted in. Where
            ``end`` is the earlier one, the way leads back.
        kind
            The kind of unit, on both days.
        basis
            What the shares of split units rest on: ``area``, ``register_rule``, or another that the changes have. Needed
            only where a unit was split and its parts did not come together again.
        sizes
            For the way back: the size of each unit of ``end``, for example its population, by which the figure of a merged
            unit is shared out. No basis says that: the shares of a split tell nothing about what was merged.
        units
            Codes of the units of ``start`` that there are figures for; all where None. The others need no basis, and without
            one the weights of those that were split are NaN.

        Returns
        -------
        Succession
            Composed over all changes between the two days.

        Raises
        ------
        ArgumentError
            If a basis is needed and not given (with the bases that would do), or not one of the changes has it; if
            sizes are needed; if there is no unit of the kind on one of the days.

        Notes
        -----
        A unit that ends and has no successor leads nowhere: it is in :attr:`Succession.unplaced`. The cost grows with the
        number of units plus that of changes.

        Examples
        --------
        >>> from maalbib import Register
        >>> denmark = Register.denmark()
        >>> reform = denmark.succession("2002-01-01", "2007-01-01", basis="register_rule")
        >>> len(reform.sources), len(reform.targets), int(reform.exact.sum())
        (275, 98, 262)
        >>> denmark.succession("2006-06-01", "2007-01-01")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        ...
        maalbib.errors.ArgumentError: Between 2006-06-01 and 2007-01-01 some units were split: ... Choose a basis: area, register_rule. ...
        """
        from maalbib.register._transitions import Question, answer

        wanted = word(InstitutionKind, kind, "kind")
        if wanted is None:
            raise ArgumentError.choice("kind", [entry.value for entry in InstitutionKind])
        days = required_day(start, "start"), required_day(end, "end")
        return answer(self._parts, self._index, Question(*days, kind=wanted, basis=basis, sizes=sizes, units=units))

    def allocation(
        self,
        kind: InstitutionKind | str,
        to: InstitutionKind | str,
        *,
        on: Day,
        rule: str = "location",
    ) -> Succession:
        """Return how the figures of institutions add up to those of a level above, by a named rule.

        Parameters
        ----------
        kind
            Whose figures, such as ``school`` or ``municipality``.
        to
            The level that is wanted, such as ``municipality`` or ``region``.
        on
            The day that fixes both.
        rule
            ``location``: all to whom the institution belongs. ``shares``: to those it serves, by their shares.
            ``responsible``: all to who operates it. An institution that names nobody in ``serves``, or whom nobody else
            operates, counts where it belongs.

        Returns
        -------
        Succession
            From the institutions to the units above, with the rule as its ``basis``. Who has nobody above is in
            ``unplaced``, so that every rule gives the same total of the country.

        Raises
        ------
        ArgumentError
            If ``kind``, ``to`` or ``rule`` is no word of its vocabulary, or ``on`` is not a day.

        Examples
        --------
        >>> from maalbib import Register
        >>> denmark = Register.denmark()
        >>> regions = denmark.allocation("municipality", "region", on="2018-01-01")
        >>> dict(zip(regions.targets, regions.apply([1.0] * 98).values.tolist()))
        {'1081': 11.0, '1082': 19.0, '1083': 22.0, '1084': 29.0, '1085': 17.0}
        """
        from maalbib.register._allocation import allocated

        below, above = word(InstitutionKind, kind, "kind"), word(InstitutionKind, to, "to")
        if below is None or above is None:
            raise ArgumentError.choice("kind", [entry.value for entry in InstitutionKind])
        return allocated(self, below, above, required_day(on), rule)

    def check(self) -> Problems:
        """Return what keeps the units of a kind from covering the same whole on every day.

        Looked at are the kinds that some change speaks of: each of their units must come from somewhere when it begins and go
        somewhere when it ends. What contradicts itself was refused when the register was made.

        Returns
        -------
        Problems
            Warnings, one for each day and kind, that name the codes.

        Examples
        --------
        >>> from maalbib import Register
        >>> len(Register.denmark().check())
        0
        """
        return Problems(gaps(self._parts, self._index))
