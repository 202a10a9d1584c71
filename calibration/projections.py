"""How often intervals of projections hold the value to come, and how often stated probabilities come true."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import attrs
import numpy as np
from _simulated import SERIES, Floats, error_of, percent, table, with_gaps, write

from maalbib import stats

LENGTHS: Final = (4, 5, 6, 8, 12, 20)
PROMISED: Final = (6, 8, 12, 20)
FEW: Final = (2, 3, 4, 6, 8, 12, 20)
NEAR: Final = ((1, 3), (4, 6), (7, 10))
LEVELS: Final = (0.80, 0.95)
FURTHEST: Final = 10
INTERVAL_ERROR: Final = 0.03
DECILE_ERROR: Final = 0.05
SEED: Final = 20_180_107
_LOW, _HIGH = 0.0, 100.0


@attrs.frozen(kw_only=True)
class Drawn:
    """Series of which the value to come is known; the noise of the values on the scale of the line is ``spread``."""

    values: Floats
    times: Floats
    at: Floats
    came: Floats
    on_scale: Floats
    """The true way at the time to come, on the scale of the line."""
    spread: Floats
    errors: Floats


Draw = Callable[[np.random.Generator, int, int], Drawn]
Project = Callable[[Drawn, float], stats.Projection]


@attrs.frozen(kw_only=True)
class Kind:
    """A method on series of a kind; ``promised`` where its assumptions hold."""

    name: str
    project: Project
    draw: Draw
    promised: bool = True
    to_scale: Callable[[Floats], Floats] = np.asarray
    back: Callable[[Floats], Floats] = np.asarray


@attrs.frozen(kw_only=True)
class Decile:
    """Targets with a stated probability in a tenth of all: how many, what was stated on average, what came true."""

    targets: int
    stated: float
    came_true: float


def line(rng: np.random.Generator, series: int, periods: int, **options: float) -> Drawn:
    """Return lines of many slopes with noise of many sizes, one to ten periods ahead.

    ``rho`` makes neighbours alike, ``bend`` turns the slope around in the middle, ``tails`` are those of Student's t,
    ``outliers`` the share of values ten deviations off, ``known`` the part of the noise that is known as
    errors of the measurements, ``gaps`` the share that is missing.
    """
    ahead = rng.integers(1, FURTHEST + 1, series)
    times = np.arange(periods + FURTHEST, dtype=float)
    spread = np.exp(rng.uniform(-1, 1, (series, 1)))
    slope = rng.uniform(-2, 2, (series, 1))
    way = 50 + slope * times
    if bend := options.get("bend", 0):
        way = way - bend * np.sign(slope) * spread * np.maximum(times - periods / 2, 0)
    noise = _noise(rng, (series, len(times)), options)
    everything, each = way + spread * noise, np.arange(series)
    last = periods - 1 + ahead
    values = with_gaps(rng, everything[:, :periods], options.get("gaps", 0))
    return Drawn(
        values=values,
        times=times[:periods],
        at=last.astype(float),
        came=everything[each, last],
        on_scale=way[each, last],
        spread=spread[:, 0],
        errors=np.broadcast_to(spread * np.sqrt(options.get("known", 0)), values.shape),
    )


def _noise(rng: np.random.Generator, shape: tuple[int, int], options: dict[str, float]) -> Floats:
    tails, rho = options.get("tails", 0), options.get("rho", 0)
    fresh = rng.standard_t(tails, shape) / np.sqrt(tails / (tails - 2)) if tails else rng.normal(size=shape)
    for place in range(1, shape[1] if rho else 0):
        fresh[:, place] = rho * fresh[:, place - 1] + np.sqrt(1 - rho**2) * fresh[:, place]
    off = rng.random(shape) < options.get("outliers", 0)
    return np.where(off, fresh + 10 * rng.choice([-1, 1], shape), fresh)


def walk(rng: np.random.Generator, series: int, periods: int, **options: float) -> Drawn:
    """Return random walks with drift."""
    drawn = line(rng, series, periods, **options)
    spread, drift = drawn.spread[:, np.newaxis], rng.uniform(-2, 2, (series, 1))
    path = 50 + np.cumsum(drift + spread * rng.normal(size=(series, periods + FURTHEST)), axis=1)
    came = path[np.arange(series), drawn.at.astype(int)]
    expected = path[:, periods - 1] + drift[:, 0] * (drawn.at - periods + 1)
    values = np.where(np.isnan(drawn.values), np.nan, path[:, :periods])
    return attrs.evolve(drawn, values=values, came=came, on_scale=expected)


def curved(back: Callable[[Floats], Floats], middle: float) -> Draw:
    """Return how to draw lines on another scale, of moderate steepness."""

    def draw(rng: np.random.Generator, series: int, periods: int) -> Drawn:
        drawn = line(rng, series, periods)

        def scaled(values: Floats) -> Floats:
            return middle + 0.1 * (values - 50)

        return attrs.evolve(
            drawn,
            values=back(scaled(drawn.values)),
            came=back(scaled(drawn.came)),
            on_scale=scaled(drawn.on_scale),
            spread=0.1 * drawn.spread,
        )

    return draw


def share(logits: Floats) -> Floats:
    """Return values between 0 and 100."""
    return _HIGH / (1 + np.exp(-logits))


def _of(kernel: Callable[..., stats.Projection], **more: float) -> Project:
    return lambda drawn, level: kernel(drawn.values, drawn.times, drawn.at, level=level, **more)


def _with_errors(drawn: Drawn, level: float) -> stats.Projection:
    return stats.linear_projection(drawn.values, drawn.times, drawn.at, level=level, standard_errors=drawn.errors)


def _lines(**options: float) -> Draw:
    return lambda rng, series, periods: line(rng, series, periods, **options)


LINEAR: Final = _of(stats.linear_projection)
ROBUST: Final = _of(stats.robust_projection)
WALK: Final = _of(stats.random_walk_projection)
KINDS: Final = (
    Kind(name="`linear`, a line with noise", project=LINEAR, draw=_lines()),
    Kind(name="`linear`, a fifth missing", project=LINEAR, draw=_lines(gaps=0.2)),
    Kind(name="`robust`, a line with noise", project=ROBUST, draw=_lines()),
    Kind(name="`robust`, a fifth missing", project=ROBUST, draw=_lines(gaps=0.2)),
    Kind(
        name="`compound`, growth with noise",
        project=_of(stats.compound_projection),
        draw=curved(np.exp, 3.0),
        to_scale=np.log,
        back=np.exp,
    ),
    Kind(
        name="`bounded`, a way between limits with noise",
        project=_of(stats.bounded_projection, low=_LOW, high=_HIGH),
        draw=curved(share, 0.0),
        to_scale=lambda values: np.log(values / (_HIGH - values)),
        back=share,
    ),
    Kind(name="`random_walk`, a walk", project=WALK, draw=walk),
    Kind(
        name="`random_walk`, a walk, a fifth missing",
        project=WALK,
        draw=lambda rng, series, periods: walk(rng, series, periods, gaps=0.2),
    ),
    Kind(name="`linear`, neighbours alike by 0.3", project=LINEAR, draw=_lines(rho=0.3), promised=False),
    Kind(name="`linear`, neighbours alike by 0.6", project=LINEAR, draw=_lines(rho=0.6), promised=False),
    Kind(name="`linear`, the trend bends by 0.3 sd a period", project=LINEAR, draw=_lines(bend=0.3), promised=False),
    Kind(name="`linear`, a walk", project=LINEAR, draw=walk, promised=False),
    Kind(name="`random_walk`, a line with noise", project=WALK, draw=_lines(), promised=False),
    Kind(name="`linear`, heavy tails (t with 3 df)", project=LINEAR, draw=_lines(tails=3), promised=False),
    Kind(name="`robust`, heavy tails (t with 3 df)", project=ROBUST, draw=_lines(tails=3), promised=False),
    Kind(name="`linear`, one value in twenty 10 sd off", project=LINEAR, draw=_lines(outliers=0.05), promised=False),
    Kind(name="`robust`, one value in twenty 10 sd off", project=ROBUST, draw=_lines(outliers=0.05), promised=False),
)
KNOWN: Final = {"all of it": 1.0, "half of it": 0.5, "a fifth of it": 0.2}
"""How much of the variance is that of known errors."""


@attrs.frozen(kw_only=True)
class Cover:
    """What share of the intervals of each level held the value to come, and how wide those of 80 % were."""

    shares: tuple[float, ...]
    worst: float
    """The largest difference from the level, for any of the levels, near and far deadlines alone."""
    width: float
    """Median width in deviations of the noise."""


def cover(kind: Kind, drawn: Drawn) -> Cover:
    """Return how often the intervals held."""
    shares, worst, widths = [], 0.0, []
    ahead = drawn.at - drawn.times[-1]
    for level in LEVELS:
        found = kind.project(drawn, level)
        there = ~np.isnan(found.lower)
        held = (found.lower <= drawn.came) & (drawn.came <= found.upper)
        shares.append(float(held[there].mean()))
        for nearest, furthest in NEAR:
            some = there & (ahead >= nearest) & (ahead <= furthest)
            worst = max(worst, abs(float(held[some].mean()) - level))
        with np.errstate(divide="ignore"):
            wide = (kind.to_scale(found.upper) - kind.to_scale(found.lower)) / drawn.spread
        widths.append(float(np.median(wide[there])))
    return Cover(shares=tuple(shares), worst=worst, width=widths[0])


def deciles(kind: Kind, drawn: Drawn, rng: np.random.Generator) -> list[Decile]:
    """Return what was stated and what came true for targets that were set without knowing the values.

    They lie anywhere from far below to far above the true way, so that every probability is stated often.
    """
    far = drawn.spread * np.sqrt(1 + drawn.at - drawn.times[-1])
    target = kind.back(drawn.on_scale + far * rng.uniform(-3, 3, len(drawn.at)))
    upward = rng.random(len(target)) < 0.5
    stated = stats.hit_probability(
        kind.project(drawn, LEVELS[0]),
        low=np.where(upward, target, -np.inf),
        high=np.where(upward, np.inf, target),
    )
    hit = np.where(upward, drawn.came >= target, drawn.came <= target)
    tenth = np.floor(np.minimum(10 * stated, 9))
    return [
        Decile(targets=int(some.sum()), stated=float(stated[some].mean()), came_true=float(hit[some].mean()))
        for some in (tenth == place for place in range(10))
    ]


def intervals(series: int = SERIES) -> Iterator[tuple[Kind, list[Cover]]]:
    """Yield how often intervals held, for each kind and length."""
    rng = np.random.default_rng(SEED)
    for kind in KINDS:
        yield kind, [cover(kind, kind.draw(rng, series, periods)) for periods in LENGTHS]


def known_errors(series: int = SERIES) -> Iterator[tuple[str, list[Cover]]]:
    """Yield how often intervals held where some of the noise is that of known errors."""
    rng = np.random.default_rng(SEED + 1)
    for name, part in KNOWN.items():
        kind = Kind(name=name, project=_with_errors, draw=_lines(known=part))
        yield name, [cover(kind, kind.draw(rng, series, periods)) for periods in FEW]


def probabilities(series: int = SERIES) -> Iterator[tuple[Kind, list[Decile]]]:
    """Yield what was stated and what came true, all promised lengths together."""
    rng = np.random.default_rng(SEED + 2)
    for kind in KINDS:
        found = [deciles(kind, kind.draw(rng, series, periods), rng) for periods in PROMISED]
        for periods, each in zip(PROMISED, found, strict=True):
            _keep(kind, max(_off(decile) for decile in each), DECILE_ERROR, f"probability, {periods} values")
        yield kind, [_together(tenth) for tenth in zip(*found, strict=True)]


def _off(decile: Decile) -> float:
    allowed = error_of(decile.stated, decile.targets)
    return max(0.0, abs(decile.stated - decile.came_true) - allowed)


def _together(tenth: tuple[Decile, ...]) -> Decile:
    targets = sum(decile.targets for decile in tenth)
    return Decile(
        targets=targets,
        stated=sum(decile.stated * decile.targets for decile in tenth) / targets,
        came_true=sum(decile.came_true * decile.targets for decile in tenth) / targets,
    )


def _keep(kind: Kind, off: float, most: float, what: str) -> None:
    """Stop where a promise is not kept."""
    if kind.promised and off > most:
        raise AssertionError(kind.name, what, off)


def _marked(kind: Kind) -> str:
    return kind.name if kind.promised else f"*{kind.name}*"


def main() -> None:
    """Write the tables."""
    rows = []
    for kind, covers in intervals():
        for periods, found in zip(LENGTHS, covers, strict=True):
            _keep(kind, found.worst if periods in PROMISED else 0.0, INTERVAL_ERROR, f"interval, {periods} values")
        cells = [" / ".join(map(percent, found.shares)) for found in covers]
        rows.append([_marked(kind), *cells, f"{covers[LENGTHS.index(12)].width:.1f}"])
    head = [f"{periods} values" for periods in LENGTHS]
    write("projection-intervals", table(["method and series", *head, "width, 12 values"], rows))
    write(
        "projection-known-errors",
        table(
            ["of the noise known", *(f"{periods} values" for periods in FEW)],
            (
                [name, *(" / ".join(map(percent, found.shares)) for found in covers)]
                for name, covers in known_errors()
            ),
        ),
    )
    write(
        "projection-probability",
        table(
            ["method and series", *(f"{10 * place}\N{EN DASH}{10 * place + 10}" for place in range(10))],
            (
                [
                    _marked(kind),
                    *(f"{100 * d.stated:.0f} \N{RIGHTWARDS ARROW} {100 * d.came_true:.0f}" for d in found),
                ]
                for kind, found in probabilities()
            ),
        ),
    )


if __name__ == "__main__":
    main()
