"""How rows become calls of a kernel such that no group is in two of them: proved from the keys, never taken for granted."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from typing import Any, Final

import attrs
import pyarrow as pa

from maalbib.engines._columns import fault
from maalbib.engines._fragments import Fragment, Reading
from maalbib.engines._groups import Range, groups_of
from maalbib.engines._regroup import Survey, in_order, through_parts
from maalbib.engines._source import Source
from maalbib.engines._spool import Disk, Spool

__all__ = ["Call", "Plan", "whole_table"]

LARGE_ROWS: Final = 4_000_000  # a piece with more is not read at once
IN_MEMORY: Final = 32 * 1024**2


@attrs.frozen(kw_only=True)
class Call:
    """What one call of the kernel gets.

    Attributes
    ----------
    table
        The rows, where they are in memory.
    fragment
        The piece to read, where they are not.
    range
        Bounds of the keys of the piece, which its rows must keep.
    """

    table: pa.Table | None = None
    fragment: Fragment | None = None
    range: Range | None = None


def whole_table(call: Call, reading: Reading, by: Sequence[str]) -> pa.Table:
    """Return the rows of a call.

    Raises
    ------
    DataError
        If the keys of a piece are not within the bounds that were told of it: the plan would rest on a falsehood.
    """
    if call.fragment is None or call.range is None:
        return reading.schema.empty_table() if call.table is None else call.table
    tables = list(call.fragment.tables(reading))
    table = pa.concat_tables([reading.schema.empty_table(), *tables])
    if table.num_rows and not call.range.holds(groups_of(table, by, call.fragment.name).range):
        raise fault("file.statistics", by[0], call.fragment.name)
    return table


@attrs.frozen(kw_only=True)
class Plan:
    """Which rows go together.

    Attributes
    ----------
    source, reading, by
        The rows, how they are read, and the columns of the key.
    ordered
        Whether the caller says that the keys ascend. It is checked in any case; where the caller says nothing, it is found out
        first.
    disk
        Where rows are put aside.
    """

    source: Source
    reading: Reading
    by: tuple[str, ...]
    ordered: bool | None
    disk: Disk

    def calls(self) -> Generator[Call]:
        """Yield the calls in ascending order of keys."""
        if self.source.fragments is None:
            yield from map(_of_table, self._streamed())
            return
        for cluster in self._clusters(self.source.fragments):
            fragment, bounds = cluster[0]
            if len(cluster) == 1 and (fragment.rows or 0) <= LARGE_ROWS:
                yield Call(fragment=fragment, range=bounds)
            else:
                yield from map(_of_table, self._regrouped([fragment for fragment, _ in cluster]))

    def _clusters(self, fragments: Sequence[Fragment]) -> list[list[tuple[Fragment, Range]]]:
        """Return pieces whose ranges of keys touch, together; in ascending order, and the caller's within a cluster."""
        known = [(self._range(fragment), place) for place, fragment in enumerate(fragments)]
        told = sorted((bounds.low, bounds.high, place) for bounds, place in known if bounds is not None)
        clusters: list[list[int]] = []
        high: Any = None
        for low, own, place in told:
            if high is None or low > high:
                clusters.append([])
                high = own
            clusters[-1].append(place)
            high = max(high, own)
        ranges = {place: bounds for bounds, place in known if bounds is not None}
        return [[(fragments[place], ranges[place]) for place in sorted(cluster)] for cluster in clusters]

    def _range(self, fragment: Fragment) -> Range | None:
        """Return bounds of the keys of a piece, None where it has no rows."""
        if fragment.rows == 0:
            return None
        bounds = fragment.bounds(self.by)
        if bounds is not None:
            return bounds
        found: Range | None = None
        for table in fragment.tables(self.reading.of(self.by)):
            if table.num_rows:
                own = groups_of(table, self.by, fragment.name).range
                found = own if found is None else found | own
        return found

    def _regrouped(self, fragments: Sequence[Fragment]) -> Iterator[pa.Table]:
        """Yield whole groups of pieces that share some."""

        def read() -> Iterator[pa.Table]:
            return (table for fragment in fragments for table in fragment.tables(self.reading))

        if self.ordered:
            return in_order(read(), self.by)
        survey = Survey(self.by)
        for fragment in fragments:
            for table in fragment.tables(self.reading.of(self.by)):
                survey.look(table)
        return self._by_survey(survey, read())

    def _by_survey(self, survey: Survey, tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
        if survey.ordered:
            return in_order(tables, self.by)
        return through_parts(tables, self.by, survey.cuts(), self.reading.schema, self.disk, IN_MEMORY)

    def _streamed(self) -> Iterator[pa.Table]:
        """Yield whole groups of a stream; unless its order is promised, all of it is put aside first."""
        batches = (self.reading.taken(batch, {}, None) for batch in self.source.stream or ())
        if self.ordered:
            yield from in_order(batches, self.by)
            return
        survey, spool = Survey(self.by), Spool(self.reading.schema, self.disk, IN_MEMORY)
        try:
            for table in batches:
                survey.look(table)
                spool.add(table)
            yield from self._by_survey(survey, iter(spool))
        finally:
            spool.close()


def _of_table(table: pa.Table) -> Call:
    return Call(table=table)
