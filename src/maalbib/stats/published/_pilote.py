"""Attainment as the French government counts it."""

from __future__ import annotations

from functools import partial
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import ArrayResult, FloatArray, ReasonArray, reasons
from maalbib.stats.published._elements import by_blocks, numbers
from maalbib.stats.published._profile import Profile, as_profile

__all__ = ["PiloteAttainment", "pilote_attainment"]


@attrs.frozen(kw_only=True, eq=False)
class PiloteAttainment(ArrayResult):
    """How much of the way is covered, in per cent; arrays with one element per judged thing.

    Attributes
    ----------
    unrounded
        The share as computed; below 0 and above 100 where that is so.
    unbounded
        The same with the published number of decimals.
    bounded
        The same, held between 0 and 100.
    site
        The whole number that the public site shows: bounded, and rounded half to even from the unrounded value.
    profile
        Method and version.
    reason
        ``"missing_input"``, ``"not_finite"`` or ``"initial_equals_target"``. Else empty.

    Examples
    --------
    >>> from maalbib.stats import pilote_attainment
    >>> found = pilote_attainment([-20, 3, 5], [-10, 9, 5], [-5, 7, 5], rising=True)
    >>> found.unbounded.tolist(), found.site.tolist()
    ([66.67, 150.0, 100.0], [67.0, 100.0, 100.0])
    """

    unrounded: FloatArray
    unbounded: FloatArray
    bounded: FloatArray
    site: FloatArray
    profile: str
    reason: ReasonArray


def pilote_attainment(
    initial: npt.ArrayLike,
    actual: npt.ArrayLike,
    target: npt.ArrayLike,
    *,
    rising: object,
    equal_is_null: bool | None = None,
    profile: str | Profile = "pilote",
) -> PiloteAttainment:
    """Share of the way from initial value to target, by the rules of PILOTE and the Baromètre des résultats.

    Parameters
    ----------
    initial, actual, target
        The three values. They stretch to each other; NaN means missing.
    rising
        True where higher values are wished, and where the value is to stay; False where lower ones are. One for all or one per
        element.
    equal_is_null
        Whether there is no percentage where the target equals the initial value, as on the public site. False gives 100 where
        the target is held and 0 where it is lost, as in the code. That of the profile where None, which is False.
    profile
        ``"pilote"`` for the newest version, ``"pilote/1"`` to pin one, or a :class:`Profile`.

    Returns
    -------
    PiloteAttainment
        Percentages.

    Raises
    ------
    ArgumentError
        If shapes do not fit, ``rising`` is not true or false, or the profile is another method's.

    Notes
    -----
    Where the start has passed the target already there is no way to cover: 100 while the target is met, else 0 [1]_. It is
    an attainment and never a verdict on the development. Rounding to two decimals first and to a whole number then gives other
    numbers; ``site`` rounds once. Elementwise, in blocks.

    References
    ----------
    .. [1] Direction interministérielle de la transformation publique, PILOTE, taux d'avancement.

    Examples
    --------
    >>> found = pilote_attainment(100, 40, 50, rising=False)
    >>> found.unbounded.item(), found.bounded.item()
    (120.0, 100.0)
    """
    made = as_profile(profile, "pilote")
    rises = np.asarray(rising)
    if rises.dtype.kind != "b":
        raise ArgumentError("profiles.rising_not_bool")
    equal = made.parameters["equal_is_null"] if equal_is_null is None else bool(equal_is_null)
    arrays = numbers(initial=initial, actual=actual, target=target, rising=rises)
    found = by_blocks(partial(_attained, equal_is_null=equal, parameters=made.parameters), arrays)
    return PiloteAttainment(**found, profile=made.name)


def _attained(
    initial: FloatArray,
    actual: FloatArray,
    target: FloatArray,
    rising: FloatArray,
    *,
    equal_is_null: bool,
    parameters: Any,
) -> dict[str, npt.NDArray[Any]]:
    way = np.where(rising > 0, 1.0, -1.0)
    three = (initial, actual, target)
    reason = reasons(
        initial.shape,
        (np.any(np.isnan(three), axis=0), "missing_input"),
        (np.any(np.isinf(three), axis=0), "not_finite"),
        ((initial == target) & equal_is_null, "initial_equals_target"),
    )
    there_already = way * (initial - target) >= 0
    held = np.where(way * (actual - target) >= 0, 100.0, 0.0)
    share = np.where(there_already, held, 100 * (actual - initial) / (target - initial))
    share = np.where(reason == "", share, np.nan)
    low, high = parameters["bounds"]
    unbounded = np.round(share, parameters["decimals"])
    return {
        "unrounded": share,
        "unbounded": unbounded,
        "bounded": np.clip(unbounded, low, high),
        "site": np.rint(np.clip(share, low, high)),
        "reason": reason,
    }
