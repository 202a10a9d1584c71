"""How the cells of a shown table are written: each function returns what writes one column of a row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from maalbib import texts
from maalbib.analysis import _back_test_wording, _wording
from maalbib.analysis._marks import MARKS
from maalbib.analysis._progress_wording import label_of
from maalbib.analysis._published_wording import method_name

__all__ = [
    "Cell",
    "change",
    "if_judged",
    "indicator",
    "interval",
    "maybe_name",
    "method",
    "name",
    "names",
    "of",
    "p",
    "pace",
    "part",
    "percent",
    "plain",
    "state",
    "target",
    "thing",
    "value",
    "variable_value",
    "whole_percent",
    "word",
    "wording_of_call",
    "words",
]

Cell = Callable[[Any, str], str]


def if_judged(cell: Cell) -> Cell:
    """Leave a number out where it would be read as a finding that there is not."""
    return lambda row, lang: texts.MISSING if row.state == row.UNJUDGED else cell(row, lang)


def value(field: str) -> Cell:
    return lambda row, lang: label_of(row).value(getattr(row, field), lang)


def change(field: str) -> Cell:
    return lambda row, lang: label_of(row).change(getattr(row, field), lang)


def of(indicator: str, field: str, *, change: bool = False) -> Cell:
    """Write a figure of the indicator that another column names."""

    def cell(row: Any, lang: str) -> str:
        label = row.labels.indicator(getattr(row, indicator))
        return str((label.change if change else label.value)(getattr(row, field), lang))

    return cell


def interval(field: str, indicator: str = "indicator") -> Cell:
    """Write both limits of a difference in one cell; the unit stands beside the difference."""

    def cell(row: Any, lang: str) -> str:
        lower, upper = (getattr(row, f"{field}_{side}") for side in ("lower", "upper"))
        if lower is None and upper is None:
            return texts.MISSING
        write = row.labels.indicator(getattr(row, indicator)).bare_change
        return texts.sentence("cell.interval", lang, lower=write(lower, lang), upper=write(upper, lang))

    return cell


def pace(field: str) -> Cell:
    return lambda row, lang: label_of(row).pace(getattr(row, field), lang)


def plain(field: str, decimals: int | None = None) -> Cell:
    def cell(row: Any, lang: str) -> str:
        value = getattr(row, field)
        if value is None:
            return texts.MISSING
        if isinstance(value, float):
            return texts.number(value, lang, decimals)
        return _wording.whole(value, lang) if type(value) is int else str(value)

    return cell


def p(field: str) -> Cell:
    return lambda row, lang: texts.p_value(getattr(row, field), lang)


def name(field: str) -> Cell:
    return lambda row, lang: row.labels.name(getattr(row, field), lang)


def maybe_name(field: str) -> Cell:
    def cell(row: Any, lang: str) -> str:
        code = getattr(row, field)
        return texts.MISSING if code is None else str(row.labels.name(code, lang))

    return cell


def thing(field: str) -> Cell:
    def cell(row: Any, lang: str) -> str:
        code = getattr(row, field)
        return texts.MISSING if code is None else str(row.labels.thing(code, lang))

    return cell


def variable_value(field: str) -> Cell:
    return lambda row, lang: str(row.labels.indicator(row.variable).value(getattr(row, field), lang))


def names(field: str) -> Cell:
    """Write the names of several codes, the row's own left out."""

    def cell(row: Any, lang: str) -> str:
        return ", ".join(row.labels.name(code, lang) for code in getattr(row, field) or () if code != row.institution)

    return cell


def indicator(field: str) -> Cell:
    return lambda row, lang: row.labels.indicator(getattr(row, field)).name.get(lang)


def target(row: Any, lang: str) -> str:
    """Name the target; without a name of its own by its indicator."""
    return str(row.labels.name(row.target, lang, row.labels.thing(row.indicator or row.target, lang)))


def method(row: Any, lang: str) -> str:
    return method_name(row.method, lang)


def part(row: Any, lang: str) -> str:
    return _wording.breakdown_text(row.breakdown, row.labels, lang)


def word(group: str, field: str) -> Cell:
    def cell(row: Any, lang: str) -> str:
        value = getattr(row, field)
        return texts.MISSING if value is None else texts.phrase(group, value, lang)

    return cell


def words(group: str, field: str) -> Cell:
    return lambda row, lang: ", ".join(texts.phrase(group, each, lang) for each in getattr(row, field))


def percent(field: str) -> Cell:
    return lambda row, lang: _wording.percent(getattr(row, field), lang)


def whole_percent(field: str) -> Cell:
    return lambda row, lang: _back_test_wording.whole_percent(getattr(row, field), lang)


def wording_of_call(row: Any, lang: str) -> str:
    return _back_test_wording.call_text(row, lang)


def state(row: Any, lang: str) -> str:
    return f"{MARKS[row.state]} {texts.phrase('state', row.state, lang)}"
