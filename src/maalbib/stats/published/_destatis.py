"""Weather symbols of the German sustainability strategy."""

from __future__ import annotations

from typing import Any, Final, Literal, get_args

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import ArrayResult, BoolArray, FloatArray, ReasonArray, float_array, reasons
from maalbib.stats.published._base import series_of
from maalbib.stats.published._elements import noise_of, ways
from maalbib.stats.published._profile import Profile, as_profile

__all__ = ["DestatisWeather", "WeatherKind", "destatis_weather"]

WeatherKind = Literal["value_by_year", "keep", "direction_only"]

_SYMBOLS: Final = ("sun", "light_cloud", "cloud", "lightning")  # best first
_BLOCK: Final = 65_536  # elements per temporary
_SAME_TIME: Final = 1e-6  # years
_SHARE: Final = 1e-9  # shares that differ by less are the same


@attrs.frozen(kw_only=True, eq=False)
class DestatisWeather(ArrayResult):
    """Weather symbols, arrays with one element per series.

    Attributes
    ----------
    symbol
        ``"sun"``, ``"light_cloud"``, ``"cloud"`` or ``"lightning"``; empty where there is none.
    change
        Mean of the last yearly changes, in the unit of the values.
    last_change
        Change from the year before to the latest one; NaN without a value for it.
    missed
        Share of the remaining way that would be missed at the target year; NaN where the target is reached or has no year.
    reached
        Whether the latest value meets the target.
    latest, latest_time
        The value judged and its year.
    years
        Over how many years the change was taken; NaN without.
    profile
        Method and version.
    reason
        ``"no_data"``, ``"too_few_points"``, ``"no_target"``, ``"no_target_time"``, ``"target_time_passed"``, or
        ``"no_last_change"`` (a direction alone needs the year before). Else empty.

    Examples
    --------
    >>> from maalbib.stats import destatis_weather
    >>> found = destatis_weather(
    ...     [[904, 924, 943, 962, 981, 1000], [900] * 6],
    ...     range(2015, 2021),
    ...     kind="value_by_year",
    ...     target=1100,
    ...     target_time=2025,
    ...     direction="higher",
    ... )
    >>> found.symbol.tolist(), found.missed.round(3).tolist()
    (['sun', 'lightning'], [0.04, 1.0])
    """

    symbol: ReasonArray
    change: FloatArray
    last_change: FloatArray
    missed: FloatArray
    reached: BoolArray
    latest: FloatArray
    latest_time: FloatArray
    years: FloatArray
    profile: str
    reason: ReasonArray


