"""Findings on a catalogue: what a clean-up of goals would look at. None of them is an error."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

import attrs

from maalbib.catalogue._faults import Found
from maalbib.catalogue._reporting import problem_of
from maalbib.catalogue._view import tables_of
from maalbib.errors import ArgumentError
from maalbib.model import (
    DatedTarget,
    Direction,
    DispersionAtMost,
    GoalKind,
    GoalStatus,
    LinkRole,
    Milestone,
    NearestPeers,
    RelativeToReference,
    ShareWithinLimit,
    Target,
    Text,
    UnitKind,
)
from maalbib.model._fields import Choice, as_date
from maalbib.model._goal import ROLL_UPS
from maalbib.problems import Level, Problems

if TYPE_CHECKING:
    from maalbib.catalogue._catalogue import Catalogue
    from maalbib.catalogue._rules import Placed

__all__ = ["findings"]

# Fields of a target that do not say what it asks for.
_ABOUT: Final = frozenset(
    [
        "id",
        "name",
        "goal",
        "citation",
        "note",
        "proposed",
        "extras",
        "decided_on",
        "version",
        "withdrawn_on",
        "suspensions",
        "weight",
        "method",
        "essential",
    ]
)
_UNDER_SOMETHING: Final = frozenset({GoalKind.TRACK, GoalKind.CHALLENGE, GoalKind.POINT})


@attrs.frozen(kw_only=True)
class _Inventory:
    """A catalogue laid out for the rules."""

    catalogue: Catalogue
    tables: dict[str, list[Placed]]
    measurable: Collection[GoalKind]
    as_of: dt.date | None


_Rule = Callable[[_Inventory], Iterator[Found]]


def findings(
    catalogue: Catalogue, *, measurable: Iterable[GoalKind | str], as_of: dt.date | str | None, skip: Iterable[str]
) -> Problems:
    """Return what the rules find, warnings and remarks alike, with those of loading first."""
    left_out = frozenset([skip] if isinstance(skip, str) else skip)
    if not left_out <= set(_RULES):
        raise ArgumentError.choice("skip", _RULES)
    inventory = _Inventory(
        catalogue=catalogue,
        tables=tables_of(catalogue),
        measurable=_kinds(measurable),
        as_of=as_date("Catalogue.as_of")(as_of),
    )
    found = [each for code, rule in _RULES.items() if code not in left_out for each in rule(inventory)]
    return catalogue.problems + Problems(problem_of(each) for each in found)


def _kinds(words: Iterable[GoalKind | str]) -> frozenset[GoalKind]:
    choice = Choice(GoalKind, "Goal.kind")
    given = [words] if isinstance(words, str) else list(words)
    allowed = [kind.value for kind in GoalKind]
    if any(word not in allowed for word in given):
        raise ArgumentError.choice("measurable", allowed)
    return frozenset(choice(word) for word in given)


def _note(placed: Placed, code: str, level: Level, *field: str, **details: object) -> Found:
    return attrs.evolve(placed.found(code, *field, id=getattr(placed.entry, "id", ""), **details), level=level)


def _not_measurable(inventory: _Inventory) -> Iterator[Found]:
    """Find goals that ought to be measured and have neither indicator nor target."""
    measured = {link.goal for link in inventory.catalogue.links if link.role is not LinkRole.CONTEXT}
    measured |= {target.goal for target in inventory.catalogue.targets.values() if target.goal is not None}
    for placed in inventory.tables["goals"]:
        if placed.entry.kind in inventory.measurable and placed.entry.id not in measured:
            yield _note(placed, "goal.not_measurable", "warning")


def _no_owner(inventory: _Inventory) -> Iterator[Found]:
    """Find goals that ought to be measured and have nobody who answers for them."""
    for placed in inventory.tables["goals"]:
        if placed.entry.kind in inventory.measurable and not placed.entry.owners:
            yield _note(placed, "goal.no_owner", "info")


def _orphan(inventory: _Inventory) -> Iterator[Found]:
    """Find tracks, challenges and points that belong to nothing."""
    for placed in inventory.tables["goals"]:
        if placed.entry.kind in _UNDER_SOMETHING and placed.entry.parent is None:
            yield _note(placed, "goal.orphan", "warning")


def _expired(inventory: _Inventory) -> Iterator[Found]:
    """Find goals that are still adopted though their time is over."""
    for placed in inventory.tables["goals"]:
        end: dt.date | None = placed.entry.valid_to
        if inventory.as_of is None or end is None or end > inventory.as_of:
            continue
        if placed.entry.status in {GoalStatus.ADOPTED, GoalStatus.PROPOSED}:
            yield _note(placed, "goal.expired", "warning", "valid_to", valid_to=end.isoformat())


def _overlap(inventory: _Inventory) -> Iterator[Found]:
    """Find goals that set different targets for one indicator, breakdown and scope."""
    seen: dict[Any, list[Target]] = defaultdict(list)
    for placed in inventory.tables["targets"]:
        target: Target = placed.entry
        if target.goal is None or isinstance(target, Milestone):
            continue
        held = seen[target.indicator, target.breakdown, target.scope]
        other = next((each for each in held if _contradict(each, target)), None)
        if other is not None:
            details = {"indicator": target.indicator, "goal": target.goal, "other": other.goal}
            yield _note(placed, "goal.overlap", "warning", "goal", **details)
        held.append(target)


def _contradict(one: Target, other: Target) -> bool:
    """Return whether two goals ask for different things; two versions of one target do not."""
    return one.goal != other.goal and one.id != other.id and _asks(one) != _asks(other)


def _asks(target: Target) -> dict[str, Any]:
    """Return what a target asks for, without its name, source and place."""
    fields = attrs.fields_dict(type(target))
    return {"kind": target.kind} | {name: getattr(target, name) for name in fields if name not in _ABOUT}


def _no_goal(inventory: _Inventory) -> Iterator[Found]:
    """Find indicators that show something about no goal."""
    used = {link.indicator for link in inventory.catalogue.links}
    used |= {target.indicator for target in inventory.catalogue.targets.values() if target.goal is not None}
    for placed in inventory.tables["indicators"]:
        if placed.entry.id not in used:
            yield _note(placed, "indicator.no_goal", "info")


def _no_target(inventory: _Inventory) -> Iterator[Found]:
    """Find indicators with a better direction of which nobody has said where they are to go."""
    aimed = {target.indicator for target in inventory.catalogue.targets.values()}
    for placed in inventory.tables["indicators"]:
        if placed.entry.direction is not Direction.CONTEXT and placed.entry.id not in aimed:
            yield _note(placed, "indicator.no_target", "info")


def _no_direction(inventory: _Inventory) -> Iterator[Found]:
    """Find targets for indicators of which nobody has said which way is better."""
    for placed in inventory.tables["targets"]:
        indicator = inventory.catalogue.indicators.get(placed.entry.indicator)
        if indicator is None or isinstance(placed.entry, DispersionAtMost | Milestone):
            continue
        if indicator.direction is Direction.CONTEXT:
            yield _note(placed, "target.no_direction", "warning", "indicator", indicator=indicator.id)


def _other_frequency(inventory: _Inventory) -> Iterator[Found]:
    """Find baselines in periods that the indicator is not measured for."""
    for placed in inventory.tables["targets"]:
        indicator = inventory.catalogue.indicators.get(placed.entry.indicator)
        freq = None if indicator is None else indicator.freq
        baseline = placed.entry.baseline
        if freq is not None and baseline is not None and baseline.period.freq is not freq:
            yield _note(placed, "target.frequency", "warning", "baseline", period=baseline.period.code)


def _other_due(inventory: _Inventory) -> Iterator[Found]:
    """Find deadlines that do not fall on a period of the indicator: a calendar year for school years, a month for quarters."""
    for placed in inventory.tables["targets"]:
        indicator = inventory.catalogue.indicators.get(placed.entry.indicator)
        due = placed.entry.due if isinstance(placed.entry, DatedTarget) else None
        if indicator is None or indicator.freq is None or due is None:
            continue
        if due.freq is not indicator.freq and due.freq.length <= indicator.freq.length:
            yield _note(placed, "target.due_other", "warning", "due", period=due.code)


def _small_percentage(inventory: _Inventory) -> Iterator[Found]:
    """Find targets of less than one per cent, which look like shares written for percentages."""
    for placed in inventory.tables["targets"]:
        target: Target = placed.entry
        indicator = inventory.catalogue.indicators.get(target.indicator)
        if indicator is None or not indicator.unit.is_percentage or not target.OF_VALUES:
            continue
        edges = [abs(edge) for edge in target.region(None) if math.isfinite(edge)]
        if edges and 0 < max(edges) < 1:
            yield _note(placed, "target.small_percentage", "info", "value", value=max(edges))


def _not_share(inventory: _Inventory) -> Iterator[Found]:
    """Find guarantees on indicators that are no shares."""
    for placed in inventory.tables["targets"]:
        indicator = inventory.catalogue.indicators.get(placed.entry.indicator)
        if isinstance(placed.entry, ShareWithinLimit) and indicator and indicator.unit.kind is not UnitKind.SHARE:
            yield _note(placed, "target.not_share", "warning", "indicator", indicator=indicator.id)


def _unknown_reference(inventory: _Inventory) -> Iterator[Found]:
    """Find references that no institution of the catalogue is; a register may know them."""
    known = inventory.catalogue.institutions
    for placed in inventory.tables["targets"]:
        target: Target = placed.entry
        code = target.institution if isinstance(target, RelativeToReference) else None
        if code is not None and known and code not in known:
            yield _note(placed, "target.reference_unknown", "warning", "institution")


def _target_weights(inventory: _Inventory) -> Iterator[Found]:
    """Find targets without a weight beside others of their goal that have one; only newest versions count."""
    newest = inventory.catalogue.targets
    targets = [each for each in inventory.tables["targets"] if newest[each.entry.id] is each.entry]
    yield from _unweighted(targets, "goal", "target.no_weight")


def _goal_weights(inventory: _Inventory) -> Iterator[Found]:
    """Find goals without a weight beside others under the same parent that have one."""
    yield from _unweighted(inventory.tables["goals"], "parent", "goal.no_weight")


def _unweighted(entries: Iterable[Placed], above: str, code: str) -> Iterator[Found]:
    """Yield the entries without a weight beside others, under the same goal, that have one."""
    held: dict[str, list[Placed]] = defaultdict(list)
    for placed in entries:
        if getattr(placed.entry, above) is not None:
            held[getattr(placed.entry, above)].append(placed)
    for goal, siblings in held.items():
        if any(each.entry.weight is not None for each in siblings):
            yield from (
                _note(each, code, "warning", "weight", goal=goal) for each in siblings if each.entry.weight is None
            )


def _unknown_policy(inventory: _Inventory) -> Iterator[Found]:
    """Find goals that are to be summed up in a way that there is not."""
    for placed in inventory.tables["goals"]:
        policy: str | None = placed.entry.roll_up
        if policy is not None and policy.partition("/")[0] not in ROLL_UPS:
            yield _note(
                placed, "goal.roll_up_unknown", "warning", "roll_up", policy=policy, allowed=", ".join(ROLL_UPS)
            )


def _no_purpose(inventory: _Inventory) -> Iterator[Found]:
    """Find definitions of likeness that do not say for what."""
    for placed in inventory.tables["peer_definitions"]:
        definition = placed.entry
        if isinstance(definition, NearestPeers) and not definition.purpose and definition.area is None:
            yield _note(placed, "peers.no_purpose", "info", "purpose")


def _other_vintage(inventory: _Inventory) -> Iterator[Found]:
    """Find conditions in periods that their indicator is not measured for."""
    for placed in inventory.tables["peer_definitions"]:
        definition = placed.entry
        for variable in definition.variables if isinstance(definition, NearestPeers) else ():
            indicator = inventory.catalogue.indicators.get(variable.indicator)
            period = variable.period or definition.vintage
            if indicator is None or indicator.freq is None or period is None or period.freq is indicator.freq:
                continue
            yield _note(placed, "peers.frequency", "warning", "variables", indicator=indicator.id, period=period.code)


def _language(inventory: _Inventory) -> Iterator[Found]:
    """Find names that are missing in a language that the catalogue says it is in."""
    for table in ("goals", "indicators", "targets", "dimensions", "groups", "peer_definitions", "documents"):
        for placed in inventory.tables[table]:
            field = "title" if table == "documents" else "name"
            text: Text | None = getattr(placed.entry, field)
            for lang in inventory.catalogue.languages:
                if text is not None and lang not in text.languages:
                    yield _note(placed, "text.missing", "info", field, language=lang)


_RULES: Final[dict[str, _Rule]] = {
    "goal.not_measurable": _not_measurable,
    "goal.no_owner": _no_owner,
    "goal.orphan": _orphan,
    "goal.expired": _expired,
    "goal.overlap": _overlap,
    "indicator.no_goal": _no_goal,
    "indicator.no_target": _no_target,
    "target.no_direction": _no_direction,
    "target.frequency": _other_frequency,
    "target.due_other": _other_due,
    "target.small_percentage": _small_percentage,
    "target.not_share": _not_share,
    "target.reference_unknown": _unknown_reference,
    "target.no_weight": _target_weights,
    "goal.no_weight": _goal_weights,
    "goal.roll_up_unknown": _unknown_policy,
    "peers.no_purpose": _no_purpose,
    "peers.frequency": _other_vintage,
    "text.missing": _language,
}
