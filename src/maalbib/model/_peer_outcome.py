"""Whether what is compared is among what makes units alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from maalbib.model._indicator import Indicator

__all__ = ["outcome_in_distance"]


def outcome_in_distance(
    outcome: str, variables: Iterable[str], indicators: Mapping[str, Indicator]
) -> tuple[str, str] | None:
    """Return why units chosen by some variables may not be compared on an outcome, None where they may.

    Peers chosen on the outcome are alike in the outcome, so that no difference is left to find.

    Parameters
    ----------
    outcome
        Id of the indicator compared.
    variables
        Ids of the indicators in the distance.
    indicators
        What is known of indicators, by id; one that is not there is only compared by its id.

    Returns
    -------
    tuple of str or None
        The reason and the variable: ``is_variable``, ``is_part`` (one is the sum of others, the other among them), or
        ``same_numerator``.

    Examples
    --------
    >>> from maalbib.model import outcome_in_distance
    >>> outcome_in_distance("spending", ["population", "spending"], {})
    ('is_variable', 'spending')
    """
    held = list(variables)
    if outcome in held:
        return "is_variable", outcome
    for variable in held:
        if outcome in _parts(variable, indicators) or variable in _parts(outcome, indicators):
            return "is_part", variable
    counted = _numerator(indicators.get(outcome))
    same = (each for each in held if counted is not None and counted & (_numerator(indicators.get(each)) or set()))
    found = next(same, None)
    return None if found is None else ("same_numerator", found)


def _parts(code: str, indicators: Mapping[str, Indicator]) -> set[str]:
    """Return the indicators that one is the sum of, and theirs."""
    found: set[str] = set()
    waiting = [code]
    while waiting:
        new = set(_composed(waiting.pop(), indicators)) - found
        found |= new
        waiting += new
    return found


def _composed(code: str, indicators: Mapping[str, Indicator]) -> Iterator[str]:
    if code in indicators:
        yield from indicators[code].composed_of


def _numerator(indicator: Indicator | None) -> set[tuple[str, str]] | None:
    """Return what is counted above the line, in each language; letter case and spaces say nothing."""
    if indicator is None or indicator.numerator is None:
        return None
    texts = indicator.numerator.to_dict()
    return {(lang, " ".join(words.casefold().split())) for lang, words in texts.items()}
