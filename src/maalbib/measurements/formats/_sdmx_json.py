"""SDMX-JSON data messages as measurements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import attrs
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from maalbib.measurements._arrow_types import Rows
from maalbib.measurements._bytes import source_name
from maalbib.measurements._codes import Codes, codes_of
from maalbib.measurements._limits import DEFAULT_LIMITS, Limits, RefusedError
from maalbib.measurements.formats._foreign import ForeignTable
from maalbib.measurements.formats._sdmx_actions import DELETE, MERGE, REPLACE
from maalbib.measurements.formats._sdmx_csv_cells import plain_text
from maalbib.measurements.formats._sdmx_json_parse import DataSet, SdmxJson, parse_sdmx_json
from maalbib.measurements.formats._sdmx_json_structure import JsonComponent, Structure
from maalbib.measurements.formats._sdmx_names import FREQUENCY, KEYED, NUMBERS, concept, roles_of
from maalbib.measurements.formats._sdmx_table import Cells, Message, block_at, observations, without_rows
from maalbib.problems import ProblemBlock, Problems

__all__ = ["read_sdmx_json"]

_FORMAT: Final = "sdmx-json 2"
_ACTIONS: Final = {"Delete": DELETE, "Replace": REPLACE}
_KEY_ROLES: Final = ("indicator", "institution", "period")


def read_sdmx_json(source: str | Path | bytes, *, limits: Limits = DEFAULT_LIMITS) -> tuple[ForeignTable, Problems]:
    """Read observations from an SDMX-JSON 2 data message.

    Parameters
    ----------
    source
        Path of the file, or its bytes.
    limits
        What the reader may take in.

    Returns
    -------
    tuple[ForeignTable, Problems]
        A row for each observation that the message leaves behind, numbered from 0 through the message, and every problem.
        A refused file gives a table without columns.

    Notes
    -----
    Datasets are applied in the order of the message: Information, Append and Merge fill cells and leave the others as
    they are, Replace replaces the observation, Delete deletes those that it names, or the cells that are not null. A
    message that deletes is applied whole or not at all (``sdmx_json.not_applied``). Attributes of datasets, series and groups
    stand beside each of their observations, and a default where there is nothing else. An attribute that refers to no
    value of its list is empty, with the warning ``sdmx_json.attribute``.

    Dimensions of series and observations that are neither indicator, institution, period nor frequency break the values
    down; those of the whole dataset have one value and do not.

    Time and memory grow with the observations.

    Examples
    --------
    >>> import json
    >>> dimensions = {
    ...     "series": [{"id": "INDICATOR", "keyPosition": 0, "values": [{"id": "sick"}]}],
    ...     "observation": [{"id": "TIME_PERIOD", "keyPosition": 1, "values": [{"id": "2023"}, {"id": "2024"}]}],
    ... }
    >>> dataset = {"structure": 0, "series": {"0": {"observations": {"0": [9.4], "1": [None]}}}}
    >>> message = {"data": {"structures": [{"dimensions": dimensions}], "dataSets": [dataset]}}
    >>> table, problems = read_sdmx_json(json.dumps(message).encode())
    >>> {name: column.to_pylist() for name, column in table.columns.items()}
    {'INDICATOR': ['sick', 'sick'], 'TIME_PERIOD': ['2023', '2024'], 'OBS_VALUE': [9.4, None]}
    """
    file = source_name(source)
    parsed, problems = parse_sdmx_json(source, limits)
    table, blocks = ForeignTable(format=_FORMAT), list[ProblemBlock]()
    if parsed.datasets:
        try:
            table, blocks = _observed(parsed, limits, failed=bool(len(problems.errors)))
        except RefusedError as refusal:
            blocks = [refusal.block]
    elif not len(problems):
        blocks = [ProblemBlock(code="file.no_rows", level="warning")]
    return attrs.evolve(table, file=file), problems + Problems(attrs.evolve(block, file=file) for block in blocks)


def _observed(parsed: SdmxJson, limits: Limits, *, failed: bool) -> tuple[ForeignTable, list[ProblemBlock]]:
    structures = {id(one.structure): one.structure for one in parsed.datasets}
    if len(structures) > 1:
        raise RefusedError(ProblemBlock(code="sdmx_json.structures", details={"count": len(structures)}))
    structure = next(iter(structures.values()))
    roles = _roles(structure)
    message, blocks = _message(parsed.datasets, structure, roles)
    failed = failed or any(block.level == "error" for block in blocks)
    if failed and any(one.action == "Delete" for one in parsed.datasets):
        return ForeignTable(format=_FORMAT), [*blocks, ProblemBlock(code="sdmx_json.not_applied")]
    components = (*structure.dimensions, *structure.measures, *structure.attributes)
    held, found = observations(message, [one.id for one in components], limits)
    known = {roles[role] for role in _KEY_ROLES if role in roles}
    broken_down = structure.dimensions_at("series", "observation")
    if not len(held.rows):
        found.append(ProblemBlock(code="file.no_rows", level="warning"))
    return ForeignTable(
        columns={name: _with_default(array, name, structure) for name, array in held.columns.items()},
        rows=held.rows,
        roles=roles,
        breakdowns=tuple(
            one.id for one in broken_down if one.id not in known and FREQUENCY not in {concept(one.id), *one.concepts}
        ),
        names={one.id: one.names for one in components if one.names},
        labels={one.id: one.labels for one in components if one.labels},
        notes={"structure_name": next(iter(structure.name.values()))} if structure.name else {},
        format=_FORMAT,
    ), [*blocks, *found]


def _roles(structure: Structure) -> dict[str, str]:
    """Return which component is which column, by its id and else by the concept that it names."""
    keys = {*_KEY_ROLES, *KEYED}
    beside = (*structure.measures, *structure.attributes)
    found = {role: name for role, name in _named(beside).items() if role not in _KEY_ROLES}
    return found | {role: name for role, name in _named(structure.dimensions).items() if role in keys}


def _named(components: Sequence[JsonComponent]) -> dict[str, str]:
    by_concept = {word: one.id for one in reversed(components) for word in one.concepts}
    named = roles_of(one.id for one in components)
    return {role: by_concept[word] for role, word in roles_of(by_concept).items()} | named


def _message(
    datasets: Sequence[DataSet], structure: Structure, roles: Mapping[str, str]
) -> tuple[Message, list[ProblemBlock]]:
    """Return all datasets as rows; the groups of each stand before its observations."""
    sizes = [(len(next(iter(one.groups[0].values()), ())), len(one)) for one in datasets]
    columns = _Columns(datasets, structure, sizes)
    cells: dict[str, Cells] = {}
    wrong: dict[str, Rows] = {}
    for one in (*structure.measures, *structure.attributes):
        role = next((role for role, name in roles.items() if name == one.id), "")
        if role in NUMBERS:
            cells[one.id], wrong[one.id] = _numbers(columns.given(one))
        elif role == "comment":
            cells[one.id] = _texts(columns.given(one))
        else:
            cells[one.id] = columns.codes(one)
    numbers = columns.numbers()
    deletes = np.array([_ACTIONS.get(one.action, MERGE) for one in datasets], dtype=np.int8)
    message = Message(
        dimensions={one.id: columns.key(one) for one in structure.dimensions},
        cells=cells,
        filled={one.id: columns.filled(one) for one in (*structure.measures, *structure.attributes)},
        actions=np.repeat(deletes, [groups + rows for groups, rows in sizes]),
        roles=roles,
        rows=numbers,
    )
    blocks: list[ProblemBlock] = []
    bad = [np.flatnonzero(~columns.kept())]
    for name, unread in wrong.items():
        rows = unread[message.actions[unread] != DELETE]
        blocks += block_at(message, "sdmx_json.value", rows, column=name)
        bad.append(rows)
    return without_rows(message, np.unique(np.concatenate(bad))), blocks


class _Columns:
    """The rows of several datasets one after another, each dataset's groups before its observations."""

    def __init__(self, datasets: Sequence[DataSet], structure: Structure, sizes: Sequence[tuple[int, int]]) -> None:
        self._datasets, self._structure, self._sizes = datasets, structure, sizes

    def numbers(self) -> Rows:
        """Return the number of each row in the message; a group has that of the row behind it."""
        parts: list[Rows] = [np.empty(0, dtype=np.int64)]
        first = 0
        for groups, rows in self._sizes:
            parts += [np.full(groups, first), np.arange(first, first + rows)]
            first += rows
        return np.concatenate(parts)

    def kept(self) -> Any:
        """Return which rows have no error."""
        parts = [np.empty(0, dtype=np.bool_)]
        first = 0
        for dataset, (groups, rows) in zip(self._datasets, self._sizes, strict=True):
            kept = np.zeros(rows, dtype=np.bool_)
            kept[dataset.kept - first] = True
            parts += [np.ones(groups, dtype=np.bool_), kept]
            first += rows
        return np.concatenate(parts)

    def key(self, dimension: JsonComponent) -> Codes:
        """Return the codes of a dimension."""
        parts = [np.empty(0, dtype=np.int32)]
        for dataset, (groups, _) in zip(self._datasets, self._sizes, strict=True):
            parts += [dataset.groups[0].get(dimension.id, np.full(groups, -1, np.int32)), dataset.keys[dimension.id]]
        return _listed(np.concatenate(parts), dimension)

    def codes(self, component: JsonComponent) -> Codes:
        """Return the values of a measure or attribute as codes."""
        if component.values is None:
            array: Any = _texts(self.given(component))
            return codes_of(pa.chunked_array([array])) or Codes.empty(len(array))
        parts = [np.empty(0, dtype=np.int32)]
        for dataset, (groups, rows) in zip(self._datasets, self._sizes, strict=True):
            for items, count in ((dataset.groups[1], groups), ((*dataset.measures, *dataset.attributes), rows)):
                found = next((one.places for one in items if one.component is component), None)
                parts.append(np.full(count, -1, dtype=np.int32) if found is None else found)
        return _listed(np.concatenate(parts), component)

    def given(self, component: JsonComponent) -> list[Any]:
        """Return the values of a measure or attribute, None where there is none."""
        found: list[Any] = []
        for dataset, (groups, rows) in zip(self._datasets, self._sizes, strict=True):
            found += _of(dataset.groups[1], component, groups)
            found += _of((*dataset.measures, *dataset.attributes), component, rows)
        return found

    def filled(self, component: JsonComponent) -> Any:
        """Return which cells of a measure or attribute hold something."""
        found: list[bool] = []
        for dataset, (groups, rows) in zip(self._datasets, self._sizes, strict=True):
            for items, count in ((dataset.groups[1], groups), ((*dataset.measures, *dataset.attributes), rows)):
                item = next((one for one in items if one.component is component), None)
                found += [False] * count if item is None else [value is not None for value in item.given]
        return np.array(found, dtype=np.bool_)


