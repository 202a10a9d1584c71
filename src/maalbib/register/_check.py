"""Whether the units of a kind cover the same whole on every day: nobody comes from nowhere or goes there unsaid."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from maalbib.model import Institution, InstitutionKind
from maalbib.problems import ProblemBlock
from maalbib.register._index import Index
from maalbib.register._parts import Parts

__all__ = ["gaps"]

_DAY: Final = dt.timedelta(days=1)


def gaps(parts: Parts, index: Index) -> Iterator[ProblemBlock]:
    """Yield a warning for each kind and day on which units begin or end and no change says where from or where to."""
    left, come = set[int](), set[int]()
    kinds = set[InstitutionKind]()
    for change in parts.changes:
        for code in change.from_ids:
            _mark(index.on(code, change.date - _DAY), left, kinds)
        for code in change.to_ids:
            _mark(index.on(code, change.date), come, kinds)
    ended, begun = (
        defaultdict[tuple[str, dt.date], list[str]](list),
        defaultdict[tuple[str, dt.date], list[str]](list),
    )
    for entry in parts.institutions:
        if entry.kind in kinds and entry.valid_to is not None and id(entry) not in left:
            ended[entry.kind.value, entry.valid_to].append(entry.id)
        if entry.kind in kinds and entry.valid_from is not None and id(entry) not in come:
            begun[entry.kind.value, entry.valid_from].append(entry.id)
    for (kind, day), codes in ended.items():
        details = {"kind": kind, "date": str(day), "codes": codes}
        yield ProblemBlock(code="succession.goes_nowhere", level="warning", details=details)
    for (kind, day), codes in begun.items():
        details = {"kind": kind, "date": str(day), "codes": codes}
        yield ProblemBlock(code="succession.from_nowhere", level="warning", details=details)


def _mark(entry: Institution | None, seen: set[int], kinds: set[InstitutionKind]) -> None:
    if entry is not None:
        seen.add(id(entry))
        kinds.add(entry.kind)
