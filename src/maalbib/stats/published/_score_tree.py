"""Scores of series gathered into one of their indicator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import BoolArray, FloatArray, ReasonArray, float_array
from maalbib.stats.published._profile import Profile, as_profile

__all__ = ["score_class", "score_tree"]


def score_tree(scores: Sequence[Any]) -> FloatArray:
    """Mean of scores, groups averaged before what they belong to.

    Parameters
    ----------
    scores
        A list of scores and of lists of scores, as deep as needed. A score is a number, None or NaN where there is none, or an
        array with one score per unit.

    Returns
    -------
    numpy.ndarray
        The mean, shape () or that of the arrays. A group without any score is left out; NaN where nothing is left.

    Raises
    ------
    ArgumentError
        If it is not a list, something in it is no number, or arrays do not fit each other.

    Notes
    -----
    Missing scores are dropped, as the published methods do: a high score may rest on few of the series. Say beside it how
    many there were.

    Examples
    --------
    >>> score_tree([1, [2, [3, 5]]]).item(), score_tree([5, [None, None]]).item()
    (2.0, 5.0)
    """
    if not isinstance(scores, list | tuple):
        raise ArgumentError("profiles.scores_not_a_list")
    found = [
        score_tree(part) if isinstance(part, list | tuple) else float_array("scores", _leaf(part)) for part in scores
    ]
    shape: tuple[int, ...] = ()
    for part in found:
        try:
            shape = np.broadcast_shapes(shape, part.shape)
        except ValueError as error:
            raise ArgumentError(
                "argument.shape", argument="scores", expected=str(shape), got=str(part.shape)
            ) from error
    total, count = np.zeros(shape), np.zeros(shape)
    for part in found:
        there = ~np.isnan(part)
        total = total + np.where(there, part, 0.0)
        count = count + there
    return np.asarray(np.divide(total, count, out=np.full(shape, np.nan), where=count > 0))


def _leaf(score: object) -> Any:
    return np.nan if score is None else score


def score_class(
    score: npt.ArrayLike, *, profile: str | Profile = "statcan", all_achieved: npt.ArrayLike = False
) -> ReasonArray:
    """Class of a mean of scores.

    Parameters
    ----------
    score
        Means, from :func:`score_tree`; NaN means none.
    profile
        ``"statcan"`` or ``"eustat"``, with or without a version, or a :class:`Profile`.
    all_achieved
        Whether every series that has a score has achieved its target; asked by ``"statcan"`` alone.

    Returns
    -------
    numpy.ndarray
        The published words; ``"not_available"`` where there is no score.

    Raises
    ------
    ArgumentError
        If the scores are no numbers, shapes do not fit, or the method rolls nothing up.

    Notes
    -----
    An indicator of one series has that series' own class with ``"eustat"``, not this one.

    Examples
    --------
    >>> score_class([2.5, 0.59, float("nan")]).tolist(), score_class(2.5, profile="eustat").item()
    (['substantial_progress', 'moderate_progress', 'not_available'], 'moderate_progress')
    """
    parameters = as_profile(profile, "statcan", "eustat").parameters["roll_up"]
    means = float_array("score", score)
    status = np.full(means.shape, "not_available", dtype=object)
    for rule in reversed(parameters["classes"]):
        least = rule.get("at_least", -np.inf)
        status[means > least if rule.get("strict") else means >= least] = rule["status"]
    achieved: BoolArray = np.broadcast_to(np.asarray(all_achieved, dtype=bool), means.shape) & ~np.isnan(means)
    if "achieved" in parameters:
        status[achieved] = parameters["achieved"]
    return status
