"""SDMX-JSON data messages as the format means them: keys, measures and attributes, dataset by dataset."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from maalbib.measurements._arrow_types import Rows
from maalbib.measurements._bytes import source_name
from maalbib.measurements._limits import DEFAULT_LIMITS, Limits, RefusedError
from maalbib.measurements.formats._json import load_json
from maalbib.measurements.formats._sdmx_json_structure import (
    JsonComponent,
    Structure,
    broken,
    language_of,
    structures_in,
)
from maalbib.problems import Level, ProblemBlock, Problems

__all__ = ["DataSet", "SdmxJson", "parse_sdmx_json"]

compute: Final[Any] = pc  # its stubs know no plain values among the arguments

ACTIONS: Final = ("Information", "Append", "Merge", "Replace", "Delete")
_NOT_THERE: Final = -1
Places = NDArray[np.int32]
_Series = tuple[list[tuple[str, Any]], Rows]  # key and table of each series, and the number of each row's series


@attrs.frozen(kw_only=True, eq=False)
class Item:
    """What the rows of a dataset say about one measure or attribute.

    Attributes
    ----------
    component
        The measure or attribute.
    given
        What stands in the message for each row, None for nothing.
    places
        For a component with listed values, the place of each row's value, -1 for none.
    """

    component: JsonComponent
    given: Sequence[Any]
    places: Places | None = None

    def value(self, i: int) -> Any:
        """Return the value of a row; None where it has none or refers to none."""
        if self.places is None or self.component.values is None:
            return self.given[i]
        place = int(self.places[i])
        return None if place < 0 else self.component.values[place]


@attrs.frozen(kw_only=True, eq=False)
class DataSet:
    """One dataset of a message as columns.

    Attributes
    ----------
    action
        What is to be done with it.
    structure
        Its structure.
    keys
        Place of each row's value in the list of its dimension, -1 for any value, by dimension in the order of the key.
    measures, attributes
        What stands beside the keys.
    groups
        Keys of the groups of observations, and attributes of the groups.
    start
        Number of its first row in the message.
    kept
        Numbers of its rows, without those with errors.
    """

    action: str
    structure: Structure
    keys: Mapping[str, Places]
    measures: tuple[Item, ...]
    attributes: tuple[Item, ...]
    groups: tuple[Mapping[str, Places], tuple[Item, ...]]
    kept: Rows

    def __len__(self) -> int:
        """Return the number of rows, those with errors included."""
        return len(next(iter(self.keys.values()))) if self.keys else 0

    def rows(self, first: int) -> Iterator[dict[str, Any]]:
        """Yield the rows without errors as tables; ``first`` is the number of the first row."""
        deletes = self.action == "Delete"
        for i in (self.kept - first).tolist():
            key = {
                one.id: (one.values or ())[self.keys[one.id][i]]
                for one in self.structure.dimensions
                if self.keys[one.id][i] >= 0
            }
            yield {
                "action": self.action,
                "key": key,
                "measures": {
                    item.component.id: item.value(i)
                    for item in self.measures
                    if not deletes or item.given[i] is not None
                },
                "attributes": {
                    item.component.id: item.value(i) for item in self.attributes if item.given[i] is not None
                },
            }


@attrs.frozen(kw_only=True, eq=False)
class SdmxJson:
    """A message.

    Attributes
    ----------
    datasets
        Its datasets in the order of the message; none where it was refused.
    language
        Its main language.
    """

    datasets: tuple[DataSet, ...] = ()
    language: str = "und"

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Yield the rows without errors as tables: action, key, measures and attributes."""
        first = 0
        for dataset in self.datasets:
            yield from dataset.rows(first)
            first += len(dataset)


def parse_sdmx_json(source: str | Path | bytes, limits: Limits = DEFAULT_LIMITS) -> tuple[SdmxJson, Problems]:
    """Read a data message of SDMX-JSON 2 without applying its actions.

    Parameters
    ----------
    source
        Path of the file, or its bytes.
    limits
        What the reader may take in.

    Returns
    -------
    tuple[SdmxJson, Problems]
        The datasets, and every problem. Rows count from 0 through the message.

    Notes
    -----
    The form is that of the schema of SDMX-JSON 2 [1]_. Version 1 has its structure elsewhere and is refused
    (``sdmx_json.version``).

    References
    ----------
    .. [1] SDMX Technical Working Group. SDMX-JSON Data Message. https://github.com/sdmx-twg/sdmx-json.
    """
    file = source_name(source)
    try:
        message, blocks = _message(load_json(source, limits), limits)
    except RefusedError as refusal:
        message, blocks = SdmxJson(), [refusal.block]
    return message, Problems(attrs.evolve(block, file=file) for block in blocks)


