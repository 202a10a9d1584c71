"""What the command line takes: commands, options and what each means."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

__all__ = ["Command", "parser_of"]

Command: TypeAlias = Callable[[argparse.Namespace], int]

_ENDINGS = ".csv, .xlsx, .parquet, .arrow, .px, .json"
_PAIRS = re.compile(r",(?=[^,=]+=)")  # a comma inside a name does not part two pairs


def parser_of(commands: Mapping[str, Command]) -> argparse.ArgumentParser:
    """Return the parser; each command is called with what was read."""
    parser = argparse.ArgumentParser(
        prog="python -m maalbib",
        description="Goals, measurements and honest answers. Without a command: a tour on real Danish figures.",
    )
    _common(parser, "da", None)
    parser.set_defaults(command=commands["tour"])
    verbs = parser.add_subparsers(title="commands", metavar="COMMAND")
    checking = verbs.add_parser("check", help="find every problem in a catalogue or a file of measurements")
    checking.add_argument("file", metavar="FILE", help=f"a catalogue (.toml, .json) or measurements ({_ENDINGS})")
    checking.add_argument("--catalogue", metavar="C", help="catalogue to check measurements against")
    checking.add_argument("--marked", metavar="X", help="write a copy of the workbook with the faulty cells marked")
    checking.add_argument("--json", metavar="J", help="write every problem to a .json file")
    _reading(checking)
    checking.set_defaults(command=commands["check"])
    tracking = _verb(verbs.add_parser("track", help="judge targets"), commands["track"])
    board = _verb(
        verbs.add_parser("board", help="the goal board, as a page, a table or JSON"), commands["board"], named=False
    )
    board.add_argument(
        "given", metavar="FILE", nargs="*", help="measurements and catalogue, where no option names them"
    )
    board.add_argument(
        "--by", choices=("goal", "institution"), default="goal", help="order of the lines (default: goal)"
    )
    trends = _verb(verbs.add_parser("trends", help="test every series for a trend"), commands["trends"])
    charts = _verb(verbs.add_parser("charts", help="tell signal from noise with control charts"), commands["charts"])
    peers = _verb(verbs.add_parser("peers", help="compare units with the mean of their peers"), commands["peers"])
    report = _verb(verbs.add_parser("report", help="answer everything on one page"), commands["report"])
    for part in (tracking, board):
        part.add_argument(
            "--method", metavar="M", help="linear (default), robust, destatis and others; several with commas"
        )
        part.add_argument(
            "--basis", default="in_force", help="version of revised targets: in_force (default), original, every"
        )
    for part in (tracking, board, report):
        part.add_argument("--as-of", metavar="DATE", required=True, help="the day whose knowledge is used")
    peers.add_argument("--period", metavar="P", required=True, help="the period to compare, or several with commas")
    peers.add_argument(
        "--indicators",
        metavar="I",
        action="append",
        help="ids of indicators to compare, with commas or repeated; all if left out",
    )
    peers.add_argument("--ranks", action="store_true", help="rank too, with the places that chance could have given")
    peers.add_argument("--conditions", metavar="I", help="ids of indicators to allow for, with commas")
    report.add_argument("--period", metavar="P", help="the period to compare; nothing is compared without")
    for part in (peers, report):
        part.add_argument(
            "--peers",
            metavar="G",
            help="a group's or definition's id, or two codes or more with commas; everybody if left out",
        )
        part.add_argument("--mean", choices=("pooled", "weighted", "unweighted"), help="kind of mean")
    trends.add_argument("--alpha", type=float, default=0.05, help="largest p that counts (default: 0.05)")
    trends.add_argument("--breaks", default="blocks", help="blocks (default), last_segment or ignore")
    charts.add_argument("--kind", default="i", help="i (default), run, p, u, c and others")
    charts.add_argument("--rules", metavar="R", help="a set of rules such as nhs_mdc/1; that of the kind if left out")
    return parser


def _verb(part: argparse.ArgumentParser, command: Command, *, named: bool = True) -> argparse.ArgumentParser:
    """Add what every verb takes."""
    part.add_argument("--catalogue", metavar="C", required=named, help="a shipped name, a file or a folder")
    part.add_argument("--measurements", metavar="M", required=named, help=f"a file ({_ENDINGS})")
    _reading(part)
    part.add_argument("--rows", metavar="N", type=_count, default=100, help="rows shown at most (default: 100)")
    internal = "show figures of few people and confidential ones too"
    part.add_argument("--internal", action="store_true", help=internal)
    part.set_defaults(command=command)
    return part


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        message = "a whole number, 0 or more, is needed"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def _pairs(text: str) -> dict[str, str]:
    """Read ``institution=Kommune,value=Andel, pct.``: a comma counts only before a further name."""
    parts = [part.partition("=") for part in _PAIRS.split(text)]
    if not all(name.strip() and sign and value for name, sign, value in parts):
        message = "pairs such as institution=Kommune are needed"
        raise argparse.ArgumentTypeError(message)
    return {name.strip(): value for name, _, value in parts}


def _marks(text: str) -> str | dict[str, str]:
    return _pairs(text) if "=" in text else text


def _common(parser: argparse.ArgumentParser, lang: str | None, out: str | None) -> None:
    parser.add_argument("--lang", choices=("da", "en"), default=lang, help="language (default: da)")
    parser.add_argument(
        "--out", metavar="O", default=out, help="folder for the files; of board the file: .html, .json or .csv"
    )


def _reading(parser: argparse.ArgumentParser) -> None:
    _common(parser, argparse.SUPPRESS, argparse.SUPPRESS)  # what stands before the command holds, unless said again
    parser.add_argument(
        "--locale",
        choices=("da", "en", "iso"),
        default="da",
        help="decimal comma and Danish periods, English, or ISO (default: da)",
    )
    for name, value, explained in (
        ("--columns", "institution=Kommune,value=Andel", "what columns are called in the file"),
        ("--constants", "indicator=sick", "values of columns that the file lacks"),
        ("--schemes", "institution=municipality3", "columns with codes of another system"),
    ):
        parser.add_argument(name, metavar="A=B", type=_pairs, default={}, help=f"{explained}: {value}")
    parser.add_argument("--indicator", metavar="ID", help="the indicator, where the file has no column for it")
    parser.add_argument(
        "--marks", metavar="M", type=_marks, help="marks for no number: dst, or pairs such as ..=Q,x=M"
    )
    parser.add_argument("--percent", action="store_true", help="44,8 %% means 44.8")
    parser.add_argument("--across", choices=("period",), help="periods stand across, a column for each")
    parser.add_argument("--sheet", metavar="S", help="name of the sheet of a workbook")
    parser.add_argument("--header-row", metavar="N", type=_count, default=1, help="row of the header (default: 1)")
    parser.add_argument(
        "--breakdowns", metavar="B", default="", help="columns that break the values down, with commas"
    )
    parser.add_argument(
        "--institutions", metavar="I", help="a .csv file of institutions besides the regions and municipalities"
    )
