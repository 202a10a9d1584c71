"""What every result is: one Arrow table with fixed columns, typed rows on demand, sentences, and plain data."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, Self, TypeVar, overload

import numpy as np
import pyarrow as pa

from maalbib.analysis._columns import Pieces, column
from maalbib.analysis._display import grid
from maalbib.analysis._grid import Grid
from maalbib.analysis._labels import NO_LABELS, Labels
from maalbib.analysis._language import as_language
from maalbib.analysis._plot_data import plot_data
from maalbib.analysis._row import Row, schema_of, secret_names
from maalbib.analysis._secrecy import CONFIDENTIAL
from maalbib.errors import ArgumentError, UnknownCodeError

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["Result"]

_METADATA = b"maalbib"
_VERSION = "1"
_COMBINED: Final = 65_536
_SHOWN_IN_TEXT = 8  # rows at the prompt: the repr stays within twelve lines
_SHOWN_IN_HTML = 40
_SHOWN_IN_PLOT = 40

R = TypeVar("R", bound=Row)

_PLAIN: Final[dict[pa.DataType, str]] = {
    pa.string(): "text",
    pa.float64(): "a number",
    pa.int64(): "a whole number",
    pa.bool_(): "true or false",
}
"""What types of Arrow are called to people."""


class Result(Generic[R]):
    """A table of judged things with typed rows.

    ``len()``, iteration and indexing give rows, a slice gives a shorter result. Two results are equal when their tables hold
    the same values.

    Parameters
    ----------
    table
        The rows, with the columns of :meth:`schema`.
    labels
        Names, units and decimals for the sentences.

    Notes
    -----
    What a result computes with and what it shows are two things. ``to_arrow``, ``to_pandas``, ``to_json`` and the rows' fields hold
    every figure, for the caller's own work. What people read (``explain``, ``shown``, ``plot``, the representations, reports and
    the files of the command line) leaves out the figures of rows whose column ``hidden`` says why they may not be shown. See
    :meth:`public`.
    """

    ROW: ClassVar[type[Row]] = Row
    NAME: ClassVar[str] = "result"
    _columns: ClassVar[pa.Schema] = pa.schema([])

    __slots__ = ("_labels", "_table")

    def __init_subclass__(cls) -> None:
        """Work out the columns once for each kind of result."""
        cls._columns = schema_of(cls.ROW)

    def __init__(self, table: pa.Table, labels: Labels = NO_LABELS) -> None:
        self._table = table
        self._labels = labels

    @classmethod
    def of_columns(cls, columns: Mapping[str, Any], rows: int, labels: Labels, pieces: Pieces | None = None) -> Self:
        """Make a result from arrays, lists, and values that are the same in every row; NaN becomes null.

        Results made with the same ``pieces`` share the memory of such values.
        """
        schema = cls.schema()
        found = [column(columns[field.name], field, rows, pieces) for field in schema]
        return cls(pa.table(found, schema=schema), labels)

    @classmethod
    def concat(cls, parts: Iterable[Self], labels: Labels | None = None) -> Self:
        """Return the rows of several results, one after the other; their names are put together unless given."""
        given = list(parts)
        tables = [part._table for part in given]  # noqa: SLF001 - parts of the same class
        table = pa.concat_tables(tables) if tables else cls.schema().empty_table()
        if (
            table.num_rows <= _COMBINED
        ):  # a large one stays in pieces: putting them together would take its memory once more
            table = table.combine_chunks()
        return cls(table, Labels.merged(part.labels for part in given) if labels is None else labels)

    @classmethod
    def schema(cls) -> pa.Schema:
        """Return the columns of the result; they are only ever added to within a major version."""
        return cls._columns

    def to_arrow(self) -> pa.Table:
        """Return the table; its metadata hold the names that sentences use, so that files keep them."""
        return self._table.replace_schema_metadata({_METADATA: json.dumps(self._kept(), ensure_ascii=False).encode()})

    def _kept(self) -> dict[str, Any]:
        return {"result": self.NAME, "version": _VERSION, "labels": self._labels.to_dict()}

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Give the table to any library that speaks Arrow."""
        return self.to_arrow().__arrow_c_stream__(requested_schema)  # type: ignore[no-untyped-call]

    @classmethod
    def from_arrow(cls, data: Any) -> Self:
        """Return the result that a table was made from, for example one read from Parquet.

        Raises
        ------
        ArgumentError
            If the table is of another kind of result, or a column is missing or of another type. Columns of a newer version are
            left out.
        """
        table = data if isinstance(data, pa.Table) else pa.table(data)
        schema = cls.schema()
        kept = json.loads((table.schema.metadata or {}).get(_METADATA, b"{}"))
        if kept.get("result", cls.NAME) != cls.NAME:
            raise ArgumentError("result.kind", expected=cls.NAME)
        missing = [name for name in schema.names if name not in table.column_names]
        if missing:
            raise ArgumentError("result.columns", result=cls.NAME, columns=missing)
        try:
            columns = table.select(schema.names).cast(schema).combine_chunks()
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, ValueError):
            raise ArgumentError("result.types", result=cls.NAME) from None
        return cls(columns, Labels.from_dict(kept["labels"]) if "labels" in kept else NO_LABELS)

    def to_pandas(self) -> pd.DataFrame:
        """Return a frame: ids are columns, whole numbers that may be missing are ``Int64``, dates timestamps, flags tuples."""
        frame: pd.DataFrame = self._table.to_pandas(date_as_object=False)
        for field in self.schema():
            if pa.types.is_list(field.type):
                lists: list[Any] = [None if cell is None else tuple(cell) for cell in frame[field.name]]
                frame[field.name] = lists
            elif pa.types.is_integer(field.type) and field.nullable:
                frame[field.name] = frame[field.name].astype("Int64")
        return frame

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return a list of plain rows."""
        return [row.to_dict() for row in self]

    def to_json(self) -> str:
        """Return JSON text with the rows and the names, readable by :meth:`from_json`."""
        return json.dumps(self._kept() | {"rows": self.to_dicts()}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the result that :meth:`to_json` wrote.

        Raises
        ------
        ArgumentError
            If the text is no JSON, of another kind of result, or lacks columns. Columns of a newer version are left out.
        """
        try:
            kept = json.loads(text)
        except ValueError:
            raise ArgumentError("result.kind", expected=cls.NAME) from None
        if not isinstance(kept, dict) or kept.get("result") != cls.NAME:
            raise ArgumentError("result.kind", expected=cls.NAME)
        schema = cls.schema()
        missing = sorted({name for row in kept["rows"] for name in schema.names if name not in row})
        if missing:
            raise ArgumentError("result.columns", result=cls.NAME, columns=missing)
        dates = [field.name for field in schema if pa.types.is_date(field.type)]
        rows = [row | {name: _date(row[name]) for name in dates} for row in kept["rows"]]
        return cls(pa.Table.from_pylist(rows, schema=schema), Labels.from_dict(kept["labels"]))

    @property
    def labels(self) -> Labels:
        """The names, units and decimals that the sentences use."""
        return self._labels

    def __len__(self) -> int:
        return self._table.num_rows

    def __iter__(self) -> Iterator[R]:
        for batch in self._table.to_batches(max_chunksize=4096):
            yield from map(self._row, _dicts(batch))

    @overload
    def __getitem__(self, index: int) -> R: ...

    @overload
    def __getitem__(self, index: slice) -> Self: ...

    def __getitem__(self, index: int | slice) -> R | Self:
        if isinstance(index, slice):
            return self._like(self._table.take(np.arange(len(self))[index]))
        if not -len(self) <= index < len(self):
            raise IndexError(index)
        return self._row(_dicts(self._table.slice(index % len(self), 1))[0])

    def _like(self, table: pa.Table) -> Self:
        """Return a result of other rows that is this one in everything else."""
        return type(self)(table, self._labels)

    def _row(self, cells: dict[str, Any]) -> R:
        tidy = {name: tuple(cell) if isinstance(cell, list) else cell for name, cell in cells.items()}
        return self.ROW(**tidy, labels=self._labels)  # type: ignore[return-value]

    def where(self, **columns: object) -> Self:
        """Return the rows whose columns have the given values; None finds those without one.

        Raises
        ------
        UnknownCodeError
            If there is no such column.
        ArgumentError
            If a value is of another type than its column.
        """
        import pyarrow.compute as pc

        kept = self._table
        for name, value in columns.items():
            if name not in kept.column_names:
                raise UnknownCodeError.of("column", name, kept.column_names)
            kind = kept.schema.field(name).type
            if value is None:
                kept = kept.filter(pc.field(name).is_null())
                continue
            try:
                kept = kept.filter(pc.field(name) == pa.scalar(value, kind))
            except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError, TypeError):
                raise ArgumentError("argument.type", argument=name, expected=_PLAIN.get(kind, str(kind))) from None
        return self._like(kept.combine_chunks())

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

    def public(self) -> Self:
        """Return the result as it may be shown.

        Rows that rest on a value of too few people keep their verdict and lose their figures. Rows that rest on a confidential
        value lose both: their state is the one for "could not be judged", with the reason ``confidential``. No row is left out.
        Whether a hidden figure can be worked out from the others is not looked into.

        Examples
        --------
        >>> import maalbib as mb
        >>> frame = mb.Measurements.example("reading").to_pandas().assign(conf="C")
        >>> result = mb.track(
        ...     mb.Measurements.from_pandas(frame, breakdowns=["grade"]),
        ...     mb.Catalogue.load("folkeskolen"),
        ...     as_of="2021-12-31",
        ...     targets="FS-READ-80",
        ... )
        >>> row = result.public()[1]
        >>> row.state, row.reason, row.latest
        ('not_measurable', 'confidential', None)
        """
        import pyarrow.compute as pc

        schema = self.schema()
        if "hidden" not in schema.names or self._table["hidden"].null_count == len(self):
            return self
        hidden: Any = self._table["hidden"]
        columns = {name: self._table[name] for name in schema.names}
        for name in secret_names(self.ROW):
            columns[name] = pc.if_else(hidden.is_null(), columns[name], pa.scalar(None, schema.field(name).type))
        confidential: Any = pc.equal(pc.fill_null(hidden, pa.scalar("")), pa.scalar(CONFIDENTIAL))
        for name, value in self._withheld().items():
            columns[name] = pc.if_else(confidential, pa.scalar(value, schema.field(name).type), columns[name])
        return self._like(pa.table(list(columns.values()), schema=schema).combine_chunks())

    def _withheld(self) -> dict[str, Any]:
        schema = self.schema()
        verdict = {"state": self.ROW.UNJUDGED, "reason": CONFIDENTIAL, "flags": []}
        return verdict | {field.name: False for field in schema if pa.types.is_boolean(field.type)}

    def explain(self, lang: str = "da", *, internal: bool = False) -> str:
        """Return every row's sentences, a line each, in ``"da"`` or ``"en"``; with hidden figures if ``internal``."""
        as_language(lang)
        return "\n".join(row.explain(lang, internal=internal) for row in self)

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
        found = ", ".join(f"{count} {state}" for state, count in self.public().counts().items())
        shown = grid(self, "en", most=_SHOWN_IN_TEXT)
        return "\n".join((f"{type(self).__name__}: {found or 'no rows'}", *shown.to_text().splitlines()[1:]))

    def _repr_html_(self) -> str:
        return grid(self, "da", most=_SHOWN_IN_HTML).to_html()

    def shown(self, lang: str = "da", *, most: int | None = None, internal: bool = False) -> Grid:
        """Return the columns worth showing, written out for people.

        Parameters
        ----------
        lang
            ``"da"`` or ``"en"``.
        most
            How many rows at most, all where None; a line says how many more there are.
        internal
            Whether figures that may not be shown are there all the same.
        """
        return grid(self, as_language(lang), most=most, internal=internal)

    def plot_data(self, lang: str = "da", *, internal: bool = False) -> pd.DataFrame:
        """Return the numbers behind :meth:`plot`, a row for each row of the result.

        Parameters
        ----------
        lang
            Language of the texts.
        internal
            Whether figures that may not be shown are there all the same.

        Returns
        -------
        pandas.DataFrame
            ``label``; ``value`` with ``lower`` and ``upper``; ``reference``, or ``region_low`` and ``region_high`` of a band; ``state``,
            ``state_text``, ``marker`` and ``colour``. The value is the latest value for tracking, the slope for trends, the gap for a
            comparison and Spearman's coefficient for an association.

        Examples
        --------
        >>> import maalbib as mb
        >>> trends = mb.detect_trends(mb.Measurements.example("reading"), catalogue=mb.Catalogue.load("folkeskolen"))
        >>> trends.plot_data("en")["state_text"].tolist()
        ['not judged', 'declining', 'declining', 'not judged']
        """
        return plot_data(self if internal else self.public(), as_language(lang))

    def plot(
        self, *, lang: str = "da", ax: Axes | None = None, most: int = _SHOWN_IN_PLOT, internal: bool = False
    ) -> Axes:
        """Draw the first rows: a mark for each value, a line for its interval, and what it is held against.

        Parameters
        ----------
        lang
            Language of the texts.
        ax
            Where to draw; new axes of ``matplotlib.pyplot`` where None. Nothing is put on a screen: a notebook shows what was
            drawn, a service passes axes of its own.
        most
            How many rows at most.
        internal
            Whether figures that may not be shown are drawn all the same.

        Returns
        -------
        matplotlib.axes.Axes
            The axes. State is told by colour, mark and word.

        Raises
        ------
        MissingExtraError
            If matplotlib is not installed.
        """
        from maalbib.analysis._plot import draw

        return draw(self, lang=lang, ax=ax, most=most, internal=internal)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._table, self._labels)


def _dicts(rows: pa.Table | pa.RecordBatch) -> list[dict[str, Any]]:
    return rows.to_pylist()


def _date(value: str | None) -> dt.date | None:
    return None if value is None else dt.date.fromisoformat(value)
