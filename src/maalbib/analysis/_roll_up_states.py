"""The words of roll-ups: states by rank, policies, and why an item is left out."""

from __future__ import annotations

from typing import Final

from maalbib.errors import ArgumentError
from maalbib.stats._roll_up_parts import POLICIES

__all__ = ["NO_SINGLE_STATE", "OUTSIDE", "PUBLISHED", "RANKED", "WHYS", "policy_named", "why_of"]

# From worst to best. The ranks are an order, and never added up.
RANKED: Final = ("not_met", "moving_away", "unchanged", "off_track", "on_track", "met")
# A roll-up that gives shares or a number. It is judged, so it must not read as "could not be judged".
NO_SINGLE_STATE: Final = "no_single_state"

WHYS: Final = (
    "not_applicable",
    "withdrawn",
    "suspended",
    "too_early",
    "missing",
    "not_tracked",
    "no_targets",
    "not_measurable",
    "attainment_undefined",
    "zero_weight",
)
OUTSIDE: Final = ("not_applicable", "withdrawn", "suspended")

_WHY_OF_REASON: Final = {
    "not_applicable": "not_applicable",
    "withdrawn": "withdrawn",
    "suspended": "suspended",
    **dict.fromkeys(("not_due", "span_too_short", "no_target", "due_value_pending"), "too_early"),
    "no_data": "missing",
}
PUBLISHED: Final = {"statcan": "mean_score", "eustat": "mean_score"}


def why_of(reason: str) -> str:
    """Return why a target without a verdict is left out."""
    return _WHY_OF_REASON.get(reason, "not_measurable")


def policy_named(word: str, argument: str = "policy") -> str:
    """Return the policy that a word stands for: its own name, or the published method that uses it, with or without a version."""
    plain = word.partition("/")[0]
    policy = PUBLISHED.get(plain, plain)
    if policy not in POLICIES:
        raise ArgumentError.choice(argument, (*POLICIES, *PUBLISHED))
    return policy
