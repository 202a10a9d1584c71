"""What a call of results and resources asks: the options of its two sides, checked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from maalbib.analysis._context import Setting, as_flag, as_least, as_period, of_type, one_of, probability_argument
from maalbib.analysis._peer_arguments import chosen_among, periods_of, refuse_outcome, sources_of
from maalbib.analysis._peer_options import MeanKind, Options
from maalbib.analysis._peer_request import Asked, asked_for
from maalbib.analysis._peer_rows import INSTITUTION
from maalbib.analysis._resources_kinds import higher_is_better, kind_flags, require_resources
from maalbib.analysis._resources_suppliers import classification
from maalbib.errors import ArgumentError
from maalbib.model import FrozenDict, Period, SameClass

__all__ = ["Request", "request_of"]


@attrs.frozen(kw_only=True, eq=False)
class Request:
    """One call: what is held against what, and how. Everything is recorded in the result."""

    setting: Setting
    result: str
    resource: str
    higher: bool
    result_options: Options
    resource_options: Options
    asked: Asked
    periods: list[Period]
    breakdown: str
    resource_exact: bool
    efficiency: bool
    suppliers: SameClass | None
    any_kind: bool
    kind_flags: tuple[str, ...]

    @property
    def beside(self) -> tuple[str, ...]:
        """Ids of the indicators that the two sides are adjusted by."""
        return tuple(dict.fromkeys((*self.result_options.beside, *self.resource_options.beside)))

    def to_json(self) -> str:
        """Return what is recorded in each row."""
        own = {
            "any_kind": self.any_kind,
            "efficiency": self.efficiency,
            "resource": json.loads(self.resource_options.to_json()),
            "resource_exact": self.resource_exact,
            "result": json.loads(self.result_options.to_json()),
            "suppliers": None if self.suppliers is None else self.suppliers.id,
        }
        return json.dumps(own, sort_keys=True)


def request_of(
    setting: Setting,
    *,
    result: str,
    resource: str,
    period: str | Period | Iterable[str | Period],
    peers: Any,
    mean: MeanKind | Mapping[str, MeanKind] | None,
    include_self: bool,
    confidence: float,
    conditions: str | Iterable[str],
    conditions_period: str | Period | None,
    expected: str | Mapping[str, str] | None,
    need: str | None,
    suppliers: SameClass | str | None,
    breakdown: str,
    min_verdict: int | None,
    across_sources: bool,
    resource_exact: bool,
    efficiency: bool,
    any_kind: bool,
) -> Request:
    """Check a call, and find what it names."""
    named = (("result", result), ("resource", resource), ("breakdown", breakdown), ("need", need))
    for name, text in named:
        of_type(name, text, str, optional=name == "need")
    _require_expected(expected)
    chosen_among(setting, "result", result)
    chosen_among(setting, "resource", resource)
    flags = kind_flags(setting, result, (resource,), any_kind=any_kind)
    allowed_for, index = chosen_among(setting, "conditions", conditions), chosen_among(setting, "need", need)
    for code in expected if isinstance(expected, Mapping) else ():
        one_of("expected", code, (result, resource))
    given = sources_of(setting, {result: expected} if isinstance(expected, str) else expected, [result, resource])
    if index:
        require_resources(setting, (resource,))
    kinds: Mapping[str, MeanKind | None] = mean if isinstance(mean, Mapping) else {result: mean, resource: mean}
    for code in kinds:
        one_of("mean", code, (result, resource))
    shared = Options(
        mean=None,
        include_self=as_flag("include_self", include_self),
        confidence=probability_argument("confidence", confidence),
        over=INSTITUTION,
        min_difference=None,
        min_verdict=as_least("min_verdict", min_verdict),
        rule=None,
        across_sources=as_flag("across_sources", across_sources),
    )
    when = None if conditions_period is None else as_period(conditions_period)
    sides = {
        code: attrs.evolve(
            shared, mean=kinds.get(code), expected=FrozenDict({c: s for c, s in given.items() if c == code})
        )
        for code in (result, resource)
    }
    sides[result] = attrs.evolve(sides[result], conditions=allowed_for, conditions_period=when)
    sides[resource] = attrs.evolve(sides[resource], need=next(iter(index), None))
    periods = periods_of(period)
    asked = asked_for(peers, setting, INSTITUTION, periods)
    for code, options in sides.items():
        refuse_outcome(setting, [code], asked, options)
    return Request(
        setting=setting,
        result=result,
        resource=resource,
        higher=higher_is_better(setting.indicator(result), result),
        result_options=sides[result],
        resource_options=sides[resource],
        asked=asked,
        periods=periods,
        breakdown=breakdown,
        resource_exact=as_flag("resource_exact", resource_exact),
        efficiency=as_flag("efficiency", efficiency),
        suppliers=classification(suppliers, setting),
        any_kind=as_flag("any_kind", any_kind),
        kind_flags=flags,
    )


def _require_expected(expected: object) -> None:
    """Refuse what a caller without types gave in the place of a code or a mapping of codes."""
    if not (expected is None or isinstance(expected, str | Mapping)):
        raise ArgumentError("peers.expected_kind", argument="expected")
