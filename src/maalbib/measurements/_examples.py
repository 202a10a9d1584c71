"""The figures that come with the library."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Final

import pyarrow as pa

from maalbib.errors import ArgumentError
from maalbib.measurements._csv import read_csv

__all__ = ["example_columns"]

_FILES: Final = {
    "reading": "reading.csv",
    "satisfaction-2006": "satisfaction-2006.csv",
    "expenditure-2006": "expenditure-2006.csv",
}


def example_columns(name: str) -> Mapping[str, pa.ChunkedArray[Any]]:
    """Return the columns of an example as texts.

    Raises
    ------
    ArgumentError
        If there is no such example.
    """
    if name not in _FILES:
        raise ArgumentError.choice("name", _FILES)
    data = files("maalbib.measurements").joinpath("data", _FILES[name]).read_bytes()
    return read_csv(data)[0].columns