def _message(document: object, limits: Limits) -> tuple[SdmxJson, list[ProblemBlock]]:
    if not isinstance(document, dict):
        raise broken("$")
    data = document.get("data")
    inner = data if isinstance(data, dict) else {}
    if {"header", "structure", "dataSets"} & document.keys() or "structure" in inner:
        raise RefusedError(ProblemBlock(code="sdmx_json.version"))
    language = language_of(document)
    structures = structures_in(inner, language, limits)
    given = inner.get("dataSets")
    if not isinstance(given, list):
        raise broken("data.dataSets")
    datasets: list[DataSet] = []
    blocks: list[ProblemBlock] = []
    rows = 0
    for i, one in enumerate(given):
        reader = _Reader(one, structures, f"data.dataSets[{i}]", rows, limits)
        datasets.append(reader.dataset())
        blocks += reader.blocks
        rows += reader.count
    return SdmxJson(datasets=tuple(datasets), language=language), blocks


class _Reader:
    """Reads one dataset."""

    def __init__(self, given: object, structures: Sequence[Structure], path: str, first: int, limits: Limits) -> None:
        if not isinstance(given, dict):
            raise broken(path)
        place = given.get("structure", 0)
        if type(place) is not int or not 0 <= place < len(structures):
            raise broken(path, "structure")
        action = given.get("action") or "Information"
        if action not in ACTIONS:
            raise RefusedError(ProblemBlock(code="sdmx_json.action", path=path))
        self._given, self._path, self._first, self._limits = given, path, first, limits
        self._structure, self._action = structures[place], action
        self._bad: list[Rows] = [np.empty(0, dtype=np.int64)]
        self.blocks: list[ProblemBlock] = []
        self.count = 0

    def _note(self, code: str, bad: Any, *, level: Level = "error", column: str | None = None) -> None:
        rows = np.flatnonzero(bad)
        if len(rows):
            numbers = (rows + self._first).tolist()
            self.blocks.append(ProblemBlock(code=code, level=level, column=column, rows=numbers))
            if level == "error":
                self._bad.append(rows)

    def dataset(self) -> DataSet:
        series, keys, observations = self._collected()
        self.count = len(keys)
        breach = self._limits.breach("rows", self._first + self.count)
        if breach is not None:
            raise RefusedError(breach)
        places = self._keys(series, keys)
        lengths = np.array([len(one) for one in observations], dtype=np.int64)
        structure = self._structure
        beside = [*structure.measures, *structure.attributes_at("observation")]
        items = [
            self._item(one, [row[i] if i < len(row) else None for row in observations])
            for i, one in enumerate(beside)
        ]
        self._note("sdmx_json.attribute", self._odd(observations, lengths, len(beside)))
        attributes = [*self._above("dataSet", [self._given], np.zeros(self.count, dtype=np.int64))]
        attributes += self._above("series", [one for _, one in series[0]], series[1])
        attributes += items[len(structure.measures) :]
        groups = self._groups()
        return DataSet(
            action=self._action,
            structure=structure,
            keys=places,
            measures=tuple(items[: len(structure.measures)]),
            attributes=tuple(attributes),
            groups=groups,
            kept=np.delete(np.arange(self.count), np.concatenate(self._bad)) + self._first,
        )

    def _collected(self) -> tuple[_Series, list[str | None], list[list[Any]]]:
        """Return the series, and for each row its key and its observation; None is the key of whatever there is."""
        listed = self._table(self._given, "series", self._path)
        if not listed:
            whole = self._table(self._given, "observations", self._path)
            alone = self._action == "Delete" and not self._given.keys() & {"series", "observations"}
            keys: list[str | None] = [None] if alone else list(whole)
            return ([], np.zeros(len(keys), dtype=np.int64)), keys, [[]] if alone else self._lists([*whole.values()])
        keys = []
        observations: list[Any] = []
        counts: list[int] = []
        for one in listed.values():
            if not isinstance(one, dict):
                raise broken(self._path, "series")
            alone = self._action == "Delete" and "observations" not in one  # all of the series
            inner: dict[Any, Any] = {None: []} if alone else self._table(one, "observations", f"{self._path}.series")
            keys.extend(inner)
            observations.extend(inner.values())
            counts.append(len(inner))
        number = np.repeat(np.arange(len(listed)), counts)
        return (list(listed.items()), number), keys, self._lists(observations)

    def _table(self, owner: Mapping[str, Any], name: str, path: str) -> dict[str, Any]:
        found = owner.get(name)
        if found is not None and not isinstance(found, dict):
            raise broken(path, name)
        return found or {}

    def _lists(self, observations: list[Any]) -> list[list[Any]]:
        if set(map(type, observations)) <= {list}:
            return observations
        self._note("sdmx_json.observation", [not isinstance(one, list) for one in observations])
        return [one if isinstance(one, list) else [] for one in observations]

    def _keys(self, series: _Series, keys: Sequence[str | None]) -> dict[str, Places]:
        """Return the places of every row's key; those that cannot be read are noted."""
        structure, count = self._structure, len(keys)
        found, wrong = _places(keys, structure.dimensions_at("observation"))
        named = np.array([key is not None for key in keys], dtype=np.bool_)
        bad = wrong & named
        if series[0]:
            above, wrong = _places([key for key, _ in series[0]], structure.dimensions_at("series"))
            found |= {name: places[series[1]] for name, places in above.items()}
            bad |= wrong[series[1]]
        elif structure.dimensions_at("series"):  # flat, though the structure has series
            bad |= named
        self._note("sdmx_json.key", bad)
        found |= {one.id: np.zeros(count, dtype=np.int32) for one in structure.dimensions_at("dataSet")}
        return {one.id: found.get(one.id, np.full(count, _NOT_THERE, np.int32)) for one in structure.dimensions}

    def _item(self, component: JsonComponent, given: Sequence[Any], rows: Rows | None = None) -> Item:
        """Return a column of values; numbers that refer to no value are noted and stand for nothing."""
        if component.values is None:
            return Item(component=component, given=given)
        size = len(component.values)
        fit = [type(one) is int and 0 <= one < size for one in given]
        places = np.array([one if good else _NOT_THERE for one, good in zip(given, fit, strict=True)], dtype=np.int32)
        wrong = np.array([one is not None for one in given], dtype=np.bool_) & (places < 0)
        self._note(
            "sdmx_json.attribute", wrong if rows is None else wrong[rows], level="warning", column=component.id
        )
        return Item(component=component, given=given, places=places)

    def _odd(self, observations: Sequence[list[Any]], lengths: Rows, known: int) -> Any:
        """Say which observations hold more than their components and references to annotations."""
        bad = np.zeros(len(observations), dtype=np.bool_)
        most = self._structure.annotations
        for i in np.flatnonzero(lengths > known).tolist():
            bad[i] = any(type(one) is not int or not 0 <= one < most for one in observations[i][known:])
        return bad

    def _above(self, level: Any, owners: Sequence[Mapping[str, Any]], rows: Rows) -> list[Item]:
        """Return the attributes of a level above the observations, for every row."""
        components = self._structure.attributes_at(level)
        if not components or not owners:
            return []
        lists = [one.get("attributes") or [] for one in owners]
        if not all(isinstance(one, list) for one in lists):
            raise broken(self._path, "attributes")
        found: list[Item] = []
        for i, component in enumerate(components):
            given = [one[i] if i < len(one) else None for one in lists]
            item = self._item(component, given, rows)
            places = None if item.places is None else item.places[rows]
            found.append(Item(component=component, given=[given[row] for row in rows.tolist()], places=places))
        return found

    def _groups(self) -> tuple[Mapping[str, Places], tuple[Item, ...]]:
        """Return the groups of observations and what their attributes are."""
        listed = self._table(self._given, "dimensionGroupAttributes", self._path)
        structure = self._structure
        components = structure.attributes_at("dimensionGroup")
        if not listed or not components:
            return {}, ()
        slots = structure.dimensions_at("series", "observation")
        if any(key.count(":") + 1 == len(structure.dimensions) != len(slots) for key in listed):
            slots = list(structure.dimensions)
        places, wrong = _places([*listed], slots, wild=True)
        lists = list(listed.values())
        if wrong.any() or not all(isinstance(one, list) for one in lists):
            raise broken(self._path, "dimensionGroupAttributes")
        fixed = {one.id: np.zeros(len(lists), np.int32) for one in structure.dimensions_at("dataSet")}
        none = np.empty(0, dtype=np.int64)
        items = [
            self._item(one, [given[i] if i < len(given) else None for given in lists], none)
            for i, one in enumerate(components)
        ]
        return fixed | places, tuple(items)


