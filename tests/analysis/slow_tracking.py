"""Whether one series is on track, one rule after the other, with scalars and loops: the definition the fast path is held to.

Written from the words of the method and from nothing else. Nothing here is shared with the package but the notion of a period.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from maalbib.model import Frequency, Period

RANKS = ("not_met", "moving_away", "unchanged", "off_track", "on_track", "met")
OPEN = RANKS[1:5]
PER_YEAR = {Frequency.YEAR: 1, Frequency.SCHOOL_YEAR: 1, Frequency.QUARTER: 4, Frequency.MONTH: 12}
RELATIVE_NOISE = 1e-9
EXACT_LINE = 1e-12
DAYS_PER_YEAR = 365.2425
THIN = 4


@dataclass(frozen=True, kw_only=True)
class Point:
    """What was recorded for a period: a value of so many people, or that it is withheld."""

    period: Period
    value: float | None = None
    people: float | None = None
    suppressed: bool = False
    provisional: bool = False


@dataclass(frozen=True, kw_only=True)
class Cut:
    """A break: the first period of the new series, and whether the old one may be compared with it."""

    period: Period
    comparable: str
    factor: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Aim:
    """A target with everything that may be agreed about it; what its kind does not know stays at its default."""

    kind: str
    value: float = math.nan
    low: float = math.nan
    high: float = math.nan
    delta: float = math.nan
    percent: float = math.nan
    due: Period | None = None
    baseline: Period | None = None
    agreed: float | None = None
    up: bool = True
    min_step: float = 0.0
    every_step: bool = False
    band: float = 0.0
    no_worse: bool = False
    path: str = "linear"
    power: float = 1.0
    interim: tuple[tuple[Period, float], ...] = ()
    tolerance: float = 0.0
    no_change: float = 0.0
    slack: float = 0.05
    min_people: float | None = None
    earlier_value_will_do: bool = False
    due_on: dt.date | None = None
    done_on: dt.date | None = None
    cancelled_on: dt.date | None = None
    late_counts: bool = False


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How targets are judged where they do not say so themselves."""

    level: float = 0.80
    min_span: float = 1.0
    window: int = 6


@dataclass(kw_only=True)
class Judgement:
    """State, reason, flags, and every figure that exists."""

    state: str = ""
    reason: str = ""
    flags: set[str] = field(default_factory=set)
    figures: dict[str, float] = field(default_factory=dict)

    def decide(self, code: str) -> Judgement:
        """Note ``state.reason``."""
        self.state, _, self.reason = code.partition(".")
        return self


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A usable value: its period, its time in years and the value, linked where a factor says how."""

    period: Period
    time: float
    value: float


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line through some values, carried on to a later time."""

    slope: float
    moved: float
    fitted_last: float
    projected: float
    se: float
    lower: float
    upper: float
    degrees: int
    n: int
    exact: bool


def years(period: Period) -> float:
    """Return a period as a number of years; a school year counts as the year it starts in."""
    return period.ordinal / PER_YEAR[period.freq]


def student_cdf(x: float, degrees: int) -> float:
    """Return P(T <= x) of Student's t with whole degrees of freedom, by the finite series in the angle."""
    angle = math.atan(x / math.sqrt(degrees))
    cosine_squared = math.cos(angle) ** 2
    if degrees % 2 == 0:
        term = total = 1.0
        for k in range(2, degrees - 1, 2):
            term *= cosine_squared * (k - 1) / k
            total += term
        return 0.5 + 0.5 * math.sin(angle) * total
    term, total = math.cos(angle), 0.0
    for k in range(1, degrees - 1, 2):
        total += term
        term *= cosine_squared * (k + 1) / (k + 2)
    return 0.5 + (angle + math.sin(angle) * total) / math.pi


