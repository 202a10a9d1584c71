"""Rule sets as data: named, versioned, frozen, and the shipped ones among them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final, Self

import attrs

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import whole_number
from maalbib.stats.charts._rule import Rule, positive, words

__all__ = ["RuleSet", "RuleSetLimits", "as_rule_set", "rule_set", "rule_sets"]

_LIMITS: Final = ("xmr", "any_3_sigma", "none")


@attrs.frozen(kw_only=True)
class RuleSetLimits:
    """The chart that a rule set is made for.

    Attributes
    ----------
    kind
        ``"xmr"``, ``"any_3_sigma"`` (any chart with limits), or ``"none"`` (a centre alone).
    multiplier
        Mean moving ranges from the centre to the limits of an XmR chart.
    screen_moving_range
        Ranges of at least this many mean ranges are left out once; None for no screening.
    near
        What counts as near the limits, in words.
    centre
        The centre line, where it is no mean: ``"median"``.

    Examples
    --------
    >>> from maalbib.stats import rule_set
    >>> rule_set("nhs_mdc").limits.multiplier
    2.66
    """

    kind: str
    multiplier: float | None = None
    screen_moving_range: float | None = None
    near: str | None = None
    centre: str | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse a chart that is not known."""
        if self.kind not in _LIMITS:
            raise ArgumentError.choice("limits.kind", _LIMITS)
        if self.multiplier is not None:
            positive("limits.multiplier", self.multiplier)
        if self.screen_moving_range is not None:
            positive("limits.screen_moving_range", self.screen_moving_range)
        if self.centre not in {None, "mean", "median"}:
            raise ArgumentError.choice("limits.centre", ("mean", "median"))


@attrs.frozen(kw_only=True)
class RuleSet:
    """Rules that are applied together. A published set is never edited: a change is a new version.

    Attributes
    ----------
    id, version
        Name and version; every result tells both.
    rules
        The rules, each id once.
    limits
        The chart that the rules are made for.
    display_priority
        Ids of all rules, the one that is shown first where several hold; the order of ``rules`` unless given.
    label
        The set in words.
    evidence
        Where its definition was read.
    based_on
        The version that it was made from.
    valid_n
        Fewest and most values for which its rules of whole segments are published; None for any number.

    Raises
    ------
    ArgumentError
        If a field is missing or wrong, an id comes twice, or the priority does not name each rule once.

    Examples
    --------
    A set of one's own:

    >>> from maalbib.stats import RuleSet
    >>> own = RuleSet.from_dict(
    ...     {
    ...         "id": "ours",
    ...         "version": "1",
    ...         "limits": {"kind": "xmr", "multiplier": 2.66},
    ...         "rules": [{"id": "run_8", "kind": "run_side", "length": 8, "on_centre": "skipped"}],
    ...     }
    ... )
    >>> own.display_priority
    ('run_8',)
    """

    id: str
    version: str
    rules: tuple[Rule, ...] = attrs.field(converter=tuple)
    limits: RuleSetLimits
    display_priority: tuple[str, ...] = attrs.field(default=(), converter=tuple)
    label: str = ""
    evidence: str = ""
    based_on: str | None = None
    valid_n: tuple[int, int] | None = None

    def __attrs_post_init__(self) -> None:
        """Check names, and put the order of the rules where no priority is given."""
        words("id", self.id)
        words("version", self.version)
        if not self.rules:
            raise ArgumentError("rules.no_rules", rule_set=self.id)
        ids = [rule.id for rule in self.rules]
        if len(set(ids)) < len(ids):
            raise ArgumentError("rules.twice", rule_set=self.id)
        if not self.display_priority:
            object.__setattr__(self, "display_priority", tuple(ids))
        if sorted(self.display_priority) != sorted(ids):
            raise ArgumentError("rules.priority", rule_set=self.id)
        if self.valid_n is not None:
            low, high = self.valid_n
            whole_number("valid_n", high, low=whole_number("valid_n", low, low=0))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Make a rule set from plain data, and refuse another content for a published id and version."""
        made = cls(**_fields(data))
        published = _shipped().get((made.id, made.version))
        if published is not None and published.to_dict() != made.to_dict():
            raise ArgumentError("rules.published", rule_set=made.id, version=made.version)
        return made

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Make a rule set from a JSON object."""
        try:
            data = json.loads(text)
        except ValueError as error:
            raise ArgumentError("rules.not_json") from error
        return cls.from_dict(data)

    def to_dict(self) -> dict[str, Any]:
        """Return the set as plain data, the form that ``from_dict`` reads."""
        told = attrs.asdict(self, recurse=False, filter=lambda _, value: value not in {None, ""})
        return told | {
            "rules": [rule.to_dict() for rule in self.rules],
            "limits": attrs.asdict(self.limits, filter=lambda _, value: value is not None),
            "display_priority": list(self.display_priority),
            **({"valid_n": list(self.valid_n)} if self.valid_n else {}),
        }


