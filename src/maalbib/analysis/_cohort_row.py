"""How one cohort compares with the rest: the typed row. Its fields are the columns of the result, in this order."""

from __future__ import annotations

from typing import ClassVar

import attrs

from maalbib import texts
from maalbib.analysis import _wording
from maalbib.analysis._row import Row
from maalbib.texts import number

__all__ = ["CohortStanding"]


@attrs.frozen(kw_only=True, repr=False)
class CohortStanding(Row):
    """How a named cohort compares with the rest in one period; nothing is said about why.

    Attributes
    ----------
    indicator, breakdown, period
        What is compared.
    cohort, members, members_without, others, others_without
        The cohort; how many of its members are in its mean and how many have no value that could be; the same of the rest.
    mean_kind
        Kind of both means: pooled, weighted or unweighted.
    value, lower, upper
        Mean of the members with its interval, in the indicator's unit.
    rest_value, rest_lower, rest_upper
        Mean of the rest with its interval. The rest has no member in it.
    gap, gap_lower, gap_upper, level
        Mean of the members less that of the rest, and the interval of this difference: what sampling noise leaves open.
    relevance
        Where a smallest difference that matters was given: ``relevant`` (the whole interval lies beyond it), ``within_margin`` or
        ``margin_not_settled``.
    tau, chance_lower, chance_upper, among_groups
        Standard deviation between all these units with sampling noise removed, the interval of the difference that allows for it
        too, and whether the cohort is ``usual``, ``unusually_high`` or ``unusually_low`` among groups of the same size that were
        drawn by lot.
    permutation_share, permutation_least, permutation_groups, permutation_method
        Of groups of the same size, the share that lies as far from its rest; the smallest share possible; how many groups were
        formed; and whether these are all (``exact``) or random ones (``permutation``). A description that decides nothing.
    state, reason
        ``better``, ``worse``, ``higher``, ``lower``, ``no_detectable_difference`` or ``not_compared``, and why.
    flags, method, params
        What a reader should know besides, and how it was judged.
    hidden
        Why the figures may not be shown, as in :class:`Progress`.
    p_value, q_value, family_size
        How often chance alone gives such a difference; the same adjusted for everything that was compared in the call, by the share
        of false findings; and how many comparisons that is. They decide nothing.

    Examples
    --------
    >>> import maalbib as mb
    >>> import pandas as pd
    >>> rows = [(f"S{place}", value) for place, value in enumerate([71.0, 74.0, 60.0, 62.0, 61.0, 63.0])]
    >>> frame = pd.DataFrame(rows, columns=["institution", "value"]).assign(indicator="s", period="2024")
    >>> ms = mb.Measurements.from_pandas(frame.assign(lower=frame["value"] - 2, upper=frame["value"] + 2))
    >>> row = mb.compare_cohort(ms, ["S0", "S1"], period="2024", mean="unweighted")[0]
    >>> row.value, row.rest_value, row.gap, row.state
    (72.5, 61.5, 11.0, 'higher')
    """

    IDS: ClassVar[tuple[str, ...]] = ("indicator", "breakdown", "period", "cohort")
    UNJUDGED: ClassVar[str] = "not_compared"

    indicator: str
    breakdown: str
    period: str
    cohort: str
    members: int
    members_without: int
    others: int
    others_without: int
    mean_kind: str
    value: float | None
    lower: float | None
    upper: float | None
    rest_value: float | None
    rest_lower: float | None
    rest_upper: float | None
    gap: float | None
    gap_lower: float | None
    gap_upper: float | None
    relevance: str | None
    tau: float | None
    chance_lower: float | None
    chance_upper: float | None
    among_groups: str | None
    permutation_share: float | None
    permutation_least: float | None
    permutation_groups: int | None
    permutation_method: str | None
    state: str
    reason: str
    flags: tuple[str, ...]
    method: str
    params: str
    level: float
    hidden: str | None
    p_value: float | None
    q_value: float | None
    family_size: int

    def about(self, lang: str = "da") -> str:
        """Return what the row is about, in ``"da"`` or ``"en"``."""
        about = _wording.subject(self.labels, self.indicator, self.cohort, self.breakdown, lang)
        return f"{about}, {self.period}"

    def _said(self, lang: str) -> str:
        label = self.labels.indicator(self.indicator)
        fields = {
            "value": label.value(self.value, lang),
            "peer_value": label.value(self.rest_value, lang),
            "group": texts.sentence("cohort.the_rest", lang),
            "others": _wording.counted("others", self.others, lang),
            "members": _wording.counted("units", self.members, lang),
            "members_without": str(self.members_without),
            "mean_kind": texts.phrase("mean_kind", self.mean_kind, lang),
            "gap": label.change(None if self.gap is None else abs(self.gap), lang),
            "lower": label.change(self.gap_lower, lang),
            "upper": label.change(self.gap_upper, lang),
        }
        verdict = _wording.joined(self.about(lang), f"{self.state}.{self.reason}", self.flags, lang, fields)
        parts = [verdict, self._relevance(lang), self._together(lang), self._by_lot(lang)]
        if self.state != self.UNJUDGED:
            parts.append(texts.sentence("cohort.not_why", lang))
        return " ".join(part for part in parts if part)

    def _relevance(self, lang: str) -> str:
        return "" if self.relevance is None else texts.sentence(f"relevance.{self.relevance}", lang)

    def _together(self, lang: str) -> str:
        """Say how many of all comparisons of the call chance alone would find; nothing where this is the only one."""
        if self.q_value is None or self.family_size == 1:
            return ""
        return texts.sentence(
            "cohort.one_of_many",
            lang,
            tests=str(self.family_size),
            chance=number(self.family_size * (1 - self.level), lang, 1),
            q=_wording.p_text(self.q_value, lang, "q"),
        )

    def _by_lot(self, lang: str) -> str:
        """Say what groups drawn by lot would show."""
        said = []
        if self.among_groups is not None:
            tau = self.labels.indicator(self.indicator).change(self.tau, lang)
            alike = "" if self.tau else "_alike"  # no difference between units is found: then nothing was allowed for
            said.append(texts.sentence(f"among_groups.{self.among_groups}{alike}", lang, tau=tau))
        if self.permutation_share is not None and self.permutation_groups is not None:
            said.append(
                texts.sentence(
                    f"groups_by_lot.{self.permutation_method}",
                    lang,
                    groups=number(float(self.permutation_groups), lang, 0),
                    share=_percent(self.permutation_share, lang),
                )
            )
        return " ".join(said)


def _percent(share: float, lang: str) -> str:
    """Write a share with a decimal; one that would be 0.0 is below the smallest that can be written."""
    least = 0.001
    return f"< {number(100 * least, lang, 1)}\u00a0%" if share < least else f"{number(100 * share, lang, 1)}\u00a0%"
