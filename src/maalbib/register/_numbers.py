"""Questions to a register about the numbers and names that others use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import cast

from maalbib.errors import ArgumentError, UnknownCodeError
from maalbib.model import Institution
from maalbib.register._days import Day, as_day, covers
from maalbib.register._identifiers import check_identifier
from maalbib.register._index import NAMES, Holding, distinct, spelled
from maalbib.register._lookups import Lookups, only, shown

__all__ = ["Numbers"]


class Numbers(Lookups):
    """The part of a register that knows the schemes of others."""

    __slots__ = ()

    def resolve(self, code: str, scheme: str, *, on: Day | None = None, aa: bool = False) -> Institution:
        """Return the institution that another system knows by a number, or people by a name.

        Parameters
        ----------
        code
            The number or name as text.
        scheme
            Which system's, one of :attr:`schemes`. It is declared and never guessed: ``084`` is a region in a table of
            Statistics Denmark and nothing in a column of municipalities. In ``name_da`` and ``name_en`` names are looked
            up, without regard to case.
        on
            The day that is asked about; needed where the number has moved or the code was used again.
        aa
            Let å and aa be the same, for names alone.

        Raises
        ------
        UnknownCodeError
            If nobody has the number, or nobody on that day; with the nearest number that somebody has.
        ArgumentError
            If the scheme is not known, the number is not text, or several institutions share it.

        Examples
        --------
        >>> from maalbib import Register
        >>> denmark = Register.denmark()
        >>> denmark.resolve("101", "municipality3").id, denmark.resolve("084", "region3").id
        ('0101', '1084')
        >>> denmark.resolve("000", "municipality3").id
        'DK'
        >>> [denmark.resolve("Vejle", "name_da", on=day).id for day in ("2006-12-31", "2007-01-01")]
        ['0631', '0630']
        """
        day = as_day(on)
        holdings = self._holdings([code], scheme, aa=aa)[0]
        if not holdings:
            raise UnknownCodeError.of(scheme, code, self._known(scheme))
        alive = distinct(entry for entry, span in holdings if day is None or covers(span, day))
        if not alive:
            holders = [entry for entry, _ in holdings]
            raise UnknownCodeError("register.not_alive", code=code, on=str(day), spans=shown(holders))
        if len({entry.id for entry in alive}) > 1:
            raise ArgumentError("register.shared_number", scheme=scheme, candidates=[entry.id for entry in alive])
        return only(code, alive)

    def convert_codes(
        self, codes: Iterable[str], scheme: str, *, on: Day | None = None, aa: bool = False
    ) -> tuple[str | None, ...]:
        """Return the canonical code for each number or name of a scheme, in the same order.

        None stands where nobody has the number or several institutions share it; :meth:`resolve` tells which.
        Made for the distinct codes of a column, not for each of its rows. A code that was used again has the same text
        in every time, so numbers rarely need a day; names may: Vejle was ``0631`` until 2006 and is ``0630`` since.

        Parameters
        ----------
        codes
            Numbers or names as text.
        scheme, on, aa
            As in :meth:`resolve`; without a day, of every time.

        Raises
        ------
        ArgumentError
            If the scheme is not known, a number is not text, or ``on`` is not a day.

        Examples
        --------
        >>> from maalbib import Register
        >>> denmark = Register.denmark()
        >>> denmark.convert_codes(["101", "000", "084"], "municipality3")
        ('0101', 'DK', None)
        >>> denmark.convert_codes(["101", "000", "084"], "dst_area")
        ('0101', 'DK', '1084')
        >>> denmark.convert_codes(["Århus", "vejle"], "name_da", on="2020-01-01")
        ('0751', '0630')
        """
        day = as_day(on)
        found = [
            {entry.id for entry, span in holdings if day is None or covers(span, day)}
            for holdings in self._holdings(codes, scheme, aa=aa)
        ]
        return tuple(next(iter(ids)) if len(ids) == 1 else None for ids in found)

    def _holdings(self, codes: Iterable[str], scheme: str, *, aa: bool) -> list[tuple[Holding, ...]]:
        """Return who has each of some numbers or names, and when."""
        if scheme not in self._index.schemes:
            raise ArgumentError.choice("scheme", sorted(self._index.schemes))
        asked = list(codes)
        if not all(isinstance(code, str) for code in cast("list[object]", asked)):  # a column may hold numbers
            raise ArgumentError("code.not_text", column=scheme)
        if aa and scheme in NAMES:
            return self._alike(asked, scheme)
        keys = ((scheme, _stored(code, scheme)) for code in asked)
        return [self._index.by_identifier.get(key, ()) for key in keys]

    def _alike(self, names: list[str], scheme: str) -> list[tuple[Holding, ...]]:
        """Return who has names in which å and aa count as the same."""
        found: dict[str, tuple[Holding, ...]] = {}
        for (kind, name), holdings in self._index.by_identifier.items():
            if kind == scheme:
                form = spelled(name, aa=True)
                found[form] = found.get(form, ()) + holdings
        return [found.get(spelled(name, aa=True), ()) for name in names]

    def _known(self, scheme: str) -> Iterator[str]:
        """Yield what may be meant by an unknown number or name."""
        if scheme in NAMES:
            return (entry.name.get(NAMES[scheme]) for entry in self.institutions)
        return (value for kind, value in self._index.by_identifier if kind == scheme)


def _stored(code: str, scheme: str) -> str:
    """Return a number or name in the form in which it is looked up."""
    if scheme in NAMES:
        return spelled(code)
    return (check_identifier(code, scheme).canonical if scheme == "cvr" else None) or code
