"""What became of the units of one day on another day, as weighted edges, and figures carried along them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import attrs
import numpy as np

from maalbib.errors import ArgumentError
from maalbib.register._edges import Bools, Edges, Floats, Ints
from maalbib.stats._arrays import ArrayResult, float_array

if TYPE_CHECKING:
    import numpy.typing as npt
    from scipy.sparse import csr_array

__all__ = ["Carried", "Succession", "succession_of"]

_ALL: float = 1 - 1e-9  # weights that add up to this much leave nothing out


@attrs.frozen(kw_only=True, eq=False)
class Carried(ArrayResult):
    """Figures of the sources of a :class:`Succession`, carried to its targets.

    Attributes
    ----------
    values
        The figures by target: first axis as long as ``targets``, the other axes as in what was carried. NaN where a
        figure that is needed is missing, and where nothing leads to the target.
    lower, upper
        What the figure could at least and at most be, whatever the weights: an edge that is not exact carries between
        nothing and the whole of its source. Equal to ``values`` where every edge is exact.
    allocated
        How much of the figure came along edges that are not exact, as a share (0-1) of the amounts that were added.
    unplaced
        What belonged to sources that lead nowhere, added up over them: the total before is the total of ``values``
        plus this.
    """

    values: Floats
    lower: Floats
    upper: Floats
    allocated: Floats
    unplaced: Floats


@attrs.frozen(kw_only=True, eq=False)
class Succession(ArrayResult):
    """How the units of one day, the sources, make up the units of another, the targets.

    A sparse matrix as a list of edges. The weight of an edge is the share of its source that goes to its target; the
    weights of a source add up to 1, or it has no edges at all, where nothing came after it. Made by
    :meth:`Register.succession` and :meth:`Register.allocation`.

    Attributes
    ----------
    sources, targets
        Codes, sorted. A code stands once on each side, since a day fixes what it means; the same code on both sides need
        not be the same unit.
    source, target
        For each edge the positions in ``sources`` and ``targets``, by source and then target, each pair once.
    weight
        For each edge the share of the source (0-1). 0 is possible: a receiver that the basis leaves nothing.
    exact
        For each edge whether the whole source goes to this target, so that no weight had to be believed.
    basis
        What the other weights rest on, such as ``area``; None where none was asked for, and then all edges are exact.
    start, end
        The day of the sources and the day of the targets. ``end`` is before ``start`` in a succession that leads back.

    Notes
    -----
    Counts and amounts are carried with the weights. A share or a mean is not: carry its numerator and its denominator,
    and divide after.

    Examples
    --------
    >>> from maalbib import Register
    >>> reform = Register.denmark().succession("2006-12-31", "2007-01-01", basis="area")
    >>> len(reform.sources), len(reform.targets), len(reform.weight), int((~reform.exact).sum())
    (270, 98, 284, 27)
    >>> carried = reform.apply([100.0 if code == "0233" else 0.0 for code in reform.sources])
    >>> at = reform.targets.index("0219")  # Hillerød received a part of Slangerup
    >>> round(carried.values[at].item(), 2), carried.lower[at].item(), carried.upper[at].item()
    (44.31, 0.0, 100.0)
    """

    sources: tuple[str, ...]
    targets: tuple[str, ...]
    source: Ints
    target: Ints
    weight: Floats
    exact: Bools
    basis: str | None
    start: dt.date
    end: dt.date

    @property
    def estimated(self) -> Bools:
        """For each target whether an edge that is not exact leads to it."""
        return np.bincount(self.target, ~self.exact, len(self.targets)) > 0

    @property
    def unplaced(self) -> tuple[str, ...]:
        """Sources that lead nowhere."""
        led = np.bincount(self.source, minlength=len(self.sources))
        return tuple(self.sources[i] for i in np.flatnonzero(led == 0))

    def matrix(self) -> csr_array:
        """Return the weights as a sparse matrix of shape (targets, sources)."""
        return self._sparse(self.weight)

    def apply(self, values: npt.ArrayLike) -> Carried:
        """Carry counts or amounts from the sources to the targets.

        Parameters
        ----------
        values
            By source, in the order of ``sources``; any further axes. NaN is missing and makes the targets missing that
            need it.

        Returns
        -------
        Carried
            By target, with bounds and with how much was allocated.

        Raises
        ------
        ArgumentError
            If the first axis is not as long as ``sources``, or the values are no numbers.

        Notes
        -----
        One product with a sparse matrix for all further axes together: the cost grows with edges times figures.

        Examples
        --------
        >>> from maalbib import Register
        >>> east = Register.denmark().succession("2026-01-01", "2027-01-01", kind="region")
        >>> east.sources, east.targets
        (('1081', '1082', '1083', '1084', '1085'), ('1081', '1082', '1083', 'DK-OESTDANMARK'))
        >>> east.apply([1.0, 2.0, 3.0, 4.0, 5.0]).values.tolist()
        [1.0, 2.0, 3.0, 9.0]
        """
        given = float_array("values", values)
        count = len(self.sources)
        if given.shape[:1] != (count,):
            raise ArgumentError("argument.shape", argument="values", expected=f"({count}, ...)", got=str(given.shape))
        table = given.reshape(count, -1)
        sure = self._sparse(self.exact) @ table
        parts = self._sparse(np.where(self.exact, 0.0, self.weight))
        open_ends = self._sparse(~self.exact)
        totals = sure + parts @ table
        reached = np.bincount(self.target, minlength=len(self.targets)) > 0
        moved, still = parts @ np.abs(table), self._sparse(self.exact) @ np.abs(table)
        with np.errstate(invalid="ignore"):
            share = np.where(moved == 0, 0.0, moved / (moved + still))
        led = np.bincount(self.source, minlength=count) > 0
        shape = (len(self.targets), *given.shape[1:])
        columns = (
            totals,
            sure + open_ends @ np.minimum(table, 0.0),
            sure + open_ends @ np.maximum(table, 0.0),
            share,
        )
        found = [np.where(reached[:, None], column, np.nan).reshape(shape) for column in columns]
        return Carried(
            values=found[0],
            lower=found[1],
            upper=found[2],
            allocated=found[3],
            unplaced=table[~led].sum(axis=0).reshape(given.shape[1:]),
        )

    def then(self, later: Succession) -> Succession:
        """Return both successions in one step; ``later`` starts from the units that this one ends at.

        Raises
        ------
        ArgumentError
            If the sources of ``later`` are not the targets of this one, or both needed a basis and have different ones.

        Examples
        --------
        >>> from maalbib import Register
        >>> denmark = Register.denmark()
        >>> first = denmark.succession("2002-01-01", "2006-06-01")
        >>> second = denmark.succession("2006-06-01", "2008-01-01", basis="area")
        >>> first.then(second) == denmark.succession("2002-01-01", "2008-01-01", basis="area")
        True
        """
        if self.targets != later.sources:
            raise ArgumentError("succession.not_joined")
        bases = list(dict.fromkeys(part.basis for part in (self, later) if not part.exact.all()))
        if len(bases) > 1:
            raise ArgumentError("succession.two_bases", bases=bases)
        edges = self._edges().then(later._edges())
        passed_on = np.bincount(later.source, later.weight, len(later.sources)) >= _ALL
        lost = np.bincount(self.source, ~passed_on[self.target], len(self.sources)) > 0
        added = np.bincount(self.source, self.weight, len(self.sources))
        return succession_of(
            self.sources,
            later.targets,
            edges,
            whole=(added >= _ALL) & ~lost,
            basis=bases[0] if bases else self.basis or later.basis,
            start=self.start,
            end=later.end,
        )

    def _edges(self) -> Edges:
        return Edges(self.source, self.target, self.weight)

    def _sparse(self, weight: npt.NDArray[np.generic]) -> csr_array:
        """Return a matrix of weights without those that are 0, so that a missing figure reaches nobody through them."""
        from scipy.sparse import csr_array

        used = weight != 0
        cells = (weight[used].astype(np.float64), (self.target[used], self.source[used]))
        return csr_array(cells, shape=(len(self.targets), len(self.sources)))


def succession_of(
    sources: tuple[str, ...],
    targets: tuple[str, ...],
    edges: Edges,
    *,
    whole: Bools,
    basis: str | None,
    start: dt.date,
    end: dt.date,
) -> Succession:
    """Return the succession of edges; ``whole`` says which sources leave nothing out."""
    exact = (whole & (edges.count(len(sources)) == 1))[edges.source]
    return Succession(
        sources=sources,
        targets=targets,
        source=edges.source,
        target=edges.target,
        weight=np.where(exact, 1.0, edges.weight),
        exact=exact,
        basis=basis,
        start=start,
        end=end,
    )
