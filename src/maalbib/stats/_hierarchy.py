"""Many tests in groups of groups: first which groups, then which tests inside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import ArrayResult, BoolArray, FloatArray, IntArray, broadcast_to, open_share, vector
from maalbib.stats._families import checked_p_values, count_at_most, labels_of
from maalbib.stats._multiplicity import adjust_p_values

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Hierarchy", "HierarchyLevel", "hierarchical_benjamini_hochberg"]

Inner = Literal["plain", "bogomolov"]


@attrs.frozen(kw_only=True, eq=False)
class HierarchyLevel(ArrayResult):
    """The groups of one level; arrays of shape (groups,) unless said otherwise.

    Attributes
    ----------
    label
        The group's label at this level. Groups within different outer groups may share one.
    parent
        The position of the outer group among those of the level above; 0 at the outermost level.
    p_value
        The gate that was given, or Simes' p of what the group holds; NaN where nothing was tested.
    q_value
        The smallest alpha at which the group is selected, NaN where it was not tested.
    selected
        Whether it is selected, with all groups around it.
    family_size
        Tested groups within the same outer group: how many it was judged among.
    which
        The position among these groups that each test has, shape (tests,).

    Examples
    --------
    >>> groups = [[5, 5, 9], [1, 2, 1]]
    >>> outer, inner = hierarchical_benjamini_hochberg([0.01, 0.2, 0.9], groups).levels
    >>> outer.label.tolist(), inner.label.tolist(), inner.parent.tolist(), inner.which.tolist()
    ([5, 9], [1, 2, 1], [0, 0, 1], [0, 1, 2])
    >>> outer.selected.tolist(), inner.p_value.tolist(), inner.q_value.tolist()
    ([True, False], [0.01, 0.2, 0.9], [0.04, 0.2, 0.9])
    """

    label: IntArray
    parent: IntArray
    p_value: FloatArray
    q_value: FloatArray
    selected: BoolArray
    family_size: IntArray
    which: IntArray


@attrs.frozen(kw_only=True, eq=False)
class Hierarchy(ArrayResult):
    """Which tests are found inside the groups that were selected; arrays of shape (tests,).

    Attributes
    ----------
    selected
        Whether the test is found.
    q_value
        The smallest alpha at which it is found; NaN where it, or a group around it, was not tested.
    family_size
        Tests with a p-value in its innermost group.
    levels
        The groups, outermost level first.

    Examples
    --------
    The second group is not selected, so its small p-value is no finding:

    >>> gates = [[0.01, 0.01, 0.6, 0.6]]
    >>> found = hierarchical_benjamini_hochberg([0.01, 0.2, 0.03, 0.9], [[1, 1, 2, 2]], gates=gates)
    >>> found.selected.tolist(), found.q_value.tolist(), found.family_size.tolist()
    ([True, False, False, False], [0.02, 0.2, 0.6, 0.9], [2, 2, 2, 2])
    """

    selected: BoolArray
    q_value: FloatArray
    family_size: IntArray
    levels: tuple[HierarchyLevel, ...]


def hierarchical_benjamini_hochberg(
    p_values: npt.ArrayLike,
    groups: Sequence[npt.ArrayLike],
    *,
    gates: Sequence[npt.ArrayLike | None] | None = None,
    alpha: float = 0.05,
    inner: Inner = "plain",
) -> Hierarchy:
    """Select groups by Benjamini and Hochberg, then groups or tests within the selected ones, level by level.

    Parameters
    ----------
    p_values
        Shape (tests,). NaN means not tested: no data, suppressed, or too few points to judge.
    groups
        One array of whole-number labels of shape (tests,) per level, outermost first: indicator, municipality,
        institution. Labels need to be distinct within their outer group only.
    gates
        One entry per level: None, or the p-value of each test's group at that level, shape (tests,), such as
        ``gate.p_gate[gate.which]`` of ``trend_gate``. A group whose gate is NaN was not tested: it counts for
        nothing and nothing in it is found. Without a gate, a group's p is Simes': the smallest q-value among the
        groups or tests that it holds.
    alpha
        Level at which groups of the outermost level are selected.
    inner
        Level inside a selected group. ``"plain"``: alpha. ``"bogomolov"``: alpha times the share of groups that were
        selected at each level on the way in.

    Returns
    -------
    Hierarchy
        Arrays of shape (tests,), and a record of each level.

    Raises
    ------
    ArgumentError
        If there is no level, shapes do not fit, labels are not whole numbers, a number lies outside 0 to 1, a gate
        differs within a group, or an option is unknown.

    Notes
    -----
    ``"bogomolov"`` holds the expected share of false findings, averaged over the selected groups, for independent or
    positively dependent tests [1]_ [2]_; the price is high. ``"plain"`` with a gate finds what Benjamini and Hochberg
    find in each group that passes, and nothing elsewhere: of 1,000 indicators in 98 units, of which 100 had changes,
    0.02 to 0.04 of all findings were false at alpha 0.05. That is simulated, not proven. Without a gate, groups of
    short series are hardly ever selected: no single one of their p-values is small enough for Simes.

    Both are monotone in alpha, so each ``q_value`` is exact. Plain, it is the largest adjusted p on the way in.
    Otherwise, where r of m groups are selected at alpha, the level inside is alpha r / m; it is inverted from the
    innermost level outwards: a level of x inside needs min over r of max(q_(r), x m / r) outside, with q_(r) the
    adjusted p of the groups in ascending order. Selected is what has a ``q_value`` of at most alpha.

    Time is that of sorting; working space is some numbers per test.

    References
    ----------
    .. [1] Benjamini, Y. and Bogomolov, M. (2014). Selective inference on multiple families of hypotheses. Journal of
       the Royal Statistical Society B 76, 297-318.
    .. [2] Bogomolov, M., Peterson, C. B., Benjamini, Y. and Sabatti, C. (2021). Hypotheses on a tree: new error rates
       and testing strategies. Biometrika 108, 575-590.

    Examples
    --------
    Two indicators in three units each. All in one family nothing is found at 5 %:

    >>> p = [0.01, 0.03, 0.04, 0.3, 0.5, 0.9]
    >>> found = hierarchical_benjamini_hochberg(p, [[1, 1, 1, 2, 2, 2]], gates=[[0.02, 0.02, 0.02, 0.8, 0.8, 0.8]])
    >>> found.selected.tolist(), found.q_value.round(3).tolist()
    ([True, True, True, False, False, False], [0.04, 0.04, 0.04, 0.8, 0.8, 0.9])
    >>> found.levels[0].p_value.tolist(), found.levels[0].selected.tolist()
    ([0.02, 0.8], [True, False])
    """
    if inner not in get_args(Inner):
        raise ArgumentError.choice("inner", get_args(Inner))
    open_share("alpha", alpha)
    p = checked_p_values("p_values", vector("p_values", p_values))
    nested = _nested(groups, len(p))
    given = _gates(gates, nested, len(p))
    leaves = _Step(p=p, parent=nested[-1].which, groups=nested[-1].groups)
    steps = _judged(leaves, nested, given)
    deeper = inner == "bogomolov"
    q_value = _required(steps, leaves.adjusted(), leaves.parent, deeper=deeper)
    levels: list[HierarchyLevel] = []
    for depth, (level, step) in enumerate(zip(nested, steps, strict=True)):
        q_group = _required(steps[:depth], step.adjusted(), step.parent, deeper=deeper)
        levels.append(
            HierarchyLevel(
                label=level.label,
                parent=step.parent,
                p_value=step.p,
                q_value=q_group,
                selected=q_group <= alpha,
                family_size=step.family_size()[step.parent],
                which=level.which,
            )
        )
    return Hierarchy(
        selected=q_value <= alpha,
        q_value=q_value,
        family_size=leaves.family_size()[leaves.parent],
        levels=tuple(levels),
    )


@attrs.frozen(kw_only=True, eq=False)
class _Level:
    """Groups as labelled; those of one outer group are neighbours."""

    label: IntArray
    parent: IntArray
    which: IntArray

    @property
    def groups(self) -> int:
        return len(self.label)


class _Step:
    """P-values that are judged within their outer group."""

    def __init__(self, *, p: FloatArray, parent: IntArray, groups: int) -> None:
        self.p, self.parent, self._groups = p, parent, groups
        self._adjusted: FloatArray | None = None

    def adjusted(self) -> FloatArray:
        """Return p adjusted among the tested ones of the same outer group."""
        if self._adjusted is None:
            self._adjusted = adjust_p_values(self.p, families=self.parent)
        return self._adjusted

    def family_size(self) -> IntArray:
        """Return how many were tested in each outer group."""
        return np.bincount(self.parent[~np.isnan(self.p)], minlength=self._groups)

    def simes(self) -> FloatArray:
        """Return Simes' p of each outer group, NaN where nothing in it was tested."""
        smallest = np.full(self._groups, np.inf)
        tested = ~np.isnan(self.p)
        np.minimum.at(smallest, self.parent[tested], self.adjusted()[tested])
        return np.where(np.isinf(smallest), np.nan, smallest)

    def outside(self, parent: IntArray, x: FloatArray) -> FloatArray:
        """Return the smallest level in a family of groups at which the level inside a selected one reaches x.

        Parameters
        ----------
        parent
            The family of each question.
        x
            The level that is needed inside. With r of m groups selected at level b it is b r / m.
        """
        tested = np.flatnonzero(~np.isnan(self.p))
        order = tested[np.lexsort((self.adjusted()[tested], self.parent[tested]))]
        ordered, family = self.adjusted()[order], self.parent[order]
        sizes = self.family_size()
        starts = np.cumsum(sizes) - sizes
        rank = np.arange(1, len(order) + 1) - starts[family]
        inside = ordered * (rank / sizes[family])
        low, m = starts[parent], sizes[parent]
        fewer = count_at_most(inside, low, low + m, np.nextafter(x, -np.inf))  # those below x
        some, all_ = fewer > 0, fewer >= m
        stretched = np.where(some, x * (m / np.maximum(fewer, 1)), np.inf)
        reached = np.where(all_, np.inf, np.append(ordered, np.inf)[np.where(all_, 0, low + fewer)])
        return np.where(np.isnan(x), np.nan, np.minimum(stretched, reached))


