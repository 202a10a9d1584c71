"""What the kernels of surveys do with counts of answers and with the number of people who could have answered."""

from __future__ import annotations

from typing import Any, Final, Literal, TypeAlias, get_args

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import BoolArray, FloatArray, broadcast_to, float_array, vector
from maalbib.stats.rates._estimate import known_method
from maalbib.stats.rates._row_blocks import in_row

__all__ = ["THIN", "Answers", "Purpose", "answers_of", "people_of", "scale_points"]

Purpose: TypeAlias = Literal["the_institution", "these_users"]

THIN: Final = 5  # below so many answers intervals hold the truth somewhat less often than they say
_FEWEST_POINTS: Final = 2


@attrs.frozen(kw_only=True, eq=False)
class Answers:
    """Counts of answers, a row for each question or unit; rows that cannot be counts are NaN.

    Attributes
    ----------
    counts
        Shape (rows, points).
    n
        Answers on the scale.
    shape
        Shape of the rows, as given.
    faults
        Which rows cannot be, and why.
    """

    counts: FloatArray
    n: FloatArray
    shape: tuple[int, ...]
    faults: tuple[tuple[BoolArray, str], ...]

    @property
    def points(self) -> int:
        """How many points the scale has."""
        return int(self.counts.shape[1])

    def stretched(self, argument: str, values: npt.ArrayLike) -> FloatArray:
        """Return a number for each row."""
        return broadcast_to(argument, values, self.shape).reshape(len(self.n))

    def shaped(self, columns: dict[str, npt.NDArray[Any]]) -> dict[str, Any]:
        """Return columns in the shape of the rows."""
        return {name: np.asarray(column).reshape(self.shape) for name, column in columns.items()}


def answers_of(counts: npt.ArrayLike) -> Answers:
    """Return counts in rows."""
    given = np.atleast_1d(float_array("counts", counts))
    shape, points = given.shape[:-1], given.shape[-1]
    if points < _FEWEST_POINTS:
        raise ArgumentError("surveys.too_few_points_on_scale", argument="counts")
    rows = given.reshape(int(np.prod(shape)), points)
    missing, infinite, negative = in_row(np.isnan(rows)), in_row(np.isinf(rows)), in_row(rows < 0)
    bad = missing | infinite | negative
    kept = np.where(bad[:, None], np.nan, rows)
    n = kept.sum(axis=1)
    return Answers(
        counts=kept,
        n=n,
        shape=shape,
        faults=(
            (missing, "missing_input"),
            (infinite, "not_finite"),
            (negative, "negative_input"),
            (n == 0, "no_answers"),
        ),
    )


def scale_points(points: npt.ArrayLike | None, size: int) -> FloatArray:
    """Return what the points of the scale are worth; 1, 2, 3 ... where nothing is said."""
    if points is None:
        return np.arange(1.0, size + 1)
    given = vector("points", points)
    if given.shape != (size,):
        raise ArgumentError("argument.shape", argument="points", expected=f"({size},)", got=str(given.shape))
    if not (np.isfinite(given).all() and (np.diff(given) > 0).all()):
        raise ArgumentError("surveys.points", argument="points")
    return given


def people_of(
    answers: Answers, answered: FloatArray, population: npt.ArrayLike | None, purpose: Purpose | None
) -> tuple[FloatArray, tuple[tuple[BoolArray, str], ...]]:
    """Return how many people each row could have heard from, infinite where that does not matter, and what is wrong.

    With a known population the purpose must be said: the same answers are certain about these users, and still only a
    sample of what the institution does.
    """
    if purpose is not None:
        known_method(purpose, get_args(Purpose), "purpose")
    if population is None:
        if purpose == "these_users":
            raise ArgumentError("surveys.population_needed", argument="population")
        return np.full(answers.n.shape, np.inf), ()
    if purpose is None:
        raise ArgumentError("surveys.purpose_missing", argument="purpose")
    size = answers.stretched("population", population)
    faults = [
        (size < 0, "negative_input"),
        (answered > size, "answers_exceed_population"),
    ]
    if purpose == "the_institution":
        return np.full(answers.n.shape, np.inf), tuple(faults)
    return size, (*faults, (np.isnan(size), "population_missing"))
