"""Validated columns: what is in them, parts of them, and the ways out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self, TypeAlias

import numpy as np
import pyarrow as pa

from maalbib.catalogue import Catalogue
from maalbib.errors import ArgumentError
from maalbib.measurements._columns import Origin
from maalbib.measurements._content import codes_in, same_content, series_key
from maalbib.measurements._derivation import Derivation
from maalbib.measurements._revisions import revisions_in
from maalbib.measurements._rows import RowReader
from maalbib.measurements._show import as_html, as_text
from maalbib.measurements._sources import metadata_of
from maalbib.measurements._territories import Territory, territory_of
from maalbib.measurements._vintages import known_rows, tells_time, vintage_days
from maalbib.measurements.writing._endings import write_measurements
from maalbib.problems import Problems
from maalbib.register import Register

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from maalbib.model import Measurement

__all__ = ["Held", "as_day"]

Wanted: TypeAlias = str | Iterable[str] | None


class Held:
    """The half of measurements that does not check anything: rows that are there."""

    __slots__ = ("_breakdowns", "_catalogue", "_derivations", "_origin", "_problems", "_register", "_table")

    _table: pa.Table
    _breakdowns: tuple[str, ...]
    _catalogue: Catalogue | None
    _register: Register | None
    _problems: Problems
    _origin: Origin
    _derivations: tuple[Derivation, ...]

    def __init__(self) -> None:
        raise ArgumentError("measurements.constructor")

    @classmethod
    def _made(
        cls,
        table: pa.Table,
        breakdowns: tuple[str, ...],
        catalogue: Catalogue | None,
        register: Register | None,
        problems: Problems,
        origin: Origin,
        derivations: tuple[Derivation, ...] = (),
    ) -> Self:
        self = cls.__new__(cls)
        self._table, self._breakdowns = table, breakdowns
        self._catalogue, self._register = catalogue, register
        self._problems, self._origin = problems, origin
        self._derivations = derivations
        return self

    @property
    def breakdowns(self) -> tuple[str, ...]:
        """The breakdown columns in their declared order."""
        return self._breakdowns

    @property
    def catalogue(self) -> Catalogue | None:
        """The catalogue that the values were checked against."""
        return self._catalogue

    @property
    def register(self) -> Register | None:
        """The register that the institutions were looked up in."""
        return self._register

    @property
    def problems(self) -> Problems:
        """Everything that was found: warnings, and in collect mode the errors that cost rows."""
        return self._problems

    @property
    def derivations(self) -> tuple[Derivation, ...]:
        """How indicators were made of others, in the order in which that was done; written into files and read back."""
        return self._derivations

    def window(self, indicator: str) -> int:
        """Return how many periods each value of an indicator covers: 1 unless it was derived from several."""
        return max((each.window for each in self._derivations if each.indicator == indicator), default=1)

    def territory(self, indicator: str) -> Territory | None:
        """Return the division that an indicator was carried to with :meth:`on_territory`; None where it never was."""
        return territory_of(self._derivations, indicator)

    @property
    def vintages(self) -> tuple[dt.date, ...]:
        """The days on which something became known, in order; what was always known is on none of them.

        Examples
        --------
        >>> from maalbib import Measurements
        >>> Measurements.example("reading").vintages
        ()
        """
        return vintage_days(self._table)

    @property
    def indicators(self) -> tuple[str, ...]:
        """The indicators that have rows, sorted."""
        return self._used("indicator")

    @property
    def institutions(self) -> tuple[str, ...]:
        """The institutions that have rows, sorted."""
        return self._used("institution")

    @property
    def row_numbers(self) -> NDArray[np.int64]:
        """The number of each row where it came from: in text files with the header as row 1, elsewhere from 0."""
        return np.asarray(self._origin.rows, dtype=np.int64)

    def _used(self, name: str) -> tuple[str, ...]:
        codes = codes_in(self._table, name)
        return tuple(sorted(text for text, used in zip(codes.texts, codes.used(), strict=True) if used))

    def __len__(self) -> int:
        """Return the number of rows."""
        return self._table.num_rows

    def __getitem__(self, index: int) -> Measurement:
        """Return one row as an object."""
        length = len(self)
        if not -length <= index < length:
            raise IndexError(index)
        return next(RowReader(self._table, self._breakdowns).rows(index % length, 1))

    def __iter__(self) -> Iterator[Measurement]:
        """Yield the rows as objects."""
        return iter(RowReader(self._table, self._breakdowns))

    def __eq__(self, other: object) -> bool:
        """Compare rows and breakdown columns."""
        if not isinstance(other, Held):
            return NotImplemented
        return self._breakdowns == other._breakdowns and same_content(self._table, other._table)

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        parts = (self._table, self._breakdowns, self._catalogue, self._register, self._problems, self._origin)
        return self._made, (*parts, self._derivations)

    def __repr__(self) -> str:
        """Return the counts on one line."""
        return as_text(self)

    def _repr_html_(self) -> str:
        return as_html(self, self._table)

    def select(
        self,
        *,
        indicator: Wanted = None,
        institution: Wanted = None,
        period: Wanted = None,
        breakdown: Mapping[str, str | Iterable[str]] | None = None,
    ) -> Self:
        """Return the rows with these codes.

        Parameters
        ----------
        indicator, institution, period
            A code or several; None for all. Codes without rows select nothing. Periods are canonical texts.
        breakdown
            Codes by breakdown column: ``{"grade": ["4", "6"]}``.

        Raises
        ------
        ArgumentError
            If a breakdown column is not there.

        Examples
        --------
        >>> from maalbib import Measurements
        >>> Measurements.example("reading").select(period="2014/15", breakdown={"grade": ["2", "4"]})
        <Measurements: 2 rows; indicator good_reading_share; 1 institutions; by grade>
        """
        for name in breakdown or {}:
            if name not in self._breakdowns:
                raise ArgumentError.choice("breakdown", self._breakdowns)
        wanted: dict[str, Wanted] = {"indicator": indicator, "institution": institution, "period": period}
        rows = np.ones(len(self), dtype=bool)
        for name, codes in {**wanted, **(breakdown or {})}.items():
            if codes is not None:
                column = codes_in(self._table, name)
                texts = {codes} if isinstance(codes, str) else set(codes)
                rows[column.where(text not in texts for text in column.texts)] = False
        return self._taken(np.flatnonzero(rows))

    def as_of(self, date: dt.date | str | None) -> Self:
        """Return what was known on a day: of each key the newest row by then.

        Parameters
        ----------
        date
            A date, or its text ``YYYY-MM-DD``. None counts every day.

        Raises
        ------
        ArgumentError
            If it is neither.

        Notes
        -----
        Newest is the largest pair of vintage and revision. Rows without a vintage were always known. A key whose newest row
        takes it back (``action`` is ``delete``) is not there.

        Examples
        --------
        >>> import datetime as dt
        >>> import pyarrow as pa
        >>> from maalbib import Measurements
        >>> days = [dt.date(2025, 2, 1), dt.date(2025, 6, 1)]
        >>> codes = {"indicator": ["sick"] * 2, "institution": ["0101"] * 2, "period": ["2024"] * 2}
        >>> ms = Measurements.from_arrow(pa.table({**codes, "value": [9.4, 9.6], "vintage": days}))
        >>> [row.value for row in ms.as_of("2025-03-01")], [row.value for row in ms.as_of("2025-07-01")]
        ([9.4], [9.6])
        """
        day = None if date is None else as_day(date)
        if not tells_time(self._table):
            return self
        rows = known_rows(self._table, series_key(self._table, self._breakdowns), day)
        return self if rows is None else self._taken(rows)

    def revisions(self) -> pd.DataFrame:
        """Return every row that another one replaced, beside the one that replaced it.

        Returns
        -------
        pandas.DataFrame
            A row for each pair of neighbours in time of one key, in the order of keys and of time: ``indicator``,
            ``institution``, ``period``, the breakdowns, ``kind``, ``old``, ``new``, ``change``, then ``old_status``,
            ``old_vintage``, ``old_revision``, the same three for ``new``, and the stricter ``conf`` of the two. ``kind`` is the
            first that fits: ``withdrawn`` (taken back), ``restored`` (there again after that), ``suppressed``, ``released``
            (shown after having been suppressed), ``lost`` (missing now), ``arrived`` (was missing), ``final`` (was
            provisional, whether or not the figure changed), ``revised``, ``restated`` (the figure is the same).

        Notes
        -----
        Like :meth:`to_pandas` this holds confidential figures. One sort of the rows, whatever the number of vintages.

        Examples
        --------
        >>> import pandas as pd
        >>> from maalbib import Measurements
        >>> frame = pd.DataFrame({"indicator": "sick", "institution": "0101", "period": "2024", "value": [9.4, 9.6]})
        >>> frame = frame.assign(status=["P", "A"], vintage=pd.to_datetime(["2025-02-01", "2025-06-01"]))
        >>> found = Measurements.from_pandas(frame).revisions()
        >>> found[["kind", "old", "new"]].values.tolist()
        [['final', 9.4, 9.6]]
        """
        return revisions_in(self._table, self._breakdowns)

    def _taken(self, rows: NDArray[np.int64]) -> Self:
        if len(rows) == len(self):
            return self
        table = self._table.take(rows)
        origin = self._origin.take(rows)
        known = (self._catalogue, self._register, self._problems)
        return self._made(table, self._breakdowns, *known, origin, self._derivations)

    def to_arrow(self) -> pa.Table:
        """Return the canonical columns as an Arrow table, without copying.

        Examples
        --------
        >>> from maalbib import Measurements
        >>> Measurements.example("reading").to_arrow().column_names
        ['indicator', 'institution', 'period', 'grade', 'value', 'source']
        """
        return self._table.replace_schema_metadata(metadata_of(self._breakdowns, self._derivations))

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Export the columns to any other Arrow library."""
        table: Any = self.to_arrow()
        return table.__arrow_c_stream__(requested_schema)

    def to_pandas(self) -> pd.DataFrame:
        """Return a frame: codes as categories, numbers as floats, ``n`` as nullable integers, vintages as timestamps.

        Examples
        --------
        >>> from maalbib import Measurements
        >>> frame = Measurements.example("reading").to_pandas()
        >>> frame["value"].mean().round(2).item()
        71.82
        """
        frame = self._table.to_pandas(date_as_object=False)
        return frame.astype({"n": "Int64"}) if "n" in frame.columns else frame

    def write(
        self,
        path: str | Path,
        *,
        locale: Literal["da", "iso"] | None = None,
        structure: str | None = None,
        lang: Literal["da", "en"] = "da",
    ) -> None:
        """Write a file, which :meth:`Measurements.read` turns into equal measurements.

        Parameters
        ----------
        path
            A name that ends in ``.parquet``, ``.arrow``, ``.csv``, ``.json`` or ``.xlsx``. The file is there when
            all of it is written, and not before.
        locale
            How a CSV file is written: ``"iso"`` (comma between cells, decimal point; where None) or ``"da"`` (semicolon,
            decimal comma).
        structure
            Writes SDMX-CSV 2 that names this structure: ``"KL:DF_MAAL(1.0.0)"``, in the locale that is given.
        lang
            Language of the names of the sheets in a workbook.

        Raises
        ------
        ArgumentError
            If the end of the name is not known, or an argument does not belong to it.
        MissingExtraError
            If a workbook is asked for and what writes it is not installed.

        Notes
        -----
        What is written is inert: a text that a spreadsheet would take for a formula gets an apostrophe in front, which
        reading takes off again; in a workbook every text is stored as text.

        Examples
        --------
        >>> import pathlib, tempfile
        >>> from maalbib import Measurements
        >>> ms = Measurements.example("reading")
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     ms.write(pathlib.Path(folder, "reading.parquet"))
        ...     Measurements.read(pathlib.Path(folder, "reading.parquet")) == ms
        True
        """
        write_measurements(self.to_arrow(), self._breakdowns, path, locale=locale, structure=structure, lang=lang)


def as_day(date: dt.date | str) -> dt.date:
    if isinstance(date, dt.date) and not isinstance(date, dt.datetime):
        return date
    try:
        return dt.date.fromisoformat(date if isinstance(date, str) else "")
    except ValueError:
        raise ArgumentError("argument.date", argument="date") from None
