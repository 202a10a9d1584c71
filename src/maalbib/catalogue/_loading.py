"""From files to a catalogue: every fault of every file is found before anything is raised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs

from maalbib import texts
from maalbib.catalogue._extras import frozen, lifted
from maalbib.catalogue._faults import FieldError, Found, Path, path_text, walk
from maalbib.catalogue._header import CURRENT, Header, version_of
from maalbib.catalogue._parsing import RawFile
from maalbib.catalogue._reporting import reported
from maalbib.catalogue._rules import Placed, broken_rules
from maalbib.catalogue._shapes import TABLES, TAGGED, class_of
from maalbib.catalogue._sources import HEADER
from maalbib.catalogue._structuring import UnknownUnit, structured
from maalbib.catalogue._unfit import unfit_texts
from maalbib.errors import CatalogueError
from maalbib.model import Unit, builtin_units
from maalbib.problems import Problems

__all__ = ["load_files"]

# Units come first: indicators refer to them.
_READING_ORDER: Final = ("units", *(table for table in TABLES if table != "units"))


def load_files(raws: Sequence[RawFile], *, keep: bool) -> tuple[dict[str, Any], Problems]:
    """Return what a catalogue is made of, and the warnings.

    Raises
    ------
    CatalogueError
        With every fault of every file.
    """
    loading = _Loading(raws=raws, keep=keep)
    loading.run()
    problems = reported(loading.found, raws)
    if problems.errors:
        raise CatalogueError(problems)
    return loading.fields(), problems


@attrs.define
class _Loading:
    """One load: the files in, entries and faults out."""

    raws: Sequence[RawFile]
    keep: bool
    found: list[Found] = attrs.Factory(list)
    tables: dict[str, list[Placed]] = attrs.Factory(lambda: {table: [] for table in TABLES})
    known: dict[str, set[str]] = attrs.Factory(lambda: {table: set() for table in TABLES})
    extras: dict[str, Any] = attrs.Factory(dict)
    header: dict[str, Any] = attrs.Factory(dict)
    header_files: dict[str, int] = attrs.Factory(dict)
    made: Any = None
    newest: tuple[int, int] = (0, 0)
    newer: set[int] = attrs.Factory(set)  # files of a newer minor version
    units: dict[str, Unit] = attrs.Factory(lambda: dict(builtin_units()))

    def run(self) -> None:
        """Read everything; stop early only where a file cannot be understood at all."""
        self.found += [attrs.evolve(each, file=i) for i, raw in enumerate(self.raws) for each in raw.found]
        whole = not self.found
        readable = [i for i, raw in enumerate(self.raws) if not raw.found]
        if self.too_new(readable):
            return
        for i in readable:
            self.found += [attrs.evolve(each, file=i) for each in unfit_texts(self.raws[i].data)]
            self.top(i)
        if whole:
            self.make_header()
        for table in _READING_ORDER:
            for i in readable:
                self.table(table, i)
        if whole:
            names = [raw.name for raw in self.raws]
            self.found += broken_rules(self.tables, self.known, several_files=names)

    def too_new(self, readable: Sequence[int]) -> bool:
        """Check the version of each file; a newer major version is the only thing reported."""
        versions = {i: version_of(self.raws[i].data.get("schema_version")) for i in readable}
        wrong = [attrs.evolve(each, file=i) for i, each in versions.items() if isinstance(each, Found)]
        newest = [each for each in wrong if each.code == "schema.too_new"]
        if newest:
            self.found[:] = newest
            return True
        self.found += wrong
        self.newer = {i for i, each in versions.items() if not isinstance(each, Found) and each > CURRENT}
        self.newest = max((each for each in versions.values() if not isinstance(each, Found)), default=CURRENT)
        return False

    def top(self, i: int) -> None:
        """Sort what stands at the top of a file into header, tables and unknown fields."""
        for key, value in self.raws[i].data.items():
            if key in HEADER:
                self.head(i, key, value)
            elif key not in TABLES and key != "schema_version":
                self.unknown(i, (key,))
                if self.keeps(i):
                    self.keep_top(i, key, value)

    def head(self, i: int, key: str, value: Any) -> None:
        """Take a header field; two files may only say the same."""
        if key in self.header and self.header[key] != value:
            other = self.raws[self.header_files[key]].name
            details = {"field": key, "other": other or ""}
            self.found.append(Found(path=(key,), code="catalogue.header_twice", details=details, file=i, on_key=True))
        self.header.setdefault(key, value)
        self.header_files.setdefault(key, i)

    def keep_top(self, i: int, key: str, value: Any) -> None:
        """Keep an unknown field or table; lists from several files are joined."""
        for name, kept in self.kept(i, (), {(key,): value}).items():
            before = self.extras.get(name)
            self.extras[name] = before + kept if isinstance(before, tuple) and isinstance(kept, tuple) else kept

    def kept(self, i: int, path: Path, unknown: Mapping[Path, Any]) -> dict[str, Any]:
        """Return unknown fields as they are kept, by their paths within the entry."""
        found: dict[str, Any] = {}
        for inner, value in unknown.items():
            try:
                found[path_text(inner)] = frozen(value)
            except FieldError as error:
                details = {"model": "Catalogue", "field": str(inner[-1]), **error.details}
                self.found.append(Found(path=(*path, *inner), code=error.code, details=details, file=i))
        return found

    def make_header(self) -> None:
        """Make the header from the fields of all files."""
        version = f"{self.newest[0]}.{self.newest[1]}" if self.newest > CURRENT else None
        raw = self.header | ({} if version is None else {"schema_version": version})
        try:
            self.made = structured(Header, raw)
        except Exception as error:  # noqa: BLE001 - walk raises what is not a fault of the file
            for each in walk(error, (), "Catalogue"):
                details = {**each.details, "model": "Catalogue"}
                self.found.append(
                    attrs.evolve(each, file=self.header_files.get(str(each.path[0]), 0), details=details)
                )

    def table(self, table: str, i: int) -> None:
        """Read one table of one file."""
        rows = self.raws[i].data.get(table, [])
        details = {"model": "Catalogue", "field": table}
        if type(rows) is not list:
            expected = details | {"expected": "an array of tables"}
            self.found.append(Found(path=(table,), code="type", details=expected, file=i))
            self.known.pop(table, None)
            return
        for index, row in enumerate(rows):
            path = (table, index)
            if type(row) is dict:
                self.row(table, row, path, i)
            else:
                expected = details | {"expected": "a table"}
                self.found.append(Found(path=path, code="type", details=expected, file=i))
                self.known.pop(table, None)

    def row(self, table: str, row: Mapping[str, Any], path: Path, i: int) -> None:
        """Read one entry."""
        code = row.get("id")
        if not isinstance(code, str):  # any reference to the table could mean this entry
            self.known.pop(table, None)
        elif table in self.known:
            self.known[table].add(code)
        model = class_of(table, row)
        known = model is not None
        if model is None:
            self.found.append(_kind_fault(table, row, path, i))
            model = TABLES[table]
        given = {key: value for key, value in row.items() if not (table in TAGGED and key == "kind")}
        clean, unknown = lifted(given, model, newer=i in self.newer)
        if known:
            for inner in unknown:
                self.unknown(i, (*path, *inner))
        if table == "indicators":
            self.resolve_unit(clean)
        if self.keeps(i):
            clean["extras"] = self.kept(i, path, unknown)
        self.structure(table, clean, model, path, i)

    def structure(self, table: str, clean: Mapping[str, Any], model: type, path: Path, i: int) -> None:
        """Make the entry, or note everything that is wrong with it."""
        try:
            entry = structured(model, clean)
        except Exception as error:  # noqa: BLE001 - walk raises what is not a fault of the file
            self.found += [attrs.evolve(each, file=i) for each in walk(error, path, model.__name__)]
            return
        self.tables[table].append(Placed(entry=entry, path=path, file=i))
        if isinstance(entry, Unit):
            self.units.setdefault(entry.id, entry)

    def resolve_unit(self, clean: dict[str, Any]) -> None:
        """Put the unit in the place of its code."""
        code = clean.get("unit")
        if type(code) is not str:
            return
        if code in self.units:
            clean["unit"] = self.units[code]
        elif code in self.known.get("units", (code,)):  # its own fault is reported where it is defined
            clean["unit"] = builtin_units()["score"]
        else:
            clean["unit"] = UnknownUnit(suggestion=texts.closest(code, self.units), allowed=tuple(self.units))

    def unknown(self, i: int, path: Path) -> None:
        """Note an unknown field: an error, or a warning where it is kept."""
        details = {"field": str(path[-1])}
        if self.keeps(i):
            self.found.append(
                Found(path=path, code="field.kept", details=details, level="warning", file=i, on_key=True)
            )
        else:
            self.found.append(Found(path=path, code="field.unknown", details=details, file=i, on_key=True))

    def keeps(self, i: int) -> bool:
        """Return whether unknown fields of a file are kept."""
        return self.keep or i in self.newer

    def fields(self) -> dict[str, Any]:
        """Return what the catalogue is made of."""
        header = {name: getattr(self.made, name) for name in attrs.fields_dict(Header)}
        entries = {table: tuple(placed.entry for placed in rows) for table, rows in self.tables.items()}
        return header | entries | {"extras": self.extras}


def _kind_fault(table: str, row: Mapping[str, Any], path: Path, i: int) -> Found:
    """Return what is wrong with the kind of a tagged entry."""
    kind, kinds = row.get("kind"), TAGGED[table]
    details: dict[str, Any] = {"model": TABLES[table].__name__, "field": "kind"}
    place: dict[str, Any] = {"path": (*path, "kind"), "file": i}
    if "kind" not in row:
        return Found(code="field.missing", details=details, **place)
    if type(kind) is not str:
        return Found(code="type", details=details | {"expected": "text"}, **place)
    suggestion = texts.closest(kind, kinds)
    code = "enum.unknown" if suggestion is None else "enum.did_you_mean"
    return Found(code=code, details=details | {"allowed": [*kinds], "suggestion": suggestion}, **place)
