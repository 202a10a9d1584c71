"""Columns of numbers as the shortest texts that read back to the same numbers."""

from __future__ import annotations

from typing import Any, Final, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute

from maalbib.errors import ArgumentError

__all__ = ["WrittenLocale", "number_texts"]

pc: Final[Any] = pyarrow.compute  # its stubs know fewer forms than its functions take

WrittenLocale = Literal["da", "iso"]

_LONGEST: Final = 64  # characters that the grammar of numbers takes


def number_texts(values: Any, locale: WrittenLocale, *, column: str) -> Any:
    """Return numbers as texts, null for null.

    Parameters
    ----------
    values
        An Arrow array of floats or whole numbers; floats that are not finite count as null.
    locale
        ``"iso"`` writes a decimal point, and very large and very small numbers with an exponent; ``"da"`` a decimal comma
        and always all digits.
    column
        What the column is called where it cannot be written.

    Raises
    ------
    ArgumentError
        If a number needs more than 64 characters in Danish.

    Examples
    --------
    >>> import pyarrow as pa
    >>> number_texts(pa.array([12.5, 1e-7, 80.0, None]), "da", column="value").to_pylist()
    ['12,5', '0,0000001', '80', None]
    """
    if not pa.types.is_floating(values.type):
        return values.cast(pa.string())
    values = pc.if_else(pc.is_finite(values), pc.add(values, 0.0), pa.scalar(None, values.type))  # -0.0 becomes 0.0
    texts = values.cast(pa.string())
    if pc.any(pc.ends_with(texts, ".0")).as_py():  # as some versions of Arrow write whole numbers
        texts = pc.replace_substring_regex(texts, r"\.0$", "")
    if locale == "iso":
        return texts
    spread = pc.match_substring(texts, "e")
    if pc.any(spread).as_py():
        texts = pc.replace_with_mask(texts, pc.fill_null(spread, False), _positional(values.filter(spread), column))
    return pc.replace_substring(texts, ".", ",")


def _positional(values: Any, column: str) -> Any:
    """Write very large and very small numbers without an exponent, one by one: they are few."""
    texts = [np.format_float_positional(value, unique=True, trim="-") for value in values.to_numpy()]
    if max(map(len, texts)) > _LONGEST:
        raise ArgumentError("writing.long_number", column=column)
    return pa.array(texts, type=pa.string())
