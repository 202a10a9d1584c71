"""Measurements put together, carried to another division, and compared with their totals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Literal, Self

from maalbib.errors import ArgumentError
from maalbib.measurements._columns import Ledger
from maalbib.measurements._content import columns_in
from maalbib.measurements._held import Held, as_day
from maalbib.measurements._territory import Division, Wanted, moved
from maalbib.measurements._territory_wording import CommentLanguage
from maalbib.measurements._together import put_together
from maalbib.measurements._totals import total_findings

if TYPE_CHECKING:
    from maalbib.problems import Problems

__all__ = ["Combined"]

OnProblem = Literal["raise", "collect"]


class Combined(Held):
    """The part of measurements that makes others of them."""

    __slots__ = ()

    @classmethod
    def concat(cls, parts: Iterable[Self], *, on_problem: OnProblem = "raise") -> Self:
        """Return the rows of several measurements as one; of two also written ``ms + other``.

        Parameters
        ----------
        parts
            At least one. A breakdown that one of them lacks is at its total ``_T`` there.
        on_problem
            ``"raise"`` refuses rows of one key that contradict each other; ``"collect"`` leaves them all out. Rows that are equal in
            every column are kept once, with a warning.

        Raises
        ------
        DataError
            If rows of a key contradict each other and ``on_problem`` is ``"raise"``.
        ArgumentError
            If there is no part, if parts have different catalogues or registers (give them one with :meth:`with_catalogue`), or
            if an indicator is shown in different territorial divisions.

        Notes
        -----
        Problems of the parts are kept. Rows keep their numbers where all are from one file; otherwise they are counted from 0.
        Rules between indicators, such as sums, are looked at again by :meth:`with_catalogue`.

        Examples
        --------
        >>> from maalbib import Measurements
        >>> ms = Measurements.example("reading")
        >>> fourth, sixth = (ms.select(breakdown={"grade": grade}) for grade in ("4", "6"))
        >>> len(fourth + sixth), fourth + sixth == ms.select(breakdown={"grade": ["4", "6"]})
        (14, True)
        """
        given = list(parts)
        if not given:
            raise ArgumentError("together.nothing")
        origins = [part._origin for part in given]  # noqa: SLF001 - our own
        found = put_together(given, origins, strict=on_problem == "raise")
        known = (found.catalogue, found.register, found.problems)
        return cls._made(found.table, found.breakdowns, *known, found.origin, found.derivations)

    def __add__(self, other: Self) -> Self:
        """Return the rows of both."""
        if not isinstance(other, Combined):  # pyright: ignore[reportUnnecessaryIsInstance]
            return NotImplemented
        return self.concat([self, other])

    def on_territory(
        self,
        date: dt.date | str,
        basis: str | None = None,
        *,
        kind: str = "municipality",
        of: str | None = None,
        division: Division | None = None,
        rule: str = "location",
        sizes: Mapping[str, float] | None = None,
        on_problem: OnProblem = "raise",
        lang: CommentLanguage = "da",
    ) -> Self:
        """Return the figures in the territorial division of a day, whichever division they were published in.

        Parameters
        ----------
        date
            The day whose division is wanted, a date or ``"2007-01-01"``.
        basis
            What the shares of split units rest on: ``"area"``, ``"register_rule"`` or another that the register has. Needed only
            where units were split; never chosen silently.
        kind
            The kind of unit that is wanted: ``"municipality"``, ``"region"`` ...
        of
            The kind of unit that the figures are for, where it is another: ``kind="region", of="municipality"`` adds
            municipalities up to regions.
        division
            Which division the figure of a period is in that a unit began or ended in: that of its first day (``"start"``) or of
            its last (``"end"``). A day is its own; a population on 1 January 2007 is in the division of 2007.
        rule
            To whom an institution that serves several counts, as in :meth:`Register.allocation`; used with ``of``.
        sizes
            For a day before the figures: size of each unit then, by which the figures of merged ones are shared out.
        on_problem
            ``"raise"`` refuses figures that cannot be carried; ``"collect"`` leaves them out and keeps the problems.
        lang
            Language of the remarks in ``comment``.

        Returns
        -------
        Measurements
            The newest row of every key. Rows of units of other kinds stay as they are; with ``of`` they are left out.
            :attr:`derivations` and :meth:`territory` say what was done, day and basis included.

        Raises
        ------
        DataError
            If figures cannot be carried, with every row and reason: only a share is at hand, an indicator is a median or an
            unweighted mean, the code stood for nothing when the figure was made, the division is ambiguous.
        ArgumentError
            If there is no catalogue or no register, if units were split and no basis is given, or an argument is wrong.

        Notes
        -----
        - Counts and amounts are added with the weights. Shares, ratios and rates are computed anew from their carried
          numerators and denominators; means that are weighted, from their denominators or ``n``. They are never averaged.
        - A unit that passes whole and alone keeps its row as it is, a median too.
        - A figure that lacks a part is missing, with the gravest reason among its parts; it is never a sum of those that
          happen to be there. Confidentiality, status and qualifier travel as in the table of the page about missing values.
        - What rests on weights has the status ``E`` and the qualifier ``approx``; ``lower`` and ``upper`` are what it could be if each
          part of a split unit held nothing or everything; the remark names the share that was allocated.
        - The vintage of a sum is that of its last part. For what was known on another day call :meth:`as_of` first.
        - Back to an earlier division everything merged is an estimate.

        Time grows with the number of rows times the parts that each is cut into.

        Examples
        --------
        >>> import maalbib as mb
        >>> births = mb.Indicator(
        ...     id="births", name=mb.Text(da="Fødsler"), unit="count", direction="context", aggregation="sum"
        ... )
        >>> catalogue = mb.Catalogue(id="EKSEMPEL", agency="KL", version="1.0.0", indicators=[births])
        >>> table = {
        ...     "indicator": ["births"] * 2,
        ...     "institution": ["1084", "1085"],
        ...     "period": ["2020"] * 2,
        ...     "value": [21.0, 8.0],
        ... }
        >>> import pyarrow as pa
        >>> ms = mb.Measurements.from_arrow(pa.table(table), catalogue=catalogue, register=mb.Register.denmark())
        >>> [(row.institution, row.value) for row in ms.on_territory("2027-01-01", kind="region")]
        [('DK-OESTDANMARK', 29.0)]
        """
        if self._catalogue is None:
            raise ArgumentError("territory.no_catalogue")
        if self._register is None:
            raise ArgumentError("territory.no_register")
        wanted = Wanted.asked(as_day(date), basis, kind, of=of, division=division, rule=rule, sizes=sizes, lang=lang)
        known = self.as_of(None)
        found = moved(
            known.to_arrow(),
            self._breakdowns,
            known._origin,  # noqa: SLF001 - our own
            wanted,
            self._catalogue,
            self._register,
            derivations=self._derivations,
            strict=on_problem == "raise",
        )
        return self._made(
            found.table,
            self._breakdowns,
            self._catalogue,
            self._register,
            self._problems + found.problems,
            found.origin,
            (*self._derivations, *found.derivations),
        )

    def check_totals(self, *, amounts: bool = False) -> Problems:
        """Compare totals with the sum of their parts, and report what differs; nothing is repaired.

        Looked at are indicators that add up: the total ``_T`` of each breakdown against its categories, and, with a register, the
        country against the municipalities and the regions, and each region against its municipalities.

        Parameters
        ----------
        amounts
            Whether problems name the two figures. They name the greatest difference in per cent of the total otherwise.

        Returns
        -------
        Problems
            Warnings ``total.above_parts`` (the total holds what is in no part) and ``total.below_parts``; and ``total.parts_missing``, for
            information, where parts are missing or withheld so that the sum says nothing. A total without any part is not looked at.

        Raises
        ------
        ArgumentError
            If there is no catalogue.

        Notes
        -----
        The newest row of every key counts. A difference that rounding can explain is none. Which municipalities make up a
        whole is settled by the first day of the period. Categories that overlap add up to more than their total; where the
        catalogue does not list the categories, nobody knows whether one is missing.

        Examples
        --------
        >>> import maalbib as mb
        >>> pupils = mb.Indicator(
        ...     id="pupils", name=mb.Text(da="Elever"), unit="count", direction="context", aggregation="sum"
        ... )
        >>> catalogue = mb.Catalogue(id="EKSEMPEL", agency="KL", version="1.0.0", indicators=[pupils])
        >>> import pyarrow as pa
        >>> table = {
        ...     "indicator": ["pupils"] * 3,
        ...     "institution": ["0101"] * 3,
        ...     "period": ["2024"] * 3,
        ...     "value": [50.0, 20.0, 25.0],
        ... }
        >>> ms = mb.Measurements.from_arrow(
        ...     pa.table(table | {"sex": ["_T", "F", "M"]}), catalogue=catalogue, breakdowns="sex"
        ... )
        >>> print(ms.check_totals()[0].message_en)
        The total is greater than the sum of its parts (sex), by up to 10%.
        """
        if self._catalogue is None:
            raise ArgumentError("totals.no_catalogue")
        known = self.as_of(None)
        ledger = Ledger(known._origin, {})  # noqa: SLF001 - our own
        columns = columns_in(known.to_arrow(), self._breakdowns)
        ledger.note(total_findings(columns, self._catalogue, self._register, amounts=amounts))
        return ledger.problems
