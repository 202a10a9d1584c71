"""Institutions through time, with who belongs to whom and who is compared with whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maalbib.errors import ArgumentError
from maalbib.model import Institution, InstitutionChange, InstitutionKind, Membership, PeerGroup
from maalbib.register._building import built
from maalbib.register._changes import with_changes
from maalbib.register._csv import rows_of_csv
from maalbib.register._days import Day, as_day
from maalbib.register._denmark import denmark
from maalbib.register._faults import as_error, faults
from maalbib.register._index import Index
from maalbib.register._lookups import word
from maalbib.register._parts import Parts
from maalbib.register._rows import CHANGE_FIELDS, Rows, rows_of_frame, rows_of_records
from maalbib.register._through import Through

if TYPE_CHECKING:
    import pandas as pd

    from maalbib.catalogue import Catalogue

__all__ = ["Register"]


class Register(Through):
    """Institutions through time: what a code stood for on a day, who belongs to whom, and who is compared.

    An institution is its code *and* its first day, because codes are used again. Validity is half-open: the first
    day counts, the last is the one before ``valid_to``. A register never changes; equal parts make equal registers,
    in whatever order they were given.

    Parameters
    ----------
    institutions
        The institutions of every time.
    memberships
        Who belongs to whom, and when. A membership counts as long as both ends live.
    groups
        Peer groups.
    changes
        What became of the institutions when they were merged, split, renumbered or closed.

    Raises
    ------
    DefinitionError
        If a code stands for two institutions on one day, a membership or group names an unknown code, the ends of a
        membership never live on the same day, an institution has two parents of one role on a day, institutions
        belong to each other in a circle, a group mixes kinds, or a change names who did not live then or
        disagrees with another. ``others`` holds what else is wrong.

    Examples
    --------
    >>> from maalbib import Register
    >>> denmark = Register.denmark()
    >>> len(denmark.select("municipality", on="2018-01-01")), len(denmark.select("region", on="2018-01-01"))
    (98, 5)
    >>> denmark["0751"].text(), denmark.parent("0751", on="2018-01-01").text()
    ('Aarhus', 'Region Midtjylland')
    >>> school = {"id": "101004", "name": "Skolen ved Søerne", "kind": "school", "parent": "0101"}
    >>> schools = Register.from_records([school], extends=denmark)
    >>> [entry.text() for entry in schools.children("0101", kind="school")]
    ['Skolen ved Søerne']
    """

    __slots__ = ()

    def __init__(
        self,
        institutions: Iterable[Institution] = (),
        *,
        memberships: Iterable[Membership] = (),
        groups: Iterable[PeerGroup] = (),
        changes: Iterable[InstitutionChange] = (),
    ) -> None:
        parts = Parts.of(institutions, memberships, groups, changes)
        index = Index.of(parts)
        found = faults(parts, index)
        if found:
            raise as_error(found)
        self._parts, self._index = parts, index

    @classmethod
    def denmark(cls) -> Register:
        """Return Denmark through time: country, counties and regions, municipalities, the reforms, and the municipality groups.

        Returns
        -------
        Register
            ``DK``; the municipalities: 275 until 2002, 271 from 2003-01-01 (five on Bornholm became one), 270 from
            2006-01-01 (two on Ærø became one), 98 from 2007-01-01; the 14 counties until 2006, and after them the regions
            ``1081`` to ``1085``, of which ``1084`` and ``1085`` end on 2027-01-01, when their 46 municipalities move to
            Region Østdanmark [2]_; what became of whom; and Statistics Denmark's municipality groups of 2018 [1]_ as the
            peer groups ``dst-2018-1`` to ``dst-2018-5``.

        Notes
        -----
        - 20 codes were kept in 2007 for a larger unit (``0615`` Horsens), and need a day. 31 municipalities have been the
          same in all that time, so ``register["0101"]`` is København without one. When a unit of the oldest division began
          is not stated: it has no first day.
        - 13 municipalities were split in 2007. Their changes have weights on two bases: ``area``, measured by us on
          simplified maps, and ``register_rule``, everything to the receiver of the largest area. See :meth:`succession`.
        - ``DK-OESTDANMARK`` and the ids of the counties (``DK-AMT-VEJLE``) are provisional. When there is an official one, it
          takes their place. Counties did not become regions: they end, and the regions are new. København and Frederiksberg
          were in no county.
        - Christiansø, ``0411``, lies outside municipalities and regions. It is known, since it stands in code lists and
          in data, but has the kind ``other`` and belongs to nobody.
        - The municipality groups of 2018 have no first day, so that older years can be seen in the same groups.
        - Other code schemes: ``municipality3`` (``101``), ``municipality4``, ``region3`` (``084``), ``region4``, and
          ``dst_area``, Statistics Denmark's column of all three levels; in those of three digits ``000`` is the country. Names
          are the schemes ``name_da`` and ``name_en``. See :meth:`resolve`.
        - Land borders of the division of 2007 are in :meth:`neighbours`.
        - Made once and kept; later calls cost nothing.

        References
        ----------
        .. [1] Statistics Denmark. Regions, provinces and municipalities, 2007-, and before; municipality groups, 2018-.
        .. [2] Lov nr. 699 af 20. juni 2025, § 126 (Region Østdanmark).

        Examples
        --------
        >>> from maalbib import Register
        >>> denmark = Register.denmark()
        >>> [len(denmark.select("municipality", on=f"{year}-01-01")) for year in (2002, 2003, 2006, 2007)]
        [275, 271, 270, 98]
        >>> denmark.on("2027-01-01")
        Register(98 municipality, 4 region, 1 country, 1 other)
        >>> denmark["0411"].kind.value
        'other'
        """
        return cls._of(*_denmark())

    @classmethod
    def from_records(
        cls,
        records: Iterable[Mapping[str, Any]],
        *,
        kind: InstitutionKind | str | None = None,
        changes: Iterable[Mapping[str, Any]] | None = None,
        extends: Register | None = None,
    ) -> Register:
        """Return a register of institutions that are given as plain mappings, one for each.

        Parameters
        ----------
        records
            Mappings with the fields ``id``, ``name`` (Danish text, or ``name.da``, ``name.en``, or a table of languages),
            ``kind``, ``parent``, ``operated_by``, ``supervised_by``, ``valid_from``, ``valid_to``, ``ownership``,
            ``sector``, ``capacity``, ``description``, ``identifiers.SCHEME``, ``serves.CODE`` (a share, 0 to 1) and ``serves_by``.
            ``id``, ``name`` and ``kind`` are required. None, NaN and blank text mean that a field is not given. Codes are text:
            numbers are refused.
        kind
            The kind of those that have no ``kind`` of their own.
        changes
            What became of what, a mapping for each link: ``date``, ``from`` and ``to`` (one of them may be empty), ``kind``,
            ``weight.BASIS`` (the share of ``from`` that went to ``to``), ``source`` and ``note``. The links of a day are gathered:
            several from one code are a split, several to one are a merger, one to one is a new number, whatever the codes.
        extends
            A register that the institutions are added to; their parents may be in it.

        Returns
        -------
        Register
            The new institutions together with those of ``extends``. A parent in a row holds as long as the row's
            institution; where the parent changes, extend the register with :class:`Membership` objects.

        Raises
        ------
        DataError
            With every problem: row (the first is 0), column and code.

        Examples
        --------
        >>> from maalbib import Register
        >>> register = Register.from_records([{"id": "S1", "name": "Nordskolen", "kind": "school"}])
        >>> register["S1"].text()
        'Nordskolen'
        """
        found = None if changes is None else rows_of_records(changes, CHANGE_FIELDS)
        return cls._loaded(rows_of_records(records), kind, extends or cls(), found)

    @classmethod
    def from_pandas(
        cls,
        frame: pd.DataFrame,
        *,
        columns: Mapping[str, str] | None = None,
        kind: InstitutionKind | str | None = None,
        changes: pd.DataFrame | None = None,
        extends: Register | None = None,
    ) -> Register:
        """Return a register of the rows of a frame.

        Parameters
        ----------
        frame
            One row per institution, with the fields of :meth:`from_records` as columns. The index is not read. Dates
            may be datetime columns without a clock.
        columns
            What the fields are called in the frame: ``{"id": "Institutionsnummer", "name": "Navn"}``. Columns that are no
            field are then passed over; without ``columns`` they are problems, since they may be misspelled fields.
        kind, changes, extends
            As in :meth:`from_records`; the changes as a frame with those names.

        Raises
        ------
        DataError
            With every problem: row (the first is 0), column and code. Codes in a column of numbers are refused, since
            their leading zeros may already be lost.
        ArgumentError
            If ``columns`` names an unknown field.

        Examples
        --------
        >>> import pandas as pd
        >>> from maalbib import Register
        >>> frame = pd.DataFrame({"Nr": ["S1", "S2"], "Navn": ["Nordskolen", "Sydskolen"]})
        >>> len(Register.from_pandas(frame, columns={"id": "Nr", "name": "Navn"}, kind="school"))
        2
        """
        found = None if changes is None else rows_of_frame(changes, None, ("date",), CHANGE_FIELDS)
        return cls._loaded(rows_of_frame(frame, columns, _required(kind)), kind, extends or cls(), found)

    @classmethod
    def from_catalogue(cls, catalogue: Catalogue, *, extends: Register | None = None) -> Register:
        """Return a register of the institutions, memberships and groups that a catalogue lists.

        An institution that ``extends`` has already, with the same name, kind and days, is taken from there: a catalogue may name
        the country or a municipality only to speak of it.

        Raises
        ------
        DefinitionError
            If they contradict each other or ``extends``, as for :class:`Register`.
        """
        base = extends or cls()
        known = {_identity(item) for item in base.institutions}
        own = [item for item in catalogue.institutions.entries if _identity(item) not in known]
        return cls(
            (*base.institutions, *own),
            memberships=(*base.memberships, *catalogue.memberships),
            groups=(*base.groups.values(), *catalogue.groups.entries),
            changes=base.changes,
        )

    @classmethod
    def read(
        cls,
        path: str | PathLike[str],
        *,
        columns: Mapping[str, str] | None = None,
        kind: InstitutionKind | str | None = None,
        changes: str | PathLike[str] | None = None,
        extends: Register | None = None,
    ) -> Register:
        """Return a register of a CSV file or a catalogue.

        Parameters
        ----------
        path
            A CSV file in UTF-8, separated by semicolon, tab or comma, with the fields of :meth:`from_records` in its header; or a
            catalogue (``.toml``, ``.json`` or a folder), of which the institutions, memberships and peer groups are taken.
        columns, kind
            As in :meth:`from_pandas`, for CSV only.
        changes
            A CSV file of changes, with the fields of :meth:`from_records` in its header.
        extends
            As in :meth:`from_records`.

        Raises
        ------
        DataError
            With every problem: file, row (the header is row 1), column and code.
        CatalogueError
            With every problem of a catalogue.
        """
        file = Path(path)
        found = None if changes is None else rows_of_csv(Path(changes), None, ("date",), CHANGE_FIELDS)
        if file.is_dir() or file.suffix.lower() in {".toml", ".json"}:
            from maalbib.catalogue import Catalogue

            base = cls.from_catalogue(Catalogue.load(file), extends=extends)
            return cls._loaded(rows_of_records([]), None, base, found)
        return cls._loaded(rows_of_csv(file, columns, _required(kind)), kind, extends or cls(), found)

    def on(self, day: Day) -> Register:
        """Return what is alive on a day: the institutions, the memberships that hold, and the groups.

        Groups keep the members that are alive, and are left out where fewer than two are.

        Examples
        --------
        >>> from maalbib import Register
        >>> Register.denmark().on("2027-01-01")
        Register(98 municipality, 4 region, 1 country, 1 other)
        """
        asked = as_day(day)
        if asked is None:
            raise ArgumentError("register.day", argument="day")
        return Register._of(self._parts.alive(asked))

    def extended(self, other: Register) -> Register:
        """Return a register of what is in both; also written ``register + other``.

        Raises
        ------
        DefinitionError
            If they contradict each other: another institution with the same code on the same day, a second parent.
            What is equal in both is one.

        Examples
        --------
        >>> from maalbib import Register
        >>> denmark = Register.denmark()
        >>> denmark.extended(denmark) == denmark
        True
        """
        return Register(
            (*self.institutions, *other.institutions),
            memberships=(*self.memberships, *other.memberships),
            groups=(*self._parts.groups, *other._parts.groups),
            changes=(*self.changes, *other.changes),
        )

    def __add__(self, other: Register) -> Register:
        """Return what is in both."""
        if not isinstance(other, Register):  # pyright: ignore[reportUnnecessaryIsInstance]
            return NotImplemented
        return self.extended(other)

    def __eq__(self, other: object) -> bool:
        """Return whether both hold the same institutions, memberships, groups and changes."""
        return self._parts == other._parts if isinstance(other, Register) else NotImplemented

    def __hash__(self) -> int:
        """Return a hash of everything in it."""
        return hash(self._parts)

    def __repr__(self) -> str:
        """Return how many institutions there are of each kind."""
        counts = Counter(entry.kind.value for entry in self.institutions)
        shown = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        return f"Register({', '.join(f'{count} {kind}' for kind, count in shown)})"

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the parts; the look-ups are built anew, the rules were kept already."""
        return Register._of, (self._parts,)

    @classmethod
    def _of(cls, parts: Parts, index: Index | None = None) -> Register:
        """Return a register of parts that are known to be consistent."""
        register: Register = cls.__new__(cls)
        register._parts, register._index = parts, index or Index.of(parts)
        return register

    @classmethod
    def _loaded(
        cls, rows: Rows, kind: InstitutionKind | str | None, base: Register, changes: Rows | None = None
    ) -> Register:
        parts, index = built(rows, base._parts, kind=word(InstitutionKind, kind, "kind"))
        return cls._of(parts if changes is None else with_changes(parts, index, changes), index)


@cache
def _denmark() -> tuple[Parts, Index]:
    return denmark(), Index.of(denmark())


def _required(kind: object) -> tuple[str, ...]:
    """Return the columns that a list cannot do without."""
    return ("id", "name") if kind is not None else ("id", "name", "kind")


def _identity(item: Institution) -> tuple[object, ...]:
    return item.id, item.name.get("da"), item.kind, item.valid_from, item.valid_to
