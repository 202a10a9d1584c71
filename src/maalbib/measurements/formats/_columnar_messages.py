"""What the messages of an Arrow file say that they unfold to, read before any of them is unfolded.

A compressed buffer begins with the room that it asks for. The places of the buffers stand in the message's metadata, whose
form Arrow has checked by then.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, Final

import attrs
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["MAGIC", "Messages", "messages_in"]

MAGIC: Final = b"ARROW1"
_DICTIONARY, _BATCH = 2, 3  # kinds of a message
_AS_IT_IS: Final = -1  # in place of a size: the buffer was not worth compressing


@attrs.frozen(kw_only=True)
class Messages:
    """What the messages of a file ask for.

    Attributes
    ----------
    rows
        Rows of all batches.
    batches
        How many there are.
    unfolded
        Bytes of batches and dictionaries after decompression.
    whole
        Whether the end of the file was marked: nothing is missing.
    """

    rows: int
    batches: int
    unfolded: int
    whole: bool


def messages_in(data: pa.Buffer) -> Messages:
    """Sum up what the messages of a stream say.

    Raises
    ------
    pyarrow.ArrowException, struct.error, ValueError
        If they are none.
    """
    source = pa.BufferReader(data)
    rows = batches = unfolded = 0
    for message in _messages(source):
        table = _Table.root(memoryview(message.metadata).cast("B"))
        kind, held = table.number(1, "<B"), table.table(2)
        if kind == _DICTIONARY:
            held = held.table(1)
        elif kind == _BATCH:
            batches += 1
            rows += _at_least(0, held.number(0, "<q"))
        else:
            continue
        unfolded += sum(_sizes(held, message.body))
    end = source.tell()
    return Messages(
        rows=rows, batches=batches, unfolded=unfolded, whole=data[max(0, end - 4) : end].to_pybytes() == bytes(4)
    )


def _messages(source: pa.NativeFile) -> Iterator[Any]:
    reader = pa.ipc.MessageReader.open_stream(source)
    while True:
        try:
            yield reader.read_next_message()
        except StopIteration:
            return


def _sizes(batch: _Table, body: pa.Buffer) -> Iterator[int]:
    """Yield what each buffer of a batch takes once it is unfolded."""
    compressed = batch.has(3)
    for offset, length in batch.pairs(2):
        if compressed and length > 0:
            asked = struct.unpack_from("<q", body, offset)[0]
            yield length if asked == _AS_IT_IS else _at_least(0, asked)
        else:
            yield _at_least(0, length)


def _at_least(low: int, count: int) -> int:
    """Refuse a negative count, which would make room for others."""
    if count < low:
        raise ValueError
    return count


@attrs.frozen
class _Table:
    """A table of a flatbuffer."""

    data: memoryview
    place: int

    @classmethod
    def root(cls, data: memoryview) -> _Table:
        return cls(data, struct.unpack_from("<I", data, 0)[0])

    def _field(self, number: int) -> int:
        """Return where a field stands, 0 where it is absent."""
        fields = self.place - struct.unpack_from("<i", self.data, self.place)[0]
        entry = 4 + 2 * number
        if entry >= struct.unpack_from("<H", self.data, fields)[0]:
            return 0
        offset: int = struct.unpack_from("<H", self.data, fields + entry)[0]
        return self.place + offset if offset else 0

    def has(self, number: int) -> bool:
        return self._field(number) != 0

    def number(self, number: int, form: str) -> int:
        place = self._field(number)
        found: int = struct.unpack_from(form, self.data, place)[0] if place else 0
        return found

    def _followed(self, number: int) -> int:
        place = self._field(number)
        offset: int = struct.unpack_from("<I", self.data, place)[0]
        return place + offset

    def table(self, number: int) -> _Table:
        return _Table(self.data, self._followed(number))

    def pairs(self, number: int) -> Iterator[tuple[int, int]]:
        """Yield a vector of structs of two numbers."""
        if not self.has(number):
            return
        place = self._followed(number)
        count = struct.unpack_from("<I", self.data, place)[0]
        yield from struct.iter_unpack("<qq", self.data[place + 4 : place + 4 + 16 * count])
