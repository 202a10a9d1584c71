"""Measurements: the ways in, each of which checks everything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from maalbib.measurements._checking import checked_again
from maalbib.measurements._columns import Origin
from maalbib.measurements._examples import example_columns
from maalbib.measurements._formats import FormatName, Layout, given_of
from maalbib.measurements._intake import Constant, Given, OnProblem, Options
from maalbib.measurements._limits import DEFAULT_LIMITS, Limits
from maalbib.measurements._locale import Censored, Locale, LocaleName, Marks
from maalbib.measurements._schema import MEASUREMENTS
from maalbib.measurements._taken import Taken, names_of
from maalbib.measurements._wide import Across

if TYPE_CHECKING:
    from maalbib.catalogue import Catalogue
    from maalbib.register import Register

__all__ = ["Measurements"]


class Measurements(Taken):
    """Measured values as validated columns.

    Made with :meth:`read`, :meth:`from_arrow` or :meth:`from_pandas`, never changed afterwards, and safe to use from many
    threads. Two are equal when they hold the same rows in the same order, however their texts are numbered; an absent
    column equals one that holds its default everywhere. Catalogue, register and problems do not count.

    Notes
    -----
    The columns are those of ``maalbib.schemas.MEASUREMENTS``; the first three and ``value`` are required.

    ============ ==========================================================================================
    indicator    what was measured; in the catalogue, where there is one
    institution  for whom; in the register and alive in the period, where there is one
    period       canonical text such as ``2024``, ``2024-Q1`` or ``2023/24``, of the indicator's frequency
    breakdowns   declared columns of codes; ``_T`` is the total
    value        within the limits of the indicator; empty exactly where the status says why
    numerator    what is above the line; not negative, unless the values may be
    denominator  what is below it; above zero. A share, ratio or rate agrees with the two up to its rounding
    n            people or answers behind the value
    lower, upper interval of the value
    pre_break    the value by the old method, beside the first one by the new
    qualifier    ``exact``, ``approx``, ``at_least`` or ``at_most``
    status       SDMX observation status; ``A`` where nothing is said
    conf         SDMX confidentiality; ``F`` (free) where nothing is said
    vintage      first day on which the row was known; empty means always
    revision     order among rows of one vintage
    source       id of the source
    comment      a remark
    ============ ==========================================================================================

    What is settled rather than refused: a value that is missing without a status gets status ``O``; a value for a finer
    level than its indicator is published for gets ``conf`` ``C``, with the warning ``value.confidential``; NaN becomes
    missing and minus zero becomes zero. Of rows that are equal in every column the first is kept (``key.repeated``, a
    warning); rows that share a key and contradict each other are all left out (``key.duplicate``). An indicator that is
    composed of others must be their sum: a difference within rounding is the warning ``sum.mismatch``, a larger one leaves
    the sum out and keeps its parts. Rules about cells are independent of each other, so a row is reported for each that it
    breaks; keys and sums are looked at among the rows that remain.

    Examples
    --------
    >>> from maalbib import Measurements
    >>> ms = Measurements.example("reading")
    >>> ms
    <Measurements: 28 rows; indicator good_reading_share; 1 institutions; by grade>
    >>> ms[7].value, str(ms[7].period), ms[7].breakdown["grade"]
    (71.0, '2014/15', '4')
    >>> len(ms.select(breakdown={"grade": "4"}))
    7
    """

    __slots__ = ()

    @classmethod
    def read(
        cls,
        path: str | Path | bytes,
        *,
        locale: LocaleName | None = None,
        catalogue: Catalogue | None = None,
        register: Register | None = None,
        columns: Mapping[str, str] | None = None,
        constants: Mapping[str, Constant] | None = None,
        breakdowns: Iterable[str] | None = None,
        schemes: Mapping[str, str] | None = None,
        source: str | None = None,
        marks: Marks = None,
        flags: Mapping[str, str] | None = None,
        censored: Censored = None,
        suppressed: float | None = None,
        percent: bool = False,
        period_patterns: Mapping[str, str] | None = None,
        across: Across = None,
        totals: Mapping[str, str] | None = None,
        on_problem: OnProblem = "raise",
        format: FormatName | None = None,  # noqa: A002 - the word that users look for
        delimiter: str | None = None,
        encoding: str | None = None,
        header_row: int = 1,
        sheet: str | None = None,
        structure: str | None = None,
        limits: Limits = DEFAULT_LIMITS,
    ) -> Measurements:
        r"""Read a file of measurements.

        Parameters
        ----------
        path
            Path of a file, of a folder of Parquet or Arrow files, or the bytes of a file. See the table in the notes.
        locale
            How texts are written: ``"da"`` (decimal comma, Danish and SDMX periods), ``"iso"`` (decimal point, SDMX
            periods) or ``"en"`` (decimal point, comma between thousands). Needed for text files; in others it lets columns
            of text hold numbers, and says how periods are written. Without it, and always beside SDMX, periods are read in
            their canonical form.
        catalogue
            Definitions of the indicators, which their values are checked against.
        register
            The institutions, and when they lived.
        columns
            What a column is called in the file: ``{"institution": "Kommune"}``.
        constants
            Values of columns that the file lacks: ``{"indicator": "sick"}``.
        breakdowns
            Names of the breakdown columns, in order. None takes those that the file itself declares, and those of the
            catalogue's indicators that are there.
        schemes
            Columns whose codes are another system's, and which: ``{"institution": "municipality3"}``. Needs a register.
        source
            Id of the source of every row that names none itself.
        marks
            Texts that stand in place of a number, each with the missing status that it means, or ``"0"`` for nothing at
            all: ``{"..": "Q"}``. ``"dst"`` has those of Statistics Denmark. A value marked ``Q`` gets ``conf`` ``C``. A mark that
            is not declared is an error, never a missing value.
        flags
            What may be glued to a number, and the status that it gives: with ``{"*": "P"}``, ``12,5*`` is provisional.
        censored
            With ``"lt"``, ``<5`` is a value that is withheld (status ``Q``, ``conf`` ``C``, qualifier ``at_most``) and ``upper`` is
            5. Otherwise it is an error.
        suppressed
            The number by which the source hides values: with 0, ``0`` and ``0,0`` are withheld, not zero.
        percent
            Whether numbers may carry a percent sign: ``44,8 %`` is 44.8, in a workbook too, where the cell holds 0.448.
        period_patterns
            Further ways to write a period: what the whole text looks like as a regular expression, and how it is written
            anew, ``{r"(\d{4}) Q([1-4])": r"\1-Q\2"}``.
        across
            What is spread over the columns of a wide table, which becomes long: ``"period"`` where some headers are periods,
            or a column with the headers that are its codes: ``{"indicator": ["total", "completed"]}``, with a mapping
            where the codes have other names.
        totals
            Which code of a breakdown is its total: ``{"sex": "TOT"}``.
        on_problem
            ``"raise"`` refuses the file if any row has an error; ``"collect"`` keeps the rows without errors.
        format
            Name of the format in the notes; where None, the end of the file's name and its beginning tell. Needed for bytes.
        delimiter, encoding, header_row
            As in :func:`read_csv`, for text files; ``header_row`` for spreadsheets too.
        sheet
            Name of the sheet of a workbook; needed where several hold something.
        structure
            Which of several structures of an SDMX-CSV file is wanted.
        limits
            What may be read at most.

        Raises
        ------
        DataError
            With every problem found, if any of them is an error and ``on_problem`` is ``"raise"``.
        ArgumentError
            If an argument is wrong.
        MissingExtraError
            If the file is a workbook and what reads it is not installed.

        Notes
        -----
        =============  ==================================  ==============================================
        format         ends in                             what it says about itself
        =============  ==================================  ==============================================
        ``csv``        ``.csv``, ``.txt``, ``.tsv``        nothing; ``locale`` is needed
        ``excel``      ``.xlsx``, ``.xlsm``                types of cells; codes must be text
        ``parquet``    ``.parquet``, ``.pq``; a folder     types of columns
        ``arrow``      ``.arrow``, ``.feather``, ``.ipc``  types of columns
        ``sdmx-csv``   ``.csv``                            SDMX-CSV 1 and 2: columns, statuses, periods
        ``sdmx-json``  ``.json``                           SDMX-JSON 2 data messages: the same
        ``json-stat``  ``.json``                           JSON-stat 1 and 2: dimensions, roles, statuses
        ``px``         ``.px``                             dimensions, period, symbols
        ``kolada``     ``.json``                           indicator, unit, period, sex
        ``json``       ``.json``                           everything: what :meth:`write` wrote
        =============  ==================================  ==============================================

        Dimensions that the file declares and that are neither indicator, institution nor period become breakdowns. A
        reader opens the path that it is given and nothing else. Time and memory grow with the number of rows; what is
        read is counted against ``limits`` while it is read.

        Examples
        --------
        >>> import pathlib, tempfile
        >>> from maalbib import Measurements
        >>> folder = tempfile.TemporaryDirectory()
        >>> file = pathlib.Path(folder.name, "fravær.csv")
        >>> _ = file.write_text("Kommune;År;Dage\n0101;2024;9,4\n0147;2024;11,2\n", encoding="utf-8")
        >>> names = {"institution": "Kommune", "period": "År", "value": "Dage"}
        >>> Measurements.read(file, locale="da", columns=names, constants={"indicator": "sick"})[1].value
        11.2
        >>> folder.cleanup()
        """
        options = Options(
            locale=Locale.of(
                locale,
                marks,
                flags=flags,
                censored=censored,
                suppressed=suppressed,
                percent=percent,
                patterns=period_patterns,
            ),
            catalogue=catalogue,
            register=register,
            columns=columns,
            constants=constants,
            breakdowns=names_of(breakdowns),
            schemes=schemes,
            source=source,
            across=across,
            totals=totals,
            on_problem=on_problem,
        )
        layout = Layout(
            delimiter=delimiter, encoding=encoding, header_row=header_row, sheet=sheet, structure=structure
        )
        return cls._checked(given_of(path, format, options, layout, limits), options)

    @classmethod
    def example(cls, name: Literal["reading", "satisfaction-2006", "expenditure-2006"]) -> Measurements:
        """Return measurements that come with the library.

        Parameters
        ----------
        name
            ``"reading"``: the share of good readers in the folkeskole by grade, 2014/15 to 2020/21.
            ``"satisfaction-2006"`` and ``"expenditure-2006"``: the two tables of the government's paper of 2006, user
            satisfaction by area, and in day care by expenditure per unit.

        Raises
        ------
        ArgumentError
            If there is no such example.

        Examples
        --------
        >>> from maalbib import Measurements
        >>> Measurements.example("satisfaction-2006").breakdowns
        ('area',)
        """
        table = example_columns(name)
        options = Options(locale=Locale.of("iso"), breakdowns=tuple(n for n in table if n not in MEASUREMENTS.names))
        rows = len(next(iter(table.values())))
        return cls._checked(Given(columns=table, origin=Origin(range(rows))), options)

    def with_catalogue(
        self, catalogue: Catalogue, *, register: Register | None = None, on_problem: OnProblem = "raise"
    ) -> Measurements:
        """Return the rows checked against another catalogue.

        Parameters
        ----------
        catalogue
            The definitions.
        register
            The institutions; those attached already where None.
        on_problem
            As in :meth:`read`. Problems that were there before stay.

        Raises
        ------
        DataError
            With every problem, if a row breaks a rule of the catalogue and ``on_problem`` is ``"raise"``.

        Examples
        --------
        >>> from maalbib import Catalogue, Measurements
        >>> ms = Measurements.example("reading").with_catalogue(Catalogue.load("folkeskolen"))
        >>> ms.catalogue.indicators["good_reading_share"].direction.value
        'higher'
        """
        options = Options(
            locale=Locale.of(None),
            catalogue=catalogue,
            register=register or self._register,
            breakdowns=self._breakdowns,
            on_problem=on_problem,
        )
        again = checked_again(self._table, options, self._origin, self._problems, self._derivations)
        return self._of(again, options, self._derivations)
