"""How the marks of values travel when the values are combined: into a sum, a share, a mean, another territory.

One table for each mark, used by everything that makes one value of several:

- **Status.** A missing part makes the whole missing, with the gravest reason: suppressed (``Q``) over cannot exist (``M``)
  over not collected (``L``) over missing (``O``) over holiday (``H``). ``M`` stands above ``L`` and ``O`` because nothing that
  arrives later will mend it. Where every part has a value the gravest mark travels: break (``B``) over forecast (``F``), low
  reliability (``U``), not significant (``N``), imputed (``I``), estimated (``E``), provisional (``P``), unvalidated (``V``),
  definition differs (``D``), includes others (``W``), included elsewhere (``K``), derogation (``J``), strike (``S``),
  experimental (``G``), normal (``A``). A break is never lost, for nothing may be compared across it; the mark that it
  outranks is what :func:`beside_break` returns, and belongs in the comment.
- **Confidentiality.** The strictest wins: free (``F``), not for publication (``N``), secondary (``S``, then ``D``),
  confidential (``C``). That a sum of confidential parts may be shown is for the one who publishes it to say.
- **Qualifier.** Exact gives way to the other three. Two different ones of those contradict each other: what is at least one
  figure plus at most another is neither, nor is it near the sum. The result is then :data:`NO_ROW`, and has no value.

Marks are positions in ``STATUS_CODES``, ``CONF_CODES`` and ``QUALIFIERS``, as in panels; 255 stands for a part without a row,
which counts as missing (``O``), free and exact. Functions named ``carried`` reduce parts by the number of their group;
those named ``joint`` combine arrays of one shape, element by element. A group without parts gets 255.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from maalbib.measurements._panel import NO_ROW
from maalbib.measurements._schema import CONF_CODES, MISSING_STATUSES, QUALIFIERS, STATUS_CODES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Marks = NDArray[np.uint8]

__all__ = [
    "NO_ROW",
    "beside_break",
    "carried_conf",
    "carried_qualifier",
    "carried_status",
    "is_missing_status",
    "joint_conf",
    "joint_qualifier",
    "joint_status",
    "places_of",
]

# From the mildest to the gravest; every code once.
STATUS_ORDER: Final = "AGSJKWDVPEINUFBHOLMQ"
CONF_ORDER: Final = "FNSDC"

_EXACT, _APPROX, _AT_LEAST, _AT_MOST = 0, 1, 2, 4  # bits, so that what contradicts shows as several


def _ranks(order: Sequence[str], codes: Sequence[str], absent: str) -> tuple[Marks, Marks]:
    """Return the rank of each position, from 1, and the position of each rank; rank 0 is that of nothing at all."""
    rank = np.zeros(256, dtype=np.uint8)
    position = np.full(256, NO_ROW, dtype=np.uint8)
    for number, code in enumerate(order, start=1):
        rank[codes.index(code)] = number
        position[number] = codes.index(code)
    rank[NO_ROW] = rank[codes.index(absent)]
    return rank, position


_STATUS_RANK, _STATUS_AT = _ranks(STATUS_ORDER, STATUS_CODES, "O")
_CONF_RANK, _CONF_AT = _ranks(CONF_ORDER, CONF_CODES, "F")
_UNBROKEN_RANK: Final = np.where(_STATUS_AT[_STATUS_RANK] == STATUS_CODES.index("B"), np.uint8(1), _STATUS_RANK)

_IS_MISSING: Final = np.array(
    [code in MISSING_STATUSES for code in STATUS_CODES] + [True] * (256 - len(STATUS_CODES))
)


def places_of(codes: Sequence[str], texts: Sequence[str]) -> Marks:
    """Return the position of each text among some codes, and last 255, which serves the empty cell -1.

    Index it with a column's codes: ``places_of(STATUS_CODES, column.texts)[column.codes]``.
    """
    return np.array([*(codes.index(text) for text in texts), NO_ROW], dtype=np.uint8)


def is_missing_status(status: Marks) -> NDArray[np.bool_]:
    """Return which statuses say why there is no value; 255 is one of them."""
    return _IS_MISSING[status]


def joint_status(*status: Marks) -> Marks:
    """Return the status of what is made of one value of each array, element by element."""
    return _STATUS_AT[np.maximum.reduce([_STATUS_RANK[each] for each in status])]


def carried_status(status: Marks, group: NDArray[np.int64], size: int) -> Marks:
    """Return the status of each whole.

    Parameters
    ----------
    status
        (p,) Position of the status of each part.
    group
        (p,) Number of the whole that each part belongs to, below ``size``.
    size
        Number of wholes.
    """
    return _STATUS_AT[_highest(_STATUS_RANK[status], group, size)]


def beside_break(status: Marks, group: NDArray[np.int64], size: int) -> Marks:
    """Return the gravest status of each whole when breaks do not count: what a break keeps from being seen."""
    return _STATUS_AT[_highest(_UNBROKEN_RANK[status], group, size)]


def joint_conf(*conf: Marks) -> Marks:
    """Return the confidentiality of what is made of one value of each array, element by element."""
    return _CONF_AT[np.maximum.reduce([_CONF_RANK[each] for each in conf])]


def carried_conf(conf: Marks, group: NDArray[np.int64], size: int) -> Marks:
    """Return the confidentiality of each whole; parameters as in :func:`carried_status`."""
    return _CONF_AT[_highest(_CONF_RANK[conf], group, size)]


def _qualifier_bits() -> tuple[Marks, Marks, Marks]:
    """Return the bit of each position, the same for parts that lower the result, and the position of each set of bits."""
    bits = {"exact": _EXACT, "approx": _APPROX, "at_least": _AT_LEAST, "at_most": _AT_MOST}
    rising = np.zeros(256, dtype=np.uint8)
    position = np.full(8, NO_ROW, dtype=np.uint8)
    for place, name in enumerate(QUALIFIERS):
        rising[place] = bits[name]
        position[bits[name]] = place
    falling = rising.copy()
    falling[QUALIFIERS.index("at_least")] = _AT_MOST
    falling[QUALIFIERS.index("at_most")] = _AT_LEAST
    return rising, falling, position


_RISING, _FALLING, _QUALIFIER_AT = _qualifier_bits()


def joint_qualifier(*raising: Marks, lowering: Sequence[Marks] = ()) -> Marks:
    """Return the qualifier of what is made of one value of each array, element by element.

    Parameters
    ----------
    raising
        Those that raise the result: what is added, the numerator.
    lowering
        Those that lower it: what is taken away, the denominator. At least so many below the line is at most so much.
    """
    bits = [_RISING[each] for each in raising] + [_FALLING[each] for each in lowering]
    return _QUALIFIER_AT[np.bitwise_or.reduce(bits)]


def carried_qualifier(qualifier: Marks, group: NDArray[np.int64], size: int) -> Marks:
    """Return the qualifier of each sum, 255 where those of its parts contradict each other.

    Parameters as in :func:`carried_status`; a sum without parts gets 255 too.
    """
    bits = np.zeros(size, dtype=np.uint8)
    np.bitwise_or.at(bits, group, _RISING[qualifier])
    found = _QUALIFIER_AT[bits]
    found[np.bincount(group, minlength=size) == 0] = NO_ROW
    return found


def _highest(rank: Marks, group: NDArray[np.int64], size: int) -> Marks:
    found = np.zeros(size, dtype=np.uint8)
    np.maximum.at(found, group, rank)
    return found
