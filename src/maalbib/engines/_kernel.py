"""What can be run over any amount of data: a pure function of whole groups, and what the driver must know of it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, Literal

import attrs
import pyarrow as pa

__all__ = ["Cost", "Kernel"]

Cost = Literal["linear", "quadratic"]


def _only_required(_params: Any, _declared: Collection[str]) -> frozenset[str]:
    return frozenset()


@attrs.frozen(kw_only=True)
class Kernel:
    """A pure function of a table that holds whole groups.

    Whoever writes one promises that it reads nothing but its table and parameters, changes neither, gives the same bytes for the
    same rows in any order and chunking, and returns rows in ascending order of the groups' keys, with the columns of
    ``output_schema`` also for a table without rows. What is odd in a group becomes a word in its row. The function and the
    parameters must pickle.

    Attributes
    ----------
    name
        What the kernel is called in messages and in ``KERNELS``.
    function
        Takes a table and parameters, returns a table.
    output_schema
        Takes the parameters, returns the columns of the result.
    groups
        Columns whose codes make a group. The driver may put several groups into one call, never one into two.
    required
        Columns that must be there.
    optional
        Takes the parameters and the breakdowns that the data declare, returns the columns that are read where they are there.
    cost
        How the time of one series grows with its length.
    tolerance
        Largest relative difference from the slow definition.
    params
        Parameters that are used where a run is given none.
    closing
        Takes the indicators that had rows, and the parameters; returns the rows of those who had none.

    Examples
    --------
    >>> from maalbib.engines import KERNELS
    >>> KERNELS["least_squares_slope"].groups
    ('indicator', 'institution')
    """

    name: str
    function: Callable[[pa.Table, Any], pa.Table]
    output_schema: Callable[[Any], pa.Schema]
    groups: tuple[str, ...]
    required: tuple[str, ...]
    optional: Callable[[Any, Collection[str]], frozenset[str]] = _only_required
    cost: Cost = "linear"
    tolerance: float = 0.0
    params: Any = attrs.field(default=None, repr=False)
    closing: Callable[[frozenset[str], Any], pa.Table] | None = None

    def __call__(self, table: pa.Table) -> pa.Table:
        """Return the result for a table that fits into memory."""
        return self.function(table, self.params)

    def columns(self, declared: Collection[str] = ()) -> frozenset[str]:
        """Return every column that the kernel looks at; ``declared`` names the breakdowns that the data themselves declare."""
        return frozenset(self.required) | self.optional(self.params, declared)
