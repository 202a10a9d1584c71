"""From the components of an SDMX message, whatever it was written in, to the observations that it leaves behind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute
from numpy.typing import NDArray

from maalbib.measurements._arrow_types import Rows
from maalbib.measurements._codes import Codes
from maalbib.measurements._limits import Limits, RefusedError
from maalbib.measurements.formats._sdmx_actions import Mask, applied
from maalbib.measurements.formats._sdmx_names import FREQUENCY, KEYED, REPORTING_START, concept
from maalbib.measurements.formats._sdmx_periods import in_calendar
from maalbib.problems import Level, ProblemBlock

__all__ = ["Cells", "Message", "Observations", "block_at", "labels_of", "observations", "without_rows"]

compute: Final[Any] = pyarrow.compute  # its stubs know no plain values among the arguments

Cells: TypeAlias = "Codes | NDArray[np.float64] | pa.Array[Any]"
# They have said what they have to say once the period is read.
_SPENT: Final = frozenset({FREQUENCY, REPORTING_START})


@attrs.frozen(kw_only=True, eq=False)
class Message:
    """The rows of a message by component.

    Attributes
    ----------
    dimensions
        Components that identify an observation.
    cells
        Measures, attributes and whatever else the file has: codes, numbers or texts.
    filled
        Which of their cells hold something; in a deletion, which are to be deleted.
    actions
        What is to be done with each row.
    roles
        Which component is which column of measurements.
    rows, lines
        Number and line of each row as problems name them; no lines where there are none.
    """

    dimensions: Mapping[str, Codes]
    cells: Mapping[str, Cells]
    filled: Mapping[str, Mask]
    actions: NDArray[np.int8]
    roles: Mapping[str, str]
    rows: Rows
    lines: Rows | None = None


@attrs.frozen(kw_only=True, eq=False)
class Observations:
    """What a message leaves behind: columns in its own order of components, and the row of each observation."""

    columns: Mapping[str, pa.Array[Any]]
    rows: Rows


def block_at(
    message: Message,
    code: str,
    bad: Rows,
    *,
    level: Level = "error",
    column: str | None = None,
    other: Rows | None = None,
) -> list[ProblemBlock]:
    """Return a problem of some rows; none where there are no rows."""
    if not len(bad):
        return []
    lines = None if message.lines is None else message.lines[bad]
    rows = message.rows[bad]
    return [
        ProblemBlock(
            code=code,
            level=level,
            column=column,
            rows=rows.tolist(),
            other_rows=() if other is None else message.rows[other].tolist(),
            lines=() if lines is None or np.array_equal(lines, rows) else lines.tolist(),
        )
    ]


def without_rows(message: Message, rows: Rows) -> Message:
    """Return a message without some of its rows."""
    if not len(rows):
        return message
    kept = np.delete(np.arange(len(message.rows)), rows)
    return attrs.evolve(
        message,
        dimensions={name: Codes(codes.codes[kept], codes.texts) for name, codes in message.dimensions.items()},
        cells={name: _taken(cells, kept) for name, cells in message.cells.items()},
        filled={name: mask[kept] for name, mask in message.filled.items()},
        actions=message.actions[kept],
        rows=message.rows[kept],
        lines=None if message.lines is None else message.lines[kept],
    )


def observations(message: Message, order: Sequence[str], limits: Limits) -> tuple[Observations, list[ProblemBlock]]:
    """Apply the rows of a message and return what is left.

    Parameters
    ----------
    message
        Its rows; those with errors are not among them.
    order
        The components in the order of the file.
    limits
        What may be made of it: a remark on a group stands beside each of its observations.

    Raises
    ------
    RefusedError
        With ``file.too_large``.
    """
    keyed = {name for role, name in message.roles.items() if role in KEYED and name in message.cells}
    value = message.roles.get("value")
    found = applied(
        [*message.dimensions.values()],
        [_as_codes(message.cells[name]) for name in order if name in keyed],
        message.actions,
        {name: mask for name, mask in message.filled.items() if name not in keyed},
        value=value,
    )
    sources = dict.fromkeys((*message.dimensions, *keyed), found.rows) | dict(found.cells)
    for name, cells in message.cells.items():
        _check_size(cells, sources[name], limits)
    columns: dict[str, Cells] = {
        name: _taken({**message.dimensions, **message.cells}[name], sources[name]) for name in order
    }
    blocks = block_at(message, "sdmx.overwritten", found.overwritten, level="warning", column=value, other=found.by)
    blocks += block_at(message, "sdmx.unattached", found.unattached, level="warning")
    blocks += block_at(message, "sdmx.nothing_deleted", found.idle, level="warning")
    kept, faults = _put_into_calendar(columns, message, found.rows)
    arrays = {name: _arrow(column) for name, column in columns.items() if concept(name) not in _SPENT}
    if len(kept) < len(found.rows):
        indices: Any = pa.array(kept)
        arrays = {name: array.take(indices) for name, array in arrays.items()}
    return Observations(columns=arrays, rows=message.rows[found.rows[kept]]), [*blocks, *faults]


def _put_into_calendar(columns: dict[str, Cells], message: Message, rows: Rows) -> tuple[Rows, list[ProblemBlock]]:
    """Read periods of reporting years in place; return the observations whose period can be read."""
    everything = np.arange(len(rows))
    start = next((name for name in columns if concept(name) == REPORTING_START), None)
    period = message.roles.get("period")
    if start is None or period is None:
        return everything, []
    starts, periods = columns[start], columns[period]
    if not isinstance(starts, Codes) or not isinstance(periods, Codes):
        return everything, []
    columns[period], bad = in_calendar(periods, starts)
    return np.delete(everything, bad), block_at(message, "sdmx.reporting_year", rows[bad], column=period)


def _as_codes(cells: Cells) -> Codes:
    """Return a column whose values only have to be told apart."""
    if isinstance(cells, Codes):
        return cells
    values = cells if isinstance(cells, np.ndarray) else np.empty(0)
    distinct, codes = np.unique(values, return_inverse=True)
    found = Codes(codes.reshape(-1).astype(np.int32), tuple(map(repr, distinct.tolist())))
    return Codes(np.where(np.isnan(values), np.int32(-1), found.codes), found.texts)


def _taken(cells: Cells, rows: Rows) -> Cells:
    """Return the cells of some rows, empty for row -1."""
    if isinstance(cells, Codes):
        return Codes(np.append(cells.codes, np.int32(-1))[rows], cells.texts)
    if isinstance(cells, np.ndarray):
        return np.append(cells, np.nan)[rows]
    indices: Any = pa.array(rows, mask=rows < 0)
    taken: pa.Array[Any] = cells.take(indices)
    return taken


def _check_size(cells: Cells, rows: Rows, limits: Limits) -> None:
    if isinstance(cells, Codes | np.ndarray):
        return
    lengths = compute.fill_null(compute.binary_length(cells), 0).to_numpy(zero_copy_only=False)
    breach = limits.breach("decoded_bytes", int(np.append(lengths, 0)[rows].sum(dtype=np.int64)))
    if breach is not None:
        raise RefusedError(breach)


def _arrow(cells: Cells) -> pa.Array[Any]:
    if isinstance(cells, Codes):
        return cells.to_arrow()
    if isinstance(cells, np.ndarray):
        return pa.array(cells, mask=np.isnan(cells))
    return cells


def labels_of(pairs: Iterable[tuple[str, str]], language: str) -> dict[str, dict[str, str]]:
    """Return what people call each code, the first label of a code that has several."""
    found: dict[str, dict[str, str]] = {}
    for code, label in pairs:
        found.setdefault(code, {language: label})
    return found
