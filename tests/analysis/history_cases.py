"""Small histories: figures with the day on which each became known, and versions of a target."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs
import pandas as pd

from maalbib import Baseline, Break, Catalogue, Indicator, Measurements, Period, Target, Text
from maalbib.model import TARGET_KINDS

_KINDS = {"change_abs": "change_absolute", "change_rel": "change_relative"}
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


def versions(items: Iterable[Mapping[str, Any]]) -> list[Target]:
    """The versions of a target; a withdrawal is no version of its own, but the day on which the last one ends."""
    found: list[Target] = []
    for item in items:
        if item.get("withdrawn"):
            found[-1] = attrs.evolve(found[-1], withdrawn_on=item["decided_on"])
            continue
        given = item["target"]
        plain = {field: given[field] for field in ("value", "low", "high", "delta", "percent") if field in given}
        name: str = given["kind"]
        kind: Any = TARGET_KINDS[_KINDS.get(name, name)]
        found.append(
            kind(
                id="T",
                indicator="I",
                version=item["version"],
                decided_on=item["decided_on"],
                due=str(given["due"]),
                baseline=Baseline(period=str(given["baseline"]), value=given.get("baseline_value")),
                **plain,
            )
        )
    return found
