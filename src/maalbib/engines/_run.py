"""The driver: one kernel over any amount of data, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import attrs
import pyarrow as pa

from maalbib.engines._columns import require
from maalbib.engines._fragments import Condition, Reading, union_of
from maalbib.engines._kernel import Kernel
from maalbib.engines._plan import Plan
from maalbib.engines._pool import Start, Work, results
from maalbib.engines._progress import Progress, Step, teller_of
from maalbib.engines._source import source_of
from maalbib.engines._spool import Disk
from maalbib.errors import ArgumentError
from maalbib.measurements._limits import Limits
from maalbib.measurements.formats._columnar_table import own_metadata

__all__ = ["run"]

_GIB: Final = 1024**3
_STARTS: Final = ("spawn", "fork", "forkserver")


def run(
    source: Any,
    kernel: Kernel,
    params: Any = None,
    *,
    by: Sequence[str] = ("indicator",),
    where: Sequence[Condition] = (),
    ordered: bool | None = None,
    parallel: int = 1,
    start: Start = "spawn",
    limits: Limits | None = None,
    progress: Progress | bool | None = None,
    disk: str | Path | None = None,
    disk_bytes: int = 64 * _GIB,
) -> pa.RecordBatchReader:
    """Run a kernel over data of any size.

    Parameters
    ----------
    source
        Where the rows are: the path of a Parquet or Arrow file, or of a folder of them (``indicator=abc/`` gives a column); a list of
        such paths; a ``pyarrow.dataset``; anything with ``__arrow_c_stream__``; or an iterator of record batches.
    kernel
        What is done with the rows of whole groups, such as :func:`trends`.
    params
        The kernel's parameters; its own where None.
    by
        Columns whose codes say which rows belong together. They must be among the kernel's groups; fewer columns make larger groups.
    where
        Conditions that all must hold, such as ``("indicator", "in", ["sick"])``. Files and parts of files that hold no such row are
        not read.
    ordered
        Whether the rows come in ascending order of the group columns. True lets a stream flow through without being put aside, and
        refuses it where it is not so. None finds out.
    parallel
        How many processes work. With more than one, kernel and parameters must pickle, and a script needs
        ``if __name__ == "__main__":``.
    start
        How processes are started.
    limits
        What one file may unfold to; of a stream, what one batch may.
    progress
        A function that is told each :class:`Step`, and stops the run by returning False; or True for a bar on standard error where
        that is a terminal, which needs ``maalbib[progress]``.
    disk
        Folder for rows that are put aside; the system's own place for temporary files where None.
    disk_bytes
        How many bytes of rows may be put aside.

    Returns
    -------
    pyarrow.RecordBatchReader
        The results in ascending order of the groups, with the kernel's columns also where there is no row. Nothing is computed
        before it is asked for. To stop early let go of the reader: processes end, and what was put aside is gone.

    Raises
    ------
    ArgumentError
        If an argument is wrong.
    DataError
        If a file cannot be read, or lacks a column; while results are taken also if rows are not valid.
    MaalError
        While results are taken: if the kernel fails, a process is lost, or too much is put aside.
    MissingExtraError
        If a bar is asked for and tqdm is not installed.

    Notes
    -----
    No group is in two calls. Which keys a file holds is told by its folder or footer, else its key columns are read; where ranges of
    files do not touch, each is read whole, and its keys are held against what was told. Files that share groups, and files of
    more than four million rows, are read in batches: in order, a group that is cut is carried over to the next batch; in no
    order, rows are sorted into parts on disk by ranges of keys [1]_. Results are therefore the same bytes however the data are cut,
    sorted or encoded.

    Memory: about 150 MB, and 12 times the largest file or, read in batches, the largest group; with ``parallel`` so much for each
    process. Codes that are grouped by must be written the same way throughout: blanks around them are refused.

    References
    ----------
    .. [1] DeWitt, D. J., Naughton, J. F. and Schneider, D. A. (1991). Parallel sorting on a shared-nothing architecture using
       probabilistic splitting. Proceedings of the First International Conference on Parallel and Distributed Information
       Systems, 280-291.

    Examples
    --------
    >>> import maalbib as mb
    >>> from maalbib import engines
    >>> reader = engines.run(mb.Measurements.example("reading").to_arrow(), engines.trends())
    >>> reader.read_all()["state"].to_pylist()
    ['no_detectable_change', 'no_detectable_change', 'no_detectable_change', 'no_detectable_change']
    """
    made = attrs.evolve(kernel, params=kernel.params if params is None else params)
    _check(made, by, parallel, start, disk_bytes)
    bounds = limits or Limits()
    teller = teller_of(progress, made.name)
    data = source_of(source, by, bounds)
    declared = {name for schema in data.schemas for name in own_metadata(schema)[1]}
    schema = union_of(data.schemas, made.columns(declared) | set(by))
    if data.schemas:
        require(schema.names, tuple(dict.fromkeys((*made.required, *by))))
    reading = Reading(schema=schema, where=tuple(where), limits=bounds)
    aside = Disk(None if disk is None else Path(disk), disk_bytes)
    plan = Plan(source=data, reading=reading, by=tuple(by), ordered=ordered, disk=aside)
    work = Work(kernel=made, reading=reading, by=tuple(by))
    batches = _batches(work, plan, parallel, start, teller)
    return pa.RecordBatchReader.from_batches(made.output_schema(made.params), batches)


def _check(kernel: Kernel, by: Sequence[str], parallel: int, start: str, disk_bytes: int) -> None:
    if isinstance(by, str) or not by or not set(by) <= set(kernel.groups):
        raise ArgumentError.choice("by", kernel.groups)
    numbers: dict[str, Any] = {"parallel": parallel, "disk_bytes": disk_bytes}
    for argument, value in numbers.items():
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise ArgumentError("argument.whole_number", argument=argument, low=1)
    if start not in _STARTS:
        raise ArgumentError.choice("start", _STARTS)


def _batches(work: Work, plan: Plan, parallel: int, start: Start, teller: Any) -> Iterator[pa.RecordBatch]:
    """Yield results as they come, and at the end those of groups that had no rows."""
    seen: set[str] = set()
    step = Step(calls=0, rows=0, results=0)
    calls = plan.calls()
    with closing(teller), closing(calls), closing(results(work, calls, parallel, start)) as found:
        for done in found:
            seen |= done.indicators
            step = Step(calls=step.calls + 1, rows=step.rows + done.rows, results=step.results + done.table.num_rows)
            teller.tell(step)
            yield from done.table.to_batches()
    kernel = work.kernel
    if kernel.closing is not None and kernel.params is not None:
        yield from kernel.closing(frozenset(seen), kernel.params).to_batches()
