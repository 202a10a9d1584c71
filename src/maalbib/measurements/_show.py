"""Measurements as people see them in a console or a notebook: short, escaped, bounded."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import islice
from typing import TYPE_CHECKING, Final

from maalbib.texts import number

if TYPE_CHECKING:
    import pyarrow as pa

    from maalbib.measurements._held import Held

__all__ = ["as_html", "as_text"]

_SHOWN_ROWS: Final = 10
_SHOWN_NAMES: Final = 3


def as_text(measurements: Held) -> str:
    """Return one line: how many rows, of which indicators and institutions."""
    problems = measurements.problems
    parts = [
        f"{len(measurements)} rows",
        _listed("indicator", measurements.indicators),
        f"{len(measurements.institutions)} institutions",
    ]
    if measurements.breakdowns:
        parts.append("by " + ", ".join(measurements.breakdowns))
    territories = {measurements.territory(indicator) for indicator in measurements.indicators} - {None}
    if territories:
        parts.append(str(*territories) if len(territories) == 1 else "several divisions")
    if measurements.vintages:
        known = measurements.vintages
        parts.append(f"known until {known[-1]} ({len(known)} vintages)")
    if len(problems):
        parts.append(f"{len(problems)} problems")
    return f"<Measurements: {'; '.join(parts)}>"


def _listed(word: str, names: Sequence[str]) -> str:
    if len(names) > _SHOWN_NAMES:
        return f"{len(names)} {word}s"
    return f"{word} {', '.join(names)}" if names else f"no {word}"


def as_html(measurements: Held, table: pa.Table) -> str:
    """Return the first rows as a table."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in table.column_names)
    columns = [table.column(name).slice(0, _SHOWN_ROWS).to_pylist() for name in table.column_names]
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in islice(zip(*columns, strict=True), _SHOWN_ROWS))
    caption = escape(as_text(measurements)[1:-1])
    return f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f'<td style="text-align: right">{escape(number(value, "en"))}</td>'
    return f"<td>{'' if value is None else escape(str(value))}</td>"
