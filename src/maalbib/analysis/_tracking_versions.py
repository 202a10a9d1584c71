"""Which version of a target is judged on a day, and whether it is to be judged at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import attrs

from maalbib.model import Target, original_target, target_in_force

if TYPE_CHECKING:
    from maalbib.analysis._tracking_options import Basis

__all__ = ["Held", "held_versions"]


@attrs.frozen(kw_only=True)
class Held:
    """A version of a target on a day.

    Attributes
    ----------
    target
        The version.
    revised
        Whether more than one version had been decided by then.
    barred
        Why it is not judged, ``""`` where it is.
    """

    target: Target
    revised: bool
    barred: str


def held_versions(versions: Sequence[Target], basis: Basis, day: dt.date) -> Iterator[Held]:
    """Yield the versions to judge by: the one in force, the original one, or every one decided by the day."""
    decided = [item for item in versions if item.decided_on is None or item.decided_on <= day]
    in_force, first = target_in_force(decided, day), original_target(versions)
    if in_force is None or first is None:
        yield from (Held(target=item, revised=False, barred="no_target") for item in (first,) if item is not None)
        return
    chosen = {"in_force": [in_force], "original": [first], "every": decided}[basis]
    for item in chosen:
        withdrawn = item.withdrawn_by(day)
        barred = "withdrawn" if withdrawn else "suspended" if item.suspended_on(day) else ""
        yield Held(target=item, revised=len(decided) > 1 and not withdrawn, barred=barred)
