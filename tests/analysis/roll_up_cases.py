"""Verdicts and goals made on the spot, to sum up."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa

import maalbib as mb

DAY = dt.date(2026, 6, 30)
_BLANK: dict[pa.DataType, Any] = {pa.string(): "", pa.int64(): 0, pa.bool_(): False, pa.date32(): DAY}


def tracking(*rows: dict[str, Any]) -> mb.Tracking:
    """A tracking of these rows; what a row does not say is blank."""
    schema = mb.schemas.TRACKING
    blank: dict[str, Any] = {
        field.name: None if field.nullable else _BLANK.get(field.type, []) for field in schema
    } | {"method": "linear", "params": "{}", "institution": "0101", "indicator": "I"}
    return mb.Tracking(pa.Table.from_pylist([blank | row for row in rows], schema=schema))


def verdict(target: str, told: str, institution: str = "0101", **more: Any) -> dict[str, Any]:
    """A row: ``met``, or ``not_measurable.no_data`` with its reason."""
    state, _, reason = told.partition(".")
    if "attainment" in more:
        more = {"attainment_clamped": min(1.0, max(0.0, more["attainment"]))} | more
    return {"target": target, "state": state, "reason": reason or "standing", "institution": institution} | more


def target(code: str, goal: str | None = None, **fields: Any) -> mb.Target:
    return mb.AtLeast(id=code, indicator="I", value=80, goal=goal, **fields)


def goal(code: str, parent: str | None = None, **fields: Any) -> mb.Goal:
    return mb.Goal(id=code, name=mb.Text(da=f"Mål {code}", en=f"Goal {code}"), parent=parent, **fields)


def catalogue(goals: list[mb.Goal], targets: list[mb.Target], **tables: Any) -> mb.Catalogue:
    indicator = mb.Indicator(id="I", name=mb.Text(da="Indikator"), unit="score", direction="higher", freq="year")
    tables = {"indicators": [indicator]} | tables
    return mb.Catalogue(id="made", name=mb.Text(da="Lavet"), goals=goals, targets=targets, **tables)


def row(result: mb.RollUp, group: str, **columns: Any) -> mb.RollUpRow:
    return result.row(group=group, **columns)
