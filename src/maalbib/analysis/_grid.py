"""Cells as text, ready to be shown in a terminal or a page."""

from __future__ import annotations

import html as markup
from collections.abc import Iterable, Sequence
from typing import Final

import attrs

from maalbib import texts

__all__ = ["Grid"]

_STYLE: Final = (
    "<style>.maalbib{border-collapse:collapse;font-variant-numeric:tabular-nums}"
    ".maalbib caption{text-align:left;font-weight:600;padding:.3em 0}"
    ".maalbib th,.maalbib td{padding:.25em .6em;text-align:left;vertical-align:top;border-bottom:1px solid #8886}"
    ".maalbib td.n,.maalbib th.n{text-align:right;white-space:nowrap}</style>"
)


@attrs.frozen(kw_only=True)
class Grid:
    """Cells as text, ready to show.

    Attributes
    ----------
    caption
        What the table shows.
    heads, numeric
        Header of each column, and whether it holds numbers.
    rows, states
        The cells, and the state of each row.
    more
        How many rows are not shown.
    """

    caption: str
    heads: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]
    states: tuple[str, ...]
    more: int
    lang: str

    def to_text(self) -> str:
        """Return aligned columns for a terminal."""
        lines = [self.heads, *self.rows]
        widths = [max(len(line[column]) for line in lines) for column in range(len(self.heads))]
        shown = [self.caption, *(self._line(line, widths) for line in lines), *self._more()]
        shown.insert(2, "  ".join("-" * width for width in widths))
        return "\n".join(shown)

    def _line(self, cells: Sequence[str], widths: Iterable[int]) -> str:
        places = zip(cells, widths, self.numeric, strict=True)
        return "  ".join(cell.rjust(width) if right else cell.ljust(width) for cell, width, right in places).rstrip()

    def _more(self) -> list[str]:
        return [texts.sentence("display.more", self.lang, count=self.more)] if self.more else []

    def to_html(self, *, style: bool = True) -> str:
        """Return a table with every cell escaped; the state is a class of the row."""
        kinds = [' class="n"' if right else "" for right in self.numeric]
        heads = "".join(
            f'<th scope="col"{kind}>{markup.escape(head)}</th>' for head, kind in zip(self.heads, kinds, strict=True)
        )
        body = "".join(
            f'<tr class="{markup.escape(state)}">'
            + "".join(f"<td{kind}>{markup.escape(cell)}</td>" for cell, kind in zip(cells, kinds, strict=True))
            + "</tr>"
            for cells, state in zip(self.rows, self.states, strict=True)
        )
        more = "".join(f"<p>{markup.escape(line)}</p>" for line in self._more())
        return (
            f'{_STYLE if style else ""}<table class="maalbib" lang="{self.lang}"><caption>{markup.escape(self.caption)}'
            f"</caption><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>{more}"
        )
