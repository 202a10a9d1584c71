"""Did you mean: the known code nearest to a mistyped one."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# get_close_matches compares with every option; past this many a suggestion is not worth the wait.
_MOST_OPTIONS = 20_000


def closest(word: str, options: Iterable[str]) -> str | None:
    """Return the option that looks most like ``word``, or None where none is near.

    Upper and lower case count as the same.

    Examples
    --------
    >>> closest("Lwer", ["higher", "lower", "target"])
    'lower'
    >>> closest("xyz", ["higher", "lower"]) is None
    True
    """
    by_lower = {option.lower(): option for option in sorted(options)}
    if len(by_lower) > _MOST_OPTIONS:
        return None
    found = get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None
