"""What a list of attention looks for: the checks, what each may find, why one is not made, and the options of a call."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final, Literal, get_args

import attrs

from maalbib.analysis._context import as_flag, as_least, one_of, probability_argument
from maalbib.analysis._peer_options import Adjust, MeanKind
from maalbib.analysis._spread_options import Hidden
from maalbib.errors import ArgumentError
from maalbib.stats._arrays import whole_number

__all__ = ["CHECKS", "FINDINGS", "OBSTACLES", "VERSION", "AttentionFamily", "Check", "Options", "checks_of"]

Check = Literal["level_against_peers", "level_against_target", "trend", "gap", "rank_set", "unusual_among_peers"]
AttentionFamily = Literal["all", "check", "indicator", "institution"]

CHECKS: Final[tuple[Check, ...]] = get_args(Check)
VERSION: Final = "1"
"""Version of the rules; it grows when one of them decides otherwise."""

FINDINGS: Final[dict[str, tuple[str, str]]] = {
    "level_against_peers": ("level_worse_than_peers", "level_better_than_peers"),
    "level_against_target": ("level_worse_than_target", "level_better_than_target"),
    "trend": ("worsening_trend", "improving_trend"),
    "gap": ("gap_growing", "gap_shrinking"),
    "rank_set": ("rank_set_in_worst_quarter", "rank_set_in_best_quarter"),
    "unusual_among_peers": ("unusual_among_peers", "unusually_good_among_peers"),
}
"""What each check may find: a reason to take a look, and one to learn."""

OBSTACLES: Final = (
    *("no_data", "suppressed", "one_sided", "small_n", "confidential", "no_direction", "no_peers"),
    *("too_few_observations", "break_in_series", "not_comparable", "uncertainty_missing"),
    *("group_too_large", "not_due", "not_applicable", "all_are_best"),
)
"""Why a check is not made; where nothing could be checked, the first of them is told."""


@attrs.frozen(kw_only=True)
class Options:
    """How the list is made. Everything is recorded in the result."""

    checks: tuple[Check, ...]
    alpha: float
    correct: bool
    family: AttentionFamily
    adjust: Adjust
    hidden: Hidden
    mean: MeanKind | None
    min_verdict: int | None
    since: str | None
    as_of: str | None
    seed: int
    draws: int

    @classmethod
    def of(
        cls,
        *,
        checks: Iterable[Check] | Check,
        alpha: float,
        correct: bool,
        family: AttentionFamily,
        adjust: Adjust,
        hidden: Hidden,
        mean: MeanKind | None,
        min_verdict: int | None,
        since: str,
        as_of: str | None,
        seed: int,
        draws: int,
    ) -> Options:
        """Check what a caller asked for."""
        return cls(
            checks=checks_of(checks),
            alpha=probability_argument("alpha", alpha),
            correct=as_flag("correct", correct),
            family=one_of("family", family, get_args(AttentionFamily)),
            adjust=one_of("adjust", adjust, get_args(Adjust)),
            hidden=one_of("hidden", hidden, get_args(Hidden)),
            mean=mean,
            min_verdict=as_least("min_verdict", min_verdict),
            since=since,
            as_of=as_of,
            seed=whole_number("seed", seed, low=0),
            draws=whole_number("draws", draws, low=100),
        )

    @property
    def confidence(self) -> float:
        """Level of the intervals."""
        return 1 - self.alpha

    def to_json(self) -> str:
        """Return what is recorded in each row."""
        return json.dumps(attrs.asdict(self) | {"rules": VERSION}, sort_keys=True)


def checks_of(checks: Iterable[Check] | Check) -> tuple[Check, ...]:
    """Return the checks asked for, in the order in which they are told."""
    try:
        wanted: set[str] = {checks} if isinstance(checks, str) else set(checks)
    except TypeError:
        wanted = set()
    if not wanted or wanted - set(CHECKS):
        raise ArgumentError.choice("checks", CHECKS)
    return tuple(check for check in CHECKS if check in wanted)
