"""The cells of a JSON-stat dataset: numbers and statuses, given one by one or only where there are any."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute
from numpy.typing import NDArray

from maalbib.measurements._arrow_types import Rows
from maalbib.measurements._codes import Codes, codes_of
from maalbib.measurements._limits import RefusedError
from maalbib.measurements.formats._members import Members
from maalbib.problems import ProblemBlock

__all__ = ["marks_in", "values_in"]

pc: Final[Any] = pyarrow.compute  # its stubs know fewer forms than its functions take

_FORM: Final = Members("JSON-stat")
_POSITION: Final = "^(?:0|[1-9][0-9]{0,17})$"
_NUMBERS: Final[frozenset[type]] = frozenset({int, float, type(None)})
_TEXTS: Final[frozenset[type]] = frozenset({str, type(None)})


def values_in(dataset: Mapping[str, Any], cells: int) -> NDArray[np.float64]:
    """Return the numbers of a dataset, NaN where there is none."""
    found = _FORM.member(dataset, "value")
    if isinstance(found, dict):
        positions = _positions(found, "value", cells)
        values = np.full(cells, np.nan)
        values[positions] = _numbers([*found.values()], positions)
        return values
    if not isinstance(found, np.ndarray | list):
        raise _FORM.wrong_type("value", "an array")
    _check_count("value", len(found), cells)
    return found if isinstance(found, np.ndarray) else _numbers(found, np.arange(cells))


def marks_in(dataset: Mapping[str, Any], cells: int) -> pa.Array[Any] | None:
    """Return the statuses of a dataset as texts, null where there is none; None where it has no statuses at all."""
    found = dataset.get("status")
    if isinstance(found, list) and len(found) == 1 and cells != 1:
        found = _texts(found, np.zeros(1, dtype=np.int64)).texts
        found = found[0] if found else None
    if found is None:
        return None
    if isinstance(found, str):
        codes = Codes.constant(found, cells) if found.strip() else Codes.empty(cells)
    elif isinstance(found, dict):
        codes = _sparse_marks(found, cells)
    elif isinstance(found, list):
        _check_count("status", len(found), cells)
        codes = _texts(found, np.arange(cells))
    else:
        raise _FORM.wrong_type("status", "a text")
    return codes.to_arrow() if codes.texts else None


def _sparse_marks(found: Mapping[str, Any], cells: int) -> Codes:
    positions = _positions(found, "status", cells)
    given = _texts([*found.values()], positions)
    codes = np.full(cells, -1, dtype=np.int32)
    codes[positions] = given.codes
    return Codes(codes, given.texts)


def _check_count(field: str, found: int, expected: int) -> None:
    if found != expected:
        details = {"field": field, "found": found, "expected": expected}
        raise RefusedError(ProblemBlock(code="jsonstat.value_count", path=field, details=details))


def _positions(found: Mapping[str, Any], field: str, cells: int) -> Rows:
    """Return the places of cells that are named by texts."""
    keys = pa.array([*found], type=pa.string())
    fits = pc.match_substring_regex(keys, _POSITION)
    places: Rows = pc.if_else(fits, keys, "-1").cast(pa.int64()).to_numpy()
    if ((places < 0) | (places >= cells)).any():
        raise RefusedError(
            ProblemBlock(code="jsonstat.value_key", path=field, details={"field": field, "cells": cells})
        )
    return places


def _numbers(values: list[Any], positions: Rows) -> NDArray[np.float64]:
    _check_types(values, _NUMBERS, "value", "a number", positions)
    return np.array(values, dtype=np.float64) + 0.0  # None becomes NaN, and minus zero zero


def _texts(values: list[Any], positions: Rows) -> Codes:
    _check_types(values, _TEXTS, "status", "a text", positions)
    return codes_of(pa.chunked_array([pa.array(values, type=pa.string())])) or Codes.empty(len(values))


def _check_types(values: list[Any], allowed: frozenset[type], field: str, expected: str, positions: Rows) -> None:
    if not set(map(type, values)) <= allowed:
        wrong = [place for place, value in zip(positions.tolist(), values, strict=True) if type(value) not in allowed]
        raise _FORM.wrong_type(field, expected, sorted(wrong))
