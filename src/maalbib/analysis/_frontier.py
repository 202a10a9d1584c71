"""What others did with as much: a frontier of units that use resources and make something of them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import attrs
import numpy as np
import numpy.typing as npt

from maalbib import stats
from maalbib.analysis._columns import cells
from maalbib.analysis._context import (
    Setting,
    as_ids,
    as_least,
    as_period,
    at_least,
    chosen,
    of_type,
    one_of,
    probability_argument,
)
from maalbib.analysis._frontier_columns import frontier_columns
from maalbib.analysis._frontier_kinds import kinds_of
from maalbib.analysis._frontier_row import FrontierRow
from maalbib.analysis._frontier_scores import Options, Orientation, Returns, scores_of
from maalbib.analysis._frontier_units import frontier_units
from maalbib.analysis._labels import labels_of
from maalbib.analysis._peer_request import one_group
from maalbib.analysis._peer_rows import INSTITUTION
from maalbib.analysis._result import Result
from maalbib.analysis._unknown_codes import unknown
from maalbib.errors import ArgumentError
from maalbib.model import PeerGroup
from maalbib.stats._arrays import whole_number

if TYPE_CHECKING:
    from maalbib.catalogue import Catalogue
    from maalbib.measurements import Measurements
    from maalbib.model import Period
    from maalbib.register import Register

__all__ = ["Frontier", "efficiency"]

_LEAST_SAMPLES: Final = 2
_RETURNS: Final = ("crs", "vrs", "nirs", "ndrs", "fdh")
_ORIENTATIONS: Final = ("input", "output")


class Frontier(Result[FrontierRow]):
    """How units stand on a frontier; rows are :class:`FrontierRow`.

    Examples
    --------
    >>> import pandas as pd
    >>> import maalbib as mb
    >>> rows = [("spent", "A", 9.0), ("spent", "B", 8.0), ("cases", "A", 5.0), ("cases", "B", 5.0)]
    >>> frame = pd.DataFrame(rows, columns=["indicator", "institution", "value"]).assign(period="2024")
    >>> found = mb.efficiency(mb.Measurements.from_pandas(frame), inputs="spent", outputs="cases", period="2024")
    >>> found.counts(), found[0].dominated_by
    ({'efficient': 1, 'inefficient': 1}, 'B')
    """

    ROW = FrontierRow
    NAME = "frontier"

    def units(self) -> tuple[tuple[str, ...], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Return what the kernels of :mod:`maalbib.stats` take: codes, inputs and outputs of the units that were scored.

        Units whose figures may not be shown are left out. Units of all levels are in it; where there are several, take those
        of one first, as with ``peers``.

        Returns
        -------
        tuple
            Codes, inputs of shape (units, inputs) and outputs of shape (units, outputs).
        """
        return _kernel_units([row for row in self if _open(row) and row.score is not None])

    def ladder(self, institution: str, *, steps: int = 5) -> tuple[tuple[str | None, float | None], ...]:
        """Return how a unit's score climbs as the peer it hangs on most is left out, and again.

        The ladder starts with the score without the unit itself (``super_score``), which for an efficient unit is not
        ``score``; it is None where no frontier is left without it.

        Parameters
        ----------
        institution
            Code of a unit that was scored.
        steps
            How many peers are left out at most.

        Returns
        -------
        tuple
            Pairs of the unit left out, None for the first, and the score without it and those before; None where nobody is left
            to compare with. See :func:`maalbib.stats.efficiency_ladder`.

        Raises
        ------
        UnknownCodeError
            If the unit has no row.
        ArgumentError
            If the unit has no score, its figures may not be shown, or it cannot be told which frontier is meant: it has rows of
            several periods, or the rows are only some of a frontier, or of two with as many units.
        """
        of_type("institution", institution, str)
        own = self.where(institution=institution)
        if not len(own):
            raise unknown(institution, "a unit with a row", cells(self.to_arrow(), "institution"))
        if len(own) > 1:
            raise ArgumentError("frontier.several", institution=institution)
        row = own[0]
        if not _open(row) or row.score is None:
            raise ArgumentError(
                "frontier.no_score" if row.hidden is None else "frontier.not_shown", institution=institution
            )
        pool = [each for each in self if _open(each) and _one_frontier(each, row)]
        if len(pool) != row.units:
            raise ArgumentError("frontier.several", institution=institution)
        codes, x, y = _kernel_units([each for each in pool if each.score is not None])
        options = json.loads(row.params)
        found = stats.efficiency_ladder(
            x,
            y,
            codes.index(institution),
            returns=options["returns"],
            orientation=options["orientation"],
            steps=steps,
        )
        return tuple(
            (None if place < 0 else codes[place], None if np.isnan(score) else float(score))
            for place, score in zip(found.dropped.tolist(), found.score.tolist(), strict=True)
        )


