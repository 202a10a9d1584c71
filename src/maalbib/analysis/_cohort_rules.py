"""The rules for a cohort against the rest, and the columns of the result. First matching rule decides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np

from maalbib import stats
from maalbib.analysis._arrays import Bools, Floats
from maalbib.analysis._cohort_sides import Sides, Spreads, sides_of, spreads_of
from maalbib.analysis._columns import members as among
from maalbib.analysis._columns import words_at
from maalbib.analysis._peer_families import chance_of, within_families
from maalbib.analysis._peer_rules import words_of
from maalbib.analysis._secrecy import LEAST_SHOWN, hidden_column
from maalbib.analysis._verdict import Verdicts

if TYPE_CHECKING:
    from maalbib.analysis._cohort_request import Cohort
    from maalbib.analysis._peer_options import Options
    from maalbib.analysis._peer_values import PeerValues
    from maalbib.model import Indicator, Period

__all__ = ["cohort_columns", "together"]

_RELEVANCE: Final = ("margin_not_settled", "relevant", "within_margin")
_AMONG: Final = ("usual", "unusually_low", "unusually_high")
_DRAWN: Final = ("permutation", "exact")
_SMALL_N: Final = 1  # the grade of a figure of too few people


@attrs.frozen(kw_only=True)
class Gap:
    """The difference of the two means with its limits."""

    gap: Floats
    lower: Floats
    upper: Floats


def cohort_columns(
    values: PeerValues,
    code: str,
    indicator: Indicator | None,
    when: Period,
    kind: str,
    cohort: Cohort,
    options: Options,
) -> tuple[dict[str, Any], int]:
    """Return the columns of one indicator, a row for each breakdown, and how many rows there are.

    Those that hang on what else is compared in the call are left to :func:`together`.
    """
    member = among(values.institutions, cohort.members)
    apart = np.zeros(len(values), dtype=bool) if options.across_sources else values.apart()
    sides = sides_of(values, kind, member, apart, options.confidence)
    spreads = spreads_of(sides, values, confidence=options.confidence, draws=options.draws, seed=options.seed)
    found = stats.pair_gap(
        sides.mean[:, 0],
        sides.mean[:, 1],
        limits=(sides.mean[:, 0] - sides.below[:, 0], sides.mean[:, 0] + sides.above[:, 0]),
        other_limits=(sides.mean[:, 1] - sides.below[:, 1], sides.mean[:, 1] + sides.above[:, 1]),
        confidence=options.confidence,
    )
    rounding = found.gap - sides.gap
    gap = Gap(gap=sides.gap, lower=found.lower - rounding, upper=found.upper - rounding)
    verdicts = _verdicts(values, sides, apart, gap, indicator, options)
    _flag(verdicts, values, sides, options)
    none = verdicts.in_state("not_compared") & ~verdicts.having("not_compared.uncertainty_missing")
    by_group = np.unique(values.group, return_index=True)[1].tolist()
    columns = {
        "indicator": code,
        "breakdown": [values.breakdowns[row] for row in by_group],
        "period": str(when),
        "cohort": cohort.id,
        "members": sides.units[:, 0],
        "members_without": sides.without[:, 0],
        "others": sides.units[:, 1],
        "others_without": sides.without[:, 1],
        "mean_kind": kind,
        **_numbers(sides, gap, none),
        "relevance": _relevance(gap, options.min_difference, none),
        **_by_lot(spreads, gap, none),
        "state": verdicts.states,
        "reason": verdicts.reasons,
        "flags": verdicts.flags,
        "method": "difference_of_means",
        "params": options.to_json(),
        "level": options.confidence,
        "hidden": hidden_column(_grade(sides, indicator)),
        "p_value": np.where(none, np.nan, chance_of(gap, options.confidence)),
    }
    return columns, len(sides.mean)


def together(parts: Sequence[tuple[dict[str, Any], int]], options: Options) -> Iterator[tuple[dict[str, Any], int]]:
    """Yield all columns: with what the p are worth once everything that was compared in the call is looked at together."""
    if not parts:
        return
    p_values = [columns["p_value"] for columns, _ in parts]
    one_family = np.zeros(sum(rows for _, rows in parts), dtype=np.int64)
    for (columns, rows), (q_value, size) in zip(
        parts, within_families(p_values, one_family, options.adjust), strict=True
    ):
        yield columns | {"q_value": q_value, "family_size": size}, rows


def _verdicts(
    values: PeerValues, sides: Sides, apart: Bools, gap: Gap, indicator: Indicator | None, options: Options
) -> Verdicts:
    verdicts = Verdicts(len(sides.mean))
    empty = sides.units == 0
    lacking = np.isfinite(values.value) & ~np.isfinite(sides.weight)
    verdicts.decide((empty & sides.having(apart)).any(axis=1), "not_compared.sources_differ")
    verdicts.decide((empty & sides.having(lacking)).any(axis=1), "not_compared.no_denominator")
    verdicts.decide((empty & sides.having(sides.left_out)).any(axis=1), "not_compared.one_hidden_value")
    verdicts.decide((empty & sides.having(values.suppressed))[:, 0], "not_compared.members_withheld")
    verdicts.decide(empty[:, 0], "not_compared.no_member_value")
    verdicts.decide(empty[:, 1], "not_compared.no_other_value")
    if options.min_verdict is not None:
        few = np.asarray((sides.people < options.min_verdict).any(axis=1))
        verdicts.decide(few, "not_compared.small_n")
    verdicts.decide(~(np.isfinite(gap.lower) & np.isfinite(gap.upper)), "not_compared.uncertainty_missing")
    up, down = words_of(indicator)
    verdicts.decide(gap.lower > 0, f"{up}.differs")
    verdicts.decide(gap.upper < 0, f"{down}.differs")
    verdicts.decide(verdicts.open, "no_detectable_difference.not_shown_to_differ")
    return verdicts


def _flag(verdicts: Verdicts, values: PeerValues, sides: Sides, options: Options) -> None:
    compared = ~verdicts.in_state("not_compared")
    verdicts.flag(compared & (sides.without[:, 0] > 0), "members_without_value")
    verdicts.flag(compared & sides.having(sides.left_out).any(axis=1), "hidden_left_out")
    verdicts.flag(compared & sides.having(sides.used & values.provisional).any(axis=1), "provisional_values")
    verdicts.flag(compared & sides.having(sides.used & values.approximate).any(axis=1), "approximate")
    if options.across_sources:
        several = np.zeros(len(sides.mean), dtype=bool)
        several[values.group[values.several_sources()]] = True
        verdicts.flag(several, "mixed_sources")


def _numbers(sides: Sides, gap: Gap, none: Bools) -> dict[str, Floats]:
    found = {
        "value": sides.mean[:, 0],
        "lower": sides.mean[:, 0] - sides.below[:, 0],
        "upper": sides.mean[:, 0] + sides.above[:, 0],
        "rest_value": sides.mean[:, 1],
        "rest_lower": sides.mean[:, 1] - sides.below[:, 1],
        "rest_upper": sides.mean[:, 1] + sides.above[:, 1],
        "gap": gap.gap,
        "gap_lower": gap.lower,
        "gap_upper": gap.upper,
    }
    return {name: np.where(none, np.nan, column) for name, column in found.items()}


def _relevance(gap: Gap, margin: float | None, none: Bools) -> Any:
    if margin is None:
        return None
    unknown = none | ~(np.isfinite(gap.lower) & np.isfinite(gap.upper))
    beyond = (gap.lower > margin) | (gap.upper < -margin)
    within = (gap.lower >= -margin) & (gap.upper <= margin)
    return words_at(_RELEVANCE, np.select([unknown, beyond, within], [-1, 1, 2], 0))


def _by_lot(spreads: Spreads, gap: Gap, none: Bools) -> dict[str, Any]:
    numbers = {
        "tau": spreads.tau,
        "chance_lower": spreads.lower,
        "chance_upper": spreads.upper,
        "permutation_share": spreads.share,
        "permutation_least": spreads.least,
        "permutation_groups": spreads.groups,
    }
    found: dict[str, Any] = {name: np.where(none, np.nan, column) for name, column in numbers.items()}
    unknown = none | np.isnan(spreads.lower) | np.isnan(gap.lower)
    place = np.select([unknown, spreads.lower > 0, spreads.upper < 0], [-1, 2, 1], 0)
    found["among_groups"] = words_at(_AMONG, place)
    drawn = np.where(np.isnan(found["permutation_share"]), -1, spreads.exact.astype(np.int64))
    found["permutation_method"] = words_at(_DRAWN, drawn)
    groups = found["permutation_groups"]
    found["permutation_groups"] = [None if np.isnan(each) else int(each) for each in groups.tolist()]
    return found


def _grade(sides: Sides, indicator: Indicator | None) -> Any:
    """Return why a row may not be shown: too few people behind one of its means."""
    least = LEAST_SHOWN if indicator is None else indicator.min_show
    few = ((sides.people < least) & (sides.units > 0)).any(axis=1)
    return np.where(few, _SMALL_N, 0).astype(np.int8)
