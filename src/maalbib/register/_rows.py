"""A list of institutions on its way in: rows of named cells, whatever they came from."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import attrs

from maalbib import texts
from maalbib.errors import ArgumentError, DataError
from maalbib.model import MembershipRole, Text
from maalbib.problems import ProblemBlock, Problems

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "CHANGE_FIELDS",
    "INSTITUTION_FIELDS",
    "PARENTS",
    "Fields",
    "Rows",
    "columns_of",
    "filled",
    "refused",
    "rows_of_frame",
    "rows_of_records",
]

# Which role a column of parents stands for.
PARENTS: Final[Mapping[str, MembershipRole]] = MappingProxyType(
    {
        "parent": MembershipRole.BELONGS_TO,
        "operated_by": MembershipRole.OPERATED_BY,
        "supervised_by": MembershipRole.SUPERVISED_BY,
    }
)
_IN_DANISH: Final = MappingProxyType({"name": "name.da", "description": "description.da"})


@attrs.frozen(eq=False)
class Fields:
    """What the columns of a list may be: by name, or in a family such as ``name.da``."""

    fixed: tuple[str, ...]
    families: tuple[str, ...]
    dates: tuple[str, ...]
    likely: tuple[str, ...]  # of the families, to be suggested

    def __contains__(self, name: str) -> bool:
        return name in self.fixed or any(
            name.startswith(family) and len(name) > len(family) for family in self.families
        )


INSTITUTION_FIELDS: Final = Fields(
    fixed=(
        *("id", "name", "kind", *PARENTS, "valid_from", "valid_to"),
        *("ownership", "sector", "capacity", "description", "serves_by"),
    ),
    families=("name.", "description.", "identifiers.", "serves."),
    dates=("valid_from", "valid_to"),
    likely=("name.da", "name.en", "identifiers.cvr", "identifiers.p_number"),
)
CHANGE_FIELDS: Final = Fields(
    fixed=("date", "kind", "from", "to", "source", "note"),
    families=("weight.",),
    dates=("date",),
    likely=("weight.area", "weight.population", "weight.register_rule", "weight.manual"),
)


@attrs.frozen(eq=False)
class Rows:
    """Rows as dictionaries from field to cell; empty cells are left out.

    ``numbers`` and ``lines`` say where the rows stand, ``shown`` what the fields are called there.
    """

    records: Sequence[Mapping[str, Any]]
    numbers: Sequence[int]
    lines: Sequence[int] = ()
    file: str | None = None
    shown: Mapping[str, str] = attrs.field(factory=dict)


def refused(
    code: str, *, file: str, line: int | None = None, details: Mapping[str, object] = MappingProxyType({})
) -> DataError:
    """Return the error for a file that cannot be read at all."""
    return DataError(Problems([ProblemBlock(code=code, file=file, line=line, details=dict(details))]))


def columns_of(
    header: Sequence[str],
    columns: Mapping[str, str] | None,
    *,
    required: Sequence[str] = (),
    file: str | None = None,
    fields: Fields = INSTITUTION_FIELDS,
) -> list[tuple[str, str]]:
    """Return field and column for every column that is read.

    Columns that are no field are refused, for they may be a slip of the pen; where the caller names the
    columns, the others are passed over. What is required must be there in some language.
    """
    named = dict(columns or {})
    if not all(name in fields for name in named):
        raise ArgumentError.choice("columns", (*fields.fixed, *(f"{family}*" for family in fields.families)))
    taken = set(named.values())
    pairs = [*named.items(), *((name, name) for name in header if name not in taken and name not in named)]
    read = [(_IN_DANISH.get(field, field), column) for field, column in pairs if field in fields]
    absent = [name for name in named.values() if name not in header]
    absent += [name for name in required if not any(field.split(".")[0] == name for field, _ in read)]
    blocks = [*_twice(header, read, file), *(_absent(name, file) for name in absent)]
    if columns is None:
        blocks += [_unknown(column, file, fields) for field, column in pairs if field not in fields]
    if blocks:
        raise DataError(Problems(blocks))
    return read


def _twice(header: Sequence[str], read: list[tuple[str, str]], file: str | None) -> list[ProblemBlock]:
    fields = [field for field, _ in read]
    twice = [column for field, column in read if list(header).count(column) > 1 or fields.count(field) > 1]
    return [ProblemBlock(code="header.duplicate", file=file, column=name) for name in dict.fromkeys(twice)]


def _absent(name: str, file: str | None) -> ProblemBlock:
    return ProblemBlock(code="register.column_missing", file=file, column=name)


def _unknown(column: str, file: str | None, fields: Fields) -> ProblemBlock:
    near = texts.closest(column, (*fields.fixed, *fields.likely))
    code = "register.column_unknown" if near is None else "register.column_similar"
    return ProblemBlock(code=code, file=file, column=column, details={} if near is None else {"suggestion": near})


def rows_of_records(records: Iterable[Mapping[str, Any]], fields: Fields = INSTITUTION_FIELDS) -> Rows:
    """Return rows from plain mappings; nested tables become dotted fields."""
    flat = [_flat(record) for record in records]
    header = list(dict.fromkeys(name for record in flat for name in record))
    columns_of(header, None, fields=fields)
    return Rows([filled(record) for record in flat], range(len(flat)))


def rows_of_frame(
    frame: pd.DataFrame,
    columns: Mapping[str, str] | None,
    required: Sequence[str],
    fields: Fields = INSTITUTION_FIELDS,
) -> Rows:
    """Return rows from a frame; records count from 0."""
    import pandas as pd

    pairs = columns_of([str(label) for label in frame.columns], columns, required=required, fields=fields)
    labels = {str(label): label for label in frame.columns}
    cells: dict[str, list[Any]] = {}
    for field, column in pairs:
        series = frame[labels[column]]
        there = series.notna().tolist()
        cells[field] = [value if known else None for value, known in zip(series.tolist(), there, strict=True)]
    for field in fields.dates:
        if field in cells:
            cells[field] = [_midnight(value, pd.Timestamp) for value in cells[field]]
    records = [filled(dict(zip(cells, row, strict=True))) for row in zip(*cells.values(), strict=True)]
    return Rows(records, range(len(records)), shown=dict(pairs))


def _midnight(value: Any, kind: type[Any]) -> Any:
    """Return the date of a point in time without a clock, everything else as it is."""
    whole = isinstance(value, kind) and value.tzinfo is None and value == value.normalize()
    return value.date() if whole else value


def _flat(record: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(record, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance] - a caller may pass anything
        raise ArgumentError("argument.type", argument="records", expected="Iterable[Mapping]")
    flat: dict[str, Any] = {}
    for name, value in record.items():
        if isinstance(value, Text):
            value = value.to_dict()  # noqa: PLW2901 - both forms of a text are one from here on
        if isinstance(value, Mapping):
            flat |= {f"{name}.{part}": inner for part, inner in value.items()}
        else:
            flat[_IN_DANISH.get(name, str(name))] = value
    return flat


def filled(record: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out empty cells, and the blanks around texts."""
    stripped = {name: _stripped(value) for name, value in record.items()}
    return {name: value for name, value in stripped.items() if value is not None}


def _stripped(value: Any) -> Any:
    if isinstance(value, str):
        return value.strip() or None
    return None if isinstance(value, float) and math.isnan(value) else value