def _open(row: FrontierRow) -> bool:
    """Return whether a unit is on the frontier of its level: it has every figure, and they may be shown."""
    return row.hidden is None and row.own_figures is not None


def _one_frontier(one: FrontierRow, other: FrontierRow) -> bool:
    """Return whether two rows may be of one frontier; their levels are not in them, but mostly are of different sizes."""
    same = ("breakdown", "period", "peer_group", "inputs", "outputs", "params", "units")
    return all(getattr(one, name) == getattr(other, name) for name in same)


def _kernel_units(
    rows: list[FrontierRow],
) -> tuple[tuple[str, ...], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    if not rows:
        return (), np.empty((0, 0)), np.empty((0, 0))
    figures = np.array([row.own_figures for row in rows], dtype=np.float64)
    inputs = len(rows[0].inputs)
    return tuple(row.institution for row in rows), figures[:, :inputs], figures[:, inputs:]


def efficiency(
    measurements: Measurements,
    *,
    inputs: str | Iterable[str],
    outputs: str | Iterable[str],
    period: str | Period,
    peers: PeerGroup | str | Iterable[str] | None = None,
    catalogue: Catalogue | None = None,
    register: Register | None = None,
    returns: Returns = "vrs",
    orientation: Orientation = "input",
    bootstrap: int | None = None,
    confidence: float = 0.95,
    seed: int = 0,
    breakdown: str = "",
    min_verdict: int | None = None,
    outlier_above: float = 1.2,
) -> Frontier:
    """Hold what units get out of their resources against what others got out of theirs.

    Parameters
    ----------
    measurements
        The figures.
    inputs
        Ids of what is used: resources, the less the better. Counts and amounts rather than shares.
    outputs
        Ids of what comes out of it, the more the better.
    period
        The period, a Period or its text.
    peers
        Who is held against each other: a :class:`PeerGroup`, the id of one in the catalogue or the register, or codes. None
        takes everybody of the same level who has a figure, municipalities with municipalities.
    catalogue
        For kinds, names and units; the one attached to the measurements where None.
    register
        For groups, levels and names; the one attached to the measurements where None.
    returns
        What is taken to be possible: ``"vrs"`` mixes of units; ``"crs"`` besides, any size in proportion; ``"nirs"`` and
        ``"ndrs"`` smaller or larger ones; ``"fdh"`` real units alone.
    orientation
        ``"input"``: with how much less others did as much. ``"output"``: how much more others got out of as much.
    bootstrap
        How many pseudo-samples for intervals, at least 2, 2,000 being usual; none where None. Not for ``"fdh"``. It takes its time,
        see the notes.
    confidence
        Level of the intervals, between 0 and 1.
    seed
        For the pseudo-samples.
    breakdown
        The part of the figures, as in the column of that name; the whole where empty.
    min_verdict
        Fewest people behind a figure that may be judged; None judges all.
    outlier_above
        Units this far beyond all others are flagged ``outlier``, a factor of at least 1.

    Returns
    -------
    Frontier
        A row for each unit, also for those that lack a figure.

    Raises
    ------
    ArgumentError
        If an option is out of range, an indicator is on both sides, an output is better the lower it is, or shares and ratios are
        to be scaled in proportion.
    UnknownCodeError
        If an indicator has no rows, or a group or a member of it is not known.
    PeriodError
        If the text of the period is none.

    Notes
    -----
    Data envelopment analysis [1]_, each score with a proof, see :func:`maalbib.stats.efficiency`. The frontier is made of the
    units in these data. A low score says that others did as much with less here; it does not say why, nor that it could
    be done there. Needs, prices and quality that are not among the figures are not allowed for. Cost: six frontiers, and one
    for each pseudo-sample: about 12 ms each for 98 units with three inputs and three outputs, so half a minute for 2,000; six with one
    of each; 25 for twice the units, 100 for four times as many. Begin with 200 for a first look.

    Mixes of shares, rates and means are no shares, rates or means of anything, and doubling them is meaningless: under
    ``"crs"``, ``"nirs"`` and ``"ndrs"`` they are refused, under ``"vrs"`` flagged ``ratios``.

    Units whose figures may not be shown are on nobody's frontier, since peers and targets would give them away: the other rows
    are flagged ``hidden_not_on_frontier``. They are scored against the others and themselves.

    References
    ----------
    .. [1] Banker, R. D., Charnes, A. and Cooper, W. W. (1984). Some models for estimating technical and scale inefficiencies in
       data envelopment analysis. Management Science 30(9), 1078-1092.

    Examples
    --------
    >>> import pandas as pd
    >>> import maalbib as mb
    >>> frame = pd.DataFrame(
    ...     {
    ...         "indicator": ["spent"] * 4 + ["cases"] * 4,
    ...         "institution": ["A", "B", "C", "D"] * 2,
    ...         "period": "2024",
    ...         "value": [100.0, 200, 300, 500, 75, 100, 300, 400],
    ...     }
    ... )
    >>> found = mb.efficiency(mb.Measurements.from_pandas(frame), inputs="spent", outputs="cases", period="2024")
    >>> found.counts()
    {'efficient': 3, 'inefficient': 1}
    >>> row = found.row(institution="B")
    >>> row.reason, round(row.score, 2), row.held_against, [round(figure, 1) for figure in row.target_figures]
    ('combination_only', 0.61, ('A', 'C'), [122.2, 100.0])
    """
    setting = Setting.of(measurements, catalogue, register)
    of_type("breakdown", breakdown, str)
    sides = _sides(measurements, inputs, outputs)
    options = Options(
        returns=one_of("returns", returns, _RETURNS),
        orientation=one_of("orientation", orientation, _ORIENTATIONS),
        bootstrap=_replications(bootstrap, returns),
        confidence=probability_argument("confidence", confidence),
        seed=whole_number("seed", seed, low=0),
        outlier_above=at_least("outlier_above", outlier_above, 1),
    )
    call_flags = kinds_of(setting, sides, options.returns)
    asked, when = one_group(peers, setting, INSTITUTION), as_period(period)
    least = as_least("min_verdict", min_verdict)
    every = (*sides[0], *sides[1])
    units = frontier_units(setting, every, when, breakdown, asked.members, least)
    scores = scores_of(units, len(sides[0]), options, proportional="ratios" not in call_flags)
    columns = frontier_columns(units, scores, sides, call_flags, mixes=options.returns != "fdh") | {
        "breakdown": breakdown,
        "period": str(when),
        "peer_group": asked.id,
        "method": f"dea_{options.returns}" if options.returns != "fdh" else "fdh",
        "params": json.dumps(attrs.asdict(options) | {"min_verdict": least}, sort_keys=True),
        "level": options.confidence,
    }
    labels = labels_of(setting.catalogue, setting.register, indicators=every, institutions=units.institutions)
    labels = attrs.evolve(labels, names={**labels.names, asked.id: asked.name})
    return Frontier.of_columns(columns, len(units), labels)


def _sides(
    measurements: Measurements, inputs: str | Iterable[str], outputs: str | Iterable[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    known = {code: code for code in measurements.indicators}
    sides = (
        tuple(chosen("indicator", known, as_ids("inputs", inputs))),
        tuple(chosen("indicator", known, as_ids("outputs", outputs))),
    )
    if not all(sides) or set(sides[0]) & set(sides[1]):
        raise ArgumentError("frontier.sides")
    return sides


def _replications(bootstrap: object, returns: str) -> int | None:
    if bootstrap is None:
        return None
    found = whole_number("bootstrap", bootstrap, low=_LEAST_SAMPLES)
    if returns == "fdh":
        raise ArgumentError("frontier.no_bootstrap")
    return found
