"""Directly standardised rates with intervals by Dobson's method."""

from __future__ import annotations

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import BoolArray, FloatArray, ReasonArray, float_array, reasons, vector
from maalbib.stats.rates._counts import limits_of_counts
from maalbib.stats.rates._estimate import Estimate, above_zero, at_least_zero
from maalbib.stats.rates._row_blocks import in_row, row_blocks
from maalbib.stats.rates._standard_populations import StandardPopulation

__all__ = ["StandardisedRate", "standardised_rate"]


@attrs.frozen(kw_only=True, eq=False)
class StandardisedRate(Estimate):
    """Directly standardised rates with limits, all arrays of one shape.

    Attributes
    ----------
    value, lower, upper
        Events per ``multiplier`` of a population that is made up like the standard. NaN where there is none.
    events
        The events of all strata; NaN where the value is, so that a withheld count does not come back by this way.
    dropped
        The share of the standard's weight that ``drop_empty`` left out.
    multiplier
        What the rate is per. Value and limits hold it already.
    min_events
        Fewest events that a rate is shown for.
    standard
        Name and version of the standard population, as in ``european_2013/1``; empty for other weights.
    confidence
        The coverage asked for, as a share.
    method
        ``dobson``, or ``dobson_repeated`` where events come several per person.
    method_version
        Version of the method.
    reason
        ``missing_input``, ``not_finite``, ``negative_input``; ``stratum_missing``: neither events nor population of a stratum that others
        of the row have; ``population_zero_in_stratum``; ``too_few_events``: withheld; ``no_limits_at_zero``: a rate of 0
        without limits. Else empty.

    Examples
    --------
    >>> from maalbib.stats import standardised_rate
    >>> found = standardised_rate(
    ...     [[4, 9, 30], [1, 0, 3]], [[900, 1100, 700], [90, 80, 60]], [5, 4, 1], multiplier=1000
    ... )
    >>> found.value.round(2).tolist(), found.status.tolist()
    ([9.78, nan], ['ok', 'suppressed'])
    """

    events: FloatArray
    dropped: FloatArray
    multiplier: float
    min_events: float
    standard: str


def standardised_rate(
    count: npt.ArrayLike,
    population: npt.ArrayLike,
    standard: StandardPopulation | npt.ArrayLike,
    *,
    multiplier: float,
    events_per_person: npt.ArrayLike | None = None,
    min_events: float = 10,
    drop_empty: bool = False,
    confidence: float = 0.95,
) -> StandardisedRate:
    """Return the rates that units would have if their populations were made up like a standard.

    Parameters
    ----------
    count
        Events by stratum (age band, or age band and sex), shape (strata,) or (..., strata). NaN is missing, which is not 0. With
        ``events_per_person``: persons, shape (..., strata, numbers of events).
    population
        Persons or person-years by stratum, in a shape that broadcasts with (..., strata).
    standard
        Weights of the strata, shape (strata,), or a :func:`standard_population` whose bands are the strata in order. A stratum of
        weight 0 takes no part.
    multiplier
        What the rate is to be per, above 0; never guessed.
    events_per_person
        How many events each of the last places of ``count`` stands for, such as ``[1, 2, 3]``: persons with exactly one, two and three
        readmissions. Then the limits allow for events that come several per person.
    min_events
        Fewest events that a rate is shown for; with fewer, value and limits are withheld.
    drop_empty
        Whether a stratum without both events and population is left out, and its weight with it. Its share is in ``dropped``.
    confidence
        Coverage as a share, 0 < confidence < 1.

    Returns
    -------
    StandardisedRate
        One element per unit, in the broadcast shape without the strata.

    Raises
    ------
    ArgumentError
        If an array is not numbers or has the wrong shape, a weight is negative or not finite or all are 0, ``multiplier`` is not
        above 0, ``min_events`` is negative or ``confidence`` is not inside (0, 1).

    Notes
    -----
    With counts x, populations n and weights w that add up to 1 the rate is v = sum(w x / n) with the variance s^2 = sum(x w^2 / n^2),
    and with O events in all the limits are v + (s / sqrt O) (l - O) and v + (s / sqrt O) (u - O), where l and u are the limits of O
    [1]_: exact below 10 events, Byar's from there on. When m persons have f events each, s^2 sums f^2 m w^2 / n^2 over f and
    strata. Two units that are standardised to the same weights can be compared with each other. Cost: a pass
    over the strata, in blocks of units.

    References
    ----------
    .. [1] Dobson, A. J., Kuulasmaa, K., Eberle, E. and Scherer, J. (1991). Confidence intervals for weighted sums of Poisson
       parameters. Statistics in Medicine 10, 457-462.

    Examples
    --------
    Falls among the elderly in two municipalities, by three age groups:

    >>> falls, elderly = [[40, 95, 160], [22, 61, 170]], [[2100, 1500, 700], [1300, 1100, 800]]
    >>> found = standardised_rate(falls, elderly, [5_000, 4_000, 2_500], multiplier=1_000)
    >>> found.value.round(1).tolist()
    [80.0, 72.8]
    >>> found.lower.round(1).tolist(), found.upper.round(1).tolist()
    ([71.0, 64.1], [89.8, 82.4])
    """
    weights, name = _weights(standard)
    given, least = above_zero("multiplier", multiplier), at_least_zero("min_events", min_events)
    limits = limits_of_counts("switched", confidence)
    x, frequency = _events(count, events_per_person)
    n = np.atleast_1d(float_array("population", population))
    shape = _shape(x, n, len(weights), frequency)
    used = np.flatnonzero(weights > 0)
    units, strata = int(np.prod(shape)), len(weights)
    # What stretches stays a view of one row until its block is worked.
    x = np.broadcast_to(x, (*shape, strata, len(frequency))).reshape(units, strata, len(frequency))
    n = np.broadcast_to(n, (*shape, strata)).reshape(units, strata)
    value, lower, upper, events, dropped = np.full((5, units), np.nan)
    reason = np.full(units, "", dtype=object)
    for part in row_blocks(units, strata * len(frequency)):
        with np.errstate(all="ignore"):
            # Taken, not indexed: the order in memory, and with it that of the sums, is the same for one row and for many.
            persons, people = np.take(x[part], used, axis=1), np.take(n[part], used, axis=1)
            rows = _Rows.of(persons, people, weights[used], frequency, drop_empty=drop_empty)
            reason[part] = rows.reasons(least)
            o, bounds = rows.events, np.empty((3, len(rows.events)))
            limits(o, *bounds, np.zeros(len(o), np.uint8))
            spread = np.sqrt(rows.variance / o)
            value[part], events[part], dropped[part] = rows.rate, o, rows.dropped
            lower[part] = rows.rate + spread * (bounds[1] - o)
            upper[part] = rows.rate + spread * (bounds[2] - o)
    shown = (reason == "") | (reason == "no_limits_at_zero")
    for array in (value, lower, upper, events, dropped):
        array[~shown] = np.nan
    return StandardisedRate(
        value=(value * given).reshape(shape),
        lower=(lower * given).reshape(shape),
        upper=(upper * given).reshape(shape),
        events=events.reshape(shape),
        dropped=dropped.reshape(shape),
        multiplier=given,
        min_events=least,
        standard=name,
        confidence=float(confidence),
        method="dobson" if events_per_person is None else "dobson_repeated",
        reason=reason.reshape(shape),
    )


