"""Which state a published method gives when one value is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from maalbib.analysis._arrays import Bools, Ints
from maalbib.analysis._published import judge_published
from maalbib.analysis._verdict import Verdicts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maalbib.analysis._evidence import Evidence
    from maalbib.analysis._figures import Case

__all__ = ["published_ranks"]


def published_ranks(case: Case, rows: Ints, left_out: Bools, ranks: Sequence[str]) -> Ints:
    """Return (rows, k) the place among ``ranks`` of the state without each value left out, -1 elsewhere and where there is none.

    The base stays that of the whole series, so a value is never left out of it. One judgement for each period that anybody leaves
    out.
    """
    evidence = _of_rows(case.evidence, rows)
    found = np.full(left_out.shape, -1)
    for column in np.flatnonzero(left_out.any(axis=0)).tolist():
        values = evidence.values.copy()
        values[:, column] = np.nan
        verdicts = Verdicts(len(rows))
        without = attrs.evolve(evidence, values=values)
        judge_published(case.method, case.target, without, verdicts, native=case.native)
        found[:, column] = np.where(left_out[:, column], verdicts.places_among(ranks), -1)
    return found


def _of_rows(evidence: Evidence, rows: Ints) -> Evidence:
    total = len(evidence.values)
    per_row: dict[str, Any] = {
        name: value[rows]
        for name, value in attrs.asdict(evidence, recurse=False).items()
        if isinstance(value, np.ndarray) and name not in {"times", "ordinals"} and len(value) == total
    }
    return attrs.evolve(evidence, **per_row)
