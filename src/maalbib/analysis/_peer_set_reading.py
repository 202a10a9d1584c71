"""Reading sets of peers: whose, who, and as lists on given codes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from maalbib.analysis._arrays import Ints
from maalbib.analysis._columns import cells
from maalbib.analysis._context import as_ids, as_period
from maalbib.analysis._labels import NO_LABELS, Labels
from maalbib.analysis._peer_set_row import PeerRow
from maalbib.analysis._result import Result
from maalbib.analysis._secrecy import CONFIDENTIAL
from maalbib.analysis._unknown_codes import code_of, unknown
from maalbib.errors import ArgumentError
from maalbib.model import Period

if TYPE_CHECKING:
    from maalbib.analysis._peer_set_question import Question
    from maalbib.model import PeerDefinition

__all__ = ["Reading"]


class Reading(Result[PeerRow]):
    """Who is whose peer.

    Parameters
    ----------
    table, labels
        As in :class:`Result`.
    question
        What the sets were made from, None where that is not held.
    origin
        The sets that a variable was left out of, and the variable.
    """

    ROW = PeerRow
    NAME = "peer_sets"
    __slots__ = ("_origin", "_question")

    def __init__(
        self,
        table: pa.Table,
        labels: Labels = NO_LABELS,
        question: Question | None = None,
        origin: tuple[Reading, str] | None = None,
    ) -> None:
        super().__init__(table, labels)
        self._question = question
        self._origin = origin

    def _like(self, table: pa.Table) -> Self:
        return type(self)(table, self._labels, self._question, self._origin)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._table, self._labels, self._question, self._origin)

    def _withheld(self) -> dict[str, Any]:
        return super()._withheld() | {"peer": None, "instead_of": None, "outcome": CONFIDENTIAL}

    def public(self) -> Self:
        """Return the sets as they may be shown, see :meth:`Result.public`; where a row is hidden, without what they were made from.

        The list of a unit with a hidden row is put in the order of the codes, and no place in it is told: the order of distances
        would give the hidden one away.
        """
        shown = super().public()
        if shown is self:
            return shown
        table = shown._table  # noqa: SLF001 - of this class
        among = pc.is_in(table["unit"], value_set=table.filter(pc.is_valid(self._table["hidden"]))["unit"])
        none = pa.scalar(None, table.schema.field("position").type)
        place = table.schema.get_field_index("position")
        table = table.set_column(place, table.schema.field(place), pc.if_else(among, none, table["position"]))
        return type(self)(table.take(_in_order(table, among)), self._labels)

    @property
    def definition(self) -> PeerDefinition:
        """The definition that the sets were made by.

        Raises ArgumentError where they do not hold it.
        """
        return self._asked().definition

    @property
    def variables(self) -> tuple[str, ...]:
        """Ids of the indicators in the distance; none where no distance is measured."""
        found = dict.fromkeys(cells(self._table, "params"))
        return tuple(dict.fromkeys(code for text in found for code in json.loads(text)["variables"]))

    @property
    def vintages(self) -> tuple[str | None, ...]:
        """The periods that the sets describe, in order; several where they are made anew for each."""
        return tuple(dict.fromkeys(cells(self._table, "vintage")))

    @property
    def _rolling(self) -> bool:
        return any(json.loads(text).get("rolling", False) for text in _distinct(self._table["params"]))

    @property
    def units(self) -> tuple[str, ...]:
        """The units that the sets were made for, in order."""
        return tuple(_distinct(self._table["unit"]))

    @property
    def everybody(self) -> tuple[str, ...]:
        """The units and all their peers, sorted."""
        return tuple(sorted({*self.units, *_distinct(self._chosen["peer"])}))

    @property
    def _chosen(self) -> pa.Table:
        """The rows of peers that count."""
        return self._table.filter(pc.field("state") == "peer")

    def at(self, period: str | Period) -> Self:
        """Return the sets for a period: those made for it, or, where they are fixed, the same as for every other one.

        Raises
        ------
        ArgumentError
            If the sets are made anew for each period, and none for this one.
        """
        vintages, when = self.vintages, as_period(period)
        if not self._rolling:
            return self
        if when.code not in vintages:
            raise ArgumentError.choice("period", [str(each) for each in vintages])
        kept = self._table.filter(pc.field("vintage") == when.code).combine_chunks()
        asked = self._question
        if asked is not None:
            asked = attrs.evolve(asked, conditions=tuple(each for each in asked.conditions if each.period == when))
        return type(self)(kept, self._labels, asked, self._origin)

    def of(self, unit: str) -> tuple[str, ...]:
        """Return the peers of a unit in their order; none where it has none.

        Raises
        ------
        UnknownCodeError
            If no sets were made for the unit.
        ArgumentError
            If there are sets for several periods, see :meth:`at`.
        """
        rows = self._of(unit)
        return tuple(
            peer for peer, state in zip(cells(rows, "peer"), cells(rows, "state"), strict=True) if state == "peer"
        )

    def outcome(self, unit: str) -> str:
        """Return what came of looking for peers of a unit; raises what :meth:`of` does.

        ``ok``, ``fewer_than_k``, ``too_few``, ``not_comparable``, ``excluded``, ``no_peer`` or ``gone``.
        """
        return str(cells(self._of(unit), "outcome")[0])

    def edges(self, codes: Sequence[str]) -> tuple[Ints, Ints]:
        """Return the sets as lists laid end to end, on given codes.

        Parameters
        ----------
        codes
            The units, in the order wanted, each once.

        Returns
        -------
        tuple of arrays
            ``starts``, shape (codes + 1,), and ``peers``, shape (edges,): the places of the peers of unit i among the codes are
            ``peers[starts[i]:starts[i + 1]]``, in their order. Peers that are not among the codes are left out.

        Raises
        ------
        ArgumentError
            If there are sets for several periods, see :meth:`at`, or the codes are not text or repeat.
        """
        self._single()
        if as_ids("codes", codes) != list(codes):
            raise ArgumentError("peer_sets.codes_repeat")
        chosen, known = self._chosen, pa.array(codes, type=pa.string())
        unit, peer = (_places(chosen[name], known) for name in ("unit", "peer"))
        kept = (unit >= 0) & (peer >= 0)
        unit, peer = unit[kept], peer[kept]
        order = np.argsort(unit, kind="stable")
        starts = np.concatenate([[0], np.cumsum(np.bincount(unit, minlength=len(codes)))])
        return starts.astype(np.int64), peer[order].astype(np.int64)

    def lists(self) -> dict[str, tuple[str, ...]]:
        """Return the peers by unit, as :meth:`of` does for one."""
        self._single()
        found: dict[str, list[str]] = {unit: [] for unit in self.units}
        chosen = self._chosen
        for unit, peer in zip(cells(chosen, "unit"), cells(chosen, "peer"), strict=True):
            found[unit].append(peer)
        return {unit: tuple(peers) for unit, peers in found.items()}

    def _asked(self) -> Question:
        if self._question is None:
            raise ArgumentError("peer_sets.not_kept")
        return self._question

    def _single(self) -> None:
        vintages = self.vintages
        if len(vintages) > 1:
            periods = [str(each) for each in vintages]
            raise ArgumentError("peer_sets.period_needed", periods=periods, first=periods[0])

    def _of(self, unit: str) -> pa.Table:
        self._single()
        rows = self._table.filter(pc.field("unit") == code_of("unit", unit))
        if not rows.num_rows:
            raise unknown(unit, "a unit of these sets", self.units)
        return rows


def _distinct(column: Any) -> list[str]:
    found: Any = pc.unique(column)
    return [code for code in found.to_pylist() if code is not None]


def _places(column: Any, known: Any) -> Ints:
    found: Any = pc.fill_null(pc.index_in(column, value_set=known), pa.scalar(-1, pa.int32()))
    return np.asarray(found.to_numpy(), dtype=np.int64)


def _in_order(table: pa.Table, among: Any) -> Any:
    """Return the rows, those of some units in the order of their peers' codes."""
    unit = np.array(table["unit"].to_pylist(), dtype=object)
    peer = np.array([each or "" for each in cells(table, "peer")], dtype=object)
    first = {code: place for place, code in reversed(list(enumerate(unit.tolist())))}
    start = np.array([first[code] for code in unit.tolist()], dtype=np.int64)
    rows = np.arange(len(unit))
    chosen = np.asarray(among.to_numpy(zero_copy_only=False), dtype=bool)
    key = np.where(chosen, np.unique(peer, return_inverse=True)[1], rows)
    return np.lexsort((key, start))
