"""Weights fitted to known sizes of groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, get_args

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import FloatArray, IntArray, whole_number
from maalbib.stats.rates._estimate import at_least_zero, known_method
from maalbib.stats.surveys._design import SurveyDesign, need_design
from maalbib.stats.surveys._labels import coded

if TYPE_CHECKING:
    from collections.abc import Hashable

__all__ = ["Residuals", "post_stratify", "rake"]

Residuals: TypeAlias = Literal["weighted", "unweighted"]

_SAME_TOTAL: Final = 1e-9  # margins whose sums differ by more describe different populations
_SETTLED: Final = 1e-10


@attrs.frozen(kw_only=True, eq=False)
class _Margin:
    """Groups of people and what they should add up to."""

    codes: IntArray
    sizes: FloatArray
    reason: str
    group: str


def post_stratify(design: SurveyDesign, groups: npt.ArrayLike, sizes: Mapping[Hashable, float]) -> SurveyDesign:
    """Return a design whose weights add up to the known size of each group.

    Parameters
    ----------
    design
        The design of the sample.
    groups
        Shape (people,): the group of each.
    sizes
        How many people there are in each group, all groups of the population.

    Returns
    -------
    SurveyDesign
        With the new weights, and the groups that they were fitted to: the variance is that of what the groups do not explain.

    Raises
    ------
    ArgumentError
        If there is not a group for each person, a person's group has no size, or a size is negative or not finite.

    Notes
    -----
    Each weight is multiplied by the known size of its group over the weighted size [1]_. A group without answers, or of size 0, cannot be
    fitted: then everything worked out with the design has that reason, and ``group`` names it. The fit corrects for known groups only, not for
    who answers within them.

    References
    ----------
    .. [1] Holt, D. and Smith, T. M. F. (1979). Post stratification. Journal of the Royal Statistical Society, Series A 142,
       33-46.

    Examples
    --------
    Women answer more often than men:

    >>> from maalbib.stats import design_mean, survey_design
    >>> design = survey_design([1] * 5)
    >>> fitted = post_stratify(design, ["f", "f", "f", "m", "m"], {"f": 50, "m": 50})
    >>> fitted.weights.round(2).tolist()
    [16.67, 16.67, 16.67, 25.0, 25.0]
    >>> design_mean([4, 5, 4, 2, 3], design).value.item(), design_mean([4, 5, 4, 2, 3], fitted).value.round(3).item()
    (3.6, 3.417)
    """
    return rake(design, [(groups, sizes)])


def rake(
    design: SurveyDesign,
    margins: Sequence[tuple[npt.ArrayLike, Mapping[Hashable, float]]],
    *,
    residuals: Residuals = "weighted",
    most_rounds: int = 1_000,
) -> SurveyDesign:
    """Return a design whose weights add up to the known sizes of several sets of groups at once.

    Parameters
    ----------
    design
        The design of the sample.
    margins
        For each set the group of each person, shape (people,), and how many people there are in each group.
    residuals
        ``"weighted"``: the variance is that of what the margins do not explain of weighted answers. ``"unweighted"``: of answers that count the
        same, to reproduce what the R package survey gives for raked weights; the same where people weighed the same in each group before.
    most_rounds
        How often the weights are fitted to all margins before it is given up.

    Returns
    -------
    SurveyDesign
        With the new weights, and the groups that they were fitted to.

    Raises
    ------
    ArgumentError
        If there is not a group for each person, a person's group has no size, a size is negative or not finite, or there are no margins.

    Notes
    -----
    The weights are fitted to one margin after the other, until no step of a round changes a weight by more than 1e-10 of itself [1]_. The variance of a
    mean is that of what the margins, added up, do not explain. Margins with different sums, a group without answers or of size 0, and weights
    that do not settle leave a reason in the design.

    References
    ----------
    .. [1] Deming, W. E. and Stephan, F. F. (1940). On a least squares adjustment of a sampled frequency table when the expected
       marginal totals are known. Annals of Mathematical Statistics 11, 427-444.

    Examples
    --------
    >>> from maalbib.stats import survey_design
    >>> sex, age = ["f", "f", "m", "m", "f"], ["old", "young", "old", "young", "old"]
    >>> margins = [(sex, {"f": 52, "m": 48}), (age, {"old": 40, "young": 60})]
    >>> fitted = rake(survey_design([1] * 5), margins)
    >>> fitted.weights.round(2).tolist(), fitted.weights.sum().round(6).item()
    ([12.45, 27.11, 15.11, 32.89, 12.45], 100.0)
    """
    need_design(design)
    known_method(residuals, get_args(Residuals), "residuals")
    whole_number("most_rounds", most_rounds, low=1)
    found = [_margin(groups, sizes, len(design.weights)) for groups, sizes in _pairs(margins)]
    if not found:
        raise ArgumentError("surveys.no_margins", argument="margins")
    fitted = attrs.evolve(design, margins=np.stack([margin.codes for margin in found]), residuals=residuals)
    if design.reason:
        return fitted
    for margin in found:
        if margin.reason:
            return attrs.evolve(fitted, reason=margin.reason, group=margin.group)
    totals = [margin.sizes.sum() for margin in found]
    if max(totals) - min(totals) > _SAME_TOTAL * max(totals):
        return attrs.evolve(fitted, reason="margins_disagree")
    weights, rounds = _fitted(design.weights, found, most_rounds)
    if weights is None:
        return attrs.evolve(fitted, rounds=rounds, reason="weights_not_settled")
    return attrs.evolve(fitted, weights=weights, rounds=rounds)


def _margin(groups: npt.ArrayLike, sizes: Mapping[Hashable, float], people: int) -> _Margin:
    codes, names = coded("groups", groups, people)
    known = {name: at_least_zero("sizes", size) for name, size in sizes.items()}
    for name in names:
        if name not in known:
            raise ArgumentError("surveys.group_without_size", group=str(name))
    there = set(names)
    empty = [str(name) for name, size in known.items() if size > 0 and name not in there]
    nobody = [str(name) for name in names if known[name] == 0]
    return _Margin(
        codes=codes,
        sizes=np.array([known[name] for name in names]),
        reason="group_without_answers" if empty else "group_size_zero" if nobody else "",
        group=(empty or nobody or [""])[0],
    )


def _pairs(margins: Sequence[tuple[npt.ArrayLike, Mapping[Hashable, float]]]) -> list[tuple[Any, dict[Any, Any]]]:
    """Return each set of groups with its sizes, which may come as anything that a dict can be made of."""
    try:
        return [(groups, dict(sizes)) for groups, sizes in margins]
    except (TypeError, ValueError) as error:
        raise ArgumentError("surveys.margins") from error


def _fitted(weights: FloatArray, margins: list[_Margin], most_rounds: int) -> tuple[FloatArray | None, int]:
    """Return the weights, None where they do not settle, and the number of rounds."""
    for done in range(1, most_rounds + 1):
        largest = 0.0
        for margin in margins:
            there = np.bincount(margin.codes, weights, minlength=len(margin.sizes))
            if not (there > 0).all():
                return None, done
            factor = margin.sizes / there
            weights = weights * factor[margin.codes]
            largest = max(largest, float(np.abs(factor - 1).max()))
        # Margins that contradict each other go round in a circle: no step of a round may move the weights.
        if len(margins) == 1 or largest <= _SETTLED:
            return weights, done
    return None, most_rounds
