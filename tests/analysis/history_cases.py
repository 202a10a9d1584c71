"""Small histories: figures with the day on which each became known, and a catalogue of targets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from maalbib import Break, Catalogue, Indicator, Measurements, Period, Target, Text

_STATUS = {"provisional": "P", "final": "A"}


def records(rows: Iterable[Mapping[str, Any]], institution: str = "0101") -> list[dict[str, Any]]:
    """Rows of measurements from records with ``period``, ``value``, ``known_from``, ``revision`` and ``status``."""
    return [
        {
            "indicator": "I",
            "institution": institution,
            "period": str(row["period"]),
            "value": row["value"],
            "vintage": pd.Timestamp(row["known_from"]),
            "revision": row.get("revision", 0),
            "status": _STATUS.get(row.get("status", "final"), row.get("status")),
        }
        for row in rows
    ]


def catalogue_of(targets: Sequence[Target], breaks: Sequence[Mapping[str, Any]] = (), **more: Any) -> Catalogue:
    """A catalogue with one indicator, its breaks, and targets."""
    indicator = Indicator(
        id="I",
        name=Text(da="Tallet", en="The figure"),
        unit="score",
        direction="target",
        breaks=[
            Break(
                period=Period.parse(str(item["period"]), "da"),
                kind="method",
                comparable=item["comparable"],
                link_factor=item.get("factor"),
                known_from=item.get("known_from"),
            )
            for item in breaks
        ],
    )
    return Catalogue(id="PROEVE", agency="KL", version="1.0.0", indicators=[indicator], targets=targets, **more)


def measurements_of(rows: Sequence[Mapping[str, Any]]) -> Measurements:
    """Measurements from rows."""
    return Measurements.from_pandas(pd.DataFrame(list(rows)).astype({"value": "float64"}))
