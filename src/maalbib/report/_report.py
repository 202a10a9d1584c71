"""A report: the four questions answered in order, as text, as one HTML page, and as files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs

from maalbib import texts
from maalbib.analysis import MARKS, Association, Result, associate, compare_peers, detect_trends, track
from maalbib.model import Text
from maalbib.report import _page
from maalbib.report._charts import Chart, charts_of

if TYPE_CHECKING:
    from maalbib.analysis import MeanKind
    from maalbib.catalogue import Catalogue
    from maalbib.measurements import Measurements
    from maalbib.model import PeerGroup, Period

__all__ = ["MOST_ROWS", "Report", "Section", "make_report"]

MOST_ROWS: Final = 200  # of each section on a page; the tables beside it hold all


@attrs.frozen(kw_only=True)
class Section:
    """One result with what introduces it.

    Attributes
    ----------
    name
        File name of its table, without ending.
    title, lead
        What people read above it.
    result
        The rows.
    """

    name: str
    title: Text
    lead: Text
    result: Result[Any]

    def shown(self, *, internal: bool = False) -> Result[Any]:
        """Return the rows as they may be shown, or all of them for ``internal`` use."""
        return self.result if internal else self.result.public()

    def summary(self, lang: str = "da", *, internal: bool = False) -> str:
        """Return how many rows there are of each state, the most frequent first."""
        counts = sorted(self.shown(internal=internal).counts().items(), key=lambda item: -item[1])
        return " · ".join(f"{MARKS[state]} {count} {texts.phrase('state', state, lang)}" for state, count in counts)


@attrs.frozen(kw_only=True)
class Report:
    """Results with their sentences and charts, ready for people.

    Attributes
    ----------
    title
        What stands at the top.
    as_of
        The day whose knowledge was used.
    sections
        The results in reading order.
    charts
        Pictures of the series behind them.
    notes
        Sources and reservations, shown at the end.

    Examples
    --------
    >>> import maalbib.report
    >>> page = maalbib.report.tour().to_html("da")
    >>> page.startswith("<!doctype html>"), "<script" in page
    (True, False)
    """

    title: Text
    as_of: dt.date
    sections: tuple[Section, ...]
    charts: tuple[Chart, ...] = ()
    notes: tuple[Text, ...] = ()

    def to_text(self, lang: str = "da", *, most: int = MOST_ROWS, internal: bool = False) -> str:
        """Return tables and sentences for a terminal.

        Parameters
        ----------
        lang
            ``"da"`` or ``"en"``.
        most
            How many rows of each section at most; a line says how many more there are.
        internal
            Whether figures that may not be shown are there all the same.
        """
        parts = [_underlined(self.title.get(lang), "=")]
        for section in self.sections:
            rows = section.result[:most]
            lines = [_underlined(section.title.get(lang), "-"), section.lead.get(lang)]
            lines += [section.summary(lang, internal=internal), ""]
            lines += [section.result.shown(lang, most=most, internal=internal).to_text(), ""]
            lines += [f"- {row.explain(lang, internal=internal)}" for row in rows]
            parts.append("\n".join(lines))
        parts.append("\n".join(note.get(lang) for note in self.notes))
        return "\n\n".join(part for part in parts if part) + "\n"

    def to_html(self, lang: str = "da", *, most: int = MOST_ROWS, internal: bool = False) -> str:
        """Return one page that needs nothing else: no script, no picture or style from elsewhere.

        Parameters
        ----------
        lang, most, internal
            As in :meth:`to_text`. The charts are drawn when the report is made.
        """
        return _page.page(self, lang, most=most, internal=internal)

    def write(
        self, folder: str | Path, lang: str = "da", *, most: int = MOST_ROWS, internal: bool = False
    ) -> tuple[Path, ...]:
        """Write the page and a Parquet file for each result into a folder, which is made if need be.

        Parameters
        ----------
        folder
            Where to write.
        lang, most
            As in :meth:`to_text`; the tables hold every row.
        internal
            Whether page and tables hold figures that may not be shown.

        Returns
        -------
        tuple[Path, ...]
            The files, the page first. Files of the same names are replaced; others are left alone.
        """
        import pyarrow.parquet as pq

        place = Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        page = place / texts.phrase("file", "report", lang)
        page.write_bytes(self.to_html(lang, most=most, internal=internal).encode())  # the same bytes on every system
        written = [page]
        for section in self.sections:
            path = place / f"{section.name}.parquet"
            pq.write_table(section.shown(internal=internal).to_arrow(), path)
            written.append(path)
        return tuple(written)


def make_report(
    measurements: Measurements,
    catalogue: Catalogue,
    *,
    as_of: str | dt.date,
    title: Text | None = None,
    peers: PeerGroup | str | Iterable[str] | None = None,
    period: str | Period | None = None,
    mean: MeanKind | None = None,
    pairs: Sequence[tuple[str, str]] = (),
    notes: Sequence[Text] = (),
    internal: bool = False,
) -> Report:
    """Answer every question that the data allow and put the answers into one report.

    Parameters
    ----------
    measurements, catalogue
        The values and the definitions.
    as_of
        The day whose knowledge is used, a date or its text.
    title
        What stands at the top.
    peers, period, mean
        The group, the period to compare and the kind of mean; no comparison is made without a period.
    pairs
        Pairs of things to relate, as ``associate`` takes them.
    notes
        Sources and reservations.
    internal
        Whether the charts show values that may not be shown; for page and tables see :meth:`Report.write`.

    Returns
    -------
    Report
        Sections without rows are left out.

    Raises
    ------
    ArgumentError
        As the verbs do.

    Examples
    --------
    >>> import maalbib as mb
    >>> from maalbib.report import make_report
    >>> ms = mb.Measurements.example("reading")
    >>> report = make_report(ms, mb.Catalogue.load("folkeskolen"), as_of="2021-12-31")
    >>> [section.name for section in report.sections]
    ['tracking', 'trends']
    """
    tracking = track(measurements, catalogue, as_of=as_of)
    results: list[tuple[str, Result[Any]]] = [
        ("tracking", tracking),
        ("trends", detect_trends(measurements, catalogue=catalogue)),
    ]
    if period is not None:
        results.append(
            ("comparison", compare_peers(measurements, peers, period=period, mean=mean, catalogue=catalogue))
        )
    if pairs:
        found = (associate(measurements, x, y, catalogue=catalogue) for x, y in pairs)
        results.append(("association", Association.concat(found)))
    return Report(
        title=title or Text(da=texts.phrase("report", "title", "da"), en=texts.phrase("report", "title", "en")),
        as_of=tracking[0].as_of if len(tracking) else dt.date.fromisoformat(str(as_of)),
        sections=tuple(section(name, result) for name, result in results if len(result)),
        charts=charts_of(measurements, catalogue, internal=internal),
        notes=tuple(notes),
    )


def section(name: str, result: Result[Any], title: Text | None = None) -> Section:
    """Return a section with the usual title and lead of its kind of result."""
    group = result.NAME
    usual = Text(da=texts.phrase("question", group, "da"), en=texts.phrase("question", group, "en"))
    lead = Text(da=texts.phrase("lead", group, "da"), en=texts.phrase("lead", group, "en"))
    return Section(name=name, title=title or usual, lead=lead, result=result)


def _underlined(text: str, line: str) -> str:
    return f"{text}\n{line * len(text)}"
