"""What a published method is asked, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

import attrs
import numpy as np

from maalbib import stats
from maalbib.analysis._arrays import Bools, Floats, Ints, Words

if TYPE_CHECKING:
    from maalbib.analysis._verdict import Verdicts

__all__ = ["Asked", "Found", "Question"]


@attrs.frozen(kw_only=True)
class Question:
    """Series and target as a published method sees them.

    Attributes
    ----------
    values, times, ordinals
        (m, k) comparable values, (k,) their years and the running numbers of their periods.
    base, base_time, base_index
        The value counted from, its year and column.
    latest, latest_time, latest_index
        The newest value, its year and column.
    low, high
        Ends of the region that meets the target, NaN on an open side.
    aimless
        Whether nobody has said how far.
    way
        +1 where higher values are nearer to the target, -1 where lower ones are, 0 for a band.
    due_time
        The target year, NaN without.
    native
        Options of the method's own.
    errors
        (m, k) standard errors of the values, None where there are none.
    """

    values: Floats
    times: Floats
    ordinals: Ints
    base: Floats
    base_time: Floats
    base_index: Ints
    latest: Floats
    latest_time: Floats
    latest_index: Ints
    low: Floats
    high: Floats
    aimless: bool
    way: int
    due_time: float
    native: Mapping[str, Any]
    errors: Floats | None

    @property
    def direction(self) -> Literal["higher", "lower"]:
        """The better way; of no meaning for a band."""
        return "higher" if self.way > 0 else "lower"

    @property
    def target(self) -> Floats:
        """The one value to reach; NaN where there is only a direction."""
        return self.low if self.way > 0 else self.high

    def at_ends(self) -> Bools:
        """Return (m, k) the two values that growth is counted between."""
        used = np.zeros(self.values.shape, dtype=bool)
        for index in (self.base_index, self.latest_index):
            rows = np.flatnonzero(index >= 0)
            used[rows, index[rows]] = True
        return used


@attrs.frozen(kw_only=True)
class Asked:
    """A question, the method that is to answer it, and where the states are noted."""

    question: Question
    profile: stats.Profile
    verdicts: Verdicts

    def refuse(self, reason: Words, codes: Mapping[str, str], words: Words) -> None:
        """Note the rows that the method cannot judge: codes of ours for its reasons, kept as its word where it is a refusal."""
        for native, code in codes.items():
            where = (reason == native) & self.verdicts.open
            refusal = code.startswith("published.")
            words[where] = code if refusal else ""
            self.verdicts.decide(where, "not_measurable.method_refused" if refusal else code)


@attrs.frozen(kw_only=True)
class Found:
    """The answer, one element per row."""

    words: Words
    score: Floats
    value: Floats
    used: Bools

    @classmethod
    def of(
        cls, *, words: Words, score: Floats, value: Floats, question: Question, used: Bools | None = None
    ) -> Found:
        """Make the answer, as resting on base and latest value unless it says on what."""
        return cls(words=words, score=score, value=value, used=question.at_ends() if used is None else used)

    def only(self, rows: Bools) -> Found:
        """Return the answer without what it says of other rows, which something else has decided."""
        return Found(
            words=np.where(rows, self.words, "").astype(object),
            score=np.where(rows, self.score, np.nan),
            value=np.where(rows, self.value, np.nan),
            used=self.used & rows[:, None],
        )
