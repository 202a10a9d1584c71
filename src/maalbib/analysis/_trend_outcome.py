"""What every method says about a series, in the same words."""

from __future__ import annotations

from typing import Any, Final

import attrs
import numpy as np

from maalbib.analysis._arrays import Bools, Floats, Ints, Words

__all__ = ["FAULTS", "Outcome", "faults_of", "nothing", "says"]

# What kernels say of their numbers, and what a row says of it.
FAULTS: Final = {
    "invalid_value": "invalid_value",
    "not_finite": "invalid_value",
    "negative_input": "invalid_value",
    "numerator_exceeds_denominator": "invalid_value",
    "inverted_interval": "invalid_value",
    "value_outside_interval": "invalid_value",
    "no_time_span": "invalid_value",
    "uncertainty_missing": "uncertainty_missing",
    "missing_input": "uncertainty_missing",
    "zero_variance": "zero_variance",
    "zero_width_interval": "zero_variance",
    "no_variation": "zero_variance",
    "too_few_points": "too_few_points",
    "gap": "method_refused",
    "no_finite_line": "method_refused",
    "outside_scale": "method_refused",
    "method_refused": "method_refused",
}


@attrs.frozen(kw_only=True, eq=False)
class Outcome:
    """The test and the slope of each series by one method; arrays of shape (series,).

    Attributes
    ----------
    values, used
        (series, periods) the values that the method looked at, NaN elsewhere; and where they are.
    found
        Where the method's own rule finds a trend.
    sign
        The way it goes.
    fault
        Why there is no verdict by this method, empty where there is one.
    p_min_untied
        NaN where nothing is known of what could have been found.
    slope, lower, upper, fitted_first, fitted_last
        A year, and in the unit of the values.
    phi
        Dispersion allowed for, NaN where none is.
    driven
        Where a single value makes the difference, by the method's own rule.
    """

    method: str
    values: Floats
    used: Bools
    found: Bools
    sign: Floats
    s: Floats
    tau: Floats
    p_value: Floats
    p_min: Floats
    p_min_untied: Floats
    n_blocks: Ints
    path: Words
    slope: Floats
    lower: Floats
    upper: Floats
    level: Floats
    fitted_first: Floats
    fitted_last: Floats
    phi: Floats
    driven: Bools
    fault: Words


def nothing(method: str, values: Floats) -> dict[str, Any]:
    """Return the fields of an outcome that says nothing."""
    series = len(values)
    unknown: Any = np.broadcast_to(np.nan, (series,))
    none = np.zeros(series, dtype=bool)
    words = dict.fromkeys(("path", "fault"), _same_words("", series))
    others = {"method", "values", "used", "found", "driven", "n_blocks", *words}
    numbers = {field.name: unknown for field in attrs.fields(Outcome) if field.name not in others}
    return {
        "method": method,
        "values": values,
        "used": np.isfinite(values),
        "found": none,
        "driven": none,
        "n_blocks": np.zeros(series, dtype=np.int64),
        **numbers,
        **words,
    }


def says(words: Words, word: str) -> Bools:
    """Return where a word stands; a word that stands everywhere is looked at once."""
    if len(words) and words.strides == (0,):
        return np.full(len(words), words[0] == word)
    return np.asarray(words == word, dtype=bool)


def faults_of(reason: Words, *only: str) -> Words:
    """Return the codes of a row for those of a kernel, all or only some; the rest is left to the rules."""
    if bool(says(reason, "").all()):
        return _same_words("", len(reason))
    found = np.full(reason.shape, "", dtype=object)
    for code, said in FAULTS.items():
        if not only or said in only:
            found[reason == code] = said
    return found


def _same_words(word: str, series: int) -> Words:
    return np.broadcast_to(np.array(word, dtype=object), (series,))
