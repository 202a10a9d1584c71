"""One rule of a rule set: its kind, its parameters, and what each kind takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Self

import attrs

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import open_share, whole_number

__all__ = ["Rule", "positive", "words"]

ANHOEJ_LONGEST_RUN: Final = "round(log2(n_useful)) + 3"
ANHOEJ_CROSSINGS: Final = "smallest k with P(Binomial(n_useful-1, 1/2) <= k) >= 0.05"

Check = Callable[[str, Any], object]


@attrs.frozen(kw_only=True)
class Rule:
    """A pattern that a chart is searched for; each kind takes the parameters named after it, and no others.

    Attributes
    ----------
    id
        Name of the rule, unique in its set.
    kind
        ``"beyond"`` (sigma): strictly more than so many sigma from the centre; 3 means the drawn limits.
        ``"run_side"`` (length, on_centre): so many values in a row on one side of the centre.
        ``"monotone"`` (length): so many values, each above (below) the one before; equal values end it.
        ``"k_of_m"`` (k, m, sigma, counts_beyond, others): k of m values in a row more than sigma out on one side.
        ``"alternating"`` (length): values that go up and down in turn.
        ``"within"``, ``"outside_both"`` (length, sigma): all inside, all outside so many sigma, on either side.
        ``"longest_run"``, ``"crossings"`` (limit, signal), ``"box"`` (specificity, shift): a whole segment.
    sigma
        Distance from the centre in standard deviations of each point.
    length
        Values in the pattern.
    on_centre
        ``"breaks"``: a value on the centre ends a run. ``"skipped"``: it is passed over.
    k, m
        At least ``k`` of ``m`` values in a row.
    counts_beyond
        A value further out than this many sigma does not count; None for no such end.
    others
        The rest of the ``m`` values: ``"same_side"`` of the centre, or ``"any"``.
    flags
        Which points are marked: ``"members"`` of the pattern (of ``"k_of_m"`` those far out), its whole
        ``"window"``, or its ``"last"`` one.
    limit
        How the limit follows from the number of values, in the words of the format.
    signal
        ``"greater"`` than the limit or ``"less"``.
    specificity, shift
        What a box is chosen by: the share of stable series without a signal, and the shift in standard deviations
        at which power is greatest.
    selection
        The same in words, for people.

    Raises
    ------
    ArgumentError
        If a parameter is missing, wrong, or not one of the kind.

    Examples
    --------
    >>> from maalbib.stats import Rule
    >>> Rule(id="run_6", kind="run_side", length=6, on_centre="skipped").flags
    'members'
    """

    id: str
    kind: str
    sigma: float | None = None
    length: int | None = None
    on_centre: str | None = None
    k: int | None = None
    m: int | None = None
    counts_beyond: float | None = None
    others: str | None = None
    flags: str = "members"
    limit: str | None = None
    signal: str | None = None
    specificity: float | None = None
    shift: float | None = None
    selection: str | None = None

    def __attrs_post_init__(self) -> None:
        """Hold the parameters against the kind."""
        words("id", self.id)
        if self.kind not in _KINDS:
            raise ArgumentError.choice("kind", _KINDS)
        taken = _KINDS[self.kind]
        for field in attrs.fields(Rule):
            name, value = field.name, getattr(self, field.name)
            if name in {"id", "kind"} or (name not in taken and value == field.default):
                continue
            if name not in taken:
                raise ArgumentError("rules.parameter_not_of_kind", rule=self.id, kind=self.kind, parameter=name)
            if value is None and name not in _OPTIONAL:
                raise ArgumentError("rules.parameter_missing", rule=self.id, kind=self.kind, parameter=name)
            if value is not None:
                taken[name](name, value)
        self._hold_together()

    def _hold_together(self) -> None:
        if self.k is not None and self.m is not None and self.k > self.m:
            raise ArgumentError("argument.range", argument="k", low=1, high=self.m)
        if self.counts_beyond is not None and self.sigma is not None and self.counts_beyond <= self.sigma:
            raise ArgumentError("rules.counts_beyond", rule=self.id)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Make a rule from plain data; ``strict`` may be told where it is true."""
        known = {key: value for key, value in data.items() if (key, value) != ("strict", True)}
        unknown = known.keys() - {field.name for field in attrs.fields(cls)}
        if unknown:
            raise ArgumentError("rules.unknown_field", field=min(unknown), where=str(data.get("id", "")))
        if not {"id", "kind"} <= known.keys():
            raise ArgumentError("rules.field_missing", field="id, kind", where=str(data.get("id", "")))
        return cls(**known)

    def to_dict(self) -> dict[str, Any]:
        """Return the rule as plain data, the parameters of its kind only."""
        return {"id": self.id, "kind": self.kind} | {name: getattr(self, name) for name in _KINDS[self.kind]}

    @property
    def whole_segment(self) -> bool:
        """Whether the rule judges a segment as a whole instead of points in it."""
        return self.kind in {"longest_run", "crossings", "box"}

    @property
    def zones(self) -> bool:
        """Whether the rule needs limits equally far to both sides."""
        return (self.kind == "beyond" and self.sigma != _DRAWN) or self.kind in {"k_of_m", "within", "outside_both"}


def words(argument: str, value: object) -> str:
    """Return ``value`` when it is a text that says something."""
    if not isinstance(value, str) or not value.strip():
        raise ArgumentError("rules.not_a_text", argument=argument)
    return value


def positive(argument: str, value: object) -> float:
    """Return ``value`` when it is a finite number above 0."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf"):
        raise ArgumentError("rules.not_positive", argument=argument)
    return float(value)


def _at_least(low: int) -> Check:
    return lambda name, value: whole_number(name, value, low=low)


def _one_of(*allowed: str) -> Check:
    def check(name: str, value: object) -> None:
        if value not in allowed:
            raise ArgumentError.choice(name, allowed)

    return check


_DRAWN: Final = 3
_OPTIONAL: Final = frozenset({"counts_beyond", "selection"})
_FLAGS: Final = _one_of("members", "window", "last")
_KINDS: Final[Mapping[str, Mapping[str, Check]]] = {
    "beyond": {"sigma": positive},
    "run_side": {"length": _at_least(2), "on_centre": _one_of("breaks", "skipped"), "flags": _FLAGS},
    "monotone": {"length": _at_least(2), "flags": _FLAGS},
    "k_of_m": {
        "k": _at_least(1),
        "m": _at_least(1),
        "sigma": positive,
        "counts_beyond": positive,
        "others": _one_of("any", "same_side"),
        "flags": _FLAGS,
    },
    "alternating": {"length": _at_least(3), "flags": _FLAGS},
    "within": {"length": _at_least(2), "sigma": positive, "flags": _FLAGS},
    "outside_both": {"length": _at_least(2), "sigma": positive, "flags": _FLAGS},
    "longest_run": {"limit": _one_of(ANHOEJ_LONGEST_RUN), "signal": _one_of("greater")},
    "crossings": {"limit": _one_of(ANHOEJ_CROSSINGS), "signal": _one_of("less")},
    "box": {"specificity": open_share, "shift": positive, "selection": words},
}
