"""Which indicators a composite is made of, in which pillars, and what each weighs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from numbers import Real
from typing import Any, TypeAlias

import attrs
import numpy as np

from maalbib.analysis._arrays import Floats, Ints
from maalbib.analysis._context import of_type
from maalbib.analysis._unknown_codes import unknown
from maalbib.errors import ArgumentError

__all__ = ["Structure", "structure_of"]

Pillars: TypeAlias = "Iterable[str] | Mapping[str, Any]"
_Path: TypeAlias = tuple[str, ...]


@attrs.frozen(kw_only=True, eq=False)
class Structure:
    """The indicators in their order, and the levels above them as :func:`maalbib.stats.composite_range` takes them.

    Attributes
    ----------
    indicators, pillars
        Ids of the indicators, and of the lowest pillars.
    weights, pillar_weights
        What they weigh, level by level.
    parents
        The number of the pillar above each indicator, above each pillar, and so on.
    """

    indicators: tuple[str, ...]
    pillars: tuple[str, ...]
    weights: Floats
    parents: tuple[Ints, ...]
    pillar_weights: tuple[Floats, ...]


def structure_of(indicators: str | Pillars, weights: Mapping[str, float] | None) -> Structure:
    """Read a list of ids, or pillars that hold ids or further pillars.

    Raises
    ------
    ArgumentError
        If there is no indicator, an id stands twice, or a weight is no number from 0.
    UnknownCodeError
        If a weight is given for something that is not there.
    """
    places = list(_places(indicators, ()))
    codes = [code for code, _ in places]
    named = list(dict.fromkeys(part for _, path in places for part in _prefixes(path)))
    _require_once([*codes, *(path[-1] for path in named)])
    of_type("weights", weights, Mapping, optional=True)
    given: dict[str, Any] = dict(weights or {})
    known = {*codes, *(path[-1] for path in named)}
    for code, weight in given.items():
        if code not in known:
            raise unknown(code, "an indicator or a pillar of the composite", known)
        if isinstance(weight, bool) or not isinstance(weight, Real) or not 0 <= float(weight) < np.inf:
            raise ArgumentError("argument.at_least", argument="weights", low=0)
    deepest = max(len(path) for _, path in places)
    # A pillar on a branch that is less deep holds itself, so that every indicator is as far below the whole.
    level = [path + path[-1:] * (deepest - len(path)) for _, path in places]
    parents, own_weights, pillars = [], [], tuple(dict.fromkeys(level))
    while level and level[0]:
        nodes = list(dict.fromkeys(level))
        parents.append(np.array([nodes.index(node) for node in level], dtype=np.int64))
        own_weights.append(np.array([_weight(node, given) for node in nodes]))
        level = [node[:-1] for node in nodes]
    return Structure(
        indicators=tuple(codes),
        pillars=tuple(path[-1] for path in pillars if path),
        weights=np.array([float(given.get(code, 1.0)) for code in codes]),
        parents=tuple(parents),
        pillar_weights=tuple(own_weights),
    )


def _places(given: Any, above: _Path) -> Iterator[tuple[str, _Path]]:
    """Yield each indicator with the pillars that it stands in, from the largest down."""
    if isinstance(given, Mapping):
        if not given:
            raise ArgumentError("composite.no_indicators")
        for name, inside in given.items():
            yield from _places(inside, (*above, str(name)))
        return
    codes: list[Any] = [given] if isinstance(given, str) else list(given) if isinstance(given, Iterable) else [None]
    if not codes:
        raise ArgumentError("composite.no_indicators")
    if not all(isinstance(code, str) for code in codes):
        raise ArgumentError("argument.ids", argument="indicators")
    yield from ((code, above) for code in codes)


def _prefixes(path: _Path) -> list[_Path]:
    return [path[: length + 1] for length in range(len(path))]


def _require_once(ids: list[str]) -> None:
    for code in ids:
        if ids.count(code) > 1:
            raise ArgumentError("composite.named_twice", name=code)


def _weight(node: _Path, given: Mapping[str, float]) -> float:
    """Return the weight of a pillar; one that only holds itself stands alone there."""
    return 1.0 if node[-2:-1] == node[-1:] else float(given.get(node[-1], 1.0))
