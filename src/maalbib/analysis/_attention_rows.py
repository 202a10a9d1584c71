"""What needs a look, as typed rows. Their fields are the columns of the results, in this order."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import attrs

from maalbib.analysis import _attention_wording, _wording
from maalbib.analysis._row import Row
from maalbib.analysis._secrecy import CONFIDENTIAL

__all__ = ["WITHHELD", "AttentionReason", "AttentionRow"]

WITHHELD: dict[str, dict[str, Any]] = {
    "attention_list": {"reasons": (), "strengths": (), "lost": (), "obstacles": (CONFIDENTIAL,), "checked": 0},
    "attention_reasons": {"unadjusted_state": "not_judged", "verdict": ""},
}
"""What stands in the place of columns of a row whose verdict is withheld."""


@attrs.frozen(kw_only=True, repr=False)
class AttentionRow(Row):
    """Whether one indicator of one institution needs a look, or is worth learning from, and every reason why.

    Attributes
    ----------
    indicator, institution, breakdown, period
        What was looked at.
    value, lower, upper, level
        The value of the period and its interval, in the indicator's unit.
    peer_group, peers
        The group or the definition of the peers, and how many others there are.
    state, reason
        ``needs_a_look``, ``worth_learning_from``, ``both``, ``nothing_found`` or ``not_judged``; and ``found``, ``all_checked``,
        ``partly_checked``, ``lost_to_multiplicity``, or why nothing could be checked.
    reasons, strengths
        Every reason to take a look, and every one to learn, in the order of the checks; never counted together.
    lost
        What was found by itself, but may be chance when so much is looked at.
    obstacles
        Why some of the checks could not be made.
    checked
        How many checks were made.
    flags, method, params
        What a reader should know besides, and how it was judged.
    hidden
        Why the figures may not be shown, as in :class:`Progress`.

    Examples
    --------
    >>> import maalbib as mb
    >>> reading, catalogue = mb.Measurements.example("reading"), mb.Catalogue.load("folkeskolen")
    >>> found = mb.attention_list(
    ...     reading,
    ...     catalogue,
    ...     period="2020/21",
    ...     as_of="2021-12-31",
    ...     mean="unweighted",
    ...     checks=["trend", "level_against_target"],
    ... )
    >>> row = found.row(breakdown="grade=4")
    >>> row.state, row.reasons, row.lost
    ('needs_a_look', ('level_worse_than_target', 'worsening_trend'), ())
    """

    IDS: ClassVar[tuple[str, ...]] = ("indicator", "institution", "breakdown", "period")

    indicator: str
    institution: str
    breakdown: str
    period: str
    value: float | None
    lower: float | None
    upper: float | None
    level: float
    peer_group: str
    peers: int
    state: str
    reason: str
    reasons: tuple[str, ...]
    strengths: tuple[str, ...]
    lost: tuple[str, ...]
    obstacles: tuple[str, ...]
    checked: int
    flags: tuple[str, ...]
    method: str
    params: str
    hidden: str | None

    def public(self) -> Self:
        """Return the row as it may be shown, see :meth:`Row.public`; a withheld verdict takes its reasons with it."""
        shown = super().public()
        return attrs.evolve(shown, **WITHHELD["attention_list"]) if self.hidden == CONFIDENTIAL else shown

    def about(self, lang: str = "da") -> str:
        """Return what the row is about, in ``"da"`` or ``"en"``."""
        about = _wording.subject(self.labels, self.indicator, self.institution, self.breakdown, lang)
        return f"{about}, {self.period}"

    def _said(self, lang: str) -> str:
        return _attention_wording.attention(self, lang)


@attrs.frozen(kw_only=True, repr=False)
class AttentionReason(Row):
    """What one check says of one indicator of one institution.

    Attributes
    ----------
    indicator, institution, breakdown, period
        What was looked at.
    rule, rule_version
        The check, and the version of its rule.
    state, reason
        ``needs_a_look``, ``worth_learning_from``, ``nothing_found`` or ``not_judged``; and what was found, ``not_found``,
        ``lost_to_multiplicity``, or why the check was not made.
    unadjusted_state
        The state if this were the only check of the run.
    value, lower, upper, threshold, level
        What was held against what, with its interval: the gap to the peers against 0, the value against the edge of the target or
        the agreed way, the slope a year against 0, the change of the gap against 0, or the place with its rank set against the
        first place of the worst or the last place of the best quarter.
    p_value, q_value, family, family_size
        How often chance alone gives it, the same adjusted for the number of checks in the family, which family, and how many
        checks it has. Without uncertainty there is no test: the target is missed or not.
    chance
        The probability, at most, that the check finds something, one way or the other, where there is nothing.
    verdict
        State and reason of the comparison, trend or target behind it.
    target, since
        The target, and the period that a change is counted from.
    flags, method, params
        What a reader should know besides, and how it was judged.
    hidden
        Why the figures may not be shown, as in :class:`Progress`.

    Examples
    --------
    >>> import maalbib as mb
    >>> reading, catalogue = mb.Measurements.example("reading"), mb.Catalogue.load("folkeskolen")
    >>> found = mb.attention_list(
    ...     reading,
    ...     catalogue,
    ...     period="2020/21",
    ...     as_of="2021-12-31",
    ...     mean="unweighted",
    ...     checks=["trend", "level_against_target"],
    ... )
    >>> row = found.reasons().row(breakdown="grade=4", rule="trend")
    >>> row.state, row.reason, row.verdict, round(row.p_value, 2), round(row.q_value, 2)
    ('needs_a_look', 'worsening_trend', 'declining.found', 0.05, 0.05)
    """

    IDS: ClassVar[tuple[str, ...]] = ("indicator", "institution", "breakdown", "period", "rule")

    indicator: str
    institution: str
    breakdown: str
    period: str
    rule: str
    rule_version: str
    state: str
    reason: str
    unadjusted_state: str
    value: float | None
    lower: float | None
    upper: float | None
    threshold: float | None
    level: float
    p_value: float | None
    q_value: float | None
    family: str
    family_size: int
    chance: float | None
    verdict: str
    target: str | None
    since: str | None
    flags: tuple[str, ...]
    method: str
    params: str
    hidden: str | None

    def public(self) -> Self:
        """Return the row as it may be shown, see :meth:`Row.public`; a withheld verdict takes what led to it along."""
        shown = super().public()
        return attrs.evolve(shown, **WITHHELD["attention_reasons"]) if self.hidden == CONFIDENTIAL else shown

    def about(self, lang: str = "da") -> str:
        """Return what the row is about, in ``"da"`` or ``"en"``."""
        about = _wording.subject(self.labels, self.indicator, self.institution, self.breakdown, lang)
        return f"{about}, {self.period}"

    def _said(self, lang: str) -> str:
        return _attention_wording.reason(self, lang)
