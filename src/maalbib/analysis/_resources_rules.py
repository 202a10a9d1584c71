"""In which quarter of the board a unit lies. First matching rule decides."""

from __future__ import annotations

from typing import Final

import attrs
import numpy as np

from maalbib.analysis._arrays import Bools
from maalbib.analysis._peer_values import WITHOUT_PEERS
from maalbib.analysis._resources_side import VALUE_FAULTS, Side
from maalbib.analysis._verdict import Verdicts

__all__ = ["QUADRANTS", "Board", "board_of"]

QUADRANTS: Final = ("better_cheaper", "better_dearer", "worse_cheaper", "worse_dearer")


@attrs.frozen(kw_only=True, eq=False)
class Board:
    """The verdicts of the units, by the means and, where anything was adjusted, by what was expected.

    Attributes
    ----------
    better, dearer
        (units,) 1 where the result is better or the use of the resource higher than the mean beyond noise, -1 the other way round,
        0 where that cannot be told.
    above_need
        (units,) whether the use is higher than expected beyond noise; than the mean where nothing was expected.
    unknown
        (units,) whether the resource has no result beside it: how far it is from its mean is then not told.
    """

    verdicts: Verdicts
    adjusted: Verdicts | None
    better: tuple[Bools, Bools]
    dearer: tuple[Bools, Bools]
    above_need: Bools
    unknown: Bools


def board_of(result: Side, resource: Side, *, higher: bool) -> Board:
    """Decide the quarter of each unit."""
    verdicts = Verdicts(len(result.place))
    _refuse(verdicts, result, resource)
    unknown = ~verdicts.open & verdicts.in_state("service_level_unknown")
    better, dearer = _better(result, higher=higher, adjusted=False), resource.sides(adjusted=False)
    _decide(verdicts, better, dearer)
    adjusted = None
    adjusted_dearer = resource.sides(adjusted=True)
    if result.expected is not None or resource.expected is not None:
        adjusted = Verdicts(len(result.place))
        _refuse(adjusted, result, resource)
        for side, word in ((result, "no_expected_result"), (resource, "no_expected_resource")):
            if side.expected is not None:
                adjusted.decide(np.isnan(side.gaps(adjusted=True)[0]), f"not_judged.{word}")
        _decide(adjusted, _better(result, higher=higher, adjusted=True), adjusted_dearer)
    return Board(
        verdicts=verdicts,
        adjusted=adjusted,
        better=better[:2],
        dearer=dearer[:2],
        above_need=np.where(adjusted_dearer[2], adjusted_dearer[0], dearer[0]),
        unknown=unknown,
    )


def _better(side: Side, *, higher: bool, adjusted: bool) -> tuple[Bools, Bools, Bools]:
    above, below, known = side.sides(adjusted=adjusted)
    return (above, below, known) if higher else (below, above, known)


def _refuse(verdicts: Verdicts, result: Side, resource: Side) -> None:
    """Refuse what lacks a figure or somebody to be held against; spending alone is not judged at all."""
    lacking = resource.fault
    for word in VALUE_FAULTS:
        verdicts.decide(np.asarray(lacking == word), f"not_judged.resource_{word}")
    lacking = result.fault
    for word in VALUE_FAULTS:
        verdicts.decide(np.asarray(lacking == word), f"service_level_unknown.{word}")
    for side in (result, resource):
        alone = side.without_peers
        for word in WITHOUT_PEERS:
            name = word if word == "no_peer" else f"peers_{word}"
            verdicts.decide(np.asarray(alone == word), f"not_judged.{name}")


def _decide(verdicts: Verdicts, better: tuple[Bools, Bools, Bools], dearer: tuple[Bools, Bools, Bools]) -> None:
    good, bad, result_known = better
    dear, cheap, resource_known = dearer
    verdicts.decide(~result_known, "undecided.uncertainty_missing")
    verdicts.decide(~resource_known, "undecided.resource_uncertainty_missing")
    settled, spent = good | bad, dear | cheap
    verdicts.decide(~settled & ~spent, "undecided.both_on_line")
    verdicts.decide(~settled, "undecided.result_on_line")
    verdicts.decide(~spent, "undecided.resource_on_line")
    verdicts.decide(good & cheap, "better_cheaper.found")
    verdicts.decide(good, "better_dearer.found")
    verdicts.decide(cheap, "worse_cheaper.found")
    verdicts.decide(verdicts.open, "worse_dearer.found")
