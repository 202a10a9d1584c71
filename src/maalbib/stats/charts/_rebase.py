"""New levels that a chart suggests, with evidence; nobody has decided on them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import (
    ArrayResult,
    BoolArray,
    FloatArray,
    IntArray,
    ReasonArray,
    open_share,
    whole_number,
)
from maalbib.stats.charts._chain import Chain, Places
from maalbib.stats.charts._limits import ControlLimits
from maalbib.stats.charts._patterns import side_runs
from maalbib.stats.charts._piece import RANGES, Piece, pieces
from maalbib.stats.charts._rule import Rule
from maalbib.stats.charts._rules import RuleHits

__all__ = ["RebaseCandidates", "rebase_candidates"]

_Candidates = dict[str, npt.NDArray[Any]]

_VALUES: Final = 65_536  # at a time
_EMPTY_RUNS: Final[_Candidates] = {
    "at": np.empty(0, dtype=np.intp),
    "direction": np.empty(0, dtype=np.int64),
    "run_length": np.empty(0, dtype=np.int64),
    "going_on": np.empty(0, dtype=np.bool_),
    "rule": np.empty(0, dtype=object),
}
_EMPTY: Final[_Candidates] = {
    **{name: column for name, column in _EMPTY_RUNS.items() if name != "at"},
    **dict.fromkeys(("series", "position", "before", "after"), np.empty(0, dtype=np.int64)),
    **dict.fromkeys(("shift", "shift_lower", "shift_upper", "gain"), np.empty(0)),
}


@attrs.frozen(kw_only=True, eq=False)
class RebaseCandidates(ArrayResult):
    """Places where a chart suggests a new level, arrays of shape (candidates,) in order of series and position.

    Attributes
    ----------
    series
        Which series; 0 where there is one.
    position
        Period of the first point of the new level.
    rule
        Id of the rule that fired.
    direction
        +1 for a higher level, -1 for a lower one.
    run_length
        Points in the run that made the rule fire.
    shift
        Mean of the segment from there on, minus its mean before.
    shift_lower, shift_upper
        Interval of the shift, NaN where fewer than three points leave none.
    gain
        Log-likelihood of two levels minus that of one, normal values of one spread; infinite where two levels
        explain everything.
    before, after
        Points of the segment before the position and from it on.
    lasted
        Whether the run is at least ``lasting`` points long.
    going_on
        Whether the run reaches the last point of the series.
    confidence
        Of the interval.

    Examples
    --------
    >>> from maalbib.stats import apply_rules, rebase_candidates, rule_set, xmr_limits
    >>> limits = xmr_limits(
    ...     [4, 6, 5, 7, 5, 6, 4, 5, 6, 5, 9, 8, 9, 11, 10, 8, 9, 10], baseline=10, min_points_trial=10
    ... )
    >>> found = rebase_candidates(limits, apply_rules(limits, rule_set("nhs_mdc")))
    >>> found.position.tolist(), found.rule.tolist(), found.shift.round(2).tolist(), found.lasted.tolist()
    ([10], ['run_7'], [3.95], [True])
    """

    series: IntArray
    position: IntArray
    rule: ReasonArray
    direction: IntArray
    run_length: IntArray
    shift: FloatArray
    shift_lower: FloatArray
    shift_upper: FloatArray
    gain: FloatArray
    before: IntArray
    after: IntArray
    lasted: BoolArray
    going_on: BoolArray
    confidence: float


def rebase_candidates(
    limits: ControlLimits, hits: RuleHits, *, lasting: int = 8, min_before: int = 2, confidence: float = 0.95
) -> RebaseCandidates:
    """Propose new levels where values keep to one side of the centre. Nothing is applied.

    Parameters
    ----------
    limits
        A chart, shape (periods,) or (series, periods).
    hits
        What :func:`apply_rules` found on it. Its rules of kind ``run_side`` and ``longest_run`` propose; of several
        that mark the same run, the one that the set shows first names it.
    lasting
        Points from which a run counts as lasting; 7 or 8 are usual.
    min_before
        Fewest points before the new level within the segment.
    confidence
        Of the interval of the shift.

    Returns
    -------
    RebaseCandidates
        One element per candidate, none where there is nothing to propose.

    Raises
    ------
    ArgumentError
        If ``hits`` is of another shape, a number is not whole, or ``confidence`` is not inside (0, 1).

    Notes
    -----
    The interval is that of the difference of two means with a common spread, Student's t with n - 2 degrees of freedom;
    the gain is (n/2) ln(SS1/SS2) with the sums of squares around one mean and two [1]_. Both are evidence for people,
    not tests: the position was chosen because it stands out, so the interval is too narrow and the gain too large. A
    level that drifts, a season, or values that hang together over time also give runs. Time is linear in the
    values, plus the periods of each candidate.

    References
    ----------
    .. [1] Hawkins, D. M. (1977). Testing a sequence of observations for a shift in location. Journal of the American
       Statistical Association 72, 180-186.

    Examples
    --------
    >>> from maalbib.stats import apply_rules, rule_set, xmr_limits
    >>> limits = xmr_limits(
    ...     [4, 6, 5, 7, 5, 6, 4, 5, 6, 5, 9, 8, 9, 11, 10, 8, 9, 10], baseline=10, min_points_trial=10
    ... )
    >>> found = rebase_candidates(limits, apply_rules(limits, rule_set("nhs_mdc")))
    >>> found.shift_lower.round(2).item(), found.shift_upper.round(2).item(), found.gain.round(1).item()
    (2.96, 4.94, 15.3)
    """
    if hits.label.shape != np.shape(limits.values):
        expected, got = str(np.shape(limits.values)), str(hits.label.shape)
        raise ArgumentError("argument.shape", argument="hits", expected=expected, got=got)
    lasting = whole_number("lasting", lasting, low=1)
    min_before = whole_number("min_before", min_before, low=1)
    open_share("confidence", confidence)
    parts = [_EMPTY]
    for piece in pieces(limits, join=hits.gaps == "join"):
        parts += _weighed(piece, _runs(hits, piece), min_before, confidence)
    columns = {name: np.concatenate([part[name] for part in parts]) for name in _EMPTY}
    return RebaseCandidates(**columns, lasted=columns["run_length"] >= lasting, confidence=float(confidence))


def _runs(hits: RuleHits, piece: Piece) -> _Candidates:
    """Return each run that a rule marks, once; the rule that the set shows first names it."""
    ends = np.full(len(piece.judged) // max(1, piece.columns), -1)
    np.maximum.at(ends, piece.chain.at // piece.columns, piece.chain.at)
    found = [_EMPTY_RUNS]
    for name in hits.rule_set.display_priority:
        number = hits.rules.index(name)
        rule = hits.rule_set.rules[number]
        if rule.kind not in {"run_side", "longest_run"} or piece.limits.kind in RANGES:
            continue
        chain, first, length = _starts(rule, hits.hits[number].reshape(2, -1)[:, piece.places].any(axis=0), piece)
        at = chain.at[first]
        found.append(
            {
                "at": at,
                "direction": piece.side[at].astype(np.int64),
                "run_length": length.astype(np.int64),
                "going_on": chain.at[first + length - 1] == ends[at // piece.columns],
                "rule": np.full(len(at), name, dtype=object),
            }
        )
    together = {name: np.concatenate([part[name] for part in found]) for name in _EMPTY_RUNS}
    _, once = np.unique(together["at"], return_index=True)
    return {name: column[once] for name, column in together.items()}


def _starts(rule: Rule, marked: BoolArray, piece: Piece) -> tuple[Chain, Places, Places]:
    """Return the points in runs, where a run that the rule marks begins, and how long it is."""
    if rule.kind == "run_side":
        chain, runs, side = side_runs(rule, piece)
        fires = (side != 0) & (runs.length >= (rule.length or 1))
    else:
        chain = Chain.of(piece.group, piece.judged & (piece.side != 0), join=True)
        runs = chain.runs(piece.side[chain.at])
        fires = marked[chain.at]
    first = np.flatnonzero(fires & (runs.position == 0))
    return chain, first, runs.length[first]


def _weighed(piece: Piece, runs: _Candidates, min_before: int, confidence: float) -> Iterator[_Candidates]:
    """Yield the candidates of a piece with their evidence, some at a time."""
    step = max(1, _VALUES // max(1, piece.columns))
    for start in range(0, len(runs["at"]), step):
        part = {name: column[start : start + step] for name, column in runs.items()}
        at = part.pop("at")
        evidence = _evidence(piece, at, confidence)
        fine = evidence["before"] >= min_before
        place = {"series": piece.rows.start + at // piece.columns, "position": at % piece.columns}
        yield {name: column[fine] for name, column in (part | evidence | place).items()}


def _evidence(piece: Piece, at: npt.NDArray[np.intp], confidence: float) -> _Candidates:
    from scipy import special

    row, column = at // piece.columns, at % piece.columns
    used = (piece.judged.reshape(-1, piece.columns)[row]) & (
        piece.group.reshape(-1, piece.columns)[row] == piece.group[at][:, None]
    )
    off = np.where(used, piece.above.reshape(-1, piece.columns)[row], 0.0)  # small numbers keep their digits
    later = used & (np.arange(piece.columns) >= column[:, None])
    earlier = used & ~later
    with np.errstate(all="ignore"):
        mean, before, within_before = _moments(off, earlier)
        level, after, within_after = _moments(off, later)
        total = _moments(off, used)[2]
        within = within_before + within_after
        df = (before + after - 2).astype(np.float64)
        spread = np.sqrt(within / df * (1 / before + 1 / after))
        reach = np.where(df > 0, -special.stdtrit(np.maximum(df, 1.0), (1 - confidence) / 2) * spread, np.nan)
        gain = (before + after) / 2 * np.log(total / within)
    shift = level - mean
    return {
        "shift": shift,
        "shift_lower": shift - reach,
        "shift_upper": shift + reach,
        "gain": np.where(total > 0, gain, 0.0),
        "before": before,
        "after": after,
    }


def _moments(off: FloatArray, used: BoolArray) -> tuple[FloatArray, IntArray, FloatArray]:
    """Return mean, number and sum of squares around the mean, per row."""
    n = used.sum(axis=1)
    mean = np.where(used, off, 0.0).sum(axis=1) / n
    return mean, n, (np.where(used, off - mean[:, None], 0.0) ** 2).sum(axis=1)