def student_quantile(share: float, degrees: int) -> float:
    """Return the x with P(T <= x) = share, by halving."""
    low, high = -1.0, 1.0
    while student_cdf(low, degrees) > share:
        low *= 2
    while student_cdf(high, degrees) < share:
        high *= 2
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if student_cdf(middle, degrees) < share else (low, middle)
    return (low + high) / 2


def line_through(seen: Sequence[Seen], at: float, level: float) -> Line:
    """Fit a line by least squares and carry it on; ``at`` may be NaN where there is no deadline."""
    n, start, base = len(seen), seen[0].time, seen[0].value
    times, values = [each.time - start for each in seen], [each.value - base for each in seen]
    mean_time, mean_value = math.fsum(times) / n, math.fsum(values) / n
    sxx = math.fsum((t - mean_time) ** 2 for t in times)
    sxy = math.fsum((t - mean_time) * (y - mean_value) for t, y in zip(times, values, strict=True))
    slope = sxy / sxx
    ahead = at - start - mean_time
    projected = base + mean_value + slope * ahead
    fitted_last = base + mean_value + slope * (times[-1] - mean_time)
    moved = slope * (times[-1] - times[0])
    if n < THIN:
        nan = math.nan
        return Line(
            slope=slope, moved=moved, fitted_last=fitted_last, projected=projected,
            se=nan, lower=nan, upper=nan, degrees=n - 2, n=n, exact=False,
        )  # fmt: skip
    rss = math.fsum((y - mean_value - slope * (t - mean_time)) ** 2 for t, y in zip(times, values, strict=True))
    sigma = math.sqrt(rss / (n - 2))
    exact = sigma <= EXACT_LINE * max(abs(each.value) for each in seen)
    se = 0.0 if exact else sigma * math.sqrt(1 + 1 / n + ahead**2 / sxx)
    half = 0.0 if exact else student_quantile((1 + level) / 2, n - 2) * se
    return Line(
        slope=slope, moved=moved, fitted_last=fitted_last, projected=projected,
        se=se, lower=projected - half, upper=projected + half, degrees=n - 2, n=n, exact=exact,
    )  # fmt: skip


def probability(line: Line, low: float, high: float, tolerance: float) -> float:
    """Return the probability that a value at the deadline lies in the region, if the line goes on and is not exact."""
    if line.n < THIN:
        return math.nan
    below = student_cdf((high + tolerance - line.projected) / line.se, line.degrees) if high < math.inf else 1.0
    under = student_cdf((low - tolerance - line.projected) / line.se, line.degrees) if low > -math.inf else 0.0
    return below - under


def judge(
    aim: Aim, points: Sequence[Point], day: dt.date, cuts: Sequence[Cut] = (), settings: Settings | None = None
) -> Judgement:
    """Judge one target for one series as known on a day."""
    if aim.kind == "milestone":
        return _milestone(aim, day)
    return _Case(aim, points, day, cuts, settings or Settings()).judged()


def _milestone(aim: Aim, day: dt.date) -> Judgement:
    found = Judgement()
    if aim.due_on is None:
        raise ValueError(aim)
    if aim.cancelled_on is not None and aim.cancelled_on <= day:
        return found.decide("not_measurable.withdrawn")
    if aim.done_on is not None and aim.done_on <= day:
        if aim.done_on <= aim.due_on:
            return found.decide("met.milestone_on_time")
        return found.decide("met.milestone_late" if aim.late_counts else "not_met.milestone_late")
    return found.decide("not_met.milestone_overdue" if day > aim.due_on else "not_measurable.not_due")


NEEDS_BASELINE = ("change_absolute", "change_relative", "maintain", "direction_only")