def destatis_weather(
    values: npt.ArrayLike,
    times: npt.ArrayLike,
    *,
    kind: WeatherKind,
    direction: object,
    target: npt.ArrayLike = np.nan,
    target_high: npt.ArrayLike = np.nan,
    target_time: npt.ArrayLike = np.nan,
    as_of: npt.ArrayLike = np.inf,
    profile: str | Profile = "destatis",
) -> DestatisWeather:
    """Give every series the weather symbol that Destatis would give it.

    Parameters
    ----------
    values
        Shape (periods,) or (series, periods). NaN means missing.
    times
        Years of the periods, shape (periods,), increasing.
    kind
        ``"value_by_year"``: a value to reach by a year. ``"keep"``: a value to keep each year. ``"direction_only"``: only a
        direction is wished.
    direction
        ``"higher"`` or ``"lower"``: the better way, one for all or one per series; ``"target"`` for an interval.
    target
        Value to reach: one for all, one per series, or several at once as (series, targets) (for a single series (targets,)),
        NaN where there are fewer.
    target_high
        The high end of an interval; ``target`` is its low end. The weaker bound decides.
    target_time
        The year of each target. Of several years the next one is judged, of several targets for the same year the worst symbol
        is given.
    as_of
        The last year whose values are used, one for all or one per series.
    profile
        ``"destatis"`` for the newest version, ``"destatis/1"`` to pin one, or a :class:`Profile`.

    Returns
    -------
    DestatisWeather
        One element per series; shape () for a single series.

    Raises
    ------
    ArgumentError
        If shapes do not fit, times do not increase, a word is not known, or the profile is another method's.

    Notes
    -----
    The mean of the last five yearly changes is carried on to the target year [1]_; with fewer values that of the last three,
    which takes four years in a row. Missing less than 5 per cent of the remaining way is sun, up to 20 per cent a light
    cloud, more a cloud, no approach lightning. A target that is reached is judged as one to keep: sun, or a light cloud
    where the mean change goes the wrong way. For a missed target to keep and no change at all the published wording
    contradicts itself; the parameter ``keep_missed_unchanged`` decides. A break in the series suspends the judgement: give only
    the values after it. Shares and values that differ by less than rounding in binary are the same. All series at once,
    in blocks; time and memory are linear.

    References
    ----------
    .. [1] Statistisches Bundesamt, Indikatoren der Deutschen Nachhaltigkeitsstrategie, status of the indicators.

    Examples
    --------
    Reached before its time, and falling on average:

    >>> found = destatis_weather(
    ...     [120, 118, 114, 110, 108, 105],
    ...     range(2015, 2021),
    ...     kind="value_by_year",
    ...     target=100,
    ...     target_time=2030,
    ...     direction="higher",
    ... )
    >>> found.symbol.item(), found.reached.item(), found.change.item()
    ('light_cloud', True, -3.0)
    """
    if kind not in get_args(WeatherKind):
        raise ArgumentError.choice("kind", get_args(WeatherKind))
    parameters = as_profile(profile, "destatis")
    rows, years, shape = series_of(values, times)
    interval = {} if kind == "direction_only" else {"target": 0.0}
    way = np.broadcast_to(ways(direction, also=interval), shape).reshape(-1)
    aims = _Aims.of(rows, shape, target, target_high, target_time)
    until = np.broadcast_to(float_array("as_of", as_of), shape).reshape(-1)
    step = max(1, _BLOCK // max(1, rows.shape[1]))
    pieces = []
    for start in range(0, max(len(rows), 1), step):
        part = slice(start, start + step)
        judging = _Judging(kind=kind, way=way[part], aims=aims.part(part), parameters=parameters.parameters)
        with np.errstate(all="ignore"):
            pieces.append(judging.judged(rows[part], years, until[part]))
    found = {name: np.concatenate([piece[name] for piece in pieces]).reshape(shape) for name in pieces[0]}
    return DestatisWeather(**found, profile=parameters.name)


@attrs.frozen(kw_only=True)
class _Aims:
    """Targets of each series, (series, targets)."""

    low: FloatArray
    high: FloatArray
    time: FloatArray

    @classmethod
    def of(cls, rows: FloatArray, shape: tuple[int, ...], *given: npt.ArrayLike) -> _Aims:
        names = ("target", "target_high", "target_time")
        arrays = [float_array(name, each) for name, each in zip(names, given, strict=True)]
        several = max((array.shape[-1] for array in arrays if array.ndim == len(shape) + 1), default=1)
        placed = [
            _stretched(name, array, shape, several).reshape(len(rows), several)
            for name, array in zip(names, arrays, strict=True)
        ]
        return cls(low=placed[0], high=placed[1], time=placed[2])

    def part(self, rows: slice) -> _Aims:
        return _Aims(low=self.low[rows], high=self.high[rows], time=self.time[rows])


def _stretched(name: str, array: FloatArray, shape: tuple[int, ...], several: int) -> FloatArray:
    apart = array if array.ndim == len(shape) + 1 else array[..., None]
    try:
        return np.broadcast_to(apart, (*shape, several))
    except ValueError as error:
        raise ArgumentError("argument.shape", argument=name, expected=str(shape), got=str(array.shape)) from error


@attrs.frozen(kw_only=True)
class _Judging:
    """How a block of series is judged."""

    kind: WeatherKind
    way: FloatArray
    aims: _Aims
    parameters: Any

    def judged(self, rows: FloatArray, years: FloatArray, until: FloatArray) -> dict[str, npt.NDArray[Any]]:
        kept = np.where(np.isfinite(rows) & (years <= until[:, None] + _SAME_TIME), rows, np.nan)
        moves = _moves(kept, years, self.parameters)
        aim = self._next(moves["latest_time"])
        if self.kind == "direction_only":
            rank, missed, reached = self._direction(moves)
        else:
            rank, missed, reached = self._worst(moves, aim)
        reason = self._why_not(moves, aim)
        rank = np.where(reason == "", rank, -1)
        symbol = np.array([*_SYMBOLS, ""], dtype=object)[rank]
        del moves["noise"]
        return moves | {"symbol": symbol, "missed": missed, "reached": reached, "reason": reason}

    def _next(self, latest: FloatArray) -> BoolArray:
        """Return which targets are judged: those for the next year that has one."""
        there = ~np.isnan(self.aims.low) | ~np.isnan(self.aims.high)
        if self.kind != "value_by_year":
            return there
        ahead = np.where(there & (self.aims.time >= latest[:, None] - _SAME_TIME), self.aims.time, np.inf)
        soonest = ahead.min(axis=1, keepdims=True)
        return np.asarray(np.isfinite(ahead) & (ahead == soonest))

    def _why_not(self, moves: dict[str, Any], aim: BoolArray) -> ReasonArray:
        missing = np.isnan(self.aims.low) & np.isnan(self.aims.high)
        bounded = self.kind != "direction_only"
        timed = np.full(len(aim), self.kind == "value_by_year")
        return reasons(
            moves["latest"].shape,
            (np.isnan(moves["latest"]), "no_data"),
            (np.isnan(moves["change"]), "too_few_points"),
            (np.asarray(missing.all(axis=1) & bounded), "no_target"),
            (np.asarray(timed & (missing | np.isnan(self.aims.time)).all(axis=1)), "no_target_time"),
            (timed & ~aim.any(axis=1), "target_time_passed"),
            (np.isnan(moves["last_change"]) & (not bounded), "no_last_change"),
        )

    def _worst(self, moves: dict[str, Any], aim: BoolArray) -> tuple[Any, FloatArray, BoolArray]:
        """Return the worst symbol of the bounds judged, the largest missed share, and whether all are reached."""
        rank = np.full(len(self.way), -1)
        missed = np.full(len(self.way), np.nan)
        reached = np.ones(len(self.way), dtype=bool)
        band = self.way == 0
        for column in range(aim.shape[1]):
            low, high, time = (each[:, column] for each in (self.aims.low, self.aims.high, self.aims.time))
            sides = ((low, np.where(band, 1.0, self.way), aim[:, column]), (high, -1.0, aim[:, column] & band))
            for bound, way, where in sides:
                found, share, inside = self._bound(moves, bound, np.broadcast_to(way, band.shape), time)
                judged = where & ~np.isnan(bound)
                rank = np.where(judged, np.maximum(rank, found), rank)
                missed = np.where(judged, np.fmax(missed, share), missed)
                reached &= ~judged | inside
        return rank, missed, reached & aim.any(axis=1)

    def _bound(
        self, moves: dict[str, Any], bound: FloatArray, way: FloatArray, time: FloatArray
    ) -> tuple[Any, FloatArray, BoolArray]:
        """Judge one bound: rank of the symbol, missed share, whether it is reached."""
        y, change = moves["latest"], moves["change"]
        left = way * (bound - y)
        inside = left <= noise_of(bound, y)
        moving = np.where(np.abs(change) <= moves["noise"], 0.0, way * change)
        unchanged = _SYMBOLS.index(self.parameters["keep_missed_unchanged"])
        lost = np.select([moving > 0, moving == 0], [2, unchanged], 3)
        rank = np.where(inside, np.where(moving >= 0, 0, 1), lost)
        share = np.full(y.shape, np.nan)
        if self.kind == "value_by_year":
            share = np.where(inside, np.nan, (left - moving * (time - moves["latest_time"])) / left)
            sun, light = self.parameters["sun_below"], self.parameters["light_cloud_to"]
            ahead = np.select([moving <= 0, share < sun - _SHARE, share <= light + _SHARE], [3, 0, 1], 2)
            rank = np.where(inside, rank, ahead)
        return rank, share, np.asarray(inside)

    def _direction(self, moves: dict[str, Any]) -> tuple[Any, FloatArray, BoolArray]:
        right, last = (
            np.where(np.abs(moves[name]) <= moves["noise"], 0.0, self.way * moves[name]) > 0
            for name in ("change", "last_change")
        )
        rank = np.select([right & last, right, last], [0, 1, 2], 3)
        return rank, np.full(rank.shape, np.nan), np.zeros(rank.shape, dtype=bool)


def _moves(kept: FloatArray, years: FloatArray, parameters: Any) -> dict[str, Any]:
    """Return latest value and mean yearly change of each series."""
    there = np.isfinite(kept)
    place = (
        kept.shape[1] - 1 - np.argmax(there[:, ::-1], axis=1)
        if kept.shape[1]
        else np.zeros(len(kept), dtype=np.int64)
    )
    latest = _before(kept, years, place, 0)
    long, short = parameters["window"], parameters["short_window"]
    far = _before(kept, years, place, long)
    run = [_before(kept, years, place, back) for back in range(1, short + 1)]
    whole = ~np.isnan(far)
    in_a_row = np.all(np.isfinite(run), axis=0)
    near = np.where(in_a_row, run[-1], np.nan)
    start, span = np.where(whole, far, near), np.where(whole, float(long), float(short))
    time = years[place] if len(years) else np.full(len(kept), np.nan)
    return {
        "latest": latest,
        "latest_time": np.where(np.isnan(latest), np.nan, time),
        "change": (latest - start) / span,
        "last_change": latest - run[0],
        "years": np.where(np.isnan(start), np.nan, span),
        "noise": noise_of(latest, start),
    }


def _before(kept: FloatArray, years: FloatArray, place: Any, back: int) -> FloatArray:
    """Return the value so many years before a place, NaN where there is none."""
    if not len(years):
        return np.full(len(kept), np.nan)
    wanted = years[place] - back
    found = np.minimum(np.searchsorted(years, wanted - _SAME_TIME), len(years) - 1)
    exact = np.abs(years[found] - wanted) <= _SAME_TIME
    return np.where(exact, np.take_along_axis(kept, found[:, None], axis=1)[:, 0], np.nan)
