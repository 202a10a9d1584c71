"""The goal board as files: a page, JSON, and a text file for spreadsheets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from maalbib.errors import ArgumentError
from maalbib.measurements.writing._csv import csv_bytes

if TYPE_CHECKING:
    from maalbib.analysis._board import GoalBoard
    from maalbib.measurements.writing._numbers import WrittenLocale

__all__ = ["board_csv", "write_board"]

_BETWEEN = " "


def board_csv(board: GoalBoard, locale: WrittenLocale) -> bytes:
    """Return every column, lists as texts with a blank between their parts, and the sentences in both languages."""
    table = board.to_arrow().replace_schema_metadata(None)
    for place, field in enumerate(table.schema):
        if not (pa.types.is_string(field.type) or pa.types.is_floating(field.type) or pa.types.is_date(field.type)):
            texts = pa.array(list(map(_text, table[field.name].to_pylist())), type=pa.string())
            table = table.set_column(place, field.name, texts)
    for lang in ("da", "en"):
        table = table.append_column(f"said_{lang}", pa.array([row.explain(lang) for row in board], type=pa.string()))
    return csv_bytes(table, [], locale=locale)


def _text(value: Any) -> str | None:
    """Write whole numbers, truth and lists; numbers in lists with a decimal point, as in JSON."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return _BETWEEN.join(part if isinstance(part, str) else repr(part) for part in value)
    return None if value is None else str(value)


_FORMS: Final[dict[str, Callable[[GoalBoard, str], bytes]]] = {
    ".html": lambda board, lang: board.page(lang, internal=True).encode(),
    ".json": lambda board, _: f"{board.to_json()}\n".encode(),
    ".csv": lambda board, lang: board_csv(board, "da" if lang == "da" else "iso"),
}


def write_board(board: GoalBoard, path: str | Path, lang: str) -> Path:
    """Write a board, as it is, in the form that the ending says."""
    place = Path(path)
    ending = place.suffix.lower()
    if ending not in _FORMS:
        raise ArgumentError.choice("path", tuple(_FORMS))
    place.write_bytes(_FORMS[ending](board, lang))
    return place
