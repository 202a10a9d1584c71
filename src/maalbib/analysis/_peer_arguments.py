"""What a comparison with peers was asked for besides whom: indicators, periods, expected values, a reading rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, cast

from maalbib.analysis._context import as_ids, as_period, chosen, of_type
from maalbib.analysis._peer_outcome import refuse_among
from maalbib.analysis._peer_rows import INSTITUTION
from maalbib.analysis._unknown_codes import unknown
from maalbib.errors import ArgumentError
from maalbib.model import Direction, FrozenDict, IndicatorKind, Period, ReadingRule

if TYPE_CHECKING:
    from maalbib.analysis._context import Setting
    from maalbib.analysis._peer_options import Options
    from maalbib.analysis._peer_request import Asked
    from maalbib.model import Indicator

__all__ = [
    "chosen_among",
    "compared_of",
    "one_among",
    "periods_of",
    "refuse_no_resource",
    "refuse_outcome",
    "refuse_unknown_breakdown",
    "rule_of",
    "sources_of",
    "wanted_of",
]


def periods_of(period: str | Period | Iterable[str | Period], argument: str = "period") -> list[Period]:
    """Return the periods asked for in an argument, each once."""
    try:
        given: list[Any] = [period] if isinstance(period, str | Period) else list(period)
    except TypeError:
        given = [None]
    if not all(isinstance(each, str | Period) for each in given):
        raise ArgumentError("argument.periods", argument=argument)
    return list(dict.fromkeys(as_period(each) for each in given))


def chosen_among(setting: Setting, argument: str, ids: str | Iterable[str] | None) -> tuple[str, ...]:
    """Return the indicators named in an argument, each once; they have rows."""
    wanted = () if ids is None else tuple(as_ids(argument, ids))
    for code in wanted:
        if code not in setting.measurements.indicators:
            raise unknown(code, "an indicator that is measured", setting.measurements.indicators)
    return wanted


def one_among(setting: Setting, argument: str, code: object) -> tuple[str, ...]:
    """Return the one indicator named in an argument, or none."""
    of_type(argument, code, str, optional=True)
    return chosen_among(setting, argument, cast("str | None", code))


def compared_of(setting: Setting, indicators: str | Iterable[str] | None) -> list[str]:
    """Return the indicators compared: those named, else all."""
    measured = setting.measurements.indicators
    wanted = chosen("indicator", {code: code for code in measured}, indicators)
    _refuse_nothing(measured, wanted)
    return wanted


def wanted_of(
    setting: Setting,
    indicators: str | Iterable[str] | None,
    beside: set[str],
    expected: str | Mapping[str, str] | None,
) -> list[str]:
    """Return the indicators compared, in the order named; else all but those that they are held against or chosen by.

    Where nobody named them, those of which more or less is better come first.
    """
    given = () if expected is None else (expected,) if isinstance(expected, str) else _mapping(expected).values()
    measured = setting.measurements.indicators
    if indicators is not None:
        wanted = list(chosen_among(setting, "indicators", indicators))
    else:
        rest = [code for code in measured if code not in {*beside, *given}]
        wanted = sorted(rest, key=lambda code: _undirected(setting.indicator(code)))
    _refuse_nothing(measured, wanted)
    return wanted


def _refuse_nothing(measured: Iterable[str], wanted: list[str]) -> None:
    """Refuse a choice that leaves nothing; where nothing is measured there is none to make."""
    if any(True for _ in measured) and not wanted:
        raise ArgumentError("peers.nothing_compared")


def _undirected(indicator: Indicator | None) -> bool:
    return indicator is not None and indicator.direction is Direction.CONTEXT


def _mapping(expected: object) -> Mapping[str, str]:
    held = isinstance(expected, Mapping) and all(isinstance(each, str) for pair in expected.items() for each in pair)
    if not held:
        raise ArgumentError("peers.expected_kind", argument="expected")
    return cast("Mapping[str, str]", expected)


def sources_of(setting: Setting, expected: str | Mapping[str, str] | None, wanted: list[str]) -> FrozenDict:
    """Return the indicator with the expected values of each one compared."""
    if expected is None:
        return FrozenDict()
    if isinstance(expected, str):
        if len(wanted) != 1:
            raise ArgumentError("peers.expected_for_one", indicators=wanted)
        expected = {wanted[0]: expected}
    chosen_among(setting, "expected", (*expected, *expected.values()))
    idle = [code for code in expected if code not in wanted]
    if idle:
        raise ArgumentError("peers.expected_of_other", indicators=idle)
    return FrozenDict(expected)


def refuse_outcome(setting: Setting, wanted: Iterable[str], asked: Asked, options: Options) -> None:
    """Refuse to compare what the peers were chosen by, or what is to be allowed for."""
    variables = asked.variables
    for code in wanted:
        refuse_among("peers", code, variables, setting.catalogue)
        refuse_among("conditions", code, options.conditions, setting.catalogue)


def refuse_no_resource(setting: Setting, wanted: Iterable[str], options: Options) -> None:
    """Refuse to allow for need where no indicator is a use of resources."""
    found = [setting.indicator(code) for code in wanted]
    if options.need and not any(each is not None and each.kind is IndicatorKind.RESOURCE for each in found):
        raise ArgumentError("peers.need_of_no_resource", indicators=list(wanted))


def refuse_unknown_breakdown(setting: Setting, over: object) -> None:
    """Refuse to compare over what nothing is broken down by."""
    known = (INSTITUTION, *setting.measurements.breakdowns)
    if not isinstance(over, str) or over not in known:
        raise ArgumentError.choice("over", known)


def rule_of(rule: object, setting: Setting) -> ReadingRule | None:
    """Return a reading rule, found in the catalogue where its id is given."""
    if rule is None or isinstance(rule, ReadingRule):
        return rule
    if not isinstance(rule, str):
        raise ArgumentError("peers.rule_kind", argument="reading_rule")
    known = {} if setting.catalogue is None else setting.catalogue.reading_rules
    if rule not in known:
        raise unknown(rule, "a reading rule of the catalogue", known)
    return known[rule]
