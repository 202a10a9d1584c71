"""Calls of a kernel, here or in several processes; results come in the order of the calls."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import threading
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from typing import Any, Final, Literal

import attrs
import pyarrow as pa

from maalbib.engines._columns import codes_column
from maalbib.engines._fragments import FileFragment, Reading
from maalbib.engines._kernel import Kernel
from maalbib.engines._plan import Call, whole_table
from maalbib.errors import ArgumentError, DataError, MaalError
from maalbib.problems import Problems

__all__ = ["Done", "Start", "Work", "results"]

Start = Literal["spawn", "fork", "forkserver"]


@attrs.frozen(kw_only=True)
class Done:
    """What a call gave.

    Attributes
    ----------
    table
        Its result.
    rows
        How many rows went in.
    indicators
        Those among them.
    """

    table: pa.Table
    rows: int
    indicators: frozenset[str] = frozenset()


@attrs.frozen(kw_only=True)
class Work:
    """A kernel and how its rows are read; calling it does a call."""

    kernel: Kernel
    reading: Reading
    by: tuple[str, ...]

    def __call__(self, call: Call) -> Done:
        """Read the rows and give them to the kernel.

        Raises
        ------
        MaalError
            If the kernel fails, or gives other columns than it said.
        """
        table = whole_table(call, self.reading, self.by)
        rows = table.num_rows
        seen = frozenset[str]()
        if self.kernel.closing is not None:
            seen = frozenset(codes_column(table, "indicator").take(None).texts)
        try:
            result = self.kernel(table) if rows else self.kernel.output_schema(self.kernel.params).empty_table()
        except DataError as error:
            name = None if call.fragment is None else call.fragment.name
            raise _located(error, name) from None
        except MaalError:
            raise
        except Exception as error:
            raise MaalError("engines.kernel_failed", kernel=self.kernel.name, fault=type(error).__name__) from error
        return Done(table=_checked(result, self.kernel), rows=rows, indicators=seen)


def _located(error: DataError, file: str | None) -> DataError:
    """Return the error with the file that its rows are from; they count within the group."""
    blocks = error.problems.blocks
    return DataError(Problems(attrs.evolve(block, file=block.file or file) for block in blocks))


def _checked(result: Any, kernel: Kernel) -> pa.Table:
    schema = kernel.output_schema(kernel.params)
    if not isinstance(result, pa.Table) or not result.schema.equals(schema):
        raise MaalError("engines.kernel_columns", kernel=kernel.name)
    return result


def results(work: Work, calls: Iterator[Call], parallel: int, start: Start) -> Generator[Done]:
    """Yield the results of calls in their order; with several processes at most one more call than those is made ahead."""
    if parallel == 1:
        for call in calls:
            yield work(call)
        return
    executor = ProcessPoolExecutor(
        parallel, multiprocessing.get_context(start), initializer=_begin, initargs=(_pickled(work),)
    )
    waiting: deque[Future[tuple[bytes, int, frozenset[str]]]] = deque()
    try:
        for call in calls:
            if len(waiting) >= parallel:
                yield _result(waiting.popleft())
            waiting.append(executor.submit(_do, _sent(call, work)))
        while waiting:
            yield _result(waiting.popleft())
    except BrokenProcessPool:
        raise MaalError("engines.worker_lost") from None
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def _pickled(work: Work) -> bytes:
    try:
        return pickle.dumps(work)
    except (pickle.PicklingError, TypeError, AttributeError):
        raise ArgumentError("engines.not_picklable", kernel=work.kernel.name) from None


def _sent(call: Call, work: Work) -> Call | bytes:
    """Return what is sent to a process: a file is read there, anything else here."""
    if isinstance(call.fragment, FileFragment):
        return call
    return _packed(whole_table(call, work.reading, work.by))


def _result(future: Future[tuple[bytes, int, frozenset[str]]]) -> Done:
    data, rows, seen = future.result()
    return Done(table=_unpacked(data), rows=rows, indicators=seen)


def _packed(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(unify_dictionaries=True)
    with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
        writer.write_table(table.combine_chunks())
    return sink.getvalue().to_pybytes()


def _unpacked(data: bytes) -> pa.Table:
    return pa.ipc.open_stream(data).read_all()


_WORK: Final[list[Work]] = []  # of this process, when it is one of a pool


def _begin(data: bytes) -> None:
    """Take over the work, and end when the process that gave it ends."""
    _WORK[:] = [pickle.loads(data)]  # noqa: S301 - pickled by _pickled, in the process that started this one
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=([parent.sentinel],), daemon=True).start()


def _end_with(sentinels: Sequence[int]) -> None:
    wait(sentinels)
    os._exit(1)


def _do(sent: Call | bytes) -> tuple[bytes, int, frozenset[str]]:
    call = Call(table=_unpacked(sent)) if isinstance(sent, bytes) else sent
    done = _WORK[0](call)
    return _packed(done.table), done.rows, done.indicators
