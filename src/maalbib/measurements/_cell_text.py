"""What a cell of text may not hold, and what is put right: control characters, double encoding, composed letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any, Final

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from maalbib.measurements._arrow_types import AnyArray, Rows, TextColumn, whole_text

__all__ = ["CheckedText", "check_cells", "check_text", "looks_suspect"]

# C0 except tab, CR and LF; DEL and C1; zero-width, line-breaking and bidirectional controls; tags.
_CONTROLS: Final = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f"
)
# UTF-8 read as cp1252: the second byte of a letter shows up as one of these; U+FFFD says that it was lost.
_CONTINUATIONS: Final = "".join(sorted({bytes([byte]).decode("cp1252", "replace") for byte in range(0x80, 0xC0)}))
_MOJIBAKE: Final = f"[ÂÃ][{re.escape(_CONTINUATIONS)}\x80-\x9f]|â€|\ufffd"
# Nothing up to U+02FF and nothing in these blocks of signs changes under NFC.
_COMPOSED: Final = "\x00-\u02ff\u2002-\u20cf\u2190-\u22ff"

_CODES: Final = ("text.control_char", "encoding.mojibake", "text.normalised")
_CONTROL: Final = re.compile(f"[{_CONTROLS}]")
_DOUBLE_ENCODED: Final = re.compile(_MOJIBAKE)
_DELETE: Final = 0x7F
_SUSPECT: Final = f"[{_CONTROLS}]|{_MOJIBAKE}|[^{_COMPOSED}]"


@attrs.frozen(kw_only=True, eq=False)
class CheckedText:
    """Columns after the check, and for each rule and column position the rows that break it."""

    columns: Sequence[TextColumn]
    faults: dict[tuple[str, int | None], Rows]


def looks_suspect(texts: AnyArray) -> bool:
    """Return whether an array of text (``string``) may hold anything that :func:`check_cells` would find; no means no."""
    offsets: Any
    data: Any
    _, offsets, data = texts.buffers()
    if data is None or not len(texts):
        return False
    ends = np.frombuffer(offsets, dtype=np.int32)[[texts.offset, texts.offset + len(texts)]].tolist()
    letters = np.frombuffer(data, dtype=np.uint8)[ends[0] : ends[1]]
    if not len(letters) or (letters.min() >= ord(" ") and letters.max() < _DELETE):
        return False
    return bool(pc.match_substring_regex(whole_text(letters.data), _SUSPECT)[0].as_py())


def check_text(text: str) -> tuple[str, list[str]]:
    """Return a text in composed form (NFC) and the codes of what is wrong with it.

    Examples
    --------
    >>> check_text("BÃ¸rnehuset")
    ('BÃ¸rnehuset', ['encoding.mojibake'])
    """
    codes: list[str] = []
    if _CONTROL.search(text):
        codes.append("text.control_char")
    if _DOUBLE_ENCODED.search(text):
        codes.append("encoding.mojibake")
    composed = unicodedata.normalize("NFC", text)
    if composed != text:
        codes.append("text.normalised")
    return composed, codes


def check_cells(columns: Sequence[TextColumn]) -> CheckedText:
    """Return columns of text in composed form and the positions of doubtful cells."""
    checked: list[TextColumn] = []
    faults: dict[tuple[str, int | None], Rows] = {}
    for number, column in enumerate(columns):
        suspects = np.flatnonzero(pc.match_substring_regex(column, _SUSPECT).to_numpy())
        if not len(suspects):
            checked.append(column)
            continue
        distinct: Any = column.take(suspects).combine_chunks().dictionary_encode()
        places = distinct.indices.to_numpy()
        looked_at = [check_text(text) for text in distinct.dictionary.to_pylist()]
        for code in _CODES:
            breaks = np.array([code in codes for _, codes in looked_at], dtype=np.bool_)
            if breaks.any():
                faults[code, number] = suspects[breaks[places]]
        texts = pa.array([text for text, _ in looked_at], type=pa.string())
        composed = ("text.normalised", number) in faults
        checked.append(_replaced(column, suspects, texts.take(pa.array(places))) if composed else column)
    return CheckedText(columns=checked, faults=faults)


def _replaced(column: TextColumn, rows: Rows, texts: Any) -> TextColumn:
    mask = np.zeros(len(column), dtype=np.bool_)
    mask[rows] = True
    whole: Any = pa.concat_arrays(column.chunks)
    replaced: Any = pc.replace_with_mask(whole, pa.array(mask), texts)
    return pa.chunked_array([replaced])
