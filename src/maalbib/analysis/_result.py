"""What every result is: one Arrow table with fixed columns, typed rows on demand, sentences, and plain data."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeVar, get_args, get_type_hints

import attrs
import numpy as np
import pyarrow as pa

from maalbib.analysis._display import Grid, grid
from maalbib.analysis._labels import NO_LABELS, Labels
from maalbib.errors import ArgumentError, UnknownCodeError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Result", "Row", "schema_of"]

_METADATA = b"maalbib"
_VERSION = "1"
_SHOWN_IN_TEXT = 8  # rows at the prompt: the repr stays within twelve lines
_SHOWN_IN_HTML = 40
_ARROW_TYPES: dict[Any, pa.DataType] = {
    str: pa.string(),
    float: pa.float64(),
    int: pa.int64(),
    bool: pa.bool_(),
    dt.date: pa.date32(),
    tuple[str, ...]: pa.list_(pa.field("element", pa.string())),
}


@attrs.frozen(kw_only=True)
class Row:
    """Base of the typed rows; every public field is a column."""

    labels: Labels = attrs.field(default=NO_LABELS, eq=False, repr=False, metadata={"column": False})

    def explain(self, lang: str = "da") -> str:
        """Return the row as one sentence or two, in ``"da"`` or ``"en"``."""
        raise NotImplementedError

    def to_dict(self) -> dict[str, Any]:
        """Return the columns as plain data; dates as ISO text, None where missing."""
        return {name: _plain(getattr(self, name)) for name in _column_names(type(self))}


R = TypeVar("R", bound=Row)


def schema_of(row: type[Row]) -> pa.Schema:
    """Return the Arrow schema that the fields of a row type declare; the one place where columns are written."""
    hints = get_type_hints(row)
    return pa.schema([_arrow_field(name, hints[name]) for name in _column_names(row)])


def _column_names(row: type[Row]) -> list[str]:
    return [field.name for field in attrs.fields(row) if field.metadata.get("column", True)]


def _arrow_field(name: str, hint: Any) -> pa.Field[Any]:
    parts = [part for part in get_args(hint) if part is not type(None)]
    nullable = type(None) in get_args(hint)
    return pa.field(name, _ARROW_TYPES[parts[0] if nullable else hint], nullable=nullable)


class Result(Generic[R]):
    """A table of judged things with typed rows.

    ``len()``, iteration and indexing give rows. Two results are equal when their tables hold the same values.
    """

    ROW: ClassVar[type[Row]] = Row
    NAME: ClassVar[str] = "result"

    __slots__ = ("_labels", "_table")

    def __init__(self, table: pa.Table, labels: Labels = NO_LABELS) -> None:
        self._table = table
        self._labels = labels

    @classmethod
    def of_columns(cls, columns: Mapping[str, Any], labels: Labels) -> Self:
        """Make a result from NumPy arrays and lists; NaN becomes null."""
        schema = schema_of(cls.ROW)
        arrays = [_array(columns[field.name], field) for field in schema]
        return cls(pa.table(arrays, schema=schema), labels)

    @classmethod
    def concat(cls, parts: Iterable[Self], labels: Labels | None = None) -> Self:
        """Return the rows of several results, one after the other; their names are put together unless given."""
        given = list(parts)
        tables = [part._table for part in given]  # noqa: SLF001 - parts of the same class
        table = pa.concat_tables(tables).combine_chunks() if tables else schema_of(cls.ROW).empty_table()
        return cls(table, Labels.merged(part.labels for part in given) if labels is None else labels)

    @classmethod
    def schema(cls) -> pa.Schema:
        """Return the columns of the result; they are only ever added to within a major version."""
        return schema_of(cls.ROW)

    def to_arrow(self) -> pa.Table:
        """Return the table; its metadata hold the names that sentences use, so that files keep them."""
        kept = {"result": self.NAME, "version": _VERSION, "labels": json.loads(self._labels.to_json())}
        return self._table.replace_schema_metadata({_METADATA: json.dumps(kept, ensure_ascii=False).encode()})

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Give the table to any library that speaks Arrow."""
        return self.to_arrow().__arrow_c_stream__(requested_schema)  # type: ignore[no-untyped-call]

    @classmethod
    def from_arrow(cls, data: Any) -> Self:
        """Return the result that a table was made from, for example one read from Parquet.

        Raises
        ------
        ArgumentError
            If a column of the result is missing. Columns of a newer version are left out.
        """
        table = data if isinstance(data, pa.Table) else pa.table(data)
        schema = cls.schema()
        missing = [name for name in schema.names if name not in table.column_names]
        if missing:
            raise ArgumentError("result.columns", result=cls.NAME, columns=missing)
        kept = json.loads((table.schema.metadata or {}).get(_METADATA, b"{}"))
        labels = Labels.from_json(json.dumps(kept["labels"])) if "labels" in kept else NO_LABELS
        return cls(table.select(schema.names).cast(schema).combine_chunks(), labels)

    def to_pandas(self) -> pd.DataFrame:
        """Return a frame; ids are columns, and lists of flags are tuples."""
        frame: pd.DataFrame = self._table.to_pandas()
        for field in self.schema():
            if pa.types.is_list(field.type):
                frame[field.name] = [tuple(cell) for cell in frame[field.name]]
        return frame

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return a list of plain rows."""
        return [row.to_dict() for row in self]

    def to_json(self) -> str:
        """Return JSON text with the rows and the names, readable by :meth:`from_json`."""
        kept = {"result": self.NAME, "version": _VERSION, "labels": json.loads(self._labels.to_json())}
        return json.dumps(kept | {"rows": self.to_dicts()}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the result that :meth:`to_json` wrote.

        Raises
        ------
        ArgumentError
            If the text is of another kind of result.
        """
        kept = json.loads(text)
        if kept.get("result") != cls.NAME:
            raise ArgumentError("result.kind", expected=cls.NAME)
        schema = cls.schema()
        dates = [field.name for field in schema if pa.types.is_date(field.type)]
        rows = [row | {name: _date(row[name]) for name in dates} for row in kept["rows"]]
        return cls(pa.Table.from_pylist(rows, schema=schema), Labels.from_json(json.dumps(kept["labels"])))

    @property
    def labels(self) -> Labels:
        """The names, units and decimals that the sentences use."""
        return self._labels

    def __len__(self) -> int:
        return self._table.num_rows

    def __iter__(self) -> Iterator[R]:
        for batch in self._table.to_batches(max_chunksize=4096):
            yield from map(self._row, _dicts(batch))

    def __getitem__(self, index: int) -> R:
        if not -len(self) <= index < len(self):
            raise IndexError(index)
        return self._row(_dicts(self._table.slice(index % len(self), 1))[0])

    def _row(self, cells: dict[str, Any]) -> R:
        tidy = {name: tuple(cell) if isinstance(cell, list) else cell for name, cell in cells.items()}
        return self.ROW(**tidy, labels=self._labels)  # type: ignore[return-value]

    def where(self, **columns: object) -> Self:
        """Return the rows whose columns have the given values.

        Raises
        ------
        UnknownCodeError
            If there is no such column.
        """
        import pyarrow.compute as pc

        kept = self._table
        for name, value in columns.items():
            if name not in kept.column_names:
                raise UnknownCodeError.of("column", name, kept.column_names)
            kept = kept.filter(pc.field(name) == pa.scalar(value, kept.schema.field(name).type))
        return type(self)(kept.combine_chunks(), self._labels)

    def row(self, **columns: object) -> R:
        """Return the one row whose columns have the given values.

        Raises
        ------
        ArgumentError
            If none or several rows have them.
        """
        found = self.where(**columns)
        if len(found) != 1:
            raise ArgumentError("result.one_row", count=len(found), columns=sorted(columns))
        return found[0]

    def explain(self, lang: str = "da") -> str:
        """Return every row's sentences, a line each, in ``"da"`` or ``"en"``."""
        return "\n".join(row.explain(lang) for row in self)

    def counts(self) -> dict[str, int]:
        """Return how many rows there are of each state."""
        import pyarrow.compute as pc

        found: Any = pc.value_counts(self._table["state"])
        return dict(sorted((item["values"], item["counts"]) for item in found.to_pylist()))

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return bool(self._table.equals(other._table))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        found = ", ".join(f"{count} {state}" for state, count in self.counts().items())
        shown = grid(self, "en", _SHOWN_IN_TEXT)
        return "\n".join((f"{type(self).__name__}: {found or 'no rows'}", *shown.to_text().splitlines()[1:]))

    def _repr_html_(self) -> str:
        return grid(self, "da", _SHOWN_IN_HTML).to_html()

    def shown(self, lang: str = "da") -> Grid:
        """Return the columns worth showing, every row written out for people."""
        return grid(self, lang)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._table, self._labels)


def _array(values: Any, field: pa.Field[Any]) -> Any:
    if isinstance(values, np.ndarray) and values.dtype.kind == "f":
        return pa.array(values, type=field.type, from_pandas=True)
    return pa.array(values, type=field.type)


def _dicts(rows: pa.Table | pa.RecordBatch) -> list[dict[str, Any]]:
    return rows.to_pylist()


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if isinstance(value, dt.date) else value


def _date(value: str | None) -> dt.date | None:
    return None if value is None else dt.date.fromisoformat(value)