def _of(items: Iterable[Any], component: JsonComponent, count: int) -> list[Any]:
    item = next((one for one in items if one.component is component), None)
    if item is None:
        return [None] * count
    if item.places is None:
        return list(item.given)
    values = (*(component.values or ()), None)
    return [values[place] for place in item.places.tolist()]


def _text(value: Any) -> str | None:
    """Return one text for a value of any kind."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return plain_text([text for text in map(_text, value) if text])
    if isinstance(value, dict):
        return plain_text({tag: text for tag, text in value.items() if isinstance(text, str)})
    return None if value is None else str(value) or None


def _texts(given: Sequence[Any]) -> pa.Array[Any]:
    """Return a column of texts; as a rule the values are texts already."""
    plain = set(map(type, given)) <= {str, type(None)}
    return pa.array(given if plain else [_text(value) for value in given], type=pa.string())


def _listed(places: NDArray[np.int32], component: JsonComponent) -> Codes:
    """Return a column of references to the values of a component as codes."""
    texts = [_text(value) for value in component.values or ()]
    return Codes(places, tuple(map(str, range(len(texts))))).renamed(texts)


def _numbers(given: Sequence[Any]) -> tuple[Any, Rows]:
    """Return numbers, NaN for none, and the rows that hold something else."""
    known = {int, float, type(None)}
    texts = set(map(type, given)) - known
    bad = np.empty(0, dtype=np.int64)
    if texts:
        bad = np.flatnonzero([type(value) not in known and value != "NaN" for value in given])
        given = [value if type(value) in known else None for value in given]
    return np.array(given, dtype=np.float64) + 0.0, bad


def _with_default(array: pa.Array[Any], name: str, structure: Structure) -> pa.Array[Any]:
    """Return a column with the default of its attribute where nothing else is said."""
    default = next((one.default for one in structure.attributes if one.id == name), None)
    if default is None or not array.null_count or not isinstance(array, pa.DictionaryArray):
        return array
    codes = codes_of(pa.chunked_array([array])) or Codes.empty(len(array))
    return codes.filled(default).to_arrow()