def _places(
    keys: Sequence[str | None], dimensions: Sequence[JsonComponent], *, wild: bool = False
) -> tuple[dict[str, Places], NDArray[np.bool_]]:
    """Return the places that keys such as ``0:3:1`` name, by dimension, and which keys cannot be read."""
    count, width = len(keys), len(dimensions)
    places = np.full((count, width), _NOT_THERE, dtype=np.int32)
    if width == 0:
        return {}, np.zeros(count, dtype=np.bool_)
    texts: Any = pa.array(keys, type=pa.string())
    digits = "[0-9]{0,8}" if wild else "[0-9]{1,8}"
    grammar = rf"^{digits}(?::{digits}){{{width - 1}}}$"
    fit = compute.fill_null(compute.match_substring_regex(texts, grammar), False)
    good = fit.to_numpy(zero_copy_only=False)
    parts: Any = compute.split_pattern(texts.filter(fit), ":").flatten()
    if wild:
        parts = compute.if_else(compute.equal(parts, ""), str(_NOT_THERE), parts)
    places[good] = parts.cast(pa.int32()).to_numpy().reshape(-1, width)
    past = (places >= np.array([len(one.values or ()) for one in dimensions])).any(axis=1)
    places[past] = _NOT_THERE
    return {one.id: places[:, i] for i, one in enumerate(dimensions)}, ~good | past
