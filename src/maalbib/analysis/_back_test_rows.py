"""The typed rows of a back-test: the calls, and how often each kind of call came true."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar, Final, Self

import attrs

from maalbib.analysis import _back_test_wording, _wording
from maalbib.analysis._row import Row
from maalbib.analysis._secrecy import CONFIDENTIAL

__all__ = ["CALL_VERDICT", "BackTestCall", "BackTestRow"]

# What tells the verdict of a call besides state, reason and flags, and how it is blanked where the verdict is confidential.
CALL_VERDICT: Final[dict[str, Any]] = {"verdict": None, "outcome": "not_measurable", "outcome_reason": CONFIDENTIAL}


@attrs.frozen(kw_only=True, repr=False)
class BackTestCall(Row):
    """What was said of one target on one day before its deadline, and what became of it.

    Attributes
    ----------
    target, version, indicator, institution, breakdown, method
        What was judged, and how. The outcome is that of the version that the call was about.
    as_of, due, lead
        The day of the call, the deadline, and the whole years between them.
    state, reason, flags
        The call; ``not_measurable`` is no call.
    verdict
        What a published method calls it.
    probability, projected
        The stated probability of reaching the target, and where the line led.
    outcome, outcome_reason
        ``met``, ``not_met``, ``unfinished`` (the deadline has not passed, or its value is not there yet) or ``not_measurable``, and
        the reason of the verdict that says so.
    outcome_value, target_value
        The value at the deadline, and the value to reach.
    params
        How it was judged, parameters as JSON text.
    hidden
        Why the figures may not be shown, the graver of call and outcome.

    Examples
    --------
    >>> import maalbib as mb
    >>> mb.back_test(mb.Measurements.example("reading"), mb.Catalogue.load("folkeskolen")).calls.counts()
    {}
    """

    IDS: ClassVar[tuple[str, ...]] = ("target", "institution", "breakdown")
    UNJUDGED: ClassVar[str] = "not_measurable"

    target: str
    version: str | None
    indicator: str
    institution: str
    breakdown: str
    method: str
    as_of: dt.date
    due: str
    lead: int
    state: str
    reason: str
    flags: tuple[str, ...]
    verdict: str | None
    probability: float | None
    projected: float | None
    outcome: str
    outcome_reason: str
    outcome_value: float | None
    target_value: float | None
    params: str
    hidden: str | None

    def about(self, lang: str = "da") -> str:
        """Return what the row is about, in ``"da"`` or ``"en"``."""
        return _wording.subject(self.labels, self.indicator, self.institution, self.breakdown, lang)

    def public(self) -> Self:
        """Return the row as it may be shown, see :meth:`Row.public`."""
        shown = super().public()
        return attrs.evolve(shown, **CALL_VERDICT) if shown.hidden == CONFIDENTIAL else shown

    def _said(self, lang: str) -> str:
        return _back_test_wording.call(self, lang)


@attrs.frozen(kw_only=True, repr=False)
class BackTestRow(Row):
    """How often one kind of call came true.

    Attributes
    ----------
    method, by, call, lead
        The method, what calls are sorted by (``state``, ``verdict`` or ``probability``), the call (``all`` for all that can come
        true or not), and whole years before the deadline; None for all of them.
    call_low, call_high
        The edges of the class of stated probabilities.
    calls
        How many such calls there are: ``n``, ``unfinished`` and ``unmeasured`` together.
    n, came_true, share
        Calls whose outcome is settled, how many of those targets were met, and the share.
    lower, upper, confidence
        Wilson interval of the share, as if the calls were independent.
    pairs, cautious_lower, cautious_upper
        Different targets and series behind the calls, and the interval that counts each of them once.
    n_probability, mean_probability, brier
        Settled calls with a stated probability, its mean, and the mean squared distance between it and the outcome (0 is
        perfect; always saying one half gives 0.25).
    unfinished, unmeasured
        Calls whose outcome is open, or cannot be settled.
    state, reason
        ``tested``, or ``not_judged`` with the reason.
    flags
        ``few_calls`` (n below ten), ``repeated_targets`` (more calls than pairs), ``vintage_assumed``.
    params
        Options as JSON text.
    hidden
        ``confidential`` where a confidential verdict is among the calls.

    Examples
    --------
    >>> import maalbib as mb
    >>> len(mb.back_test(mb.Measurements.example("reading"), mb.Catalogue.load("folkeskolen")))
    0
    """

    IDS: ClassVar[tuple[str, ...]] = ("method", "call")

    method: str
    by: str
    call: str
    call_low: float | None
    call_high: float | None
    lead: int | None
    calls: int
    n: int
    came_true: int | None
    share: float | None
    lower: float | None
    upper: float | None
    confidence: float
    pairs: int
    cautious_lower: float | None
    cautious_upper: float | None
    n_probability: int
    mean_probability: float | None
    brier: float | None
    unfinished: int
    unmeasured: int
    state: str
    reason: str
    flags: tuple[str, ...]
    params: str
    hidden: str | None

    def about(self, lang: str = "da") -> str:
        """Return what the row is about, in ``"da"`` or ``"en"``."""
        return _back_test_wording.about(self, lang)

    def _said(self, lang: str) -> str:
        return _back_test_wording.tally(self, lang)
