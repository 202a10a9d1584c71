"""XML of a workbook as events: streamed, without document types, entities or anything outside the file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from xml.parsers import expat

from maalbib.measurements._limits import RefusedError
from maalbib.measurements.formats._excel_zip import damaged
from maalbib.problems import ProblemBlock

__all__ = ["Stop", "attribute", "local_name", "parser_of", "run"]


class Stop(Exception):  # noqa: N818 - it ends a parse that has seen enough, and is no error
    """Ends the reading of a part."""


def local_name(name: str) -> str:
    """Return a name without the prefix of its namespace; writers choose those as they like."""
    return name.rpartition(":")[2]


def attribute(attributes: dict[str, str], name: str) -> str | None:
    """Return an attribute by its local name."""
    return next((value for key, value in attributes.items() if local_name(key) == name), None)


def parser_of(
    start: Callable[[str, dict[str, str]], Any],
    end: Callable[[str], Any] | None = None,
    characters: Callable[[str], Any] | None = None,
) -> expat.XMLParserType:
    """Return a parser that calls the given functions and refuses a document type, and with it every entity."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = _refuse
    return parser


def _refuse(*_: object) -> None:
    raise RefusedError(ProblemBlock(code="excel.document_type"))


def run(parser: expat.XMLParserType, pieces: Iterable[bytes]) -> None:
    """Feed a part to a parser, until its end or until a function raises :class:`Stop`.

    Raises
    ------
    RefusedError
        If it is not XML, or has a document type.
    """
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except Stop:
        pass
    except (expat.ExpatError, ValueError, LookupError):  # an unknown encoding is a LookupError
        raise damaged() from None
