"""The goal board as HTML: a table that reads on paper, on a telephone, by a screen reader, in the dark and without colour.

Nothing comes from elsewhere. Ink is the colour of the text around it and paper shows through, so that the same fragment fits a light
and a dark page; where a screen is narrow each line becomes a block with the head of each cell before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, Final

from maalbib import texts
from maalbib.analysis import _board_words as words
from maalbib.analysis._board_order import RANKED
from maalbib.analysis._board_pictures import bar, sparkline
from maalbib.analysis._marks import COLOURS
from maalbib.model import FollowUp

if TYPE_CHECKING:
    from maalbib.analysis._board import GoalBoard
    from maalbib.analysis._board_row import BoardRow
    from maalbib.model import Override

__all__ = ["fragment", "page"]

_HEADS: Final = ("target", "state", "latest", "aim", "how_far", "how_fast", "where_to", "way")
_NAMED: Final = 12  # lines named for each reason

_STYLE: Final = """
.mb{font:15px/1.4 system-ui,"Segoe UI",Roboto,sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:break-word}
.mb table{border-collapse:collapse;width:100%;font-size:.93em}
.mb caption{text-align:left;font-weight:600;padding:.4em 0}
.mb th,.mb td{padding:.4em .6em;text-align:left;vertical-align:top;background:none;border-bottom:1px solid #8885}
.mb th{font-weight:600}
.mb td{white-space:normal}
.mb small{display:block;font-size:.86em;opacity:.8;font-weight:400}
.mb .g th{padding-top:1.1em;font-size:1.07em;border-bottom:2px solid #888a}
.mb .r th,.mb .r td{border-bottom:0;padding-bottom:.1em}
.mb .r>th{width:19%;min-width:11em;border-left:.4em solid var(--s)}
.mb .r>td:nth-child(2){font-weight:600}.mb .r>td:nth-child(2) span{white-space:nowrap}
.mb .w td{padding-top:.1em;padding-bottom:.7em;border-left:.4em solid var(--s)}
.mb .board{margin-top:1.2em}
.mb .w ul{margin:.3em 0 0;padding-left:1.2em}
.mb i{font-style:normal;display:inline-block;width:.7em;height:.7em;margin-right:.35em;background:var(--s);outline:1px solid;outline-offset:-1px}
.mb svg{display:block;overflow:visible}
.mb .b{width:7em;height:.55em;margin:.15em 0 .3em;outline:1px solid #888;fill:var(--s);stroke:none}
.mb .b path{stroke:currentColor;stroke-width:2;vector-effect:non-scaling-stroke}
.mb .k{width:7em;height:2em;margin-top:.2em;fill:none;stroke:currentColor;stroke-width:1.6;stroke-linecap:round;stroke-linejoin:round}
.mb .k .t{stroke-dasharray:4 3;stroke-width:1;opacity:.8}
.mb .k circle{fill:var(--s)}
.mb .n{text-align:right;white-space:nowrap}
.mb .scroll tbody th{min-width:9em}
.mb *{print-color-adjust:exact;-webkit-print-color-adjust:exact}
@media screen and (max-width:720px){
.mb .board,.mb .board tbody,.mb .board tr,.mb .board th,.mb .board td,.mb .board caption{display:block;box-sizing:border-box;width:100%}
.mb .board thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.mb .r>th,.mb .r>td{border-left:.4em solid var(--s)}
.mb .r>td{display:grid!important;grid-template-columns:7em 1fr;padding-top:.2em}
.mb .r>td:before{grid-row:1/9;font-weight:400;opacity:.8;font-size:.86em}
.mb .r>td>*{grid-column:2}
.mb .r>td:empty{display:none!important}
}
@media print{.mb{font-size:8.5pt}.mb tr{break-inside:avoid}.mb .r,.mb .g{break-after:avoid}}
"""
_PAGE: Final = """
:root{color-scheme:light dark;--ink:#1a1a1a;--paper:#fff}
@media(prefers-color-scheme:dark){:root{--ink:#ececec;--paper:#161a1f}}
@page{size:landscape;margin:12mm}
@media print{:root{--ink:#000;--paper:#fff}main{max-width:none;padding:0}}
body{margin:0;background:var(--paper);color:var(--ink)}
main{max-width:84rem;margin:0 auto;padding:1.5rem 1rem 3rem}
h1{font-size:1.7rem;line-height:1.2;margin:0 0 .2rem}
h2{font-size:1.2rem;margin:2.2rem 0 .3rem}
footer{margin-top:2.5rem;border-top:1px solid #8885;padding-top:.8rem;font-size:.88em}
.scroll{overflow-x:auto}
"""


def fragment(board: GoalBoard, lang: str, *, most: int | None, internal: bool) -> str:
    """Return the style and the table with its line of counts."""
    shown = board if internal else board.public()
    counted = escape(_counts(shown.counts(), lang))
    return (
        f'<div class="mb" lang="{lang}"><style>{_STYLE}{_rules(lang)}</style>'
        f"<p>{counted}</p>{_table(shown, lang, most, internal=internal)}</div>"
    )


def page(board: GoalBoard, lang: str, *, title: str | None, most: int | None, internal: bool) -> str:
    """Return the whole page: summary, board, what could not be judged, and what is about no line."""
    shown = board if internal else board.public()
    head = escape(title or texts.phrase("result", "goal_board", lang))
    day = escape(texts.sentence("report.as_of", lang, day=texts.day_text(shown[0].as_of, lang))) if len(shown) else ""
    made = escape(texts.sentence("report.made", lang, version=_version()))
    return (
        f'<!doctype html>\n<html lang="{lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{head}</title><style>{_PAGE}{_STYLE}{_rules(lang)}</style></head>"
        f'<body><main class="mb"><h1>{head}</h1><p>{day}</p>{_summary(shown, lang, internal=internal)}'
        f"{_table(shown, lang, most, internal=internal)}"
        f"<p><small>{escape(texts.phrase('board', 'key', lang))}</small></p>"
        f"{_unjudged(shown, lang, internal=internal)}{_unmatched(shown, lang)}"
        f"<footer>{made}</footer></main></body></html>\n"
    )


def _rules(lang: str) -> str:
    """Return the colour of each state, and the heads that stand before the cells on a narrow screen."""
    colours = "".join(f".mb .{state}{{--s:{COLOURS[state]}}}" for state in RANKED)
    heads = "".join(
        f'.mb .r>td:nth-child({place}):before{{content:"{texts.phrase("board", head, lang)}"}}'
        for place, head in enumerate(_HEADS[1:], start=2)
    )
    return f"{colours}@media screen and (max-width:720px){{{heads}}}"


def _table(board: GoalBoard, lang: str, most: int | None, *, internal: bool) -> str:
    rows = list(board if most is None else board[: max(0, most)])
    if not rows:
        return f"<p>{escape(texts.phrase('board', 'empty', lang))}</p>"
    heads = "".join(
        f'<th scope="col" role="columnheader">{escape(texts.phrase("board", head, lang))}</th>' for head in _HEADS
    )
    several = len({(row.method, row.version) for row in rows if row.target == rows[0].target}) > 1 or (
        len({row.method for row in rows}) > 1
    )
    groups = groupby(rows, key=lambda row: row.goal if board.by == "goal" else row.institution)
    body = "".join(_group(list(group), board, lang, several=several, internal=internal) for _, group in groups)
    left = len(board) - len(rows)
    more = f"<p>{escape(texts.sentence('display.more', lang, count=left))}</p>" if left else ""
    caption = texts.sentence(
        "board.caption" if board.by == "goal" else "board.caption_institution", lang, count=len(board)
    )
    return (
        f'<table class="board" role="table"><caption>{escape(caption)}</caption><thead role="rowgroup"><tr role="row">{heads}</tr>'
        f"</thead>{body}</table>{more}"
    )


def _group(rows: Sequence[BoardRow], board: GoalBoard, lang: str, *, several: bool, internal: bool) -> str:
    """Return the lines of a goal, or of an institution, under its name."""
    name = _path(rows[0], lang) if board.by == "goal" else rows[0].labels.name(rows[0].institution, lang)
    lines = "".join(_line(row, lang, several=several, internal=internal) for row in rows)
    return (
        f'<tbody role="rowgroup"><tr class="g" role="row"><th scope="rowgroup" role="rowheader" colspan="{len(_HEADS)}">'
        f"{escape(name or texts.MISSING)}</th></tr>{lines}</tbody>"
    )


def _path(row: BoardRow, lang: str) -> str:
    if not row.goal_path:
        return texts.phrase("board", "no_goal", lang)
    return " › ".join(row.labels.name(code, lang) for code in row.goal_path)


def _line(row: BoardRow, lang: str, *, several: bool, internal: bool) -> str:
    """Return a line and, under it, what is said about it."""
    cells = (
        _lines(words.state(row, lang), before="<i></i>"),
        _lines(words.latest(row, lang)),
        _lines(words.aim(row, lang)),
        bar(row, lang) + _lines(words.how_far(row, lang)),
        _lines(words.how_fast(row, lang)),
        _lines(words.where_to(row, lang)),
        sparkline(row, lang),
    )
    head = _lines(words.about(row, lang, with_method=several))
    notes = "".join(f"<li>{escape(line)}</li>" for line in words.notes(row, lang))
    asked = f" <strong>{escape(words.explanation(row, lang))}</strong>" if row.explanation else ""
    said = escape(words.said(row, lang, internal=internal)) + asked + (f"<ul>{notes}</ul>" if notes else "")
    return (
        f'<tr class="r {row.state}" role="row"><th scope="row" role="rowheader">{head}</th>'
        + "".join(f'<td role="cell">{cell}</td>' for cell in cells)
        + f'</tr><tr class="w {row.state}" role="row"><td role="cell" colspan="{len(_HEADS)}">{said}</td></tr>'
    )


def _lines(lines: Sequence[str], before: str = "") -> str:
    if not lines:
        return ""
    return f"<span>{before}{escape(lines[0])}</span>" + "".join(
        f"<small>{escape(line)}</small>" for line in lines[1:]
    )


def _counts(counts: dict[str, int], lang: str) -> str:
    return " · ".join(f"{count} {words.state_word(state, lang)}" for state, count in counts.items())


def _summary(board: GoalBoard, lang: str, *, internal: bool) -> str:
    """Return how many lines of each goal are in which state, and of all."""
    parts, whole = board.summary(internal=internal), board.counts()
    if not parts:
        return ""
    heads = "".join(f'<th scope="col" class="n">{escape(words.state_word(state, lang))}</th>' for state in whole)
    first = escape(texts.phrase("board", board.by, lang))
    body = "".join(_summed(_named(part.key, board, lang), part.counts, part.rows, list(whole)) for part in parts)
    total = escape(texts.phrase("board", "all", lang))
    title = escape(texts.phrase("board", "summary", lang))
    return (
        f'<h2>{title}</h2><div class="scroll" tabindex="0" role="region" aria-label="{title}"><table><thead><tr><th scope="col">{first}</th>{heads}<th scope="col" class="n">{total}</th>'
        f"</tr></thead><tbody>{body}{_summed(total, whole, len(board), list(whole))}</tbody></table></div>"
    )


def _named(key: str | None, board: GoalBoard, lang: str) -> str:
    return escape(texts.phrase("board", "no_goal", lang) if key is None else board.labels.name(key, lang))


def _summed(name: str, counts: dict[str, int], rows: int, states: Iterable[str]) -> str:
    cells = "".join(f'<td class="n">{counts.get(state, 0)}</td>' for state in states)
    return f'<tr><th scope="row">{name}</th>{cells}<td class="n">{rows}</td></tr>'


def _unjudged(board: GoalBoard, lang: str, *, internal: bool) -> str:
    """Return what could not be judged, by reason, with those whom it concerns."""
    found = board.unjudged(internal=internal)
    if not found:
        return ""
    items = "".join(
        _because(list(board.where(state=board.ROW.UNJUDGED, reason=reason)[:_NAMED]), count, lang, internal=internal)
        for reason, count in found.items()
    )
    return f"<h2>{escape(texts.phrase('board', 'unjudged', lang))}</h2><ul>{items}</ul>"


def _because(rows: Sequence[BoardRow], count: int, lang: str, *, internal: bool) -> str:
    names = [", ".join(words.about(row, lang)[:2]) for row in rows]
    left = count - len(rows)
    if left > 0:
        names.append(texts.sentence("board.and_more", lang, count=left))
    reason = words.said(rows[0], lang, internal=internal)
    return f"<li>{escape(reason)} ({count})<small>{escape('; '.join(names))}</small></li>"


def _unmatched(board: GoalBoard, lang: str) -> str:
    if not board.unmatched:
        return ""
    items = "".join(f"<li>{escape(line)}</li>" for line in _strays(board.unmatched, lang))
    return f"<h2>{escape(texts.phrase('board', 'unmatched', lang))}</h2><ul>{items}</ul>"


def _strays(strays: Iterable[FollowUp | Override], lang: str) -> Iterator[str]:
    """Name each by day, role and what it says it is about; not what it says, which nobody has found a place for."""
    for stray in strays:
        about = ", ".join(part for part in (stray.institution, stray.breakdown) if part) or texts.MISSING
        if isinstance(stray, FollowUp):
            code, day, role = "board.unmatched_follow_up", stray.noted_on, stray.by_role
        else:
            code, day, role = "board.unmatched_override", stray.decided_on, stray.decided_by_role
        yield texts.sentence(
            code, lang, day=texts.day_text(day, lang), role=role, target=stray.target, institution=about
        )


def _version() -> str:
    from importlib.metadata import version

    return version("maalbib")
