"""The parts of a change between two periods: the unit's own, that of the same peers, and that of who they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np

from maalbib.analysis._arrays import Bools, Floats, Ints, beyond_rounding
from maalbib.analysis._peer_gaps import gaps_of
from maalbib.analysis._peer_options import Options
from maalbib.analysis._peer_request import Asked
from maalbib.analysis._peer_rules import Judged, judge, words_of
from maalbib.analysis._peer_values import WITHOUT_PEERS, PeerValues, peer_values
from maalbib.analysis._secrecy import hidden_column
from maalbib.analysis._segments import block_labels
from maalbib.analysis._verdict import Verdicts
from maalbib.model import Comparable

if TYPE_CHECKING:
    from maalbib.analysis._context import Setting
    from maalbib.measurements import Panel
    from maalbib.model import Indicator, Period

__all__ = ["Step", "gap_change_columns", "step_between"]

_WORDS: Final = {"better": "improving", "worse": "declining", "higher": "rising", "lower": "falling"}
_REFUSALS: Final = (
    *("suppressed", "one_sided", "no_data", "small_n", "different_sources", "no_denominator"),
    *WITHOUT_PEERS,
)


@attrs.frozen(kw_only=True, eq=False)
class Step:
    """An indicator in two periods.

    Attributes
    ----------
    earlier, later
        What was found in each; the rows are those of the later one.
    same
        (rows,) change of the mean of the peers of the first period that have values in both, NaN where there are none.
    kept
        (rows,) how many those are.
    places
        (rows,) the row in the earlier period, -1 where there is none.
    broken
        (rows,) whether the series is broken between the periods.
    """

    earlier: Judged
    later: Judged
    same: Floats
    kept: Ints
    places: Ints
    broken: Bools

    def before(self, column: Floats) -> Floats:
        """Return a column of the earlier period in the rows of the later one."""
        return (
            np.where(self.places >= 0, column[self.places], np.nan)
            if len(column)
            else np.full(len(self.kept), np.nan)
        )


def step_between(
    panel: Panel,
    code: str,
    indicator: Indicator | None,
    kind: str,
    periods: tuple[Period, Period],
    asked: Asked,
    options: Options,
    setting: Setting,
) -> Step:
    """Judge an indicator in two periods, and the peers of the first in both."""

    def values_in(when: Period, group: Any) -> PeerValues:
        return peer_values(panel, when, options.over, group, options.confidence, indicator, setting.secrecy)

    before, after = periods
    first = asked.at(before)
    old = _linked(values_in(before, first), indicator, before, after)
    held = values_in(after, first)
    earlier = judge(old, code, indicator, before, kind, options)
    later = judge(values_in(after, asked.at(after)), code, indicator, after, kind, options)
    both = earlier.used & judge(held, code, indicator, after, kind, options).used
    means = [
        gaps_of(
            each, both, each.weights(kind), kind, include_self=options.include_self, confidence=options.confidence
        )
        for each in (old, held)
    ]
    places = _places(earlier.values, later.values)
    there = places >= 0
    return Step(
        earlier=earlier,
        later=later,
        same=np.where(there, (means[1].mean - means[0].mean)[places], np.nan),
        kept=np.where(there, means[0].peers[places], 0),
        places=places,
        broken=_broken(panel, indicator, periods, later.values),
    )


def _linked(values: PeerValues, indicator: Indicator | None, before: Period, after: Period) -> PeerValues:
    """Multiply the earlier values by the factors that lead to the later ones."""
    breaks = () if indicator is None else indicator.breaks
    between = [each for each in breaks if before.start < each.period.start <= after.start]
    factors = [each.link_factor or 1.0 for each in between if each.comparable is Comparable.WITH_FACTOR]
    if not factors:
        return values
    factor = float(np.prod(factors))
    return attrs.evolve(
        values,
        value=values.value * factor,
        lower=values.lower * factor,
        upper=values.upper * factor,
        scale=values.scale * factor,
    )


def _places(earlier: PeerValues, later: PeerValues) -> Ints:
    known = {key: place for place, key in enumerate(zip(earlier.institutions, earlier.breakdowns, strict=True))}
    keys = zip(later.institutions, later.breakdowns, strict=True)
    return np.array([known.get(key, -1) for key in keys], dtype=np.int64)


def _broken(panel: Panel, indicator: Indicator | None, periods: tuple[Period, Period], values: PeerValues) -> Bools:
    """Return which rows are broken between the periods; a period without data breaks nothing."""
    if any(each not in panel.periods for each in periods):
        return np.zeros(len(values), dtype=bool)
    first, last = (panel.periods.index(each) for each in periods)
    labels = block_labels(panel, () if indicator is None else indicator.breaks)
    cut = labels[:, first] != labels[:, last]
    keys = zip(panel.institutions, panel.breakdowns, strict=True)
    known = {key for key, is_cut in zip(keys, cut.tolist(), strict=True) if is_cut}
    rows = zip(values.institutions, values.breakdowns, strict=True)
    return np.array([key in known for key in rows], dtype=bool)


def gap_change_columns(step: Step, group: str) -> dict[str, Any]:
    """Return the columns of a step."""
    later, values = step.later, step.later.values
    old, new = step.earlier.gaps, later.gaps
    gap = step.before(old.gap)
    figures = (values.value, new.mean, step.before(step.earlier.values.value), step.before(old.mean))
    size = np.max(np.abs(figures), axis=0)
    change = beyond_rounding(new.gap - gap, size)
    down = np.hypot(new.gap - new.lower, step.before(old.upper) - gap)
    up = np.hypot(new.upper - new.gap, gap - step.before(old.lower))
    verdicts = _verdicts(step, change - down, change + up)
    apart = verdicts.in_state("not_compared") & ~verdicts.having("not_compared.gap_uncertainty_missing")
    total = new.mean - step.before(old.mean)
    numbers = {
        "value_before": step.before(step.earlier.values.value),
        "value": values.value,
        "own_change": values.value - step.before(step.earlier.values.value),
        "peers_change": step.same,
        "composition": beyond_rounding(total - step.same, size),
        "gap_before": gap,
        "gap": new.gap,
        "gap_change": change,
        "gap_change_lower": change - down,
        "gap_change_upper": change + up,
    }
    grade = np.maximum(values.grade, np.nan_to_num(step.before(step.earlier.values.grade.astype(np.float64))))
    return {
        "indicator": later.code,
        "institution": list(values.institutions),
        "breakdown": list(values.breakdowns),
        "from_period": str(step.earlier.period),
        "period": str(later.period),
        "peer_group": group,
        "mean_kind": later.kind,
        "peers_before": np.nan_to_num(step.before(old.peers.astype(np.float64))).astype(np.int64),
        "peers": new.peers,
        "peers_kept": step.kept,
        **{name: np.where(apart, np.nan, column) for name, column in numbers.items()},
        "state": verdicts.states,
        "reason": verdicts.reasons,
        "flags": verdicts.flags,
        "method": "gap_difference",
        "params": later.options.to_json(),
        "level": later.options.confidence,
        "hidden": hidden_column(grade.astype(np.int8)),
    }


def _verdicts(step: Step, lower: Floats, upper: Floats) -> Verdicts:
    verdicts = Verdicts(len(step.kept))
    for reason in _REFUSALS:
        verdicts.decide(step.later.verdicts.having(f"not_compared.{reason}"), f"not_compared.{reason}")
    refused = step.earlier.verdicts.in_state("not_compared")
    only_unsure = step.earlier.verdicts.having("not_compared.uncertainty_missing")
    earlier = step.before((~refused | only_unsure).astype(np.float64)) > 0
    verdicts.decide(~earlier, "not_compared.earlier_not_compared")
    verdicts.decide(step.broken, "not_compared.break_in_series")
    verdicts.decide(np.isnan(step.same), "not_compared.no_peer_kept")
    verdicts.decide(~(np.isfinite(lower) & np.isfinite(upper)), "not_compared.gap_uncertainty_missing")
    up, down = (_WORDS[word] for word in words_of(step.later.indicator))
    verdicts.decide(lower > 0, f"{up}.gap_changed")
    verdicts.decide(upper < 0, f"{down}.gap_changed")
    verdicts.decide(verdicts.open, "no_detectable_change.gap_change_includes_zero")
    changed = (step.kept < step.later.gaps.peers) | (
        step.kept < np.nan_to_num(step.before(step.earlier.gaps.peers.astype(np.float64)))
    )
    compared = ~verdicts.in_state("not_compared")
    verdicts.flag(changed & compared, "other_peers")
    for name, now, then in (
        ("approximate", step.later.values.approximate, step.earlier.values.approximate),
        ("hidden_left_out", step.later.gaps.left_out, step.earlier.gaps.left_out),
        ("provisional", step.later.values.provisional, step.earlier.values.provisional),
    ):
        verdicts.flag(compared & (now | (step.before(then.astype(np.float64)) > 0)), name)
    return verdicts
