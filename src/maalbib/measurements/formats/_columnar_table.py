"""What an Arrow table says about itself, and its columns as they arrived."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import pyarrow as pa

from maalbib.measurements._codes import is_text
from maalbib.measurements._columns import Origin
from maalbib.measurements._derivation import Derivation
from maalbib.measurements._intake import Given
from maalbib.measurements._schema import SCHEMA_VERSION
from maalbib.problems import ProblemBlock, Problems

__all__ = ["given_of_arrow", "is_readable", "metadata_of", "own_metadata", "refused"]

_METADATA: Final = b"maalbib"
_EXTENSION: Final = b"ARROW:extension:name"
_PLAIN: Final = (
    *(pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal, pa.types.is_boolean, pa.types.is_null),
    *(pa.types.is_date, pa.types.is_timestamp, pa.types.is_time, pa.types.is_duration),
)


def metadata_of(breakdowns: Sequence[str], derivations: Sequence[Derivation] = ()) -> dict[bytes, bytes]:
    """Return what a written table says about itself."""
    said: dict[str, Any] = {"schema_version": SCHEMA_VERSION, "breakdowns": list(breakdowns)}
    if derivations:
        said["derivations"] = [each.to_dict() for each in derivations]
    return {_METADATA: json.dumps(said).encode()}


def given_of_arrow(table: pa.Table, origin: Origin | None = None) -> Given:
    """Return the columns of a table; those that share a name are not read."""
    version, breakdowns = own_metadata(table.schema)
    origin = origin or Origin(range(table.num_rows))
    if version > int(SCHEMA_VERSION.partition(".")[0]):
        return refused(ProblemBlock(code="schema.columns_too_new", file=origin.file))
    count = Counter(table.column_names)
    twice = [name for name, times in count.items() if times > 1]
    extensions = {field.name for field in table.schema if _is_extension(field)}
    return Given(
        columns={name: table.column(name) for name in count if count[name] == 1},
        origin=origin,
        problems=Problems(ProblemBlock(code="header.duplicate", file=origin.file, column=name) for name in twice),
        extensions=frozenset(extensions),
        breakdowns=tuple(name for name in breakdowns if name in count),
        derivations=_derivations(table.schema),
    )


def own_metadata(schema: pa.Schema) -> tuple[int, tuple[str, ...]]:
    """Return the major version and the breakdowns that a table declares; nothing where it is not ours."""
    try:
        found = json.loads((schema.metadata or {}).get(_METADATA, b"{}"))
        return int(str(found["schema_version"]).partition(".")[0]), tuple(map(str, found["breakdowns"]))
    except (ValueError, TypeError, KeyError):
        return 0, ()


def _derivations(schema: pa.Schema) -> tuple[Derivation, ...]:
    """Return how the table says its indicators were made; nothing where that cannot be read."""
    try:
        found = json.loads((schema.metadata or {}).get(_METADATA, b"{}"))
        return tuple(Derivation.from_dict(each) for each in found.get("derivations", ()))
    except (ValueError, TypeError, KeyError, AttributeError):
        return ()


def _is_extension(field: pa.Field[Any]) -> bool:
    """Say whether a column has a type of its own, such as periods of pandas, or one that no cell can have."""
    return _EXTENSION in (field.metadata or {}) or not is_readable(field.type)


def is_readable(kind: pa.DataType) -> bool:
    """Say whether cells of a type can be texts, numbers, days or truths; not nested ones, raw bytes and extensions."""
    if pa.types.is_dictionary(kind) or pa.types.is_run_end_encoded(kind):
        return is_readable(kind.value_type)
    return is_text(kind) or any(fits(kind) for fits in _PLAIN)


def refused(block: ProblemBlock) -> Given:
    """Return what is left of a file that is not read: its problem."""
    return Given(columns={}, origin=Origin(range(0), file=block.file), problems=Problems([block]))
