"""How units compare with their peers: the result."""

from __future__ import annotations

from typing import Any, Final, Self

import numpy as np

from maalbib import texts
from maalbib.analysis._arrays import Bools
from maalbib.analysis._columns import cells
from maalbib.analysis._language import as_language
from maalbib.analysis._peer_families import found_by_chance
from maalbib.analysis._result import Result
from maalbib.analysis._standing_row import Standing
from maalbib.analysis._standing_wording import OWN_RANKS
from maalbib.analysis._wording import breakdown_text, none_judged

__all__ = ["Comparison", "periods_without"]

_SETS: Final = ("rank_lower", "rank_upper", "rank_alone_lower", "rank_alone_upper")
_FOUND: Final = ("better", "worse", "higher", "lower")


class Comparison(Result[Standing]):
    """How each unit compares with its peers; rows are :class:`Standing`.

    Examples
    --------
    >>> import maalbib as mb
    >>> ms = mb.Measurements.example("satisfaction-2006")
    >>> found = mb.compare_peers(ms, period="2005", over="area", mean="unweighted")
    >>> len(found), found.counts()
    (12, {'not_compared': 12})
    """

    ROW = Standing
    NAME = "comparison"

    def expected_false(self) -> float:
        """Return how many differences would be found if no unit differed from its peers: the tests times their level.

        Differences to a mean are not independent of each other, so the number found by chance varies more than that of as many
        coins; the expected number is the same. A published reading rule makes no test and counts for nothing.

        Examples
        --------
        >>> import maalbib as mb
        >>> ms = mb.Measurements.example("satisfaction-2006")
        >>> mb.compare_peers(ms, period="2005", over="area", mean="unweighted").expected_false()
        0.0
        """
        return found_by_chance(self._table)

    def those(self, asked: Bools | None) -> Self:
        """Return the rows that were asked for."""
        import pyarrow as pa

        return self if asked is None else self._like(self._table.filter(pa.array(asked)))

    def summary(self, lang: str = "da") -> str:
        """Return what the table shows as a whole, a line for each indicator, breakdown and period.

        How many units differ from their peers and how many chance alone would give; where ranks were asked for among all, how many
        can be told from the middle of the table, and how wide the rank sets are. A period that nothing was measured in has a
        line of its own.

        Parameters
        ----------
        lang
            ``"da"`` or ``"en"``.
        """
        as_language(lang)
        names = ("indicator", "breakdown", "period", "state", "flags", "method", "level", "ranked")
        table = self.public().to_arrow()
        columns = {name: cells(table, name) for name in (*names, *_SETS)}
        together: dict[tuple[str, str, str], list[int]] = {}
        for place, key in enumerate(zip(*(columns[name] for name in names[:3]), strict=True)):
            together.setdefault(key, []).append(place)
        empty = periods_without(self)
        lines = [texts.sentence("comparison.no_measurements", lang, period=period) for period in empty]
        for key, rows in together.items():
            if key[2] in empty:
                continue
            part = {name: [column[place] for place in rows] for name, column in columns.items()}
            lines.append(f"{self._named(key, lang)}: {_differing(part, lang)}{_told_apart(part, lang)}")
        return "\n".join(lines)

    def _named(self, key: tuple[str, str, str], lang: str) -> str:
        indicator, breakdown, period = key
        parts = (
            self._labels.indicator(indicator).name.get(lang),
            breakdown_text(breakdown, self._labels, lang),
            period,
        )
        return ", ".join(part for part in parts if part)


def periods_without(comparison: Comparison) -> list[str]:
    """Return the periods of which no row has a measurement; one that may not be shown is one."""
    table = comparison.to_arrow()
    bare: dict[str, bool] = {}
    for period, reason in zip(cells(table, "period"), cells(table, "reason"), strict=True):
        bare[period] = bare.get(period, True) and reason == "no_data"
    return [period for period, nothing in bare.items() if nothing]


def _differing(part: dict[str, list[Any]], lang: str) -> str:
    judged = sum(state != "not_compared" for state in part["state"])
    found = sum(state in _FOUND for state in part["state"])
    if not judged:
        return none_judged(len(part["state"]), lang)
    # every verdict is a test, also one whose figures may not be shown
    by_chance = texts.number(judged * (1 - part["level"][0]), lang, 1)
    code = "comparison.differing_by_rule" if part["method"][0] == "reading_rule" else "comparison.differing"
    return texts.sentence(code, lang, found=str(found), judged=str(judged), chance=by_chance)


def _told_apart(part: dict[str, list[Any]], lang: str) -> str:
    """Say how many can be told from the middle; nothing where nobody asked, or each has peers of its own."""
    sizes = {size for size in part["ranked"] if size is not None}
    ranked = [place for place, lower in enumerate(part["rank_lower"]) if lower is not None]
    own = any(OWN_RANKS in flags for flags in part["flags"])
    if own or len(sizes) != 1 or sizes != {len(ranked)}:
        return ""
    middle = (len(ranked) + 1) / 2

    def apart(low: str, high: str) -> int:
        return sum(not part[low][place] <= middle <= part[high][place] for place in ranked)

    width = np.median([part["rank_upper"][place] - part["rank_lower"][place] + 1 for place in ranked])
    fields = {
        "apart": str(apart("rank_lower", "rank_upper")),
        "alone": str(apart("rank_alone_lower", "rank_alone_upper")),
        "ranked": str(len(ranked)),
        "width": texts.number(float(width), lang, 0),
    }
    return " " + texts.sentence("comparison.told_apart", lang, **fields)
