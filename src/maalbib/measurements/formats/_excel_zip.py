"""The parts of a workbook: inflated piece by piece while limits are kept, whatever the file says about its own sizes."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

import attrs

from maalbib.measurements._limits import Limits, RefusedError
from maalbib.problems import ProblemBlock

__all__ = ["Member", "Package", "damaged", "packed"]

_PIECE: Final = 64 * 1024
_INFLATED: Final = 256 * 1024
_MOST_PARTS: Final = 10_000
_ENTRY: Final = b"PK\x01\x02"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # what .xls files and encrypted workbooks begin with
_ENCRYPTED_PART: Final = "EncryptedPackage".encode("utf-16-le")
_OTHERS: Final = {"xl/workbook.bin": ".xlsb", "content.xml": ".ods", "index/document.iwa": ".numbers"}
_STORED, _DEFLATED = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED
_LOCAL: Final = struct.Struct("<4s5H3I2H")
_CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
_END: Final = struct.Struct("<4s4H2IH")
_FIRST_OF_JANUARY_1980: Final = 0x21


def damaged() -> RefusedError:
    """Return the refusal of a file that is no whole workbook."""
    return RefusedError(ProblemBlock(code="excel.damaged"))


@attrs.frozen(kw_only=True)
class Member:
    """A part as it lies in the file, compressed."""

    raw: memoryview = attrs.field(repr=False)
    method: int
    size: int
    crc: int

    @classmethod
    def stored(cls, text: str) -> Member:
        """Return a part that is not compressed."""
        data = text.encode("ascii")
        return cls(raw=memoryview(data), method=_STORED, size=len(data), crc=zlib.crc32(data))


class Package:
    """A workbook as a zip of parts.

    Parameters
    ----------
    data
        The bytes of the file.
    limits
        What may be decoded. Everything that is read, and everything that will be held because of it, counts.

    Raises
    ------
    RefusedError
        If the file is no workbook that can be read here.
    """

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._data = memoryview(data)
        self._limits = limits
        self._counted: dict[str, int] = {}
        self._whole: set[str] = set()
        self._charged = 0
        self._parts = {entry.filename.lower(): entry for entry in _entries(data)}
        other = next((kind for name, kind in _OTHERS.items() if name in self._parts), None)
        if other is not None:
            raise RefusedError(ProblemBlock(code="excel.other_format", details={"ending": other}))
        if any(entry.flag_bits & 1 for entry in self._parts.values()):
            raise RefusedError(ProblemBlock(code="excel.encrypted"))

    def __contains__(self, name: str) -> bool:
        """Say whether there is such a part; upper and lower case are the same."""
        return name.lower() in self._parts

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the parts in lower case."""
        return tuple(self._parts)

    def charge(self, amount: int) -> None:
        """Count bytes that will be held because of what was read.

        Raises
        ------
        RefusedError
            If it is more than the limits allow.
        """
        self._charged += amount
        self._keep_limits()

    def _keep_limits(self) -> None:
        decoded = sum(self._counted.values()) + self._charged
        breach = self._limits.decoding_breach(read=len(self._data), decoded=decoded)
        if breach is not None:
            raise RefusedError(breach)

    def member(self, name: str) -> Member:
        """Return a part as it lies in the file, with the size and checksum that its entry claims.

        Raises
        ------
        RefusedError
            If there is none.
        """
        entry = self._parts.get(name.lower())
        if entry is None:
            raise damaged()
        start = entry.header_offset
        if start < 0 or start + _LOCAL.size > len(self._data) or entry.compress_type not in {_STORED, _DEFLATED}:
            raise damaged()
        header = _LOCAL.unpack_from(self._data, start)
        start += _LOCAL.size + header[9] + header[10]
        raw = self._data[start : start + entry.compress_size]
        if header[0] != b"PK\x03\x04" or len(raw) != entry.compress_size:
            raise damaged()
        return Member(raw=raw, method=entry.compress_type, size=entry.file_size, crc=entry.CRC)

    def measured(self, name: str) -> Member:
        """Return a part whose size and checksum are true; it is read to its end unless it was before.

        Raises
        ------
        RefusedError
            If a limit is passed, or they are not.
        """
        if name.lower() not in self._whole:
            for _ in self.pieces(name):
                pass
        return self.member(name)

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield a part piece by piece.

        Raises
        ------
        RefusedError
            If a limit is passed, or the part is not what its own entry says.
        """
        member = self.member(name)
        size = crc = 0
        for piece in _inflated(member):
            size, crc = size + len(piece), zlib.crc32(piece, crc)
            if size > self._counted.get(name.lower(), 0):
                self._counted[name.lower()] = size
                self._keep_limits()
            yield piece
        if size != member.size or crc != member.crc:
            raise damaged()
        self._whole.add(name.lower())


def _entries(data: bytes) -> list[zipfile.ZipInfo]:
    if not data:
        raise RefusedError(ProblemBlock(code="file.empty"))
    if data.startswith(_OLE):
        if _ENCRYPTED_PART in data:
            raise RefusedError(ProblemBlock(code="excel.encrypted"))
        raise RefusedError(ProblemBlock(code="excel.other_format", details={"ending": ".xls"}))
    if data.count(_ENTRY) > _MOST_PARTS:  # counted before anything is made of them
        raise RefusedError(ProblemBlock(code="excel.too_many_parts", details={"most": _MOST_PARTS}))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError, struct.error):
        raise RefusedError(ProblemBlock(code="excel.not_a_workbook")) from None
    if len({entry.filename.lower() for entry in entries}) < len(entries):  # two readers may take different ones
        raise damaged()
    return entries


def _inflated(member: Member) -> Iterator[bytes]:
    if member.method == _STORED:
        for start in range(0, len(member.raw), _PIECE):
            yield bytes(member.raw[start : start + _PIECE])
        return
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for start in range(0, len(member.raw), _PIECE):
            waiting: bytes | memoryview = member.raw[start : start + _PIECE]
            while waiting and not inflater.eof:
                yield inflater.decompress(waiting, _INFLATED)
                waiting = inflater.unconsumed_tail
        yield inflater.flush()
    except zlib.error:
        raise damaged() from None
    if not inflater.eof:
        raise damaged()


def packed(members: dict[str, Member]) -> bytes:
    """Return a zip of parts that were read to their end, not compressed anew."""
    body, directory = bytearray(), bytearray()
    for name, member in members.items():
        label = name.encode("ascii")
        shared = (
            0,
            member.method,
            0,
            _FIRST_OF_JANUARY_1980,
            member.crc,
            len(member.raw),
            member.size,
            len(label),
            0,
        )
        offset = len(body)
        body += _LOCAL.pack(b"PK\x03\x04", 20, *shared) + label + member.raw
        directory += _CENTRAL.pack(_ENTRY, 20, 20, *shared, 0, 0, 0, 0, offset) + label
    end = _END.pack(b"PK\x05\x06", 0, 0, len(members), len(members), len(directory), len(body), 0)
    return bytes(body + directory + end)
