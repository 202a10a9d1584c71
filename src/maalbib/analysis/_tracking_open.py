"""Targets that are not due yet: judged by where their development leads, or by the agreed way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from maalbib.analysis._figures import LEAST_FOR_MOVEMENT, NOISE, THIN, Case, Figures, shortfall, since_baseline
from maalbib.analysis._tracking_lines import fit
from maalbib.analysis._tracking_paths import expected, impossible, path_of
from maalbib.model import TargetPath

if TYPE_CHECKING:
    from maalbib.analysis._arrays import Bools, Floats, Ints
    from maalbib.analysis._verdict import Verdicts

__all__ = ["RANKS", "allowance", "judge_direction", "judge_open", "open_rank", "require_points"]

RANKS: Final = ("not_met", "moving_away", "unchanged", "off_track", "on_track", "met")


def open_rank(
    outside: Floats, moved: Floats, missed: Floats, *, edge: Floats, limit: Floats, allowed: Floats
) -> Ints:
    """Return the rank of an open dated target's state; arrays of one shape.

    Parameters
    ----------
    outside
        How far the latest value lies outside the region.
    moved
        Change over the values, in the wished direction.
    missed
        By how much the projection or the latest value misses the region or the way.
    edge, limit, allowed
        What still counts as inside, as no change, and as good enough.
    """
    found: Ints = np.select(
        [outside <= edge, moved < -limit, missed <= allowed, np.abs(moved) <= limit],
        [RANKS.index(state) for state in ("met", "moving_away", "on_track", "unchanged")],
        RANKS.index("off_track"),
    )
    return found


def judge_open(case: Case, figures: Figures, verdicts: Verdicts) -> None:
    """Judge a target that is not due yet."""
    edge = case.target.tolerance + figures.noise
    outside = shortfall(figures.latest, figures)
    fit(case, figures, since_baseline(case) & verdicts.open[:, None])
    inside = outside <= edge
    verdicts.flag(verdicts.open & inside & (figures.moved < -figures.limit) & (case.target.way() != 0), "slipping")
    verdicts.decide(inside, "met.reached_early")
    verdicts.decide(~np.isfinite(case.evidence.base), "not_measurable.no_baseline")
    require_points(case, figures, verdicts)
    _refuse_ways(case, figures, verdicts)
    verdicts.decide(figures.refused >= 0, "not_measurable.method_refused")
    agreed = path_of(case.target) is not TargetPath.LINEAR
    allowed = allowance(case, figures.way * (figures.goal - case.evidence.base), figures.noise)
    missed = _missed(case, figures) if agreed else shortfall(figures.projected, figures)
    rank = open_rank(outside, figures.moved, missed, edge=edge, limit=figures.limit, allowed=allowed)
    projecting = verdicts.open
    for state, reason in (
        ("moving_away", "pace_negative"),
        ("on_track", "path_met" if agreed else "projection_meets"),
        ("unchanged", "within_no_change"),
        ("off_track", "below_path" if agreed else "projection_misses"),
    ):
        verdicts.decide(rank == RANKS.index(state), f"{state}.{reason}")
    verdicts.flag(verdicts.in_state("on_track") & projecting & (missed > edge), "slack_used")
    _flag_projection(case, figures, verdicts, projecting)


def allowance(case: Case, planned: Floats, noise: Floats) -> Floats:
    """Return by how much a projection may miss a planned change and still be good enough."""
    slack = case.options.slack if case.target.slack is None else case.target.slack
    return slack * np.maximum(0.0, planned) + case.target.tolerance + noise


def _missed(case: Case, figures: Figures) -> Floats:
    """Return how far the latest value is behind the agreed way."""
    return figures.way * (expected(case, figures.latest_time, figures.goal) - figures.latest)


def _refuse_ways(case: Case, figures: Figures, verdicts: Verdicts) -> None:
    wayless = impossible(case, figures) & verdicts.open
    if wayless.any():
        figures.refusals.append("path.compound")
        figures.refused = np.where(wayless, len(figures.refusals) - 1, figures.refused)


def _flag_projection(case: Case, figures: Figures, verdicts: Verdicts, projecting: Bools) -> None:
    exact = np.isfinite(figures.lower) & (figures.lower == figures.upper)
    enough = projecting & (figures.n >= THIN)
    verdicts.flag(projecting & (figures.n < THIN), "thin")
    verdicts.flag(enough & exact, "zero_residual")
    if path_of(case.target) is TargetPath.LINEAR:
        straddles = (figures.lower <= figures.goal) & (figures.goal <= figures.upper)
        verdicts.flag(enough & ~exact & straddles, "interval_straddles_target")
    past = np.where(figures.way > 0, figures.projected > figures.high, figures.projected < figures.low)
    missed = verdicts.having("off_track.projection_misses")
    verdicts.flag(projecting & (case.target.way() == 0) & past & missed, "overshoot")


def judge_direction(case: Case, figures: Figures, verdicts: Verdicts) -> None:
    """Judge the movement since the baseline where nobody has said how far."""
    fit(case, figures, since_baseline(case))
    require_points(case, figures, verdicts)
    verdicts.decide(figures.refused >= 0, "not_measurable.method_refused")
    verdicts.decide(figures.moved < -figures.limit, "moving_away.direction_wrong")
    verdicts.decide(figures.moved <= figures.limit, "unchanged.within_no_change")
    verdicts.decide(figures.moved > figures.limit, "on_track.direction_right")
    verdicts.flag(~verdicts.in_state("not_measurable") & (figures.n < THIN), "thin")


def require_points(case: Case, figures: Figures, verdicts: Verdicts) -> None:
    """Refuse to judge a movement of one value, or over too short a time."""
    verdicts.decide(figures.n < LEAST_FOR_MOVEMENT, "not_measurable.too_few_points")
    span = figures.latest_time - case.evidence.base_time
    verdicts.decide(span < case.options.min_span - NOISE, "not_measurable.span_too_short")
