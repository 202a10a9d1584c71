"""Which series are judged together, and what p becomes when they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from maalbib import stats
from maalbib.analysis._arrays import Floats, Ints
from maalbib.errors import ArgumentError
from maalbib.model import MembershipRole

if TYPE_CHECKING:
    from maalbib.analysis._trend_options import Options
    from maalbib.analysis._trend_rules import Judged
    from maalbib.register import Register

__all__ = ["Adjusted", "adjusted", "check_family"]

Adjusted = tuple[Floats, Ints]
"""Adjusted p of each series, and how many are in its family."""


def check_family(options: Options, methods: Sequence[str]) -> None:
    """Refuse what cannot be adjusted."""
    if options.adjust == "heyse" and (set(methods) - {"mann_kendall"} or options.family == "hierarchical"):
        raise ArgumentError("trend.heyse_needs_counted_p")
    if options.family == "hierarchical" and options.adjust != "benjamini_hochberg":
        raise ArgumentError("trend.hierarchy_has_its_own", adjust=options.adjust)
    if options.family == "hierarchical" and set(methods) - {"mann_kendall"}:
        raise ArgumentError("trend.hierarchy_needs_scores")


def adjusted(parts: Sequence[Judged], options: Options, register: Register | None) -> list[Adjusted]:
    """Adjust the p of all series that could be judged, and give each part its own."""
    if not parts:
        return []
    p_value = np.concatenate([np.where(part.family, part.outcome.p_value, np.nan) for part in parts])
    labels = _labels(parts, options)
    if options.family == "hierarchical":
        q_value = _by_level(parts, labels, p_value, options, register)
    elif options.adjust == "heyse":
        scores = stats.TrendScores.joined(part.scores for part in parts if part.scores is not None)
        q_value = stats.benjamini_heyse(p_value, stats.Attainable.of_trends(scores), families=labels)
    else:
        q_value = stats.adjust_p_values(p_value, method=options.adjust, families=labels)
    sizes = np.bincount(labels, weights=np.isfinite(p_value))[labels].astype(np.int64) if len(labels) else labels
    ends = np.cumsum([len(part.family) for part in parts])[:-1]
    return list(zip(np.split(np.asarray(q_value), ends), np.split(sizes, ends), strict=True))


def _labels(parts: Sequence[Judged], options: Options) -> Ints:
    """Return the family of each series as a number."""
    if options.family == "all":
        return np.zeros(sum(len(part.family) for part in parts), dtype=np.int64)
    if options.family == "institution":
        return _numbered([code for part in parts for code in part.panel.institutions])
    own = _indicators(parts)
    if options.family != "breakdown":
        return own
    text = _numbered([text for part in parts for text in part.panel.breakdowns])
    both = own * (int(text.max(initial=0)) + 1) + text
    return np.asarray(np.unique(both, return_inverse=True)[1], dtype=np.int64).reshape(-1)


def _indicators(parts: Sequence[Judged]) -> Ints:
    numbers: dict[str, int] = {}
    found = [
        np.array([numbers.setdefault(code, len(numbers)) for code in part.stack.ids], dtype=np.int64)[
            part.stack.which
        ]
        for part in parts
    ]
    return np.concatenate(found)


def _numbered(codes: Sequence[str]) -> Ints:
    numbers: dict[str, int] = {}
    return np.fromiter((numbers.setdefault(code, len(numbers)) for code in codes), np.int64, len(codes))


def _by_level(
    parts: Sequence[Judged], indicator: Ints, p_value: Floats, options: Options, register: Register | None
) -> Any:
    """Select indicators by what all their series say together, then those above the institutions, then institutions."""
    codes = [code for part in parts for code in part.panel.institutions]
    above = _numbered(_parents(codes, register))
    scores = stats.TrendScores.joined(part.scores for part in parts if part.scores is not None)
    judged = np.flatnonzero(np.isfinite(p_value))
    gate = np.full(len(p_value), np.nan)
    if len(judged):
        found = stats.trend_gate(
            stats.TrendScores(s=scores.s[judged], which=scores.which[judged], structures=scores.structures),
            indicator[judged],
        )
        gate[judged] = found.p_gate[found.which]
        gate = _spread(gate, indicator)
    hierarchy = stats.hierarchical_benjamini_hochberg(
        p_value, [indicator, above], gates=[gate, None], alpha=options.alpha
    )
    return hierarchy.q_value


def _spread(gate: Floats, groups: Ints) -> Floats:
    """Give every series the gate of its group."""
    of_group = np.full(int(groups.max(initial=0)) + 1, np.nan)
    known = np.isfinite(gate)
    of_group[groups[known]] = gate[known]
    return of_group[groups]


def _parents(codes: Sequence[str], register: Register | None) -> list[str]:
    """Return the code of the body that each institution belonged to last; its own where nobody knows."""
    if register is None:
        return list(codes)
    newest: dict[str, tuple[dt.date, str]] = {}
    for entry in register.memberships:
        if entry.role is MembershipRole.BELONGS_TO:
            since = (entry.valid_from or dt.date.min, entry.parent)
            newest[entry.institution] = max(newest.get(entry.institution, since), since)
    return [newest[code][1] if code in newest else code for code in codes]
