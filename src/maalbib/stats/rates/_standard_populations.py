"""Named standard populations as data with a version."""

from __future__ import annotations

from typing import Final

import attrs
import numpy as np

from maalbib.stats._arrays import ArrayResult, FloatArray
from maalbib.stats.rates._estimate import known_method

__all__ = ["StandardPopulation", "standard_population", "standard_populations"]

_TO_85: Final = (*(f"{low}-{low + 4}" for low in range(0, 85, 5)), "85+")
_TO_90: Final = (*(f"{low}-{low + 4}" for low in range(0, 90, 5)), "90+")


@attrs.frozen(kw_only=True, eq=False)
class StandardPopulation(ArrayResult):
    """A population that rates are standardised to.

    Attributes
    ----------
    name
        Its name, as :func:`standard_population` takes it.
    version
        Raised when a weight is corrected; then rates change.
    bands
        Age groups in years, youngest first.
    weights
        Persons in each band, read-only.
    source
        Where the weights are published.

    Examples
    --------
    >>> from maalbib.stats import standard_population
    >>> europe = standard_population("european_2013")
    >>> europe.bands[:3], europe.weights[:3].tolist(), europe.weights.sum().item()
    (('0-4', '5-9', '10-14'), [5000.0, 5500.0, 5500.0], 100000.0)
    """

    name: str
    version: int
    bands: tuple[str, ...]
    weights: FloatArray
    source: str


def standard_populations() -> tuple[str, ...]:
    """Return the names of the standard populations that ship.

    Returns
    -------
    tuple of str
        Names for :func:`standard_population`.

    Examples
    --------
    >>> standard_populations()
    ('european_1976', 'european_2013', 'world_1960', 'world_2000')
    """
    return tuple(_SHIPPED)


def standard_population(name: str) -> StandardPopulation:
    """Return a standard population by its name.

    Parameters
    ----------
    name
        ``"european_2013"``, Eurostat's, 19 bands to 90 years and more; or, in 18 bands to 85 years and more, ``"european_1976"``,
        ``"world_1960"`` (Segi's, as changed by Doll) and ``"world_2000"`` (of the World Health Organization).

    Returns
    -------
    StandardPopulation
        Bands and weights.

    Raises
    ------
    ArgumentError
        If there is no such population.

    Notes
    -----
    Rates by different standards cannot be compared, and the older standards count the old for little. The European
    one of 2013 is that of Eurostat [1]_, the one of 1976 and Segi's are in [2]_, the one of the World Health Organization in [3]_; in
    it, shares are printed with two decimals of a per cent, and add up to 100.03 rather than 100. The weights are
    divided by their sum, so that does no harm.

    References
    ----------
    .. [1] Eurostat (2013). Revision of the European Standard Population: report of Eurostat's task force.
    .. [2] Waterhouse, J., Muir, C., Correa, P. and Powell, J. (1976). Cancer Incidence in Five Continents, volume III. IARC
       Scientific Publications 15.
    .. [3] Ahmad, O. B. and others (2001). Age standardization of rates: a new WHO standard. GPE Discussion Paper 31.

    Examples
    --------
    >>> found = standard_population("world_1960")
    >>> found.bands[-1], found.weights[-1].item()
    ('85+', 500.0)
    """
    return _SHIPPED[known_method(name, tuple(_SHIPPED), "name")]


def _made(name: str, bands: tuple[str, ...], source: str, weights: tuple[float, ...]) -> StandardPopulation:
    given = np.array(weights, dtype=np.float64)
    given.setflags(write=False)
    return StandardPopulation(name=name, version=1, bands=bands, weights=given, source=source)


_SHIPPED: Final = {
    made.name: made
    for made in (
        _made(
            "european_1976",
            _TO_85,
            "Waterhouse and others (1976)",
            (8000, *[7000] * 10, 6000, 5000, 4000, 3000, 2000, 1000, 1000),
        ),
        _made(
            "european_2013",
            _TO_90,
            "Eurostat (2013)",
            (5000, 5500, 5500, 5500, 6000, 6000, 6500, *[7000] * 4, 6500, 6000, 5500, 5000, 4000, 2500, 1500, 1000),
        ),
        _made(
            "world_1960",
            _TO_85,
            "Waterhouse and others (1976), after Segi (1960)",
            (12000, 10000, 9000, 9000, 8000, 8000, *[6000] * 4, 5000, 4000, 4000, 3000, 2000, 1000, 500, 500),
        ),
        _made(
            "world_2000",
            _TO_85,
            "Ahmad and others (2001)",
            (
                *(8860, 8690, 8600, 8470, 8220, 7930, 7610, 7150, 6590),
                *(6040, 5370, 4550, 3720, 2960, 2210, 1520, 910, 630),
            ),
        ),
    )
}
