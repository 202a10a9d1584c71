"""Target paths as the World Health Organization draws them."""

from __future__ import annotations

from typing import Literal, get_args

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import ArrayResult, FloatArray, ReasonArray, broadcast_to, reasons
from maalbib.stats.published._base import series_of
from maalbib.stats.published._elements import ways
from maalbib.stats.published._profile import Profile, as_profile

__all__ = ["WhoPath", "WhoRule", "who_path"]

WhoRule = Literal["linear", "percent_change", "halt_rise", "constant_rate", "last_rate", "rate_to_target"]


@attrs.frozen(kw_only=True, eq=False)
class WhoPath(ArrayResult):
    """Target paths of the shape of the values.

    Attributes
    ----------
    path
        The path from the base year on; NaN before it, and where there is none.
    rate
        Rate a year of a path of constant growth, one per series; NaN for a straight one.
    profile
        Method and version.
    reason
        ``"missing_base"``, ``"missing_input"`` (target, its year, rate, or the year before the base), ``"no_time_to_target"``,
        ``"cagr_undefined"`` (no rate leads from the one value to the other). One per series; else empty.

    Examples
    --------
    >>> from maalbib.stats import who_path
    >>> found = who_path(
    ...     [60, None, None], [2018, 2019, 2025], base_time=2018, rule="linear", target=95, target_time=2025
    ... )
    >>> found.path.tolist()
    [60.0, 65.0, 95.0]
    """

    path: FloatArray
    rate: FloatArray
    profile: str
    reason: ReasonArray


def who_path(
    values: npt.ArrayLike,
    times: npt.ArrayLike,
    *,
    base_time: npt.ArrayLike,
    rule: WhoRule,
    target: npt.ArrayLike = np.nan,
    target_time: npt.ArrayLike = np.nan,
    rate: npt.ArrayLike = np.nan,
    percent: npt.ArrayLike = np.nan,
    cap: npt.ArrayLike = np.inf,
    keep_better: bool = False,
    direction: object = None,
    limits: tuple[float, float] | None = None,
    profile: str | Profile = "who_path",
) -> WhoPath:
    """Draw the path from a base year to a target, by the rules of the Triple Billion scenarios.

    Parameters
    ----------
    values
        Shape (periods,) or (series, periods). NaN means missing; the path goes on over missing values.
    times
        Years of the periods, shape (periods,), increasing.
    base_time
        The year the path starts in, one for all or one per series. It needs a value.
    rule
        ``"linear"``: straight to ``target`` in ``target_time``, and that value afterwards. ``"percent_change"``: straight to a
        change of ``percent``. ``"halt_rise"``: the base value is kept. ``"constant_rate"``: growth of ``rate`` a year.
        ``"last_rate"``: that of the year before the base. ``"rate_to_target"``: the growth that leads to ``target``.
    target, target_time, rate, percent
        See ``rule``; one for all or one per series. A rate of 0.01 is one per cent a year.
    cap
        Highest rate.
    keep_better
        Whether an observed value that is better takes the place of the path.
    direction
        ``"higher"`` or ``"lower"``: the better way; needed with ``keep_better``.
    limits
        What the path is held between; that of the profile (0 and 100) where None.
    profile
        ``"who_path"`` for the newest version, ``"who_path/1"`` to pin one, or a :class:`Profile`.

    Returns
    -------
    WhoPath
        Paths of the shape of the values.

    Raises
    ------
    ArgumentError
        If shapes do not fit, times do not increase, a word is not known, or the profile is another method's.

    Notes
    -----
    The formulas are those of the scenarios [1]_; a path is not a verdict. Time and memory are linear in the number of values.

    References
    ----------
    .. [1] World Health Organization. Thirteenth General Programme of Work, Triple Billion scenarios.

    Examples
    --------
    >>> found = who_path([87, 88, None], [2017, 2018, 2025], base_time=2018, rule="last_rate")
    >>> found.path.round(2).tolist(), found.rate.round(4).item()
    ([nan, 88.0, 95.33], 0.0115)
    """
    if rule not in get_args(WhoRule):
        raise ArgumentError.choice("rule", get_args(WhoRule))
    made = as_profile(profile, "who_path")
    rows, years, shape = series_of(values, times)
    given = {"base_time": base_time, "target": target, "target_time": target_time}
    given |= {"rate": rate, "percent": percent, "cap": cap}
    columns = {name: broadcast_to(name, each, shape).reshape(-1, 1) for name, each in given.items()}
    way = np.broadcast_to(ways(direction), shape).reshape(-1, 1) if keep_better else None
    with np.errstate(all="ignore"):
        drawn = _Drawing(rows=rows, years=years, rule=rule, **columns)
        path, growth = drawn.path()
        if way is not None:
            better = np.isfinite(rows) & (way * rows > way * path) & (years > columns["base_time"])
            path = np.where(better, rows, path)
        low, high = made.parameters["limits"] if limits is None else limits
        path = np.clip(path, low, high)
    reason = drawn.why_not(growth)
    path = np.where((reason == "") & (years >= columns["base_time"]), path, np.nan)
    return WhoPath(
        path=path.reshape(np.shape(rows) if shape else years.shape),
        rate=np.where(reason == "", growth, np.nan).reshape(shape),
        profile=made.name,
        reason=reason.reshape(shape),
    )


