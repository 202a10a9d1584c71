"""What a published method says, as people read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maalbib import texts

if TYPE_CHECKING:
    from maalbib.analysis._progress_row import Progress

__all__ = ["method_name", "native_verdict"]


def method_name(method: str, lang: str) -> str:
    """Name whose method it is; one of our own by its word."""
    return texts.phrase("method", method.partition("/")[0], lang)


def native_verdict(row: Progress, lang: str) -> str:
    """Write a published method's own verdict; a dash where it has none."""
    code = f"verdict.{row.method.partition('/')[0]}.{row.verdict}"
    if code not in texts.codes():
        return texts.MISSING
    return texts.sentence(code, lang, score=texts.MISSING if row.score is None else texts.number(row.score, lang, 2))
