"""Whether two indicators can stand side by side as what was used and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from maalbib.errors import ArgumentError
from maalbib.model import Direction, IndicatorKind

if TYPE_CHECKING:
    from maalbib.analysis._context import Setting
    from maalbib.model import Indicator

__all__ = ["higher_is_better", "kind_flags", "require_resources"]

_RESULTS: Final = frozenset({IndicatorKind.RESULT, IndicatorKind.EXPERIENCE})


def higher_is_better(indicator: Indicator | None, code: str) -> bool:
    """Return which way a result is better; one of which neither is cannot be held against resources."""
    if indicator is None or indicator.direction not in {Direction.HIGHER, Direction.LOWER}:
        raise ArgumentError("resources.no_direction", indicator=code)
    return indicator.direction is Direction.HIGHER


def kind_flags(setting: Setting, result: str, resources: tuple[str, ...], *, any_kind: bool) -> tuple[str, ...]:
    """Return the flags that the kinds of the indicators call for.

    Raises
    ------
    ArgumentError
        If an indicator stands on both sides, or, unless ``any_kind``, is known to be of another kind than its side.
    """
    if result in resources:
        raise ArgumentError("resources.one_indicator", indicator=result)
    kind = _kind(setting, result)
    fits = kind is None or kind in _RESULTS
    unknown = kind is None
    for code in resources:
        own = _kind(setting, code)
        unknown |= own is None
        if own is not None and own is kind and not any_kind:
            raise ArgumentError("resources.same_kind", result=result, resource=code, kind=own.value)
        fits &= own in {None, IndicatorKind.RESOURCE}
        if own not in {None, IndicatorKind.RESOURCE} and not any_kind:
            raise ArgumentError("resources.not_a_resource", indicator=code, kind=str(getattr(own, "value", "")))
    if not any_kind and not fits:
        raise ArgumentError("resources.not_a_result", indicator=result, kind="" if kind is None else kind.value)
    return (*(("kinds_unknown",) if unknown else ()), *(() if fits else ("other_kinds",)))


def require_resources(setting: Setting, codes: tuple[str, ...]) -> None:
    """Refuse to divide by need what nobody has said to be a use of resources."""
    others = [code for code in codes if _kind(setting, code) is not IndicatorKind.RESOURCE]
    if others:
        raise ArgumentError("peers.need_of_no_resource", indicators=others)


def _kind(setting: Setting, code: str) -> IndicatorKind | None:
    indicator = setting.indicator(code)
    return None if indicator is None else indicator.kind
