"""Order statistics of more numbers than fit into memory, from several passes over them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from maalbib.stats._arrays import FloatArray

__all__ = ["select"]

_KEPT: Final = 131_072  # numbers per rank and pass: one megabyte
_MARGIN: Final = 4.0  # standard deviations of a sampled rank


def select(passes: Callable[[], Iterable[FloatArray]], ranks: Sequence[int], total: int) -> list[float]:
    """Return the numbers at the given ranks (counted from 0) of all numbers, exactly.

    Each pass keeps an evenly thinned sample of the numbers that are still in question and narrows the question to
    a small part of it. Three passes do for a hundred million numbers.

    Parameters
    ----------
    passes
        Called for each pass; yields the same numbers every time, in arrays without NaN.
    ranks
        Positions in the sorted numbers.
    total
        How many numbers there are.

    Examples
    --------
    >>> select(lambda: [np.array([3.0, 1.0]), np.array([2.0])], [1], 3)
    [2.0]
    """
    questions = {rank: _Question(rank=rank, total=total) for rank in ranks}
    while any(question.answer is None for question in questions.values()):
        unanswered = [question for question in questions.values() if question.answer is None]
        for numbers in passes():
            for question in unanswered:
                question.look_at(numbers)
        for question in unanswered:
            question.conclude()
    return [float(questions[rank].answer or 0.0) for rank in ranks]


@attrs.define(kw_only=True, eq=False)
class _Question:
    """Which number stands at a rank: certainly within ``widest``, probably from ``low`` to ``high``."""

    rank: int
    total: int
    low: float = -np.inf
    high: float = np.inf
    widest: tuple[float, float] = (-np.inf, np.inf)
    within_widest: int = attrs.field(init=False)
    thinning: int = attrs.field(init=False)
    margin: float = _MARGIN
    below: int = 0
    at_low: int = 0
    between: int = 0
    at_high: int = 0
    sample: list[FloatArray] = attrs.field(factory=list)
    answer: float | None = None

    def __attrs_post_init__(self) -> None:
        self.within_widest = self.total
        self.thinning = _thinning(self.total)

    def look_at(self, numbers: FloatArray) -> None:
        """Count and sample some numbers of the present pass; equal numbers at the ends need no sample."""
        self.below += int(np.count_nonzero(numbers < self.low))
        self.at_low += int(np.count_nonzero(numbers == self.low))
        self.at_high += int(np.count_nonzero(numbers == self.high))
        between = numbers[(numbers > self.low) & (numbers < self.high)]
        # The sample goes on where the last array left it.
        self.sample.append(between[-self.between % self.thinning :: self.thinning].copy())
        self.between += len(between)

    def conclude(self) -> None:
        """Answer, or ask more narrowly in the next pass."""
        place = self.rank - self.below
        if place < 0:
            self._widen(self.widest[0], self.low)
        elif place < self.at_low:
            self.answer = self.low
        elif place < self.at_low + self.between:
            self._narrow(place - self.at_low, np.sort(np.concatenate(self.sample)))
        elif place < self.at_low + self.between + self.at_high or self.low == self.high:
            self.answer = self.high
        else:
            self._widen(self.high, self.widest[1])
        self.sample, self.below, self.at_low, self.between, self.at_high = [], 0, 0, 0, 0

    def _widen(self, low: float, high: float) -> None:
        """After a miss the answer lies beside the sampled range, within what was certain before."""
        self.low, self.high = self.widest = (low, high)
        self.margin *= 2
        self.thinning = _thinning(self.within_widest)

    def _narrow(self, place: int, sample: FloatArray) -> None:
        if self.thinning == 1:
            self.answer = float(sample[place])
            return
        self.widest, self.within_widest = (self.low, self.high), self.between
        middle, spread = place / self.between * len(sample), self.margin * np.sqrt(len(sample))
        first, last = int(middle - spread), int(middle + spread) + 1
        if first > 0:
            self.low = float(sample[first])
        if last < len(sample):
            self.high = float(sample[last])
        share = (min(last, len(sample)) - max(first, 0)) / len(sample)
        # A sample too small to narrow anything stands for few numbers: look at all of them.
        self.thinning = _thinning(int(2 * share * self.between)) if share < 1 else 1


def _thinning(numbers: int) -> int:
    return max(1, -(-numbers // _KEPT))
