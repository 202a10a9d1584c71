"""Many verdicts as one: goals from their targets, territories from their institutions."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, Literal

import attrs
import numpy as np
import pyarrow as pa

from maalbib import texts
from maalbib.analysis._arrays import Bools, Ints
from maalbib.analysis._context import as_flag, at_least
from maalbib.analysis._labels import NO_LABELS, Labels, labels_of
from maalbib.analysis._marks import MARKS
from maalbib.analysis._result import Result
from maalbib.analysis._roll_up_forest import Manner, flat_forest, goal_forest
from maalbib.analysis._roll_up_goals import climbed
from maalbib.analysis._roll_up_items import Counting
from maalbib.analysis._roll_up_over import Covering
from maalbib.analysis._roll_up_places import everyone, place_columns, territories
from maalbib.analysis._roll_up_row import ROLL_UP_VERDICT, RollUpRow
from maalbib.analysis._roll_up_states import OUTSIDE, WHYS, policy_named
from maalbib.analysis._roll_up_told import Told
from maalbib.analysis._roll_up_wording import on_course
from maalbib.errors import ArgumentError

if TYPE_CHECKING:
    from maalbib.analysis._track import Tracking
    from maalbib.catalogue import Catalogue
    from maalbib.model import InstitutionKind
    from maalbib.register import Register

__all__ = ["By", "RollUp", "roll_up"]

By = Literal["goal", "territory", "institution", "indicator", "target"]
Absent = Literal["missing", "not_applicable"]
Over = Literal["territory"]

_BY: Final = ("goal", "territory", "institution", "indicator", "target")
_OVERABLE: Final = ("goal", "institution", "indicator")
_ABSENT: Final = ("missing", "not_applicable")
_INDENT: Final = "  "
_NONE: Final = np.zeros(0, dtype=np.int64)


class RollUp(Result[RollUpRow]):
    """What the verdicts below a goal or a territory say together; rows are :class:`RollUpRow`.

    Examples
    --------
    >>> import maalbib as mb
    >>> catalogue = mb.Catalogue.load("folkeskolen")
    >>> tracking = mb.track(mb.Measurements.example("reading"), catalogue, as_of="2021-12-31")
    >>> mb.roll_up(tracking, catalogue, min_coverage=0.2).where(breakdown="grade=4").counts()
    {'no_single_state': 2, 'not_measurable': 2}
    """

    ROW = RollUpRow
    NAME = "roll_up"

    def _withheld(self) -> dict[str, Any]:
        return super()._withheld() | {name: list(value) for name, value in ROLL_UP_VERDICT.items()}

    def tree(self, lang: str = "da", *, internal: bool = False, **columns: object) -> str:
        """Return a line for each row, indented as deep as its group stands.

        Parameters
        ----------
        lang
            ``"da"`` or ``"en"``.
        internal
            Whether what may not be shown is there all the same.
        **columns
            Which rows: ``institution=``, ``breakdown=``, ``method=`` and so on, as in :meth:`Result.where`.

        Returns
        -------
        str
            The share in brackets is that of the weight that is met or on track.
        """
        kept = self.where(**columns)
        return "\n".join(_line(row, lang) for row in (kept if internal else kept.public()))


def _line(row: RollUpRow, lang: str) -> str:
    share = f" ({on_course(row, lang)})" if row.share_met is not None else ""
    state = texts.phrase("state", row.state, lang)
    return f"{_INDENT * row.depth}{MARKS[row.state]} {row.about(lang)}: {state}{share}"


def roll_up(
    tracking: Tracking,
    catalogue: Catalogue | None = None,
    *,
    by: By = "goal",
    over: Over | None = None,
    policy: str = "counts",
    weights: Mapping[str, float] | None = None,
    min_coverage: float = 0.75,
    threshold: float = 0.5,
    nested: bool = True,
    goals: str | Iterable[str] | None = None,
    level: InstitutionKind | str | None = None,
    outside: Iterable[str] = OUTSIDE,
    absent: Absent = "missing",
    register: Register | None = None,
) -> RollUp:
    """Sum up verdicts: of a goal from its targets and the goals below it, of a territory from its institutions.

    Parameters
    ----------
    tracking
        The verdicts. Each day in it is summed up for itself, and each method too where a target is judged by several; targets
        that are judged by one method each, such as their own, belong together.
    catalogue
        The tree of goals, the weights, and which targets there are. Without one the goals that the tracking names stand side by
        side, and all targets bind everybody.
    by
        ``"goal"``: the goal of each target, and up the tree. ``"institution"``: all targets of an institution. ``"indicator"``:
        the targets of an indicator. ``"target"``: the institutions that a target binds. ``"territory"``: the same for those that
        belong to a region, and those to the country, by the register on the day.
    over
        ``"territory"``: a goal, an indicator or (``by="institution"``) all targets are summed up for each territory from the verdicts of
        everybody who belongs to it, and of itself. The institutions of a target share its weight. None: each institution for itself.
    policy
        ``"counts"``: shares of the states, and no single one. ``"worst"``. ``"weighted_median"``: the middle one, ties to the worse.
        ``"share_threshold"``: met if all are, on track if the share of met and on track reaches ``threshold``, else off track.
        ``"all_or_nothing"``: met if all are; a target that is not met decides at once. ``"mean_attainment"``: mean of the
        attainments, each bounded to 0 and 1 first. ``"mean_score"`` (or ``"statcan"``, ``"eustat"``): mean of the scores of a published
        method. ``"pilote"``: percentage, every figure required. A goal's own ``roll_up`` goes before this.
    weights
        Weights by id of target, goal or, for territories, institution (its population, say; within each target where goals are summed
        up over territories). They go before those of the catalogue: ``Target.weight``, else that of the link between goal and indicator; ``Goal.weight``. Where none is stated, all are equal.
    min_coverage
        Least share of the weight that must be judged, from 0 to 1. A goal's own ``min_coverage`` goes before this.
    threshold
        For ``"share_threshold"``, from 0 to 1.
    nested
        Whether a goal is made of the goals right below it, each with one weight, or else of all targets below it.
    goals
        Ids of goals to show with all that is below them; every goal where None.
    level
        For territories: the one kind of institution to sum up to, such as ``"region"``; every kind where None.
    outside
        What is taken out of the totals instead of counting against the coverage, of ``not_applicable``, ``withdrawn``, ``suspended``,
        ``too_early``, ``missing``, ``not_tracked``, ``no_targets`` and ``not_measurable``.
    absent
        Of a target without a scope, what an institution is that has rows of other targets and none of this one: ``"missing"``, or
        ``"not_applicable"``.
    register
        For territories and kinds of institutions.

    Returns
    -------
    RollUp
        A row for each group, institution, breakdown, method and day. A goal whose tree nobody has data for has one without a name.

    Raises
    ------
    ArgumentError
        If an option is not known or out of range, a target stands twice for one institution, a weight is missing or negative, or a
        territory is asked for without a register that knows the institutions.
    UnknownCodeError
        If a goal is not known.

    Notes
    -----
    Weights are renormalised over what could be judged [1]_, and every row lists what it left out and why. A missing indicator is
    neither dropped (it lowers the coverage) nor does it blank the goal (unless ``min_coverage`` is 1). States are an order:
    there is no policy that averages them. A goal that gives shares and no single state is carried up with its shares.

    Over territories the items are verdicts, and it does not matter whether institutions or targets are added up first. A target counts by
    its weight, however many institutions it binds; it is an item only where it binds somebody. One without a scope binds those of the kinds that it
    was judged for, by the register, and what speaks of nobody in particular is one item.

    A territory counts institutions. It never averages their percentages: what a region reads like as a whole is the sum of numerators
    over the sum of denominators, which :mod:`maalbib.derived` makes, and is then tracked like any other value.

    A roll-up of a confidential verdict is confidential, since the verdict could be worked out from it; one of ``tracking.public()`` leaves
    such verdicts out instead. Cost: proportional to the rows plus, for each target, the institutions of its tree.

    References
    ----------
    .. [1] OECD and European Commission, JRC (2008). Handbook on Constructing Composite Indicators, step 6. OECD Publishing.

    Examples
    --------
    >>> import maalbib as mb
    >>> catalogue = mb.Catalogue.load("folkeskolen")
    >>> tracking = mb.track(mb.Measurements.example("reading"), catalogue, as_of="2021-12-31")
    >>> result = mb.roll_up(tracking, catalogue, goals="FS1")
    >>> row = result.row(breakdown="grade=4")
    >>> row.left_out
    ('FS-MATHS-80', 'FS-READ-BEST', 'FS-MATHS-BEST')
    """
    if by not in _BY:
        raise ArgumentError.choice("by", _BY)
    if over not in {None, "territory"}:
        raise ArgumentError.choice("over", ("territory",))
    if over is not None and by not in _OVERABLE:
        raise ArgumentError.choice("by", _OVERABLE)
    if absent not in _ABSENT:
        raise ArgumentError.choice("absent", _ABSENT)
    manner = Manner(
        policy=policy_named(policy),
        min_coverage=_share("min_coverage", min_coverage),
        nested=as_flag("nested", nested),
        weights=_checked(weights or {}),
    )
    options = _Options(
        by=by,
        over=over,
        threshold=_share("threshold", threshold),
        outside=_places(outside),
        absent=absent,
        level=None if level is None else str(getattr(level, "value", level)),
        goals=None if goals is None else (goals,) if isinstance(goals, str) else tuple(goals),
    )
    told = Told.of(tracking)
    params = json.dumps(options.params(manner), sort_keys=True)
    summing = _by_place if by in {"territory", "target"} else _by_goal
    parts, order = summing(told, catalogue, register, manner, options)
    whole = RollUp.concat(RollUp.of_columns(columns | {"params": params}, rows, NO_LABELS) for columns, rows in parts)
    table = whole.to_arrow().take(order)
    return RollUp(table, _labels(table, tracking, catalogue, register))


@attrs.frozen(kw_only=True)
class _Options:
    """What is the same for every group."""

    by: By
    over: Over | None
    threshold: float
    outside: Bools
    absent: Absent
    level: str | None
    goals: tuple[str, ...] | None

    def params(self, manner: Manner) -> dict[str, Any]:
        """Return what the column ``params`` says."""
        return {
            "by": self.by,
            "over": self.over,
            "threshold": self.threshold,
            "outside": [why for why, out in zip(WHYS, self.outside, strict=True) if out],
            "absent": self.absent,
            "level": self.level,
            "nested": manner.nested,
            "weights": dict(manner.weights) or None,
        }


Columns = list[tuple[dict[str, Any], int]]


def _by_goal(
    told: Told, catalogue: Catalogue | None, register: Register | None, manner: Manner, options: _Options
) -> tuple[Columns, Ints]:
    """Return the columns by height in the tree, and the order in which the rows are shown."""
    if options.by == "goal":
        forest = goal_forest(told, catalogue, manner, goals=options.goals, day=max(told.days, default=dt.date.min))
    else:
        forest = flat_forest(told, catalogue, manner, by_indicator=options.by == "indicator")
    counting = _counting(told, catalogue, register, manner, options)
    layers = climbed(forest, told, counting, threshold=options.threshold, outside=options.outside)
    of = forest.items()
    if options.over is not None:
        of = ["verdict" if word == "target" else word for word in of]
    parts = [(layer.columns(forest, told, counting, of, options.by), len(layer.node)) for layer in layers]
    nodes = np.concatenate([_NONE, *(layer.node for layer in layers)])
    units = np.concatenate([_NONE, *(layer.unit for layer in layers)])
    return parts, np.lexsort((units, nodes))


def _counting(
    told: Told, catalogue: Catalogue | None, register: Register | None, manner: Manner, options: _Options
) -> Counting:
    if options.over is None:
        return Counting(told, catalogue, register, absent=options.absent)
    return Covering(
        told,
        catalogue,
        register,
        absent=options.absent,
        level=options.level,
        weights=manner.weights,
        outside=options.outside,
    )


def _by_place(
    told: Told, catalogue: Catalogue | None, register: Register | None, manner: Manner, options: _Options
) -> tuple[Columns, Ints]:
    """Return the columns, and the order in which the rows are shown."""
    if options.by == "target":
        belonging = everyone(told, catalogue, register)
    else:
        belonging = territories(told, catalogue, register, options.level, absent=options.absent)
    return place_columns(
        told, belonging, manner, kind=options.by, threshold=options.threshold, outside=options.outside
    )


def _labels(table: pa.Table, tracking: Tracking, catalogue: Catalogue | None, register: Register | None) -> Labels:
    """Return the names of what the rows are about and of their items, with those that the tracking has."""
    groups, codes = (map(str, table[name].unique().to_pylist()) for name in ("group", "institution"))
    found = labels_of(catalogue, register, indicators=groups, institutions=codes)
    return Labels.merged((found, tracking.labels))


def _checked(weights: Mapping[str, float]) -> dict[str, float]:
    return {code: at_least("weights", weight, 0) for code, weight in weights.items()}


def _places(outside: Iterable[str]) -> Bools:
    words = {outside} if isinstance(outside, str) else set(outside)
    allowed = [why for why in WHYS if why not in {"attainment_undefined", "zero_weight"}]
    if not words <= set(allowed):
        raise ArgumentError.choice("outside", allowed)
    return np.array([why in words for why in WHYS], dtype=bool)


def _share(argument: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ArgumentError("argument.range", argument=argument, low=0, high=1)
    return float(value)
