"""Goals, and how indicators hang on them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs

from maalbib.errors import DefinitionError
from maalbib.model._entity import TEXT, Entity, Validated
from maalbib.model._fields import Between, Choice, Each, IsA, Matches, as_tuple, optional
from maalbib.model._frozen import FrozenDict
from maalbib.model._words import Direction, GoalKind, GoalStatus, LinkRole

__all__ = ["ROLL_UPS", "Goal", "IndicatorLink"]

# How what lies under a goal can become one: policies, and published methods that name one.
ROLL_UPS: Final = (
    *("counts", "worst", "weighted_median", "share_threshold", "all_or_nothing"),
    *("mean_attainment", "mean_score", "pilote", "statcan", "eustat"),
)


@attrs.frozen(kw_only=True)
class Goal(Entity):
    """Something a public body has promised, or a part of a programme.

    Goals form a tree: programme, goal, track, theme, challenge. ``parent`` holds the id of the goal above.

    Attributes
    ----------
    kind
        national, programme, track, theme, challenge, initiative, point, problem, sector, regional, municipal, contract,
        institution or other.
    parent
        Id of the goal above, None at the top.
    owners
        Who answers for it.
    status
        proposed, adopted, retired or superseded. A retired goal has ``valid_to``.
    order
        Place among its siblings.
    weight
        Weight among the goals under the same parent, at least 0; None counts as the mean of the others.
    roll_up
        Name of the way in which what lies under it becomes one, such as ``"worst"``; None takes the caller's.
    min_coverage
        Least share, from 0 to 1, of what lies under it that must be measurable before it is judged.

    Raises
    ------
    DefinitionError
        If a field is wrong, a goal is its own parent, or a retired goal has no end.

    Examples
    --------
    >>> from maalbib import Goal, Text
    >>> goal = Goal(id="NG2", name=Text(da="Mere frihed og tid til velfærd."), kind="national")
    >>> goal.text("da"), goal.status.value
    ('Mere frihed og tid til velfærd.', 'adopted')
    """

    kind: GoalKind = attrs.field(
        default=GoalKind.OTHER, converter=Choice(GoalKind, "Goal.kind"), validator=IsA((GoalKind,), "a goal kind")
    )
    parent: str | None = attrs.field(default=None, validator=optional(Matches()))
    owners: tuple[str, ...] = attrs.field(default=(), converter=as_tuple, validator=Each(TEXT))
    status: GoalStatus = attrs.field(
        default=GoalStatus.ADOPTED,
        converter=Choice(GoalStatus, "Goal.status"),
        validator=IsA((GoalStatus,), "a status"),
    )
    order: int | None = attrs.field(default=None, validator=optional(Between(whole=True)))
    weight: float | None = attrs.field(default=None, validator=optional(Between(low=0)))
    roll_up: str | None = attrs.field(default=None, validator=optional(Matches("[a-z][a-z0-9_]*(?:/[0-9]+)?")))
    min_coverage: float | None = attrs.field(default=None, validator=optional(Between(low=0, high=1)))

    def _broken(self) -> Iterator[DefinitionError]:
        yield from super()._broken()
        if self.parent == self.id:
            yield self._error("goal.own_parent", "parent")
        if self.status is GoalStatus.RETIRED and self.valid_to is None:
            yield self._error("goal.retired_open", "valid_to")


@attrs.frozen(kw_only=True)
class IndicatorLink(Validated):
    """An indicator that shows something about a goal.

    Attributes
    ----------
    goal, indicator
        Their ids.
    role
        headline, supporting or context.
    weight
        Weight among the goal's indicators, at least 0; where any is given, those of a goal sum to 1.
    direction_override
        Which way is better for this goal, where it is not the indicator's own direction.
    proposed
        Whether the link is our proposal and not the document's.
    extras
        Fields that a newer file has and this version does not know; written back unchanged.

    Examples
    --------
    >>> from maalbib import IndicatorLink
    >>> IndicatorLink(goal="NG2", indicator="freed_hours").role.value
    'supporting'
    """

    goal: str = attrs.field(validator=Matches())
    indicator: str = attrs.field(validator=Matches())
    role: LinkRole = attrs.field(
        default=LinkRole.SUPPORTING,
        converter=Choice(LinkRole, "IndicatorLink.role"),
        validator=IsA((LinkRole,), "a role"),
    )
    weight: float | None = attrs.field(default=None, validator=optional(Between(low=0)))
    direction_override: Direction | None = attrs.field(
        default=None, converter=Choice(Direction, "IndicatorLink.direction_override")
    )
    proposed: bool = attrs.field(default=False, validator=IsA((bool,), "true or false"))
    extras: FrozenDict = attrs.field(factory=FrozenDict, converter=FrozenDict)
