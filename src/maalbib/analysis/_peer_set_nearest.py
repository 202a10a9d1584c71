"""The lists by distance, and what each variable has to do with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np

from maalbib import stats
from maalbib.analysis._arrays import Floats, Ints
from maalbib.analysis._peer_set_lists import Lists, stacked
from maalbib.model import NearestPeers, PeerMetric
from maalbib.stats.likeness._nearest import nearest_of

if TYPE_CHECKING:
    from maalbib.analysis._peer_set_context import Conditions
    from maalbib.analysis._peer_set_scene import Scene

__all__ = ["Parts", "nearest_lists", "parts_of"]

_PAIRS: Final = 2**17  # per temporary


@attrs.frozen(kw_only=True, eq=False)
class Parts:
    """What each variable adds to distances, (edges, variables).

    Attributes
    ----------
    part
        In the distance's own sum: they add up to the square of a Euclidean or Mahalanobis distance, and to the distance of
        the others; NaN where a variable is not known of both.
    share
        Of that sum; NaN where the distance is 0.
    """

    part: Floats
    share: Floats


def nearest_lists(definition: NearestPeers, scene: Scene, conditions: Conditions) -> tuple[Lists, list[list[str]]]:
    """Return the nearest of each unit asked about among those of its level that take part, and remarks on the variables."""
    parts = list[tuple[Ints, Lists]]()
    remarks: list[list[str]] = [[] for _ in scene.codes]
    for places in _levels(scene):
        found = nearest_of(
            scene.asked[places],
            conditions.values[places],
            k=definition.k,
            caliper=definition.caliper,
            min_coverage=definition.min_coverage,
            codes=[scene.codes[place] for place in places.tolist()],
            **_options(definition, scene, places),
        )
        parts.append((places, _lists(found)))
        said = _remarks(found)  # of the variables, so the same for all
        for place in places.tolist():
            remarks[place] = said
    return stacked(len(scene.codes), parts), remarks


def _lists(found: stats.Nearest) -> Lists:
    return Lists(
        starts=np.asarray(found.starts),
        peers=np.asarray(found.peers),
        distance=np.asarray(found.distance),
        coverage=np.asarray(found.coverage),
        outcome=np.asarray(found.outcome, dtype=object),
        why=np.asarray(found.reason, dtype=object),
        itself=np.zeros(len(found.outcome), dtype=bool),
    )


def _remarks(found: stats.Nearest) -> list[str]:
    """Return what a reader should know of the variables: left out, or partly without a value."""
    held = {
        "variable_left_out": (np.asarray(found.variable_reason) != "").any(),
        "transform_undefined": np.asarray(found.undefined).any(),
        "sample_dependent": found.sample_dependent,
    }
    return [word for word, holds in held.items() if holds]


def parts_of(definition: NearestPeers, scene: Scene, conditions: Conditions, pairs: tuple[Ints, Ints]) -> Parts:
    """Return what each variable adds to the distance of pairs of units of one level; NaN across levels."""
    part = np.full((len(pairs[0]), len(definition.variables)), np.nan)
    for places in _levels(scene):
        within = np.full(len(scene.codes), -1)
        within[places] = np.arange(len(places))
        here = np.flatnonzero((within[pairs[0]] >= 0) & (within[pairs[1]] >= 0))
        for start in range(0, len(here), _PAIRS):
            some = here[start : start + _PAIRS]
            ends = (within[pairs[0][some]], within[pairs[1][some]])
            found = stats.contributions(conditions.values[places], *ends, **_options(definition, scene, places))
            part[some] = found.part
    total = np.nansum(part, axis=1)[:, np.newaxis]
    with np.errstate(invalid="ignore", divide="ignore"):
        return Parts(part=part, share=np.where(total != 0, part / total, np.nan))


def _levels(scene: Scene) -> Iterator[Ints]:
    """Yield those that take part, level by level."""
    for level in np.unique(scene.level[scene.taking_part]):
        yield np.flatnonzero(scene.taking_part & (scene.level == level))


def _options(definition: NearestPeers, scene: Scene, places: Ints) -> dict[str, Any]:
    """Return what makes the distance, as the kernel calls it."""
    own = scene.holding(scene.members_of(definition.population)) if definition.population is not None else None
    gower = definition.metric is PeerMetric.GOWER
    kinds = ["nominal" if each.categorical else "numeric" for each in definition.variables]
    return {
        "metric": definition.metric.value,
        "weights": [each.weight for each in definition.variables],
        "scaling": definition.scaling.value,
        "transforms": [each.transform.value for each in definition.variables],
        "kinds": kinds if gower else None,
        "shrink": definition.shrink,
        "population": None if own is None else own[places],
    }
