"""From a path or bytes to text: which encoding, decided by rules and never by what looks likely."""

from __future__ import annotations

import codecs
import os
from pathlib import Path
from typing import Final

import attrs
import pyarrow as pa

from maalbib.errors import ArgumentError
from maalbib.measurements._arrow_types import whole_text
from maalbib.measurements._limits import Limits, RefusedError
from maalbib.problems import ProblemBlock

__all__ = ["Decoded", "UndecodableError", "decode", "is_utf8", "load_bytes", "source_name"]

_PIECE: Final = 16 * 1024**2

# UTF-32 stands first: its little-endian mark begins with that of UTF-16.
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARABLE: Final = ("ascii", "cp", "iso8859", "koi8", "mac", "utf")
_WIDE: Final = ("utf-16", "utf-32")

# UTF-16 of Danish text is half NUL bytes; a few in a row are faults of single cells instead.
_FEW_NULS: Final = 3
_SHARE_OF_NULS: Final = 0.05


@attrs.frozen(kw_only=True)
class Decoded:
    """The text of a file as UTF-8 without a byte order mark.

    Attributes
    ----------
    data
        Valid UTF-8.
    encoding
        The encoding that was found, or the declared one as it was written.
    bom
        Whether the file began with a byte order mark.
    fallback
        Whether cp1252 was taken because the bytes were not UTF-8.
    """

    data: bytes = attrs.field(repr=False)
    encoding: str
    bom: bool
    fallback: bool = False


class UndecodableError(Exception):
    """A byte does not belong to the encoding; ``before`` is the text in front of it, for counting rows."""

    def __init__(self, encoding: str, before: bytes) -> None:
        super().__init__(encoding)
        self.encoding = encoding
        self.before = before


def source_name(source: str | Path | bytes) -> str | None:
    """Return the name of the file for messages, without its folders; None for bytes."""
    return None if isinstance(source, bytes) else Path(source).name


def load_bytes(source: str | Path | bytes, limits: Limits) -> bytes:
    """Return the bytes of a file, read in pieces so that the limit holds for growing files and pipes too.

    Raises
    ------
    RefusedError
        With ``file.not_found``, ``file.unreadable`` or ``file.too_large``.
    """
    if isinstance(source, bytes):
        data = source
    else:
        try:
            data = _read_up_to(Path(source), limits.read_bytes)
        except FileNotFoundError:
            raise RefusedError(ProblemBlock(code="file.not_found", details={"file": Path(source).name})) from None
        except (OSError, ValueError):  # a folder, no permission, a NUL in the name
            raise RefusedError(ProblemBlock(code="file.unreadable")) from None
    breach = limits.breach("read_bytes", len(data))
    if breach is not None:
        raise RefusedError(breach)
    return data


def _read_up_to(path: Path, most: int) -> bytes:
    pieces: list[bytes] = []
    left = most + 1
    with path.open("rb") as file:
        # The whole of an ordinary file in one piece, so that it is not held twice while pieces are joined.
        size = max(_PIECE, os.fstat(file.fileno()).st_size)
        while left > 0 and (piece := file.read(min(left, size))):
            pieces.append(piece)
            left, size = left - len(piece), _PIECE
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def decode(data: bytes, *, encoding: str | None = None, limits: Limits) -> Decoded:
    """Return the text as UTF-8: byte order mark, then strict UTF-8, then cp1252.

    A declared encoding is the only one tried; a byte order mark of another encoding contradicts it.

    Raises
    ------
    ArgumentError
        If the declared encoding is not known.
    RefusedError
        With ``encoding.nul``, ``encoding.differs`` or ``file.too_large``.
    UndecodableError
        If a byte does not belong to the encoding.
    """
    mark, marked = next(((mark, name) for mark, name in _MARKS if data.startswith(mark)), (b"", None))
    family = None if encoding is None else _family(encoding)
    if marked and family and not marked.startswith(family.removesuffix("-sig")):
        raise RefusedError(ProblemBlock(code="encoding.differs", details={"declared": encoding, "marked": marked}))
    body = data[len(mark) :]
    taken = marked or family
    if not (taken or "").startswith(_WIDE) and _mostly_wide(body):
        raise RefusedError(ProblemBlock(code="encoding.nul"))
    if taken is None and not is_utf8(body):
        return _fallen_back(body, limits)
    text = _utf8(body, taken or "utf-8", limits)
    return Decoded(data=text, encoding=encoding or taken or "utf-8", bom=bool(mark))


def is_utf8(data: bytes) -> bool:
    """Return whether the bytes are strict UTF-8, without making a text of them."""
    try:
        whole_text(data).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _fallen_back(body: bytes, limits: Limits) -> Decoded:
    try:
        text = _utf8(body, "cp1252", limits)
    except UndecodableError as error:
        raise _nearest_fault(body, error) from None
    return Decoded(data=text, encoding="cp1252", bom=False, fallback=True)


def _nearest_fault(body: bytes, error: UndecodableError) -> UndecodableError:
    """Blame UTF-8 where the file was UTF-8 up to the fault: then one byte is broken, not the choice of encoding."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as fault:
        before = body[: fault.start]
        if not before.isascii():
            return UndecodableError("utf-8", before)
    return error


def _utf8(body: bytes, encoding: str, limits: Limits) -> bytes:
    if encoding == "utf-8" and is_utf8(body):
        return body
    try:
        data = body.decode(encoding).encode("utf-8")
    except UnicodeError as fault:
        start = fault.start if isinstance(fault, UnicodeDecodeError) else 0
        before = body[:start].decode(encoding, errors="ignore").encode("utf-8", errors="ignore")
        raise UndecodableError(encoding, before) from None
    breach = limits.decoding_breach(read=len(body), decoded=len(data))
    if breach is not None:
        raise RefusedError(breach)
    return data


def _family(encoding: str) -> str:
    try:
        name = codecs.lookup(encoding).name
    except (LookupError, ValueError):
        name = ""
    if not name.startswith(_DECLARABLE):
        raise ArgumentError("argument.encoding")
    return name


def _mostly_wide(body: bytes) -> bool:
    nuls = body.count(0) if body.find(0) >= 0 else 0  # to find none is much faster than to count
    return nuls > _FEW_NULS and nuls > _SHARE_OF_NULS * len(body)
