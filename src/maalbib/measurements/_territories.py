"""Which territorial division an indicator is shown in, by what was done to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Final

import attrs

from maalbib.measurements._derivation import Derivation

__all__ = ["METHOD", "Territory", "division_days", "territory_of"]

METHOD: Final = "territory"
_EPOCH: Final = dt.date(1970, 1, 1)


@attrs.frozen(kw_only=True)
class Territory:
    """The territorial division that figures are shown in.

    Attributes
    ----------
    date
        The day whose division it is.
    kind
        The kind of unit: ``municipality``, ``region`` ...
    basis
        What the shares of split units rest on; None where none was named.
    of
        The kind of unit that the figures were published for.

    Examples
    --------
    >>> import datetime as dt
    >>> from maalbib.measurements import Territory
    >>> str(Territory(date=dt.date(2007, 1, 1), kind="municipality", basis="area", of="municipality"))
    'municipality on 2007-01-01, by area'
    """

    date: dt.date
    kind: str
    basis: str | None = None
    of: str

    def __str__(self) -> str:
        """Return kind, day and basis."""
        return f"{self.kind} on {self.date}" + (f", by {self.basis}" if self.basis else "")


def territory_of(derivations: Sequence[Derivation], indicator: str) -> Territory | None:
    """Return the division that an indicator was last carried to, None where it never was.

    What was made of indicators that are all shown in one division is shown in that one.
    """
    for place in range(len(derivations) - 1, -1, -1):
        made = derivations[place]
        if made.indicator == indicator and made.method == METHOD:
            return _territory(made)
        if made.indicator == indicator and made.inputs:
            found = {territory_of(derivations[:place], each) for each in made.inputs}
            return found.pop() if len(found) == 1 else None
    return None


def _territory(made: Derivation) -> Territory:
    basis = made.params["basis"]
    return Territory(
        date=dt.date.fromisoformat(str(made.params["date"])),
        kind=str(made.params["kind"]),
        basis=None if basis is None else str(basis),
        of=str(made.params["of"]),
    )


def division_days(derivations: Sequence[Derivation], indicators: Iterable[str]) -> dict[str, int]:
    """Return the day of the division of each indicator that has one, counted from 1970."""
    found = {code: territory_of(derivations, code) for code in indicators} if derivations else {}
    return {code: (shown.date - _EPOCH).days for code, shown in found.items() if shown is not None}
