"""Texts that a spreadsheet takes for a formula: made inert when they are written, and given back when they are read.

Excel, LibreOffice and Google Sheets run a cell of a text file that begins with one of four signs. An apostrophe in
front of it makes it a text. So that every text comes back as it was, a text that already looks like a guarded one gets
one more apostrophe, and reading takes exactly one off.
"""

from __future__ import annotations

import re
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute

__all__ = ["guarded", "guarded_text", "is_live", "unguarded", "unguarded_text"]

pc: Final[Any] = pyarrow.compute  # its stubs know fewer forms than its functions take

_GUARD: Final = "'"
# What spreadsheets skip before they look at the first sign: white space, no-break spaces, invisible characters.
_BLANK: Final = "\\s\\x0b\\x{1c}-\\x{20}\\x{85}\\x{a0}\\x{1680}\\x{2000}-\\x{200f}\\x{2028}-\\x{202f}\\x{205f}-\\x{2064}\\x{3000}\\x{feff}"
# A lone dash is a mark for "nothing", not a formula.
_LIVE: Final = rf"(?:[\t\r\n]|[{_BLANK}]*[=+@]|[{_BLANK}]*-[{_BLANK}]*[^{_BLANK}])"
_STARTS_LIVE: Final = f"^{_GUARD}*{_LIVE}"
_STARTS_GUARDED: Final = f"^{_GUARD}+{_LIVE}"


def _python(pattern: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\x\{([0-9a-f]+)\}", lambda found: f"\\u{int(found[1], 16):04x}", pattern))


_LIVE_TEXT: Final = _python(_LIVE)
_TEXT_TO_GUARD: Final = _python(_STARTS_LIVE)
_GUARDED_TEXT: Final = _python(_STARTS_GUARDED)


def is_live(text: str) -> bool:
    """Say whether a spreadsheet could take a text for a formula.

    Examples
    --------
    >>> is_live("=1+1"), is_live(" -2 pct."), is_live("-"), is_live("0101")
    (True, True, False, False)
    """
    return _LIVE_TEXT.match(text) is not None


def guarded_text(text: str) -> str:
    """Return a text as a text file holds it.

    Examples
    --------
    >>> guarded_text("=1+1"), guarded_text("'=1+1"), guarded_text("Ældrepleje")
    ("'=1+1", "''=1+1", 'Ældrepleje')
    """
    return _GUARD + text if _TEXT_TO_GUARD.match(text) else text


def unguarded_text(text: str) -> str:
    """Return the text that a text file holds; the inverse of :func:`guarded_text`.

    Examples
    --------
    >>> unguarded_text("'=1+1"), unguarded_text("'Ældrepleje'")
    ('=1+1', "'Ældrepleje'")
    """
    return text[1:] if _GUARDED_TEXT.match(text) else text


def guarded(texts: Any) -> Any:
    """Return an array of texts as a text file holds them: each that could be a formula with an apostrophe in front.

    Parameters
    ----------
    texts
        An Arrow array or chunked array of texts, or of dictionary-encoded ones. Nulls stay null.

    Examples
    --------
    >>> import pyarrow as pa
    >>> guarded(pa.array(["=1+1", "-", "-5 %", None])).to_pylist()
    ["'=1+1", '-', "'-5 %", None]
    """
    return _mapped(texts, _STARTS_LIVE, _with_guard)


def unguarded(texts: Any) -> Any:
    """Return the texts that a text file holds; the inverse of :func:`guarded`.

    Parameters
    ----------
    texts
        As for :func:`guarded`. Texts of files that nobody guarded stay as they are, unless they look guarded.

    Examples
    --------
    >>> import pyarrow as pa
    >>> unguarded(pa.array(["'=1+1", "'t Hof", "-"])).to_pylist()
    ['=1+1', "'t Hof", '-']
    """
    return _mapped(texts, _STARTS_GUARDED, _without_guard) if _holds_guard(texts) else texts


def _holds_guard(texts: Any) -> bool:
    """Say whether any text may hold an apostrophe, by a look at the bytes that costs next to nothing."""
    if isinstance(texts, pa.ChunkedArray):
        return any(map(_holds_guard, texts.chunks))
    data: Any = (texts.dictionary if isinstance(texts, pa.DictionaryArray) else texts).buffers()[-1]
    return bool(data) and bool((np.frombuffer(data, dtype=np.uint8) == ord(_GUARD)).any())


def _mapped(texts: Any, pattern: str, change: Any) -> Any:
    if isinstance(texts, pa.ChunkedArray):
        chunks = [_mapped(chunk, pattern, change) for chunk in texts.chunks]
        return pa.chunked_array(chunks, type=texts.type)
    if isinstance(texts, pa.DictionaryArray):
        return pa.DictionaryArray.from_arrays(texts.indices, _mapped(texts.dictionary, pattern, change))
    live = pc.match_substring_regex(texts, pattern)
    if not pc.any(live).as_py():
        return texts
    return pc.if_else(live, change(texts), texts)


def _with_guard(texts: Any) -> Any:
    guard = pa.scalar(_GUARD, type=texts.type)
    return pc.binary_join_element_wise(guard, texts, pa.scalar("", type=texts.type))


def _without_guard(texts: Any) -> Any:
    return pc.utf8_slice_codeunits(texts, 1)
