"""From faults at paths to problems at lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import attrs

from maalbib.catalogue._faults import Found, Path, has_person_number, path_text, without_person_numbers
from maalbib.catalogue._parsing import RawFile, scanned
from maalbib.problems import ProblemBlock, Problems

__all__ = ["problem_of", "reported"]


def reported(found: Iterable[Found], raws: Sequence[RawFile]) -> Problems:
    """Return the faults as problems, in the order in which they stand in the files.

    Texts are searched for lines only now, when there is something to say.
    """
    placed = [_placed(each) for each in found]
    seen = {i: scanned(raws[i]) for i in {each.file for each in placed if _has_place(each, raws[each.file])}}
    blocks: list[tuple[int, tuple[int, ...], ProblemBlock]] = []
    for each in placed:
        at = each.place
        if at is None and each.file in seen:
            at = seen[each.file].position(each.path, on_key=each.on_key)
        order = at or _order(raws[each.file].data, each.path)
        blocks.append((each.file, order, problem_of(each, raws[each.file].name, at)))
    blocks.sort(key=lambda block: block[:2])
    return Problems(block for _, _, block in blocks)


def _order(data: Any, path: Path) -> tuple[int, ...]:
    """Return where a path comes in plain data that never was a text."""
    order: list[int] = []
    for step in path:
        items: dict[Any, Any] = {}
        if isinstance(data, dict | list):
            items = dict(data.items() if isinstance(data, dict) else enumerate(data))
        if step not in items:
            break
        order.append([*items].index(step))
        data = items[step]
    return tuple(order)


def problem_of(each: Found, file: str | None = None, at: tuple[int, int] | None = None) -> ProblemBlock:
    """Return a fault as a problem; ``details["char"]`` is the column of the text it points at."""
    details: dict[str, Any] = without_person_numbers(each.details)
    if at is not None:
        details["char"] = at[1]
    return ProblemBlock(
        code=each.code,
        level=each.level,
        file=file,
        path=path_text(each.path),
        line=None if at is None else at[0],
        details=details,
    )


def _placed(each: Found) -> Found:
    """Cut a path at a name that could be a person number."""
    path: Path = ()
    for step in each.path:
        if isinstance(step, str) and has_person_number(step):
            return attrs.evolve(each, path=path)
        path = (*path, step)
    return each


def _has_place(each: Found, raw: RawFile) -> bool:
    """Return whether a line can be found for a fault: the file was understood as a text."""
    return raw.text is not None and each.place is None and not raw.found
