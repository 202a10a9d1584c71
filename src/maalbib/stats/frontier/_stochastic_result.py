"""What a frontier with noise tells."""

from __future__ import annotations

import attrs

from maalbib.stats._arrays import ArrayResult, BoolArray, FloatArray, ReasonArray

__all__ = ["StochasticFrontier"]


@attrs.frozen(kw_only=True, eq=False)
class StochasticFrontier(ArrayResult):
    """One frontier and the units around it; arrays of shape (units,) unless said otherwise.

    Attributes
    ----------
    efficiency
        What is expected of exp(-u) given the unit's residual, u being its inefficiency: above 0, below 1.
    lower, upper
        Limits of exp(-u), from the distribution of u given the residual. They take the frontier and both spreads as known, and are
        therefore too short.
    inefficiency, mode
        Mean and mode of u given the residual, in logarithms. The mode is 0 for units beyond the frontier.
    residual
        The value less that on the frontier, in logarithms: noise and inefficiency together.
    inside
        Whether the unit takes part.
    coefficients, se
        The intercept, then the coefficient of each regressor, with standard errors; shape (1 + regressors,).
    sigma_u, sigma_v
        Spread of the inefficiency before it is folded at 0, and standard deviation of the noise. The mean of u is 0.8 sigma_u and
        its standard deviation 0.6 sigma_u.
    ratio
        sigma_u / sigma_v, elsewhere called lambda.
    log_likelihood, log_likelihood_ols
        With inefficiency, and of least squares, where all is noise.
    likelihood_ratio, p_value
        Twice the difference, and how often chance makes it so large where there is no inefficiency.
    skewness
        Of the residuals of least squares. Inefficiency makes it negative for production and positive for cost.
    gradient
        The largest slope of the log-likelihood per unit at the answer, in standardised parameters: 0 but for rounding.
    n
        Units that take part.
    few_units
        Whether they are fewer than 200, with which inefficiency and noise are told apart by luck, see the notes.
    kind, confidence
        As asked for.
    interval_kind
        ``plug_in``.
    fit_reason
        Why there are no efficiencies, empty where there are. ``no_inefficiency_found``: the likelihood is highest where all is
        noise, as a rule since residuals are skewed the other way; that least squares is then given. ``no_noise_found``: it is highest where
        nothing is noise. ``too_few_units``, ``collinear_regressors``, ``constant``, ``exact_line``, ``not_converged``.
    reason
        Of a unit: ``missing_input``, ``not_finite``, ``no_logarithm`` (a figure that is not above 0), else ``fit_reason``.

    Examples
    --------
    >>> from maalbib.stats import stochastic_frontier
    >>> found = stochastic_frontier([5, 6, float("nan")], [1, 2, 3])
    >>> found.fit_reason, found.reason.tolist()
    ('too_few_units', ['too_few_units', 'too_few_units', 'missing_input'])
    """

    efficiency: FloatArray
    lower: FloatArray
    upper: FloatArray
    inefficiency: FloatArray
    mode: FloatArray
    residual: FloatArray
    inside: BoolArray
    coefficients: FloatArray
    se: FloatArray
    sigma_u: float
    sigma_v: float
    ratio: float
    log_likelihood: float
    log_likelihood_ols: float
    likelihood_ratio: float
    p_value: float
    skewness: float
    gradient: float
    n: int
    few_units: bool
    kind: str
    confidence: float
    interval_kind: str
    fit_reason: str
    reason: ReasonArray