class _Case:
    """One target, one series, one day."""

    def __init__(
        self, aim: Aim, points: Sequence[Point], day: dt.date, cuts: Sequence[Cut], settings: Settings
    ) -> None:
        self.aim, self.day, self.settings = aim, day, settings
        self.found = Judgement()
        start = aim.baseline if aim.baseline is not None and (aim.due or aim.kind == "direction_only") else None
        self.points = sorted(
            (p for p in points if p.period.start <= day and (start is None or p.period >= start)),
            key=lambda point: point.period.ordinal,
        )
        self.cuts = sorted(cuts, key=lambda cut: cut.period.ordinal)

    # Which values there are

    def judged(self) -> Judgement:
        """Go through the checks in their order."""
        reason = self._set_aside()
        if not self.seen:
            return self.found.decide(f"not_measurable.{reason}")
        self._cut()
        self._find_baseline()
        reason = reason or self._refuse_baseline()
        if reason:
            return self.found.decide(f"not_measurable.{reason}")
        self._place_region()
        if self.aim.kind == "improve_each_period":
            return self._step()
        if self.aim.kind == "direction_only":
            return self._direction()
        if self.aim.due is None:
            return self._standing()
        return self._closed() if self._is_closed() else self._open()

    def _set_aside(self) -> str:
        """Keep what can be judged; return why there is no current value, or nothing."""
        aside: list[tuple[float, str]] = []
        self.seen: list[Seen] = []
        self.withheld: dict[Period, str] = {}
        for point in self.points:
            least = self.aim.min_people
            why = ""
            if point.suppressed:
                why = "suppressed"
            elif least is not None and point.people is not None and point.people < least:
                why = "small_n"
            elif point.value is None or not math.isfinite(point.value):
                continue
            if why:
                aside.append((years(point.period), why))
                self.withheld[point.period] = why
            else:
                self.seen.append(Seen(period=point.period, time=years(point.period), value=float(point.value or 0.0)))
        if aside and (not self.seen or aside[-1][0] > self.seen[-1].time):
            if self.seen:
                return aside[-1][1]
            return "suppressed" if any(why == "suppressed" for _, why in aside) else "small_n"
        if any(why for _, why in aside):
            self.found.flags.add("values_set_aside")
        if self.seen and next(p for p in self.points if p.period == self.seen[-1].period).provisional:
            self.found.flags.add("provisional")
        return "" if self.seen else "no_data"

    def _cut(self) -> None:
        """Let breaks at or before the latest value part or link the series, and the agreed baseline value with it."""
        latest, self.cut_at, self.agreed = self.seen[-1].period, None, self.aim.agreed
        for cut in (each for each in self.cuts if each.period <= latest):
            stated = self.aim.baseline is not None and self.aim.baseline < cut.period
            earlier = any(each.period < cut.period for each in self.seen)
            if cut.comparable == "no" and (earlier or stated):
                self.cut_at = cut.period
                self.found.flags.add("break")
            if cut.comparable != "with_factor":
                continue
            if earlier:
                self.found.flags.add("linked")
            if stated and self.agreed is not None:
                self.agreed *= cut.factor
            self.seen = [
                replace(each, value=each.value * cut.factor) if each.period < cut.period else each
                for each in self.seen
            ]
        self.comparable = [each for each in self.seen if self.cut_at is None or each.period >= self.cut_at]

    # Where the target starts and where it leads

    def _find_baseline(self) -> None:
        """Find value and time of the baseline; a stated one is exact, and one before a break gives way to the first after."""
        aim, self.base, self.base_time, self.base_period = self.aim, math.nan, math.nan, None
        stated = aim.baseline
        self.base_before_cut = stated is not None and self.cut_at is not None and stated < self.cut_at
        chosen: Seen | None = self.comparable[0]
        if stated is not None and not self.base_before_cut:
            chosen = next((each for each in self.seen if each.period == stated), None)
        if chosen is not None:
            self.base, self.base_time, self.base_period = chosen.value, chosen.time, chosen.period
        if stated is None or self.agreed is None:
            return
        observed, agreed = next((each.value for each in self.seen if each.period == stated), None), self.agreed
        if observed is not None and abs(observed - agreed) > RELATIVE_NOISE * max(abs(observed), abs(agreed)):
            self.found.flags.add("baseline_revised")
        if not self.base_before_cut or aim.kind in NEEDS_BASELINE:
            self.base, self.base_time = agreed, years(stated)

    def _refuse_baseline(self) -> str:
        if self.aim.kind not in NEEDS_BASELINE:
            return ""
        if self.base_before_cut:
            return "break_since_baseline"
        if math.isnan(self.base):
            return "no_baseline"
        if self.aim.kind == "change_relative" and self.base <= 0:
            return "relative_to_zero" if self.base == 0 else "relative_to_negative"
        return ""

    def _place_region(self) -> None:
        """Find the region, which way it lies and the noise that comparisons ignore."""
        aim, inf = self.aim, math.inf
        low, high, way = -inf, inf, 0
        if aim.kind in {"at_least", "share_within_limit"} or (aim.kind == "reach_by" and aim.up):
            low, way = aim.value, 1
        elif aim.kind in {"at_most", "dispersion_at_most"} or aim.kind == "reach_by":
            high, way = aim.value, -1
        elif aim.kind == "within_band":
            low, high = aim.low, aim.high
        elif aim.kind in {"change_absolute", "change_relative"}:
            delta = aim.delta if aim.kind == "change_absolute" else aim.percent
            goal = self.base + delta if aim.kind == "change_absolute" else self.base * (1 + delta / 100)
            low, high, way = (goal, inf, 1) if delta > 0 else (-inf, goal, -1)
        elif aim.kind == "maintain":
            low, high = self.base - aim.band, self.base + aim.band
            if aim.no_worse:
                low, high, way = (low, inf, 1) if aim.up else (-inf, high, -1)
        else:
            way = 1 if aim.up else -1
        self.low, self.high, self.one_way = low, high, way
        latest = self.comparable[-1]
        self.latest, self.latest_time = latest.value, latest.time
        self._turn_to()
        sizes = [abs(each) for each in (low, high, self.base) if math.isfinite(each)]
        self.noise = RELATIVE_NOISE * max([*sizes, *(abs(each.value) for each in self.comparable)])

    def _turn_to(self) -> None:
        """Find the edge that the value looked at is to reach, and which way that is."""
        low, high = self.low, self.high
        self.way = self.one_way or (1 if self.latest < low else -1 if self.latest > high else 0)
        self.goal = low if self.way > 0 else high
        if self.way == 0:  # inside a band there is a way only from outside, to the edge that was passed
            self.goal = low if self.base < low else high if self.base > high else math.nan

    def _short(self, value: float) -> float:
        """Return how far a value lies outside the region; 0 or less is inside."""
        return max(self.low - value, value - self.high)

    def _inside(self, value: float) -> bool:
        return self._short(value) <= self.aim.tolerance + self.noise

    def _changed(self) -> float:
        """Return the movement that is more than no change."""
        return self.aim.no_change + self.noise

    # The rules of each family

    def _step(self) -> Judgement:
        """Judge the last step, or the worst of all since the start, between one period and the next."""
        since = [each for each in self.comparable if self.aim.baseline is None or each.period >= self.aim.baseline]
        seen = since if self.aim.every_step else self.comparable
        if len(seen) < 2:
            taken = "break" in self.found.flags
            return self.found.decide(f"not_measurable.{'break_since_baseline' if taken else 'too_few_points'}")
        if not self.aim.every_step:
            one, two = seen[-2:]
            self._count_steps(since)
            if two.period - one.period != 1:
                return self.found.decide("not_measurable.gap")
            self.found.figures["pace"] = (two.value - one.value) / (two.time - one.time)
            return self._judge_step(self.way * (two.value - one.value))
        steps = self._count_steps(since)
        worst = min(steps, default=math.inf)
        if len(steps) < seen[-1].period - seen[0].period and self._enough(worst):
            return self.found.decide("not_measurable.gap")
        return self._judge_step(worst)

    def _count_steps(self, seen: Sequence[Seen]) -> list[float]:
        """Return the steps between one period and the next, and note how many were made."""
        pairs = [(one, two) for one, two in pairwise(seen) if two.period - one.period == 1]
        steps = [self.way * (two.value - one.value) for one, two in pairs]
        streak, end = 0, seen[-1].period if seen else None
        for step, (one, two) in zip(reversed(steps), reversed(pairs), strict=True):
            if two.period != end or not self._enough(step):
                break
            streak, end = streak + 1, one.period
        due = seen[-1].period - seen[0].period if seen else 0
        made = sum(self._enough(step) for step in steps)
        self.found.figures |= {"steps_made": made, "steps_due": due, "streak": streak}
        return steps

    def _enough(self, step: float) -> bool:
        return abs(step) > self._changed() and step >= self.aim.min_step - self.noise and step > 0

    def _judge_step(self, step: float) -> Judgement:
        if step < -self._changed():
            return self.found.decide("not_met.step_reversed")
        if abs(step) <= self._changed():
            return self.found.decide("not_met.step_flat")
        if step < self.aim.min_step - self.noise:
            return self.found.decide("not_met.step_too_small")
        return self.found.decide("met.step_made")

    def _since_baseline(self) -> list[Seen]:
        return [each for each in self.comparable if math.isnan(self.base_time) or each.time >= self.base_time]

    def _too_little(self, window: Sequence[Seen]) -> str:
        if len(window) < 2:
            return "too_few_points"
        short = self.latest_time - self.base_time < self.settings.min_span - RELATIVE_NOISE
        return "span_too_short" if short else ""

    def _fit(self, window: Sequence[Seen], at: float = math.nan) -> float:
        """Fit a line, note its figures and return how far it moved in the wished direction, NaN without a line."""
        self.line = line_through(window, at, self.settings.level) if len(window) > 1 else None
        if self.line is None:
            return math.nan
        moved = self.way * self.line.moved
        self.found.figures |= {"pace": self.line.slope, "moved": moved, "n": self.line.n}
        return moved

    def _direction(self) -> Judgement:
        window = self._since_baseline()
        moved = self._fit(window)
        little = self._too_little(window)
        if little:
            return self.found.decide(f"not_measurable.{little}")
        if len(window) < THIN:
            self.found.flags.add("thin")
        if moved < -self._changed():
            return self.found.decide("moving_away.direction_wrong")
        if moved <= self._changed():
            return self.found.decide("unchanged.within_no_change")
        return self.found.decide("on_track.direction_right")

    def _standing(self) -> Judgement:
        window = self.comparable[-self.settings.window :]
        moved = self._fit(window)
        if 1 < len(window) < THIN:
            self.found.flags.add("thin")
        self._tell_way(math.nan)
        if self.line is not None:
            self._tell_arrival(self.line)
        if self._inside(self.latest):
            if self.one_way and moved < -self._changed():
                self.found.flags.add("slipping")
            return self.found.decide("met.standing")
        if len(window) < 2:
            return self.found.decide("not_met.standing_trend_unknown")
        if moved < -self._changed():
            return self.found.decide("not_met.standing_worsening")
        if moved <= self._changed():
            return self.found.decide("not_met.standing_unchanged")
        return self.found.decide("not_met.standing_improving")

    def _due(self) -> Period:
        if self.aim.due is None:
            raise ValueError(self.aim)
        return self.aim.due

    def _is_closed(self) -> bool:
        return self.day > self._due().end or self.seen[-1].period >= self._due()

    def _closed(self) -> Judgement:
        """Judge the value of the due period; later ones only say whether the region was reached at last."""
        due = self._due()
        until = [each for each in self.seen if each.period <= due]
        at_due = until[-1] if until and until[-1].period == due else None
        if at_due is None and self.aim.earlier_value_will_do and due not in self.withheld and until:
            at_due = until[-1]
        if at_due is None:
            if due in self.withheld:
                return self.found.decide(f"not_measurable.{self.withheld[due]}")
            later = self.seen[-1].period >= due
            return self.found.decide(f"not_measurable.due_value_{'missing' if later else 'pending'}")
        self.latest, self.latest_time = at_due.value, at_due.time
        self._turn_to()
        self._tell_way(years(due))
        if self._inside(at_due.value):
            return self.found.decide("met.at_due")
        late = any(self._inside(each.value) for each in self.seen if each.period > due)
        return self.found.decide("not_met.reached_late" if late else "not_met.due_passed")

    def _open(self) -> Judgement:
        window = self._since_baseline()
        at = years(self._due())
        moved = self._fit(window, at)
        inside = self._inside(self.latest)
        self._tell_way(at)
        self._tell_projection()
        if inside:
            if self.one_way and moved < -self._changed():
                self.found.flags.add("slipping")
            return self.found.decide("met.reached_early")
        if math.isnan(self.base):
            return self.found.decide("not_measurable.no_baseline")
        little = self._too_little(window)
        if little:
            return self.found.decide(f"not_measurable.{little}")
        return self._judge_projection(moved)

    def _judge_projection(self, moved: float) -> Judgement:
        if self.line is None:
            raise ValueError(self.aim)
        stated = self.aim.path != "linear"
        if stated and self.aim.path == "compound" and self.base * self.goal <= 0:
            return self.found.decide("not_measurable.method_refused")
        planned = max(0.0, self.way * (self.goal - self.base))
        missed = (
            self.way * (self._path(self.latest_time) - self.latest) if stated else self._short(self.line.projected)
        )
        limit = self.aim.tolerance + self.noise
        self._flag_line(self.line, stated=stated)
        if moved < -self._changed():
            return self.found.decide("moving_away.pace_negative")
        if missed <= self.aim.slack * planned + limit:
            if missed > limit:
                self.found.flags.add("slack_used")
            return self.found.decide(f"on_track.{'path_met' if stated else 'projection_meets'}")
        if abs(moved) <= self._changed():
            return self.found.decide("unchanged.within_no_change")
        past = self.line.projected > self.high if self.way > 0 else self.line.projected < self.low
        if not self.one_way and past and not stated:
            self.found.flags.add("overshoot")
        return self.found.decide(f"off_track.{'below_path' if stated else 'projection_misses'}")

    def _flag_line(self, line: Line, *, stated: bool) -> None:
        if line.n < THIN:
            self.found.flags.add("thin")
        elif line.exact:
            self.found.flags.add("zero_residual")
        elif not stated and line.lower <= self.goal <= line.upper:
            self.found.flags.add("interval_straddles_target")

    # The figures

    def _path(self, time: float) -> float:
        """Return where the agreed way has one at a time."""
        aim, start, goal = self.aim, self.base, self.goal
        share = (time - self.base_time) / (years(self._due()) - self.base_time)
        if aim.path == "compound":
            return start * (goal / start) ** share if start * goal > 0 else math.nan
        if aim.path == "steps":
            stops = [*aim.interim, (self._due(), goal)]
            reached = [value for period, value in stops if years(period) <= time]
            return reached[-1] if reached else start
        if aim.path == "milestones":
            ends = [*((years(period), value) for period, value in aim.interim), (years(self._due()), goal)]
            before = (self.base_time, start)
            for end in ends:
                if time <= end[0]:
                    return before[1] + (end[1] - before[1]) * (time - before[0]) / (end[0] - before[0])
                before = end
            return goal
        return start + (goal - start) * share**aim.power

    def _tell_way(self, at: float) -> None:
        """Tell how much of the planned change is made and, with a deadline, what is required."""
        figures = self.found.figures
        if self.aim.due is not None and self._short(self.latest) > 0 and not self._is_closed():
            figures["required_now"] = (self.goal - self.latest) / (at - self.latest_time)
        if not self.one_way:
            if self.low <= self.base <= self.high:
                return  # nothing leads anywhere from inside a band
            if self.way == 0:  # inside: what counts is the edge that it came in by
                self.way = 1 if self.base < self.low else -1
                self.goal = self.low if self.way > 0 else self.high
        whole = self.goal - self.base
        if math.isnan(whole) or math.isinf(whole):
            return
        if whole != 0:
            figures["attainment"] = (self.latest - self.base) / whole
        if math.isnan(at) or at <= self.base_time:
            return
        figures["required_total"] = whole / (at - self.base_time)
        figures["expected_now"] = self._path(min(self.latest_time, at))
        figures["expected_gap"] = self.way * (self.latest - figures["expected_now"])
        figures["days_ahead"] = self._days_ahead(at)
        if "pace" in figures and self.way * figures["required_total"] > 0:
            figures["ratio"] = figures["pace"] / figures["required_total"]

    def _days_ahead(self, at: float) -> float:
        """Return how many days the latest value is ahead of the way; NaN where the way has no one day for it."""
        aim, share = self.aim, math.nan
        if self.goal != self.base:
            share = (self.latest - self.base) / (self.goal - self.base)
        if aim.path == "compound":
            both = self.base * self.latest > 0 and self.base * self.goal > 0 and self.goal != self.base
            share = math.log(self.latest / self.base) / math.log(self.goal / self.base) if both else math.nan
        elif aim.path == "power":
            share = share ** (1 / aim.power) if share >= 0 else math.nan
        elif aim.path != "linear":
            share = math.nan
        when = self.base_time + share * (at - self.base_time)
        return (when - min(self.latest_time, at)) * DAYS_PER_YEAR

    def _tell_projection(self) -> None:
        """Tell where the line ends, how sure that is and when it arrives."""
        line, figures = self.line, self.found.figures
        if line is None:
            return
        figures |= {"projected": line.projected, "lower": line.lower, "upper": line.upper}
        exact = float(self._inside(line.projected))
        figures["p_hit"] = exact if line.exact else probability(line, self.low, self.high, self.aim.tolerance)
        self._tell_arrival(line)

    def _tell_arrival(self, line: Line) -> None:
        """Tell when the line reaches the region: now where it is inside already."""
        figures = self.found.figures
        if self._inside(line.fitted_last):
            figures["arrival"] = self.latest_time
            return
        missing = (self.low if line.fitted_last < self.low else self.high) - line.fitted_last
        if missing * line.slope > 0 and abs(line.moved) > self.noise:
            figures["arrival"] = self.latest_time + missing / line.slope


