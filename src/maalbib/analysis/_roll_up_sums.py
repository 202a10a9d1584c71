"""Items summed up by group, and the columns that this gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import attrs
import numpy as np
import pyarrow as pa

from maalbib.analysis._arrays import Bools, Floats, Ints
from maalbib.analysis._columns import WORDS, word_lists, words_at
from maalbib.analysis._roll_up_states import NO_SINGLE_STATE, RANKED, WHYS
from maalbib.analysis._secrecy import Grades, hidden_column
from maalbib.stats import RolledUpStates, roll_up_states

__all__ = ["FIGURE_POLICIES", "SECRET", "SHY", "Asked", "Items", "Sums", "summed"]

FIGURE_POLICIES: Final = ("mean_attainment", "mean_score", "pilote")
SHY, SECRET = 1, 2  # grades of what may not be shown: the figure alone, or the verdict too
_STATES: Final = (*RANKED, NO_SINGLE_STATE, "not_measurable")
_FLAGS: Final = ("weights_incomplete", "institutions_nested")
_NUMBERS: Final = pa.list_(pa.field("element", pa.float64()))


@attrs.frozen(kw_only=True, eq=False)
class Items:
    """What is summed up, in the order in which it is listed.

    Attributes
    ----------
    group
        (items,) which group each is in.
    words, place
        The ids, and (items,) which of them each has.
    members, member
        Institutions, and (items,) whose verdict each is where its id has several; -1 elsewhere.
    weight
        (items,) NaN where none is stated; of all items of an id together.
    part
        (items,) the share of that weight that each has.
    nested
        (items,) whether institutions of other items of the same id belong to the one of this.
    ranks
        (items,) or, with mixtures, (items, states); NaN without a verdict.
    figure
        (items,) the number for the group's policy, NaN without one.
    why
        (items,) place in ``WHYS`` of why there is no verdict, -1 where there is one.
    hidden
        (items,) 0, :data:`SHY` or :data:`SECRET`.
    """

    group: Ints
    words: Sequence[str]
    place: Ints
    members: Sequence[str]
    member: Ints
    weight: Floats
    part: Floats
    nested: Bools
    ranks: Floats
    figure: Floats
    why: Ints
    hidden: Grades


@attrs.frozen(kw_only=True, eq=False)
class Asked:
    """How groups are summed up; ``policy`` and ``min_coverage`` are (groups,)."""

    policy: Any
    min_coverage: Floats
    threshold: float
    outside: Bools


@attrs.frozen(kw_only=True, eq=False)
class Sums:
    """What came out, by group.

    Attributes
    ----------
    found
        The result of the kernel.
    whys
        (groups, whys) how many items were left out, by why.
    hidden
        (groups,) grades of what may not be shown.
    columns
        The columns of the result that this decides.
    """

    found: RolledUpStates
    whys: Ints
    hidden: Grades
    columns: dict[str, Any]


def summed(items: Items, size: int, asked: Asked) -> Sums:
    """Sum up the items of each group."""
    applies = ~(asked.outside[items.why] & (items.why >= 0))
    weights, incomplete = _whole_weights(items, applies, size)
    found = roll_up_states(
        items.ranks,
        items.group,
        size=size,
        weights=weights,
        applicable=applies,
        figures=items.figure,
        policy=asked.policy,
        min_coverage=asked.min_coverage,
        threshold=asked.threshold,
        levels=len(RANKED),
        on_course=RANKED.index("on_track"),
    )
    nested = np.bincount(items.group[items.nested], minlength=size) > 0
    why = _whys(found, items)
    whys = np.bincount((items.group * len(WHYS) + why)[why >= 0], minlength=size * len(WHYS)).reshape(size, len(WHYS))
    hidden = _hidden(found, items, size, asked)
    columns = {
        "policy": pa.array(asked.policy),
        "min_coverage": asked.min_coverage,
        "flags": word_lists(_FLAGS, np.stack([incomplete, nested], axis=1)),
        "hidden": hidden_column(hidden),
        **_verdicts(found, asked),
        **{f"n_{word}": whys[:, place] for place, word in enumerate(WHYS)},
        **_lists(items, found, why, size),
    }
    return Sums(found=found, whys=whys, hidden=hidden, columns=columns)


def _whole_weights(items: Items, applies: Bools, size: int) -> tuple[Floats, Bools]:
    """Return the weights with the mean of the stated ones where none is stated, 1 where none is at all, and which groups mix."""
    stated = np.isfinite(items.weight)
    if stated.all():
        return items.weight * items.part, np.zeros(size, dtype=bool)
    asked = stated & applies
    count = np.bincount(items.group[asked], items.part[asked], size)  # ids, not items
    total = np.bincount(items.group[asked], items.weight[asked] * items.part[asked], size)
    mean = np.where(total > 0, total / np.where(count > 0, count, 1.0), 1.0)
    lacking = np.bincount(items.group[applies & ~stated], minlength=size) > 0
    return np.where(stated, items.weight, mean[items.group]) * items.part, (count > 0) & lacking


def _whys(found: RolledUpStates, items: Items) -> Ints:
    """Return why each item is left out, -1 where it is used."""
    left: Any = found.left_out
    own = np.where(items.why >= 0, items.why, WHYS.index("not_measurable"))
    why = np.select(
        [left == "", left == "zero_weight", (left == "figure_undefined") & (items.why < 0)],
        [-1, WHYS.index("zero_weight"), WHYS.index("attainment_undefined")],
        own,
    )
    return np.asarray(why, dtype=np.int64)


def _hidden(found: RolledUpStates, items: Items, size: int, asked: Asked) -> Grades:
    """Return what may not be shown: all that rests on a confidential verdict, and numbers that rest on shy figures."""
    left: Any = found.left_out
    counted = (left != "not_applicable") & (left != "zero_weight")
    by_figure = np.isin(asked.policy, FIGURE_POLICIES)[items.group]
    secret = counted & (items.hidden == SECRET)
    shy = (left == "") & by_figure & (items.hidden == SHY)
    grades = np.zeros(size, dtype=np.int8)
    grades[items.group[shy]] = SHY
    grades[items.group[secret]] = SECRET
    return grades


def _verdicts(found: RolledUpStates, asked: Asked) -> dict[str, Any]:
    judged: Any = found.reason == ""
    rank = np.where(np.isfinite(found.rank), found.rank, len(RANKED)).astype(np.int64)
    return {
        "state": words_at(_STATES, np.where(judged, rank, len(_STATES) - 1)),
        "reason": pa.array(np.where(judged, asked.policy.astype(object), found.reason), type=pa.string()),
        "value": found.value,
        **{f"share_{word}": found.distribution[:, place] for place, word in enumerate(RANKED)},
        "share_on_course": np.minimum(found.distribution[:, RANKED.index("on_track") :].sum(axis=1), 1.0),
        **{f"n_{word}": found.counts[:, place] for place, word in enumerate(RANKED)},
        "n_items": found.n_items,
        "n_applicable": found.n_applicable,
        "n_measurable": found.n_measurable,
        "coverage_weight": found.coverage_weight,
        "coverage_count": found.coverage_count,
    }


def _lists(items: Items, found: RolledUpStates, why: Ints, size: int) -> dict[str, Any]:
    order = np.argsort(items.group, kind="stable")
    used = order[np.isfinite(found.weight[order])]
    left = order[why[order] >= 0]
    return {
        "used": _listed(_named(items, used), items.group[used], size).cast(WORDS),
        "weights": _listed(pa.array(found.weight[used]), items.group[used], size).cast(_NUMBERS),
        "left_out": _listed(_named(items, left), items.group[left], size).cast(WORDS),
        "left_out_why": _listed(words_at(WHYS, why[left]), items.group[left], size).cast(WORDS),
    }


def _named(items: Items, at: Ints) -> Any:
    """Return what items are called: their id, with the institution where the id has several."""
    import pyarrow.compute as pc

    names, member = words_at(items.words, items.place[at]), items.member[at]
    if not (member >= 0).any():
        return names
    both = pc.binary_join_element_wise(names, words_at(items.members, member).fill_null(""), "@")
    return pc.if_else(pa.array(member >= 0), both, names)


def _listed(values: Any, group: Ints, size: int) -> Any:
    """Return values that are sorted by group as a list for each group."""
    ends = np.concatenate([[0], np.bincount(group, minlength=size).cumsum()])
    return pa.ListArray.from_arrays(pa.array(ends, type=pa.int32()), values)