@attrs.frozen(kw_only=True, eq=False)
class _Rows:
    """A block of units: what their rates come to, and what is wrong with them."""

    rate: FloatArray
    variance: FloatArray
    events: FloatArray
    dropped: FloatArray
    faults: tuple[tuple[BoolArray, str], ...]

    @classmethod
    def of(cls, x: FloatArray, n: FloatArray, w: FloatArray, frequency: FloatArray, *, drop_empty: bool) -> _Rows:
        none = np.isnan(x).all(axis=2) & np.isnan(n)
        unknown = in_row(np.isnan(x)) | np.isnan(n)
        events = (x * frequency).sum(axis=2)
        empty = n == 0
        dropping = empty & (events == 0) if drop_empty else np.zeros(empty.shape, dtype=np.bool_)
        kept = np.where(dropping, 0.0, w)
        share = kept / kept.sum(axis=1, keepdims=True) / np.where(dropping, 1.0, n)
        return cls(
            rate=(share * events).sum(axis=1),
            variance=(share * share * (x * frequency * frequency).sum(axis=2)).sum(axis=1),
            events=events.sum(axis=1),
            dropped=np.where(dropping, w, 0.0).sum(axis=1) / w.sum(),
            faults=(
                (in_row(in_row(np.isinf(x)) | np.isinf(n)), "not_finite"),
                (in_row(in_row(x < 0) | (n < 0)), "negative_input"),
                (in_row(none) & in_row(~none), "stratum_missing"),
                (in_row(unknown), "missing_input"),
                (in_row(empty & ~dropping) | ~in_row(~dropping), "population_zero_in_stratum"),
            ),
        )

    def reasons(self, least: float) -> ReasonArray:
        few = self.events < least
        return reasons(
            self.events.shape, *self.faults, (few, "too_few_events"), (self.events == 0, "no_limits_at_zero")
        )


def _weights(standard: StandardPopulation | npt.ArrayLike) -> tuple[FloatArray, str]:
    if isinstance(standard, StandardPopulation):
        return standard.weights, f"{standard.name}/{standard.version}"
    weights = vector("standard", standard)
    if not (np.isfinite(weights).all() and (weights >= 0).all() and weights.any()):
        raise ArgumentError("rates.weights", argument="standard")
    return weights, ""


def _events(count: npt.ArrayLike, events_per_person: npt.ArrayLike | None) -> tuple[FloatArray, FloatArray]:
    """Return persons by stratum and number of events; each event is a person of its own where nothing else is said."""
    x = np.atleast_1d(float_array("count", count))
    if events_per_person is None:
        return x[..., np.newaxis], np.ones(1)
    frequency = vector("events_per_person", events_per_person)
    if not (np.isfinite(frequency).all() and (frequency >= 0).all() and frequency.any()):
        raise ArgumentError("rates.weights", argument="events_per_person")
    return x, frequency


def _shape(x: FloatArray, n: FloatArray, strata: int, frequency: FloatArray) -> tuple[int, ...]:
    """Return the shape of the units."""
    wanted = (strata, len(frequency)) if len(frequency) > 1 else (strata,)
    if x.ndim < 2 or x.shape[-2:] != (strata, len(frequency)):  # noqa: PLR2004 - strata and numbers of events
        got = x.shape if len(frequency) > 1 else x.shape[:-1]
        raise ArgumentError("argument.shape", argument="count", expected=_last(wanted), got=str(got))
    try:
        shape = np.broadcast_shapes(x.shape[:-1], n.shape)
    except ValueError:
        shape = ()
    if shape[-1:] != (strata,):
        raise ArgumentError("argument.shape", argument="population", expected=_last((strata,)), got=str(n.shape))
    return shape[:-1]


def _last(sizes: tuple[int, ...]) -> str:
    return f"(..., {', '.join(map(str, sizes))})"