@dataclass(frozen=True, kw_only=True)
class Sensitivity:
    """What becomes of the state when one value after the other is left out."""

    variants: dict[Period, str]
    without_last: str | None
    stable: bool | None
    max_jump: int | None


def sensitivity(
    aim: Aim, points: Sequence[Point], day: dt.date, cuts: Sequence[Cut] = (), settings: Settings | None = None
) -> Sensitivity | None:
    """Judge again with each value left out in turn, never the baseline; None where the state is not an open one.

    Values that were set aside stay so: leaving a value out does not make a withheld one the newest.
    """
    if aim.kind == "milestone":
        return None
    case = _Case(aim, points, day, cuts, settings or Settings())
    whole = case.judged()
    if whole.state not in OPEN:
        return None
    usable = [point for point in case.points if point.period not in case.withheld]
    variants: dict[Period, str] = {}
    for left_out in case._since_baseline():
        if left_out.period != case.base_period:
            others = [point for point in usable if point.period != left_out.period]
            variants[left_out.period] = judge(aim, others, day, cuts, settings).state
    measured = [RANKS.index(state) for state in variants.values() if state in RANKS]
    jumps = [abs(rank - RANKS.index(whole.state)) for rank in measured]
    return Sensitivity(
        variants=variants,
        without_last=variants.get(case.comparable[-1].period),
        stable=max(jumps) == 0 if jumps else None,
        max_jump=max(jumps, default=None),
    )
