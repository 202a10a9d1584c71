"""p of Pettitt's test for many series, once per distinct pattern of ties and K."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from maalbib.stats._pettitt_null import LONGEST_COUNTED, Ties, drawn_tails, exact_tails, smallest_p

if TYPE_CHECKING:
    import numpy.typing as npt

    from maalbib.stats._arrays import FloatArray, IntArray

__all__ = ["p_values"]


def p_values(
    n: IntArray, equal: npt.NDArray[np.uint8], statistic: FloatArray, *, permutations: int, seed: int
) -> tuple[FloatArray, FloatArray]:
    """Return p and the smallest p of each series.

    Parameters
    ----------
    n
        Values per series, at least 2.
    equal
        Which of the sorted values equal the next one, as packed bits, shape (series, bytes).
    statistic
        K per series.
    permutations, seed
        Number and seed of the random orders.
    """
    p_value, p_min = np.full(len(n), np.nan), np.full(len(n), np.nan)
    for size in np.unique(n).tolist():
        members = np.flatnonzero(n == size)
        ties, which = _patterns(equal[members], size)
        # Each pattern with the values of K that occur with it.
        span = size * size + 1
        pairs, question = np.unique(which * span + statistic[members].astype(np.int64), return_inverse=True)
        pattern, k = np.divmod(pairs, span)
        asked = zip(ties, np.split(k, np.flatnonzero(np.diff(pattern)) + 1), strict=True)
        least = np.array([smallest_p(sizes) for sizes in ties])
        if size > LONGEST_COUNTED:
            tails = np.concatenate(drawn_tails(size, asked, permutations=permutations, seed=seed))
            least = np.maximum(least, 1 / (permutations + 1))
        else:
            tails = np.concatenate(exact_tails(asked))
        p_min[members] = least[which]
        p_value[members] = np.maximum(tails, least[pattern])[question]
    return p_value, p_min


def _patterns(equal: npt.NDArray[np.uint8], n: int) -> tuple[list[Ties], IntArray]:
    """Return the distinct sizes of tie groups in order of value, and which of them each series has.

    Upside down a pattern has the same K in every order, so that one stands for both.
    """
    whole = np.ascontiguousarray(equal[:, : (n + 6) // 8])
    code: npt.NDArray[Any] = whole.view(np.dtype((np.void, whole.shape[1]))).reshape(-1)
    _, first, which = np.unique(code, return_index=True, return_inverse=True)
    places: dict[Ties, int] = {}
    bits = np.unpackbits(equal[first], axis=1).tolist()
    known = [places.setdefault(_sizes(row[: n - 1]), len(places)) for row in bits]
    return list(places), np.array(known, dtype=np.int64)[which]


def _sizes(equal: list[int]) -> Ties:
    sizes = [1]
    for tied in equal:
        if tied:
            sizes[-1] += 1
        else:
            sizes.append(1)
    return min(tuple(sizes), tuple(reversed(sizes)))