def _nested(groups: Sequence[npt.ArrayLike], tests: int) -> list[_Level]:
    """Give the groups of each level numbers, those of one outer group next to each other."""
    levels: list[_Level] = []
    which = np.zeros(tests, dtype=np.int64)
    for depth, labels in enumerate(groups):
        distinct, place = np.unique(labels_of(f"groups[{depth}]", labels, tests), return_inverse=True)
        width = max(1, len(distinct))
        found, which = np.unique(which * width + place, return_inverse=True)
        levels.append(_Level(label=distinct[found % width], parent=found // width, which=which))
    if not levels:
        raise ArgumentError("multiplicity.no_groups")
    return levels


def _gates(gates: Sequence[npt.ArrayLike | None] | None, nested: list[_Level], tests: int) -> list[FloatArray | None]:
    """Return the gate of each group, level by level."""
    if gates is None:
        return [None] * len(nested)
    if len(gates) != len(nested):
        raise ArgumentError("argument.shape", argument="gates", expected=str(len(nested)), got=str(len(gates)))
    return [
        None if gate is None else _shared(broadcast_to(f"gates[{depth}]", gate, (tests,)), level, depth)
        for depth, (gate, level) in enumerate(zip(gates, nested, strict=True))
    ]


def _shared(gate: FloatArray, level: _Level, depth: int) -> FloatArray:
    own = np.full(level.groups, np.nan)
    own[level.which] = checked_p_values(f"gates[{depth}]", gate)
    back: npt.NDArray[Any] = own[level.which]
    if not np.array_equal(back, gate, equal_nan=True):
        raise ArgumentError("multiplicity.gate_not_shared", level=depth)
    return own


def _judged(leaves: _Step, nested: list[_Level], given: list[FloatArray | None]) -> list[_Step]:
    """Return the p-values of the groups level by level, found from the innermost outwards."""
    steps: list[_Step] = []
    inside = leaves
    for depth in reversed(range(len(nested))):
        own = given[depth]
        outer = nested[depth - 1].groups if depth else 1
        inside = _Step(p=inside.simes() if own is None else own, parent=nested[depth].parent, groups=outer)
        steps.append(inside)
    return steps[::-1]


def _required(steps: list[_Step], adjusted: FloatArray, parent: IntArray, *, deeper: bool) -> FloatArray:
    """Return the alpha at which something is found that needs ``adjusted`` inside the innermost group of ``steps``."""
    needed = adjusted
    for step in reversed(steps):
        family = step.parent[parent]
        level = step.outside(family, needed) if deeper else needed
        needed = np.maximum(level, step.adjusted()[parent])  # NaN where the group was not tested
        parent = family
    return np.minimum(needed, 1.0)
