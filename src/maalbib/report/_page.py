"""The HTML page of a report: one file, readable on paper, by screen readers and without colour."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, Final

from maalbib import texts
from maalbib.analysis import COLOURS, MARKS

if TYPE_CHECKING:
    from maalbib.report._report import Report, Section

__all__ = ["page"]

_STYLE: Final = """
:root{color-scheme:light dark;--ink:#1a1a1a;--soft:#5c5c5c;--line:#cfcfcf;--paper:#fff;--band:#f5f7fa}
@media (prefers-color-scheme:dark){:root{--ink:#ececec;--soft:#b0b0b0;--line:#484848;--paper:#161a1f;--band:#1f252c}}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,"Segoe UI",Roboto,sans-serif}
main{max-width:68rem;margin:0 auto;padding:2rem 1.25rem 4rem}
h1{font-size:1.9rem;line-height:1.2;margin:0 0 .25rem}
h2{font-size:1.3rem;margin:2.75rem 0 .25rem}
p.soft,figcaption,footer{color:var(--soft)}
.scroll{overflow-x:auto}
table.maalbib{border-collapse:collapse;width:100%;font-size:.92rem;font-variant-numeric:tabular-nums}
table.maalbib caption{text-align:left;font-weight:600;padding:.5rem 0}
table.maalbib th,table.maalbib td{padding:.35rem .6rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
table.maalbib th{background:var(--band);font-weight:600}
table.maalbib .n{text-align:right}
table.maalbib td.n{white-space:nowrap}
table.maalbib td:first-child{min-width:10rem}
table.maalbib td:last-child{min-width:9.5rem;border-left:.45rem solid var(--state,transparent);font-weight:600}
ul.say{padding:0;margin:1rem 0 0;list-style:none}
ul.say li{padding:.45rem 0 .45rem 1.7rem;position:relative;border-bottom:1px solid var(--line)}
ul.say li span{position:absolute;left:.15rem;font-weight:700}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(17rem,1fr));gap:1.25rem;margin-top:1rem}
figure{margin:0}figure svg{width:100%;height:auto;display:block}
footer{margin-top:3rem;border-top:1px solid var(--line);padding-top:1rem;font-size:.88rem}
@media print{body{font-size:11pt}main{max-width:none;padding:0}h2{break-after:avoid}tr,figure{break-inside:avoid}}
"""


def page(report: Report, lang: str, *, most: int, internal: bool) -> str:
    """Return the whole page, of each section at most so many rows."""
    title = escape(report.title.get(lang))
    day = escape(texts.sentence("report.as_of", lang, day=report.as_of.isoformat()))
    charts = "".join(f"<figure>{chart.to_svg(lang)}</figure>" for chart in report.charts)
    shown = _charts(charts, lang) if charts else ""
    sections = "".join(_section(section, lang, most, internal=internal) for section in report.sections)
    notes = "".join(f"<p>{escape(note.get(lang))}</p>" for note in report.notes)
    return (
        f'<!doctype html>\n<html lang="{lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}{_state_rules()}</style></head><body><main>"
        f'<h1>{title}</h1><p class="soft">{day}</p>{shown}{sections}'
        f"<footer>{notes}<p>{escape(texts.sentence('report.made', lang, version=_version()))}</p></footer>"
        "</main></body></html>\n"
    )


def _charts(charts: str, lang: str) -> str:
    head = escape(texts.phrase("question", "charts", lang))
    return f'<section><h2>{head}</h2><div class="charts">{charts}</div></section>'


def _section(section: Section, lang: str, most: int, *, internal: bool) -> str:
    table = section.result.shown(lang, most=most, internal=internal).to_html(style=False)
    said = "".join(_said(row, lang, internal=internal) for row in section.result[:most])
    return (
        f"<section><h2>{escape(section.title.get(lang))}</h2>"
        f'<p class="soft">{escape(section.lead.get(lang))}</p><p>{escape(section.summary(lang, internal=internal))}</p>'
        f'<div class="scroll">{table}</div><ul class="say">{said}</ul></section>'
    )


def _said(row: Any, lang: str, *, internal: bool) -> str:
    state = row.state if internal else row.public().state
    return f'<li><span aria-hidden="true">{MARKS[state]}</span>{escape(row.explain(lang, internal=internal))}</li>'


def _state_rules() -> str:
    return "".join(f"tr.{state}{{--state:{COLOURS[state]}}}" for state in MARKS)


def _version() -> str:
    from importlib.metadata import version

    return version("maalbib")