def as_rule_set(value: object) -> RuleSet:
    """Return ``value`` when it is a rule set."""
    if not isinstance(value, RuleSet):
        raise ArgumentError("rules.not_a_rule_set")
    return value


def rule_set(id: str, version: str | None = None) -> RuleSet:  # noqa: A002 - the name of the field
    """Return a shipped rule set.

    Parameters
    ----------
    id
        Its name, for example ``"nhs_mdc"``.
    version
        Which version; the newest where None. A service that names one keeps its old answers.

    Returns
    -------
    RuleSet
        The frozen set.

    Raises
    ------
    ArgumentError
        If there is no such set or version.

    Examples
    --------
    >>> rule_set("nhs_mdc").version, [rule.id for rule in rule_set("nhs_mdc", version="1").rules]
    ('2', ['beyond_3_sigma', 'trend_7', 'two_of_three', 'run_7'])
    """
    versions = {found.version: found for found in rule_sets() if found.id == id}
    if not versions:
        raise ArgumentError.choice("id", sorted({found.id for found in rule_sets()}))
    if version is None:
        return list(versions.values())[-1]
    if version not in versions:
        raise ArgumentError.choice("version", versions)
    return versions[version]


def rule_sets() -> tuple[RuleSet, ...]:
    """Return every shipped rule set, the versions of each in the order they came.

    Returns
    -------
    tuple of RuleSet
        All sets.

    Examples
    --------
    >>> [(found.id, found.version) for found in rule_sets()][:3]
    [('nhs_mdc', '1'), ('nhs_mdc', '2'), ('western_electric', '1')]
    """
    return tuple(_shipped().values())


@cache
def _shipped() -> dict[tuple[str, str], RuleSet]:
    text = files("maalbib.stats.charts").joinpath("rule_sets.json").read_text(encoding="utf-8")
    made = (RuleSet(**_fields(data)) for data in json.loads(text)["rule_sets"])
    return {(found.id, found.version): found for found in made}


def _fields(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a rule set from plain data."""
    given = _object(data, "rule set")
    where = str(given.get("id", ""))
    _hold(given, where, attrs.fields_dict(RuleSet), {"id", "version", "rules", "limits"})
    limits = _object(given["limits"], "limits")
    _hold(limits, f"{where}.limits", attrs.fields_dict(RuleSetLimits), {"kind"})
    rules = tuple(Rule.from_dict(_object(rule, "rules")) for rule in _list(given["rules"], "rules"))
    lists = {key: tuple(_list(given[key], key)) for key in ("display_priority", "valid_n") if given.get(key)}
    return given | lists | {"rules": rules, "limits": RuleSetLimits(**limits)}


def _hold(given: Mapping[str, Any], where: str, known: Mapping[str, object], needed: set[str]) -> None:
    if given.keys() - known.keys():
        raise ArgumentError("rules.unknown_field", field=min(given.keys() - known.keys()), where=where)
    if needed - given.keys():
        raise ArgumentError("rules.field_missing", field=", ".join(sorted(needed - given.keys())), where=where)


def _object(data: object, argument: str) -> dict[str, Any]:
    if not isinstance(data, Mapping):
        raise ArgumentError("rules.not_an_object", argument=argument)
    return dict(data)


def _list(data: object, argument: str) -> list[Any]:
    if not isinstance(data, list | tuple):
        raise ArgumentError("rules.not_a_list", argument=argument)
    return list(data)
