"""Results and resources side by side: the result."""

from __future__ import annotations

from collections import Counter
from typing import Any, Self

from maalbib import texts
from maalbib.analysis._arrays import Bools
from maalbib.analysis._columns import cells
from maalbib.analysis._language import as_language
from maalbib.analysis._resources_row import ResultAndResource
from maalbib.analysis._resources_rules import QUADRANTS
from maalbib.analysis._result import Result

__all__ = ["ResultsAndResources"]


class ResultsAndResources(Result[ResultAndResource]):
    """What each unit gets out of its resources; rows are :class:`ResultAndResource`.

    Examples
    --------
    >>> import pandas as pd
    >>> import maalbib as mb
    >>> known = (("spent", "resource", "context"), ("score", "result", "higher"))
    >>> indicators = [
    ...     mb.Indicator(
    ...         id=id, name=mb.Text(da=id, en=id), unit="score", kind=kind, direction=way, aggregation="mean"
    ...     )
    ...     for id, kind, way in known
    ... ]
    >>> rows = [
    ...     ("spent", "A", 90, None, None),
    ...     ("spent", "B", 100, None, None),
    ...     ("score", "A", 71, 69, 73),
    ...     ("score", "B", 62, 60, 64),
    ... ]
    >>> frame = pd.DataFrame(rows, columns=["indicator", "institution", "value", "lower", "upper"]).assign(
    ...     period="2024"
    ... )
    >>> ms = mb.Measurements.from_pandas(
    ...     frame, catalogue=mb.Catalogue(id="X", agency="X", version="1.0.0", indicators=indicators)
    ... )
    >>> board = mb.results_and_resources(ms, result="score", resource="spent", period="2024")
    >>> board.counts(), board.undominated()
    ({'better_cheaper': 1, 'worse_dearer': 1}, ('A',))
    >>> print(board.summary("en"))
    2024: 2 of 2 lie clearly in one quarter: 1 better and cheaper, 0 better and dearer, 0 worse and cheaper, 1 worse and dearer. 1 of 2 are not dominated.
    """

    ROW = ResultAndResource
    NAME = "results_and_resources"

    def those(self, asked: Bools | None) -> Self:
        """Return the rows that were asked for."""
        import pyarrow as pa

        return self if asked is None else self._like(self._table.filter(pa.array(asked)))

    def undominated(self, supplier_kind: str | None = None) -> tuple[str, ...]:
        """Return the units that nobody dominates, in the order of the rows; those that may not be shown are left out.

        Parameters
        ----------
        supplier_kind
            A class of the classification: those of it that no unit of the same class dominates. None takes all, among all.
        """
        column = "dominance" if supplier_kind is None else "dominance_in_kind"
        found = self.public().where(**{column: "not_dominated"})
        if supplier_kind is not None:
            found = found.where(supplier_kind=supplier_kind)
        return tuple(dict.fromkeys(cells(found.to_arrow(), "institution")))

    def summary(self, lang: str = "da") -> str:
        """Return what the board shows as a whole, a line for each period, and for each kind of supplier.

        Parameters
        ----------
        lang
            ``"da"`` or ``"en"``.
        """
        as_language(lang)
        table = self.public().to_arrow()
        names = ("period", "state", "dominance", "supplier_kind", "dominance_in_kind")
        columns = {name: cells(table, name) for name in names}
        lines = []
        for period in dict.fromkeys(columns["period"]):
            rows = [place for place, each in enumerate(columns["period"]) if each == period]
            part = {name: [column[place] for place in rows] for name, column in columns.items()}
            lines.append(f"{period}: {_quarters(part, lang)}")
            kinds = sorted({each for each in part["supplier_kind"] if each is not None})
            lines.extend(_kind(part, kind, self._labels.name(kind, lang), lang) for kind in kinds)
        return "\n".join(lines)


def _quarters(part: dict[str, list[Any]], lang: str) -> str:
    states = Counter(part["state"])
    clear = sum(states[name] for name in QUADRANTS)
    counts = {name: str(states[name]) for name in QUADRANTS}
    said = texts.sentence("resources.quarters", lang, clear=str(clear), units=str(len(part["state"])), **counts)
    free, held = part["dominance"].count("not_dominated"), sum(each is not None for each in part["dominance"])
    if not held:
        return said
    return f"{said} {texts.sentence('resources.undominated', lang, free=str(free), held=str(held))}"


def _kind(part: dict[str, list[Any]], kind: str, name: str, lang: str) -> str:
    """Say how many of a kind of supplier nobody dominates, of any kind and of their own."""
    rows = [place for place, each in enumerate(part["supplier_kind"]) if each == kind]
    of_all = [part["dominance"][place] for place in rows]
    of_own = [part["dominance_in_kind"][place] for place in rows]
    return texts.sentence(
        "resources.kind",
        lang,
        kind=name,
        free=str(of_all.count("not_dominated")),
        own=str(of_own.count("not_dominated")),
        held=str(sum(each is not None for each in of_all)),
    )
