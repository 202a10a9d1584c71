"""Texts that may not stand in a catalogue, wherever in it they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from maalbib.catalogue._faults import Found, Path, has_person_number

__all__ = ["unfit_texts"]

_HALF: Final = re.compile("[\ud800-\udfff]")  # half of a pair of UTF-16, which JSON can write and UTF-8 cannot


def unfit_texts(data: Any) -> Iterator[Found]:
    """Yield the places of texts that may not stand in a catalogue.

    Those that hold something like a person number, which is never repeated, and those that no file can hold.
    """
    pending: list[tuple[Path, Any]] = [((), data)]
    while pending:
        path, value = pending.pop()
        if isinstance(value, dict):
            if any(map(_unfit, value)):
                yield Found(path=path, code=next(filter(None, map(_unfit, value))))
            pending += [((*path, key), item) for key, item in value.items() if not _declared(value, key)]
        elif isinstance(value, list):
            pending += [((*path, index), item) for index, item in enumerate(value)]
        elif (code := _unfit(value)) is not None:
            yield Found(path=path, code=code)


def _unfit(text: Any) -> str | None:
    if not isinstance(text, str):
        return None
    if not text.isascii() and _HALF.search(text):
        return "text.not_unicode"
    return "code.person_number" if has_person_number(text) else None


def _declared(table: Mapping[str, Any], key: str) -> bool:
    """Return whether a value is a declared production-unit number; those have ten digits too."""
    return key == "value" and table.get("scheme") == "p_number"
