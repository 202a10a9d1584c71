"""How much a reader may take in before it refuses, so that an upload cannot eat the memory."""

from __future__ import annotations

from typing import Final

import attrs

from maalbib.errors import ArgumentError
from maalbib.problems import ProblemBlock

__all__ = ["DEFAULT_LIMITS", "Limits", "RefusedError"]

_MIB: Final = 1024**2


def _positive(_: object, attribute: attrs.Attribute[int], value: int) -> None:
    if type(value) is not int or value < 1:
        raise ArgumentError("argument.limit", argument=attribute.name)


@attrs.frozen(kw_only=True)
class Limits:
    """Limits that every reader keeps; a breach is the problem ``file.too_large`` that names the limit.

    Attributes
    ----------
    read_bytes
        Bytes read from one file.
    decoded_bytes
        Bytes after decoding or decompression.
    ratio
        Decoded bytes for each byte read, once more than ``ratio_from`` bytes are decoded.
    ratio_from
        Decoded bytes below which ``ratio`` is not looked at.
    rows
        Records under the header, those that are left out included.
    columns
        Columns of the header.
    cell_length
        Characters in one cell.
    name_length
        Characters in the name of a column.
    depth
        Tables and arrays within each other in a JSON file.
    files
        Files in a folder.

    Raises
    ------
    ArgumentError
        If a limit is not a whole number above 0.

    Examples
    --------
    >>> Limits(rows=1_000).rows
    1000
    >>> Limits().breach("rows", 50_000_001).details
    {'limit': 'rows', 'most': 50000000}
    """

    read_bytes: int = attrs.field(default=2 * 1024 * _MIB, validator=_positive)
    decoded_bytes: int = attrs.field(default=4 * 1024 * _MIB, validator=_positive)
    ratio: int = attrs.field(default=200, validator=_positive)
    ratio_from: int = attrs.field(default=64 * _MIB, validator=_positive)
    rows: int = attrs.field(default=50_000_000, validator=_positive)
    columns: int = attrs.field(default=1_000, validator=_positive)
    cell_length: int = attrs.field(default=100_000, validator=_positive)
    name_length: int = attrs.field(default=1_000, validator=_positive)
    depth: int = attrs.field(default=100, validator=_positive)
    files: int = attrs.field(default=1_000, validator=_positive)

    def breach(self, limit: str, amount: int) -> ProblemBlock | None:
        """Return the problem if ``amount`` is above the limit of that name, else None."""
        most: int = getattr(self, limit)
        if amount <= most:
            return None
        return ProblemBlock(code="file.too_large", details={"limit": limit, "most": most})

    def decoding_breach(self, *, read: int, decoded: int) -> ProblemBlock | None:
        """Return the problem if decoding gave too much, in bytes or in proportion to the bytes read."""
        if decoded > self.ratio_from and decoded > self.ratio * read:
            return ProblemBlock(code="file.too_large", details={"limit": "ratio", "most": self.ratio})
        return self.breach("decoded_bytes", decoded)


DEFAULT_LIMITS: Final = Limits()


class RefusedError(Exception):
    """Ends the reading of a file inside a reader, which hands on the block; callers never see it."""

    def __init__(self, block: ProblemBlock) -> None:
        super().__init__(block.code)
        self.block = block