@attrs.frozen(kw_only=True)
class _Drawing:
    """Series, and what their paths are drawn from; (series, 1) each."""

    rows: FloatArray
    years: FloatArray
    rule: WhoRule
    base_time: FloatArray
    target: FloatArray
    target_time: FloatArray
    rate: FloatArray
    percent: FloatArray
    cap: FloatArray

    @property
    def base(self) -> FloatArray:
        return self._value_in(self.base_time)

    def path(self) -> tuple[FloatArray, FloatArray]:
        """Return paths and, where growth is constant, its rate."""
        base, gone = self.base, self.years - self.base_time
        if self.rule in {"linear", "percent_change", "halt_rise"}:
            share = np.clip(gone / (self.target_time - self.base_time), 0, 1)
            share = np.zeros(gone.shape) if self.rule == "halt_rise" else share
            return base + (self._end() - base) * share, np.full(base.shape, np.nan)
        growth = np.minimum(self._growth(), self.cap)
        return base * (1 + growth) ** gone, growth

    def _end(self) -> FloatArray:
        if self.rule == "percent_change":
            return self.base * (1 + self.percent / 100)
        return self.base if self.rule == "halt_rise" else self.target

    def _growth(self) -> FloatArray:
        if self.rule == "last_rate":
            return self.base / self._value_in(self.base_time - 1) - 1
        if self.rule == "rate_to_target":
            return (self.target / self.base) ** (1 / (self.target_time - self.base_time)) - 1
        return self.rate

    def _value_in(self, year: FloatArray) -> FloatArray:
        here = (np.abs(self.years - year) < 1e-6) & np.isfinite(self.rows)  # noqa: PLR2004 - years
        return np.where(here.any(axis=1), np.where(here, self.rows, 0.0).sum(axis=1), np.nan)[:, None]

    def why_not(self, growth: FloatArray) -> ReasonArray:
        """Return why a series has no path."""
        needed = {
            "linear": (self.target, self.target_time),
            "percent_change": (self.percent, self.target_time),
            "halt_rise": (),
            "constant_rate": (self.rate,),
            "last_rate": (self._value_in(self.base_time - 1),),
            "rate_to_target": (self.target, self.target_time),
        }[self.rule]
        shape = self.base.shape
        timed = self.rule in {"linear", "percent_change", "rate_to_target"}
        moving = self.rule in {"constant_rate", "last_rate", "rate_to_target"}
        missing = np.any([~np.isfinite(each) for each in needed], axis=0) if needed else np.zeros(shape, dtype=bool)
        return reasons(
            shape,
            (np.isnan(self.base), "missing_base"),
            (missing, "missing_input"),
            (timed & (self.target_time <= self.base_time), "no_time_to_target"),
            (moving & ~np.isfinite(growth), "cagr_undefined"),
        )
