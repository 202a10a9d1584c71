"""Means, shares and totals of a sample with a design."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

import numpy.typing as npt

from maalbib.stats.rates._estimate import known_method
from maalbib.stats.surveys._design import SurveyDesign
from maalbib.stats.surveys._design_estimate import DesignEstimate, estimated
from maalbib.stats.surveys._influence import mean_of, total_of

__all__ = ["ShareMethod", "design_mean", "design_share", "design_total"]

ShareMethod: TypeAlias = Literal["logit", "asin", "beta", "mean"]


def design_mean(
    values: npt.ArrayLike, design: SurveyDesign, *, within: npt.ArrayLike | None = None, confidence: float = 0.95
) -> DesignEstimate:
    """Return means of answers with intervals that know how the sample was drawn.

    Parameters
    ----------
    values
        Shape (people,) or (..., people), in the order of the design, a question in each row. NaN means no answer.
    design
        The design, as :func:`survey_design`, :func:`post_stratify` or :func:`rake` gives it.
    within
        Whether each person belongs to the subgroup asked about, shape (people,) or that of ``values``; None for all. A subgroup is a part of the
        sample and not a sample of its own.
    confidence
        Coverage as a share, 0 < confidence < 1.

    Returns
    -------
    DesignEstimate
        One element per question, in the shape of ``values`` without its last axis.

    Raises
    ------
    ArgumentError
        If the values are not numbers, the shapes do not fit, or ``confidence`` is not inside (0, 1).

    Notes
    -----
    With u_i = w_i (y_i - m) / sum w, 0 outside the subgroup, summed over each sampled unit, the variance is the sum over strata of (1 - f) k/(k - 1) times the
    sum of squares of those sums around their mean, where k units were sampled and f is the share that they are [1]_ [2]_. With weights
    fitted to known groups u_i is what those groups do not explain. Limits are Student's. A stratum with a single sampled unit of several
    has no variance, and then there is no estimate of chance at all. Who gave no answer counts as outside the subgroup: the limits are about
    chance in the drawing, so where everybody was drawn they have no width though some did not answer; what those could change, :func:`nonresponse_bounds`
    says. Cost: a few passes over the values.

    References
    ----------
    .. [1] Binder, D. A. (1983). On the variances of asymptotically normal estimators from complex surveys. International
       Statistical Review 51, 279-292.
    .. [2] Särndal, C.-E., Swensson, B. and Wretman, J. (1992). Model Assisted Survey Sampling. Springer, chapters 5 to 7.

    Examples
    --------
    Four institutions of 40 were drawn, and three parents of each asked:

    >>> from maalbib.stats import survey_design
    >>> places = [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]
    >>> answers = [4, 5, 4, 3, 3, 4, 5, 5, 4, 2, 3, 3]
    >>> found = design_mean(answers, survey_design([10] * 12, clusters=places, population=40))
    >>> found.value.item(), found.lower.round(2).item(), found.upper.round(2).item(), found.df.item()
    (3.75, 2.36, 5.14, 3)
    """
    return estimated(values, design, within, confidence, mean_of, "t")


def design_total(
    values: npt.ArrayLike, design: SurveyDesign, *, within: npt.ArrayLike | None = None, confidence: float = 0.95
) -> DesignEstimate:
    """Return totals in the population with intervals that know how the sample was drawn.

    Parameters
    ----------
    values
        Shape (people,) or (..., people), in the order of the design. NaN means no answer, and counts nothing.
    design
        The design; its weights must add up to the people, not to 1.
    within
        Whether each person belongs to the subgroup asked about; None for all.
    confidence
        Coverage as a share, 0 < confidence < 1.

    Returns
    -------
    DesignEstimate
        One element per question.

    Raises
    ------
    ArgumentError
        If the values are not numbers, the shapes do not fit, or ``confidence`` is not inside (0, 1).

    Notes
    -----
    As :func:`design_mean` with u_i = w_i y_i [1]_.

    References
    ----------
    .. [1] Särndal, C.-E., Swensson, B. and Wretman, J. (1992). Model Assisted Survey Sampling. Springer, chapter 2.

    Examples
    --------
    >>> from maalbib.stats import survey_design
    >>> found = design_total([12, 15, 9, 11], survey_design([25] * 4, population=100))
    >>> found.value.item(), found.lower.round(0).item(), found.upper.round(0).item()
    (1175.0, 785.0, 1565.0)
    """
    return estimated(values, design, within, confidence, total_of, "t")


def design_share(
    values: npt.ArrayLike,
    design: SurveyDesign,
    *,
    within: npt.ArrayLike | None = None,
    method: ShareMethod = "logit",
    confidence: float = 0.95,
) -> DesignEstimate:
    """Return shares with intervals that know how the sample was drawn and stay within 0 and 1.

    Parameters
    ----------
    values
        1 for those who have the property and 0 for those who do not, shape (people,) or (..., people). NaN means no answer.
    design
        The design, as :func:`survey_design`, :func:`post_stratify` or :func:`rake` gives it.
    within
        Whether each person belongs to the subgroup asked about; None for all.
    method
        ``"logit"`` or ``"asin"``: Student's limits of the share on that scale. ``"beta"``: exact limits with an effective number of answers.
        ``"mean"``: Student's limits of the share itself, cut at 0 and 1.
    confidence
        Coverage as a share, 0 < confidence < 1.

    Returns
    -------
    DesignEstimate
        One element per question, as shares (0-1).

    Raises
    ------
    ArgumentError
        If the values are not numbers, the shapes do not fit, or an option is none of those allowed.

    Notes
    -----
    The standard error is that of :func:`design_mean`. ``beta`` uses n_eff = p(1 - p)/se^2 times (t_{n-1}/t_df)^2 in the limits of Clopper and Pearson [1]_. A share
    of 0 or 1 has no standard error: then every method uses those limits with the effective number of the weights, or the number of sampled
    units if that is smaller.

    References
    ----------
    .. [1] Korn, E. L. and Graubard, B. I. (1998). Confidence intervals for proportions with small expected number of positive
       counts estimated from survey data. Survey Methodology 24, 193-201.

    Examples
    --------
    >>> from maalbib.stats import survey_design
    >>> places = [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]
    >>> found = design_share([1, 1, 1, 0, 0, 1, 1, 1, 1, 0, 1, 1], survey_design([10] * 12, clusters=places))
    >>> found.value.item(), found.lower.round(3).item(), found.upper.round(3).item()
    (0.75, 0.167, 0.978)
    """
    known_method(method, get_args(ShareMethod))
    return estimated(values, design, within, confidence, mean_of, method)
