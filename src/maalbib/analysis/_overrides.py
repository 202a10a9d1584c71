"""States that somebody has set by hand: they stand beside the computed ones, and never in their place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

from maalbib.analysis._binding import named_parts
from maalbib.analysis._columns import words_at
from maalbib.analysis._verdict import Verdicts
from maalbib.model import Override

__all__ = ["override_columns"]

_BLANK: Final[Mapping[str, Any]] = dict.fromkeys(
    ("override_state", "override_on", "override_role", "override_da", "override_en")
)


def override_columns(
    overrides: Sequence[Override],
    target: str,
    institutions: Sequence[str],
    breakdowns: Sequence[str],
    day: dt.date,
    verdicts: Verdicts,
) -> dict[str, Any]:
    """Return the columns about overrides that hold on a day, the latest decided of each row, and flag the rows."""
    import numpy as np
    import pyarrow as pa

    mine = sorted((item for item in overrides if item.target == target and item.holds_on(day)), key=_decided)
    if not mine:
        return dict(_BLANK)
    named = {item.institution for item in mine}
    place = np.full(len(institutions), -1)
    for row in (row for row, code in enumerate(institutions) if code in named):
        held = [i for i, item in enumerate(mine) if _concerns(item, institutions[row], breakdowns[row])]
        place[row] = held[-1] if held else -1
    verdicts.flag(place >= 0, "override")
    days: Any = pa.array([item.decided_on for item in mine], type=pa.date32())
    index: Any = pa.array(place, mask=place < 0)
    return {
        "override_state": words_at([item.state.value for item in mine], place),
        "override_on": days.take(index),
        "override_role": words_at([item.decided_by_role for item in mine], place),
        "override_da": words_at([item.reason.get("da") for item in mine], place),
        "override_en": words_at([item.reason.get("en") for item in mine], place),
    }


def _decided(item: Override) -> dt.date:
    return item.decided_on


def _concerns(item: Override, institution: str, breakdown: str) -> bool:
    spoken_of = not item.breakdown or named_parts(item.breakdown) == named_parts(breakdown)
    return spoken_of and item.institution == institution
