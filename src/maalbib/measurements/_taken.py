"""Measurements taken from tables in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Self

from maalbib.measurements._checking import Checked, checked_table
from maalbib.measurements._combined import Combined
from maalbib.measurements._derivation import Derivation
from maalbib.measurements._intake import Constant, Given, OnProblem, Options
from maalbib.measurements._locale import Censored, Locale, LocaleName, Marks
from maalbib.measurements._sources import arrow_table, given_of_arrow, given_of_pandas, is_frame
from maalbib.measurements._wide import Across

if TYPE_CHECKING:
    import pandas as pd

    from maalbib.catalogue import Catalogue
    from maalbib.register import Register

__all__ = ["Taken", "names_of"]


class Taken(Combined):
    """The part of measurements that takes them from frames and Arrow tables."""

    __slots__ = ()

    @classmethod
    def from_arrow(
        cls,
        data: object,
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
    ) -> Self:
        """Take measurements from anything that speaks Arrow.

        Parameters
        ----------
        data
            An Arrow table, batch or reader, or any object with ``__arrow_c_stream__`` or ``__arrow_c_array__``, such as the
            frames of pandas and polars. It is not changed. Codes are texts, plain or as dictionaries; a column of numbers is
            refused where codes should be.
        locale, catalogue, register, columns, constants, breakdowns, schemes, source, marks, flags, censored, suppressed, percent, period_patterns, across, totals, on_problem
            As in :meth:`Measurements.read`. Rows in problems count from 0.

        Raises
        ------
        DataError
            With every problem found, if any of them is an error and ``on_problem`` is ``"raise"``.
        ArgumentError
            If an argument is wrong.

        Examples
        --------
        >>> import pyarrow as pa
        >>> from maalbib import Measurements
        >>> table = pa.table({"indicator": ["sick"], "institution": ["0101"], "period": ["2024"], "value": [9.4]})
        >>> Measurements.from_arrow(table).indicators
        ('sick',)
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
        if is_frame(data):  # whose columns may mix types, which Arrow does not take
            return cls._checked(given_of_pandas(data, options.kind_of), options)
        return cls._checked(given_of_arrow(arrow_table(data)), options)

    @classmethod
    def from_pandas(
        cls,
        frame: pd.DataFrame,
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
    ) -> Self:
        """Take measurements from a pandas frame.

        Parameters
        ----------
        frame
            A frame with a row per measurement. Its index is not read, and it is not changed. NaN, None and NA are missing.
        locale, catalogue, register, columns, constants, breakdowns, schemes, source, marks, flags, censored, suppressed, percent, period_patterns, across, totals, on_problem
            As in :meth:`Measurements.read`. Rows in problems count from 0.

        Raises
        ------
        DataError
            With every problem found, if any of them is an error and ``on_problem`` is ``"raise"``.
        ArgumentError
            If an argument is wrong.

        Examples
        --------
        >>> import pandas as pd
        >>> from maalbib import Measurements
        >>> frame = pd.DataFrame({"Kommune": ["0101"], "Periode": ["2024K1"], "Andel": ["9,4"]})
        >>> names = {"institution": "Kommune", "period": "Periode", "value": "Andel"}
        >>> ms = Measurements.from_pandas(frame, columns=names, constants={"indicator": "sick"}, locale="da")
        >>> ms[0].value, str(ms[0].period)
        (9.4, '2024-Q1')
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
        return cls._checked(given_of_pandas(frame, options.kind_of), options)

    @classmethod
    def _checked(cls, given: Given, options: Options) -> Self:
        return cls._of(checked_table(given, options), options, given.derivations)

    @classmethod
    def _of(cls, found: Checked, options: Options, derivations: tuple[Derivation, ...] = ()) -> Self:
        known = (options.catalogue, options.register)
        return cls._made(found.table, found.breakdowns, *known, found.problems, found.origin, derivations)


def names_of(names: Iterable[str] | None) -> tuple[str, ...] | None:
    """Return names as a tuple, one name as one."""
    return None if names is None else (names,) if isinstance(names, str) else tuple(names)
