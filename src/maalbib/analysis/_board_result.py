"""The goal board as a result: rows, summary, pages, files."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self

import attrs
import pyarrow as pa

from maalbib.analysis._board_beside import Beside, keys_of
from maalbib.analysis._board_files import board_csv, write_board
from maalbib.analysis._board_html import fragment, page
from maalbib.analysis._board_notes import Noted, Said, note_columns, plain_note
from maalbib.analysis._board_order import BY, RANKED, By, goal_paths, order
from maalbib.analysis._board_recent import recent_columns
from maalbib.analysis._board_row import WITHHELD_CONFIDENTIAL, WITHHELD_HIDDEN, BoardRow, GoalSummary
from maalbib.analysis._columns import cells, members
from maalbib.analysis._context import Setting, as_least, one_of
from maalbib.analysis._labels import NO_LABELS, Labels
from maalbib.analysis._result import Result
from maalbib.analysis._track import Tracking
from maalbib.model import FollowUp, Override

if TYPE_CHECKING:
    from maalbib.catalogue import Catalogue
    from maalbib.measurements import Measurements
    from maalbib.measurements.writing._numbers import WrittenLocale
    from maalbib.register import Register

__all__ = ["GoalBoard"]

_METADATA: Final = b"maalbib"
_SHOWN_IN_NOTEBOOK: Final = 40
_SHOWN_ON_PAGE: Final = 500
_RECENT: Final = ("recent", "recent_periods", "recent_breaks")


class GoalBoard(Result[BoardRow]):
    """Where everything stands; rows are :class:`BoardRow`, in the order of the goals and the worst first.

    In a notebook it shows itself in Danish; :meth:`html` and :meth:`page` give either language.

    Parameters
    ----------
    table
        The rows, with the columns of :meth:`schema`.
    labels
        Names, units and decimals.
    beside
        Notes and order; made by :func:`goal_board` and :meth:`of`.

    Examples
    --------
    >>> import maalbib as mb
    >>> reading, catalogue = mb.Measurements.example("reading"), mb.Catalogue.load("folkeskolen")
    >>> board = mb.goal_board(reading, catalogue, as_of="2021-12-31", targets="FS-READ-80")
    >>> board.counts(), board.unjudged()
    ({'not_met': 4}, {})
    """

    ROW = BoardRow
    NAME: ClassVar[str] = "goal_board"
    __slots__ = ("_beside",)

    def __init__(self, table: pa.Table, labels: Labels = NO_LABELS, beside: Beside | None = None) -> None:
        super().__init__(table, labels)
        self._beside = beside or Beside()

    @classmethod
    def of(
        cls,
        tracking: Tracking,
        catalogue: Catalogue | None = None,
        *,
        measurements: Measurements | None = None,
        institutions: str | Iterable[str] | None = None,
        by: By = "goal",
        follow_ups: Iterable[FollowUp] = (),
        overrides: Iterable[Override] = (),
        recent: int = 12,
        register: Register | None = None,
    ) -> GoalBoard:
        """Make the board of a tracking that is there already.

        Parameters
        ----------
        tracking
            What :func:`track` found, its overrides with it.
        catalogue
            Goals and follow-up notes; where None the catalogue attached to the measurements, if there is one.
        measurements
            The values that the small pictures show; without them there are none.
        institutions, by, follow_ups, recent, register
            As in :func:`goal_board`.
        overrides
            Those that were given to :func:`track`: which of them are about no line is said in :attr:`unmatched`.

        Returns
        -------
        GoalBoard
            A row for each row of the tracking.

        Raises
        ------
        ArgumentError
            If an option is out of range.

        Examples
        --------
        >>> import maalbib as mb
        >>> reading, catalogue = mb.Measurements.example("reading"), mb.Catalogue.load("folkeskolen")
        >>> tracking = mb.track(reading, catalogue, as_of="2021-12-31", targets="FS-READ-80")
        >>> len(mb.GoalBoard.of(tracking, catalogue))
        4
        """
        one_of("by", by, BY)
        most = as_least("recent", recent) or 0
        setting = None if measurements is None else Setting.of(measurements, catalogue, register)
        known = catalogue if setting is None else setting.catalogue
        table = tracking.to_arrow()
        day = max(cells(table, "as_of"), default=dt.date.max)
        given: tuple[Said, ...] = (*follow_ups, *overrides)
        if known is not None:
            given = (*given, *known.follow_ups, *known.overrides)
        beside = Beside.placed(given, table, day=day, targets=() if known is None else known.targets, by=by)
        kept = _of_institutions(table, institutions)
        paths = goal_paths(known, cells(kept, "goal"))
        lines = kept.take(order(kept, paths, by))
        columns: dict[str, Any] = {name: lines[name] for name in Tracking.schema().names}
        columns |= note_columns(lines, beside.noted, day)
        if setting is None or setting.catalogue is None:
            columns |= dict.fromkeys(_RECENT, [[]] * len(lines))
        else:
            columns |= recent_columns(lines, setting, day, most)
        columns["goal_path"] = [list(paths.get(code, ())) for code in cells(lines, "goal")]
        found = cls.of_columns(columns, len(lines), tracking.labels)
        return cls(found._table, found.labels, beside)  # noqa: SLF001 - of this class

    @property
    def by(self) -> By:
        """Whether the lines stand by ``"goal"`` or by ``"institution"``."""
        return self._beside.by

    @property
    def unmatched(self) -> tuple[Said, ...]:
        """Notes and overrides that are about no line, the newest first: a target, an institution or a breakdown that is not there."""
        return self._beside.unmatched

    def summary(self, *, internal: bool = False) -> tuple[GoalSummary, ...]:
        """Return how many lines are in which state, for each goal (or institution) that has any, in the order of the board.

        A goal's own lines are counted, not those of the goals under it, so that everything is counted once.

        Parameters
        ----------
        internal
            Whether states that may not be shown are counted as what they are.

        Examples
        --------
        >>> import maalbib as mb
        >>> reading, catalogue = mb.Measurements.example("reading"), mb.Catalogue.load("folkeskolen")
        >>> board = mb.goal_board(reading, catalogue, as_of="2021-12-31", targets="FS-READ-80")
        >>> [(part.key, part.rows, part.counts) for part in board.summary()]
        [('FS1', 4, {'not_met': 4})]
        """
        table = (self if internal else self.public())._table  # noqa: SLF001 - of this class
        keys = cells(table, "goal" if self.by == "goal" else "institution")
        paths = cells(table, "goal_path") if self.by == "goal" else [[] for _ in keys]
        states: dict[str | None, list[str]] = {}
        ways: dict[str | None, tuple[str, ...]] = {}
        for key, path, state in zip(keys, paths, cells(table, "state"), strict=True):
            states.setdefault(key, []).append(state)
            ways.setdefault(key, tuple(path))
        return tuple(
            GoalSummary(key=key, path=ways[key], rows=len(own), counts=_counted(own)) for key, own in states.items()
        )

    def counts(self) -> dict[str, int]:
        """Return how many rows there are of each state, the worst first; those that could not be judged last."""
        return _counted(cells(self._table, "state"))

    def unjudged(self, *, internal: bool = False) -> dict[str, int]:
        """Return the reasons for which rows could not be judged, with how many rows each, the most frequent first."""
        table = (self if internal else self.public()).where(state=BoardRow.UNJUDGED)._table  # noqa: SLF001 - of this class
        reasons = cells(table, "reason")
        return dict(
            sorted(((word, reasons.count(word)) for word in set(reasons)), key=lambda each: (-each[1], each[0]))
        )

    def html(self, lang: str = "da", *, most: int | None = _SHOWN_ON_PAGE, internal: bool = False) -> str:
        """Return the board as a part of an HTML page, with a style of its own and nothing from elsewhere.

        Parameters
        ----------
        lang
            ``"da"`` or ``"en"``.
        most
            How many lines at most, all where None; a sentence says how many more there are.
        internal
            Whether figures that may not be shown are there all the same.

        Examples
        --------
        >>> import maalbib as mb
        >>> reading, catalogue = mb.Measurements.example("reading"), mb.Catalogue.load("folkeskolen")
        >>> board = mb.goal_board(reading, catalogue, as_of="2021-12-31", targets="FS-READ-80")
        >>> "ikke opfyldt" in board.html(), "not met" in board.html("en"), "<script" in board.html()
        (True, True, False)
        """
        return fragment(self, lang, most=most, internal=internal)

    def page(
        self,
        lang: str = "da",
        *,
        title: str | None = None,
        most: int | None = _SHOWN_ON_PAGE,
        internal: bool = False,
    ) -> str:
        """Return one page that needs nothing else: no script, no picture or style from elsewhere.

        Parameters
        ----------
        lang, most, internal
            As in :meth:`html`.
        title
            What stands at the top.
        """
        return page(self, lang, title=title, most=most, internal=internal)

    def _repr_html_(self) -> str:
        return self.html(most=_SHOWN_IN_NOTEBOOK)

    def to_json(self) -> str:
        """Return JSON text, readable by :meth:`from_json` and stable within a major version.

        ``rows`` holds every column at full precision, days as ``YYYY-MM-DD``, None where there is no value; and of each row
        ``follow_ups`` (its notes, newest first) and ``said`` (its sentences in ``da`` and ``en``, as they may be shown). Beside it stand
        ``result``, ``version``, ``labels`` (names and units), ``board`` (``by``, all notes, and those ``unmatched``), ``counts`` and ``summary``.
        Take :meth:`public` first where the reader may not see every figure.
        """
        rows = [
            row.to_dict()
            | {
                "follow_ups": [plain_note(note) for note in row.follow_ups],
                "said": {lang: row.explain(lang) for lang in ("da", "en")},
            }
            for row in self
        ]
        summary = [attrs.asdict(part) for part in self.summary(internal=True)]
        whole = self._kept() | {"counts": self.counts(), "summary": summary, "rows": rows}
        return json.dumps(whole, ensure_ascii=False)

    def to_csv(self, locale: WrittenLocale = "iso") -> bytes:
        """Return the columns as a text file for spreadsheets, with the sentences in ``said_da`` and ``said_en``.

        Lists are texts with a blank between their parts, and a text that a spreadsheet could take for a formula is made inert.

        Parameters
        ----------
        locale
            ``"iso"``: comma between cells and decimal point. ``"da"``: semicolon and decimal comma, as Danish Excel has it.
        """
        return board_csv(self, locale)

    def write(self, path: str | Path, lang: str = "da", *, internal: bool = False) -> Path:
        """Write the board to a file, and return where it is.

        Parameters
        ----------
        path
            The file; its ending says the form: ``.html`` (see :meth:`page`), ``.json`` or ``.csv`` (in the form of the language).
        lang
            ``"da"`` or ``"en"``.
        internal
            Whether figures that may not be shown are there all the same.

        Raises
        ------
        ArgumentError
            If the ending is another one.
        """
        return write_board(self if internal else self.public(), path, lang)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the board that :meth:`to_json` wrote, see :meth:`Result.from_json`."""
        found = super().from_json(text)
        return cls(found._table, found.labels, Beside.of(json.loads(text)))  # noqa: SLF001 - of this class

    @classmethod
    def from_arrow(cls, data: Any) -> Self:
        """Return the board that a table was made from, see :meth:`Result.from_arrow`."""
        table = data if isinstance(data, pa.Table) else pa.table(data)
        found = super().from_arrow(table)
        kept = json.loads((table.schema.metadata or {}).get(_METADATA, b"{}"))
        return cls(found._table, found.labels, Beside.of(kept))  # noqa: SLF001 - of this class

    @classmethod
    def concat(  # pyright: ignore[reportIncompatibleMethodOverride] - parts of the same class, as there
        cls, parts: Iterable[Self], labels: Labels | None = None
    ) -> Self:
        """Return the rows of several boards, one after the other, with the notes of all."""
        given = list(parts)
        found = super().concat(given, labels)
        beside = Beside(
            by=given[0].by if given else "goal",
            noted=Noted.of(note for part in given for note in part._beside.noted.all()),  # noqa: SLF001 - of this class
            unmatched=tuple(dict.fromkeys(note for part in given for note in part.unmatched)),
            public=any(part._beside.public for part in given),  # noqa: SLF001 - of this class
        )
        return cls(found._table, found.labels, beside)  # noqa: SLF001 - of this class

    def public(self) -> Self:
        """Return the board as it may be shown, see :meth:`Result.public`.

        A hidden row also loses the values behind the small picture and what people have written about it: the words may hold
        the figures. Where the verdict is confidential, nothing that would tell it is left.
        """
        shown = super().public()
        if shown is self:
            return self
        import pyarrow.compute as pc

        table = shown._table  # noqa: SLF001 - of this class
        hidden: Any = table["hidden"]
        for name, value in WITHHELD_HIDDEN.items():
            field = self.schema().field(name)
            plain = list(value) if isinstance(value, tuple) else value
            cells: Any = pc.if_else(hidden.is_null(), table[name], pa.scalar(plain, field.type))
            table = table.set_column(table.schema.get_field_index(name), field, cells)
        return type(self)(table.combine_chunks(), self._labels, self._beside.shown(table.filter(hidden.is_null())))

    def _withheld(self) -> dict[str, Any]:
        return super()._withheld() | WITHHELD_CONFIDENTIAL

    def _row(self, cells: dict[str, Any]) -> BoardRow:
        row = super()._row(cells)
        if not row.notes_count or (self._beside.public and row.hidden is not None):
            return row
        return attrs.evolve(row, follow_ups=self._beside.noted.on(row.target, row.institution, row.breakdown))

    def _like(self, table: pa.Table) -> Self:
        return type(self)(table, self._labels, self._beside)

    def _kept(self) -> dict[str, Any]:
        return super()._kept() | {"board": self._beside.to_dict(keys_of(self._table))}

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._table, self._labels, self._beside)


def _of_institutions(table: pa.Table, codes: str | Iterable[str] | None) -> pa.Table:
    if codes is None:
        return table
    wanted = [codes] if isinstance(codes, str) else list(codes)
    return table.filter(pa.array(members(cells(table, "institution"), wanted)))


def _counted(states: Iterable[str]) -> dict[str, int]:
    found = list(states)
    return {state: found.count(state) for state in RANKED if state in found}
