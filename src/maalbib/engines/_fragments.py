"""The pieces that a source comes in, and how their rows are read."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import attrs
import pyarrow as pa

from maalbib.engines._columns import fault
from maalbib.engines._groups import Range, groups_of
from maalbib.errors import ArgumentError, DataError
from maalbib.measurements._limits import Limits, RefusedError
from maalbib.measurements.formats._columnar_batches import Opened, Tally, opened
from maalbib.measurements.formats._columnar_folder import aligned, as_kind, constant
from maalbib.measurements.formats._columnar_table import is_readable, metadata_of, own_metadata
from maalbib.problems import Problems

if TYPE_CHECKING:
    import pyarrow.compute as pc

__all__ = ["Condition", "DatasetFragment", "FileFragment", "Fragment", "Reading", "TableFragment", "union_of"]

Condition = tuple[str, str, Any]
"""A column, one of ``==``, ``!=``, ``<``, ``<=``, ``>``, ``>=``, ``in``, ``not in``, and a value."""

_OPERATORS: Final = ("=", "==", "!=", "<", "<=", ">", ">=", "in", "not in")
_BATCH: Final = 131_072


@attrs.frozen(kw_only=True)
class Reading:
    """How rows are read: which columns, which rows, and how many at most.

    Attributes
    ----------
    schema
        Columns of what is read; a piece that lacks one has empty cells.
    where
        Conditions that all must hold.
    limits
        What one file or batch may unfold to.
    """

    schema: pa.Schema
    where: tuple[Condition, ...] = ()
    limits: Limits = attrs.field(factory=Limits)

    def __attrs_post_init__(self) -> None:
        for condition in self.where:
            if condition[1] not in _OPERATORS:
                raise ArgumentError.choice("where", _OPERATORS)

    @property
    def names(self) -> frozenset[str]:
        """Columns that are looked at, those of the conditions included."""
        return frozenset(self.schema.names) | {name for name, _, _ in self.where}

    def expression(self) -> pc.Expression | None:
        """Return the conditions as Arrow knows them, None where there are none."""
        if not self.where:
            return None
        import pyarrow.parquet as pq

        conditions: Any = [list(self.where)]
        return pq.filters_to_expression(conditions)

    def of(self, names: Sequence[str]) -> Reading:
        """Return the reading of some columns only."""
        return attrs.evolve(self, schema=pa.schema([self.schema.field(name) for name in names]))

    def taken(self, batch: pa.RecordBatch, codes: Mapping[str, str | None], file: str | None) -> pa.Table:
        """Return the wanted rows and columns of a batch."""
        table: Any = pa.Table.from_batches([batch])
        for name, code in codes.items():
            if name in self.names:
                table = table.append_column(name, constant(code, table.num_rows))
        if self.where:
            table = _comparable(table)
            missing = [name for name, _, _ in self.where if name not in table.column_names]
            if missing:
                raise fault("column.missing", missing[0], file)
            table = table.filter(self.expression())
        columns = [self._column(table, field, file) for field in self.schema]
        return pa.Table.from_arrays(columns, schema=self.schema)

    def _column(self, table: Any, field: pa.Field[Any], file: str | None) -> Any:
        if field.name not in table.column_names:
            return pa.nulls(table.num_rows, field.type)
        try:
            return as_kind(table.column(field.name), field.type)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):  # such as a whole number that no float holds
            raise fault("folder.types_differ", field.name, file) from None


def _comparable(table: Any) -> Any:
    """Return a table whose columns Arrow can compare with values."""
    for place, field in enumerate(table.schema):
        kind = aligned([field.type])
        if kind is not None and kind != field.type:
            table = table.set_column(place, field.name, as_kind(table.column(place), kind))
    return table


class Fragment(Protocol):
    """A piece of a source that can be read again."""

    @property
    def name(self) -> str | None:
        """What problems call it."""

    @property
    def schema(self) -> pa.Schema:
        """Its columns."""
        ...

    @property
    def rows(self) -> int | None:
        """How many rows it has, None where only reading tells."""

    def bounds(self, by: Sequence[str]) -> Range | None:
        """Return bounds of its keys that it tells without being read; None where it does not."""

    def tables(self, reading: Reading) -> Iterator[pa.Table]:
        """Yield its rows."""
        ...


@attrs.frozen(kw_only=True)
class FileFragment:
    """A Parquet or Arrow file.

    Attributes
    ----------
    path, name
        Where it is, and what problems call it.
    codes
        Columns that the names of its folders give.
    own
        The columns of the file itself, with what it says about itself.
    rows
        How many rows its footer says it has.
    extremes
        Least and greatest text of columns, as far as the footer says.
    """

    path: Path
    name: str
    codes: Mapping[str, str | None]
    own: pa.Schema
    rows: int
    extremes: Mapping[str, tuple[str, str]]

    @classmethod
    def of(
        cls, path: Path, name: str, codes: Mapping[str, str | None], by: Sequence[str], limits: Limits
    ) -> FileFragment:
        """Look at a file without reading its rows.

        Raises
        ------
        DataError
            If it cannot be read, or has a column that its folder gives as well.
        """
        file = _opened(path, name, by, limits, ())
        for column in codes:
            if column in file.schema.names:
                raise fault("folder.column_twice", column, name)
        return cls(
            path=path, name=name, codes=codes, own=file.schema, rows=file.rows_told, extremes=file.extremes(by)
        )

    @property
    def schema(self) -> pa.Schema:
        """The columns of the file, and those of its folders."""
        fields = [pa.field(name, pa.dictionary(pa.int32(), pa.string())) for name in self.codes]
        return pa.schema([*fields, *self.own]).with_metadata(self.own.metadata or {})

    def bounds(self, by: Sequence[str]) -> Range | None:
        """Return what folders and footer say."""
        known = {name: (code or "", code or "") for name, code in self.codes.items()} | dict(self.extremes)
        if not all(name in known for name in by):
            return None
        return Range(tuple(known[name][0] for name in by), tuple(known[name][1] for name in by))

    def tables(self, reading: Reading) -> Iterator[pa.Table]:
        """Yield the rows, batch by batch; groups of rows that the conditions leave nothing of are not read."""
        kept = self._row_groups(reading)
        if kept == []:
            return
        names = reading.names & {*self.own.names} or {next(f.name for f in self.own if is_readable(f.type))}
        file = _opened(self.path, self.name, names, reading.limits, kept)
        for name in file.unreadable:
            raise fault("column.extension_type", name, self.name)
        try:
            for batch in file.batches:
                yield reading.taken(batch, self.codes, self.name)
        except RefusedError as error:
            raise DataError(Problems([attrs.evolve(error.block, file=self.name)])) from None

    def _row_groups(self, reading: Reading) -> list[int] | None:
        """Return the row groups that may hold wanted rows; None for all."""
        expression = reading.expression()
        if expression is None:
            return None
        import pyarrow.dataset as ds
        from pyarrow.fs import LocalFileSystem

        on_codes = [condition for condition in reading.where if condition[0] in self.codes]
        if on_codes:
            one = pa.table({name: constant(self.codes[name], 1) for name, _, _ in on_codes})
            if (
                attrs.evolve(reading, where=tuple(on_codes), schema=one.schema)
                .taken(one.to_batches()[0], {}, None)
                .num_rows
                == 0
            ):
                return []
        on_rows = attrs.evolve(reading, where=tuple(c for c in reading.where if c[0] in self.own.names)).expression()
        if on_rows is None or self.path.suffix.lower() not in {".parquet", ".pq"}:
            return None
        fragment: Any = ds.ParquetFileFormat().make_fragment(str(self.path), LocalFileSystem())
        return [group.id for group in fragment.subset(on_rows, schema=self.own).row_groups]


def _opened(
    path: Path, name: str, columns: Collection[str], limits: Limits, row_groups: Sequence[int] | None = None
) -> Opened:
    try:
        return opened(path, Tally(limits), columns=columns, row_groups=row_groups)
    except RefusedError as error:
        raise DataError(Problems([attrs.evolve(error.block, file=name)])) from None


@attrs.frozen(kw_only=True)
class TableFragment:
    """A table in memory."""

    table: pa.Table
    name: str | None = None

    @property
    def schema(self) -> pa.Schema:
        """Its columns."""
        return self.table.schema

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return self.table.num_rows

    def bounds(self, by: Sequence[str]) -> Range | None:
        """Return the range of its keys."""
        return groups_of(self.table, by).range if self.rows else None

    def tables(self, reading: Reading) -> Iterator[pa.Table]:
        """Yield the rows."""
        names = [name for name in self.table.column_names if name in reading.names]
        for batch in self.table.select(names).to_batches(max_chunksize=_BATCH):
            yield reading.taken(batch, {}, self.name)


@attrs.frozen(kw_only=True)
class DatasetFragment:
    """A piece of a ``pyarrow.dataset``, which reads it; the limits hold for its batches."""

    fragment: Any
    schema: pa.Schema
    name: str | None
    rows: int | None = None

    def bounds(self, by: Sequence[str]) -> Range | None:
        """Return nothing: a data set does not tell."""
        del by
        return None

    def tables(self, reading: Reading) -> Iterator[pa.Table]:
        """Yield the rows; the data set chooses columns and rows."""
        names = [name for name in self.schema.names if name in reading.names]
        batches = self.fragment.to_batches(
            schema=self.schema,
            columns=names,
            filter=reading.expression(),
            batch_size=_BATCH,
            batch_readahead=1,
            fragment_readahead=1,
            use_threads=False,
        )
        tally = Tally(reading.limits)
        tally.read = reading.limits.read_bytes
        try:
            for batch in batches:
                tally.add(batch)
                yield attrs.evolve(reading, where=()).taken(batch, {}, self.name)
        except RefusedError as error:
            raise DataError(Problems([attrs.evolve(error.block, file=self.name)])) from None


def union_of(schemas: Sequence[pa.Schema], wanted: Collection[str]) -> pa.Schema:
    """Return the wanted columns of several pieces, each of one type, with the breakdowns that any of them declares.

    Raises
    ------
    DataError
        If a column cannot be read, or holds texts in one piece and numbers in another.
    """
    kinds: dict[str, list[pa.DataType]] = {}
    for schema in schemas:
        for field in schema:
            if field.name in wanted:
                kinds.setdefault(field.name, []).append(field.type)
    fields = []
    for name, found in kinds.items():
        if not all(map(is_readable, found)):
            raise fault("column.extension_type", name)
        kind = aligned(list(dict.fromkeys(found)))
        if kind is None:
            raise fault("folder.types_differ", name)
        fields.append(pa.field(name, kind))
    declared = dict.fromkeys(name for schema in schemas for name in own_metadata(schema)[1] if name in kinds)
    return pa.schema(fields).with_metadata(metadata_of(tuple(declared)) if declared else {})
