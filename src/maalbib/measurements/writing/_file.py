"""A file that is there whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path

__all__ = ["whole_file", "write_whole"]


@contextmanager
def whole_file(path: str | Path) -> Generator[Path, None, None]:
    """Give a name beside a file's place to write to, and put what was written there when the block has ended well.

    Parameters
    ----------
    path
        Where the file shall be; one that is there is replaced. A link is followed.

    Raises
    ------
    OSError
        If the folder cannot be written to.
    """
    place = Path(os.path.realpath(path))
    part = place.with_name(f".{secrets.token_hex(8)}.part")
    try:
        yield part
        part.replace(place)
    except BaseException:  # an interrupt too leaves nothing behind
        part.unlink(missing_ok=True)
        raise


def write_whole(path: str | Path, pieces: Iterable[bytes]) -> None:
    """Write pieces to a file that is there when the last one is written.

    Parameters
    ----------
    path
        As in :func:`whole_file`.
    pieces
        What it holds. Whatever making them raises leaves the place as it was.

    Raises
    ------
    OSError
        If the folder cannot be written to.
    """
    with whole_file(path) as part, part.open("xb") as file:
        for piece in pieces:
            file.write(piece)
