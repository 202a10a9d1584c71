"""Whose example a unit may look to: its peers, and how alike they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np

from maalbib.analysis._secrecy import CONFIDENTIAL, SMALL_N
from maalbib.model import PeerGroup

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maalbib.analysis._context import Setting
    from maalbib.analysis._peer_sets import PeerSets
    from maalbib.measurements import Panel

__all__ = ["Candidates", "candidates_of"]

_LIKENESS: Final = ("position", "distance", "coverage", "largest_variable", "largest_part", "smallest_variable")


@attrs.frozen(kw_only=True, eq=False)
class Candidates:
    """The peers of a unit.

    Attributes
    ----------
    codes
        Who, in the order of the list.
    likeness
        For each of the columns of likeness, what the sets say; None where they measure no distance.
    grade
        Why that may not be shown, 0 where it may.
    fault
        Why the unit has no peers, empty where it has some.
    variables
        Ids of the conditions.
    """

    codes: tuple[str, ...]
    likeness: dict[str, list[Any]]
    grade: Any
    fault: str
    variables: tuple[str, ...] = ()


def candidates_of(
    unit: str, group: PeerGroup | PeerSets | None, setting: Setting, panels: Sequence[Panel]
) -> Candidates:
    """Return the peers of a unit: those of its list, the other members of a group, or everybody of its level."""
    if group is None or isinstance(group, PeerGroup):
        return _alone(_others(unit, group, setting, panels))
    outcome = group.outcome(unit)
    rows = [row for row in group.where(unit=unit) if row.state == "peer" and row.peer is not None]
    if not rows:
        return _alone((), "no_peer" if outcome in {"ok", "no_peer", "fewer_than_k"} else f"peers_{outcome}")
    reasons = (None, SMALL_N, CONFIDENTIAL)
    return Candidates(
        codes=tuple(str(row.peer) for row in rows),
        likeness={name: [getattr(row, name) for row in rows] for name in _LIKENESS},
        grade=np.array([reasons.index(row.hidden) for row in rows], dtype=np.int8),
        fault="",
        variables=group.variables,
    )


def _others(unit: str, group: PeerGroup | None, setting: Setting, panels: Sequence[Panel]) -> tuple[str, ...]:
    if group is not None:
        return tuple(code for code in sorted(group.members) if code != unit)
    everybody = sorted({code for panel in panels for code in panel.institutions})
    levels = setting.secrecy.levels_of(everybody)
    own = setting.secrecy.levels_of([unit])[0]
    return tuple(code for code, level in zip(everybody, levels, strict=True) if level == own and code != unit)


def _alone(codes: tuple[str, ...], fault: str = "") -> Candidates:
    return Candidates(
        codes=codes,
        likeness={name: [None] * len(codes) for name in _LIKENESS},
        grade=np.zeros(len(codes), dtype=np.int8),
        fault=fault if codes or fault else "no_peer",
    )
