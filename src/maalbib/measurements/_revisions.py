"""What was revised: every figure beside the one that it replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from maalbib.measurements._carried import is_missing_status, joint_conf, places_of
from maalbib.measurements._codes import Codes
from maalbib.measurements._content import codes_in, numbers_in, series_key
from maalbib.measurements._schema import CONF_CODES, KEY, STATUS_CODES
from maalbib.measurements._vintages import DELETE, consecutive

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    import pyarrow as pa
    from numpy.typing import NDArray

__all__ = ["KINDS", "revisions_in"]

KINDS: Final = (
    "withdrawn",
    "restored",
    "suppressed",
    "released",
    "lost",
    "arrived",
    "final",
    "revised",
    "restated",
)
_SAME: Final = 1e-12  # relative difference that only the way of writing a number makes


def revisions_in(table: pa.Table, breakdowns: Sequence[str]) -> pd.DataFrame:
    """Return a row for every row that another one replaced, in the order of keys and of time."""
    old, new = consecutive(table, series_key(table, breakdowns))
    value = numbers_in(table, "value")
    values = np.full(table.num_rows, np.nan) if value is None else value
    status = places_of(STATUS_CODES, codes_in(table, "status").texts)[codes_in(table, "status").codes]
    conf = places_of(CONF_CODES, codes_in(table, "conf").texts)[codes_in(table, "conf").codes]
    kind = _kinds(table, values, status, old, new)
    columns: dict[str, Any] = {name: _words(codes_in(table, name), new) for name in (*KEY, *breakdowns)}
    columns["kind"] = _categorical(kind, KINDS)
    columns |= {"old": values[old], "new": values[new], "change": values[new] - values[old]}
    for side, rows in (("old", old), ("new", new)):
        columns[f"{side}_status"] = _words(codes_in(table, "status"), rows)
        columns[f"{side}_vintage"] = _days(table, rows)
        columns[f"{side}_revision"] = _revision(table, rows)
    secret = joint_conf(conf[old], conf[new]).astype(np.int64)
    columns["conf"] = _categorical(secret, CONF_CODES)
    import pandas as pd

    return pd.DataFrame(columns)


def _kinds(
    table: pa.Table,
    values: NDArray[np.float64],
    status: NDArray[np.uint8],
    old: NDArray[np.int64],
    new: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Say what happened; the first that fits."""
    deleted = codes_in(table, "action").equals(DELETE)
    hidden, provisional = (status == STATUS_CODES.index(code) for code in "QP")
    missing = is_missing_status(status)
    scale = np.fmax(np.abs(values[old]), np.abs(values[new]))
    same = np.abs(values[new] - values[old]) <= _SAME * scale
    happened = {
        "withdrawn": deleted[new],
        "restored": deleted[old],
        "suppressed": hidden[new] & ~hidden[old],
        "released": hidden[old] & ~missing[new],
        "lost": missing[new] & ~missing[old],
        "arrived": missing[old] & ~missing[new],
        "final": provisional[old] & ~provisional[new] & ~missing[new],
        "revised": ~same & ~missing[new],
    }
    return np.select(list(happened.values()), range(len(happened)), len(happened))


def _words(codes: Codes, rows: NDArray[np.int64]) -> Any:
    part = codes.take(rows)
    return _categorical(part.codes, part.texts)


def _categorical(codes: NDArray[Any], words: Sequence[str]) -> Any:
    import pandas as pd

    kind: Any = pd.Categorical  # its stubs do not know plain lists of words
    return kind.from_codes(codes, categories=list(words))


def _days(table: pa.Table, rows: NDArray[np.int64]) -> NDArray[np.datetime64]:
    """Return vintages as days, NaT for what was always known."""
    days = numbers_in(table, "vintage")
    found = np.full(len(rows), np.datetime64("NaT"), dtype="datetime64[s]")
    if days is not None:
        known = np.isfinite(days[rows])
        found[known] = days[rows][known].astype(np.int64).astype("datetime64[D]")
    return found


def _revision(table: pa.Table, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    number = numbers_in(table, "revision")
    return np.zeros(len(rows), dtype=np.int64) if number is None else number[rows].astype(np.int64)
