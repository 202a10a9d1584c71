"""The command line: thin, so that everything it does can be done from Python.

Exit codes: 0 done, 1 the file has errors or could not be judged as asked, 2 the call is wrong.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from maalbib import texts
from maalbib.errors import ArgumentError, MaalError, ProblemsError

if TYPE_CHECKING:
    from maalbib.analysis import Result
    from maalbib.catalogue import Catalogue
    from maalbib.measurements import Measurements
    from maalbib.model import Period
    from maalbib.problems import Problems
    from maalbib.register import Register

__all__ = ["main"]

_DONE, _FAULTY, _WRONG_CALL = 0, 1, 2
_CATALOGUE_KEYS = frozenset({"agency", "languages", "goals", "indicators", "targets"})
_ENDINGS = ".csv, .xlsx, .parquet, .arrow, .px, .json"
_WORKBOOKS = (".xlsx", ".xlsm")
_GIVEN = ("measurements", "catalogue")  # what the board takes without options, in this order
_PAIRS = re.compile(r",(?=[^,=]+=)")  # a comma inside a name does not part two pairs


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a Danish letter or a mark gets a question mark, not a traceback.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    options = _parser().parse_args(argv)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        code = command(options)
        sys.stdout.flush()
    except ProblemsError as error:
        print(error.text(options.lang), file=sys.stderr)
        return _FAULTY
    except MaalError as error:
        print(error.text(options.lang), file=sys.stderr)
        return _WRONG_CALL
    except BrokenPipeError:  # the reader of a pipe has seen enough
        os.dup2(
            os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno()
        )  # else the interpreter fails once more at its end
        return _DONE
    except OSError as error:  # a folder that cannot be written to, a file that cannot be read
        print(
            texts.sentence("file.system", options.lang, file=str(error.filename or ""), why=error.strerror),
            file=sys.stderr,
        )
        return _WRONG_CALL
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m maalbib",
        description="Goals, measurements and honest answers. Without a command: a tour on real Danish figures.",
    )
    _common(parser, "da", None)
    parser.set_defaults(command=_tour)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    checking = commands.add_parser("check", help="find every problem in a catalogue or a file of measurements")
    checking.add_argument("file", metavar="FILE", help=f"a catalogue (.toml, .json) or measurements ({_ENDINGS})")
    checking.add_argument("--catalogue", metavar="C", help="catalogue to check measurements against")
    checking.add_argument("--marked", metavar="X", help="write a copy of the workbook with the faulty cells marked")
    checking.add_argument("--json", metavar="J", help="write every problem to a .json file")
    _reading(checking)
    checking.set_defaults(command=_check)
    tracking = _verb(commands.add_parser("track", help="judge targets"), _track)
    board = _verb(
        commands.add_parser("board", help="the goal board, as a page, a table or JSON"), _board, named=False
    )
    board.add_argument(
        "given", metavar="FILE", nargs="*", help="measurements and catalogue, where no option names them"
    )
    board.add_argument(
        "--by", choices=("goal", "institution"), default="goal", help="order of the lines (default: goal)"
    )
    trends = _verb(commands.add_parser("trends", help="test every series for a trend"), _trends)
    charts = _verb(commands.add_parser("charts", help="tell signal from noise with control charts"), _charts)
    peers = _verb(commands.add_parser("peers", help="compare units with the mean of their peers"), _peers)
    report = _verb(commands.add_parser("report", help="answer everything on one page"), _report)
    for part in (tracking, board):
        part.add_argument(
            "--method", metavar="M", help="linear (default), robust, destatis and others; several with commas"
        )
        part.add_argument(
            "--basis", default="in_force", help="version of revised targets: in_force (default), original, every"
        )
    for part in (tracking, board, report):
        part.add_argument("--as-of", metavar="DATE", required=True, help="the day whose knowledge is used")
    peers.add_argument("--period", metavar="P", required=True, help="the period to compare")
    report.add_argument("--period", metavar="P", help="the period to compare; nothing is compared without")
    for part in (peers, report):
        part.add_argument("--peers", metavar="G", help="a group's id or codes with commas; everybody if left out")
        part.add_argument("--mean", choices=("pooled", "weighted", "unweighted"), help="kind of mean")
    trends.add_argument("--alpha", type=float, default=0.05, help="largest p that counts (default: 0.05)")
    trends.add_argument("--breaks", default="blocks", help="blocks (default), last_segment or ignore")
    charts.add_argument("--kind", default="i", help="i (default), run, p, u, c and others")
    charts.add_argument("--rules", metavar="R", help="a set of rules such as nhs_mdc/1; that of the kind if left out")
    return parser


def _verb(
    part: argparse.ArgumentParser, command: Callable[[argparse.Namespace], int], *, named: bool = True
) -> argparse.ArgumentParser:
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


def _tour(options: argparse.Namespace) -> int:
    from maalbib.report import tour

    report = tour()
    print(report.to_text(options.lang))
    return _written(report.write(options.out or texts.phrase("file", "folder", options.lang), options.lang), options)


def _check(options: argparse.Namespace) -> int:
    from maalbib.catalogue import Catalogue

    if not options.file:  # Path("") is the current folder
        raise ArgumentError("argument.type", argument="FILE", expected="a file")
    if options.marked is not None and Path(options.file).suffix.lower() not in _WORKBOOKS:
        raise ArgumentError("excel.marked_source")
    if options.file in Catalogue.shipped() or _is_catalogue(Path(options.file)):
        problems = Catalogue.load(options.file).check()
    else:
        catalogue = None if options.catalogue is None else Catalogue.load(options.catalogue)
        problems = _measurements(options, options.file, catalogue, on_problem="collect").problems
    print(problems.summary(options.lang) if len(problems) else texts.sentence("check.clean", options.lang))
    _write_problems(problems, options)
    return _FAULTY if len(problems.errors) else _DONE


def _is_catalogue(file: Path) -> bool:
    """Say whether a file or folder holds definitions, not measurements."""
    if file.is_dir():
        return any(part.suffix.lower() in {".toml", ".json"} for part in file.iterdir())
    if file.suffix.lower() != ".json":
        return file.suffix.lower() == ".toml"
    from maalbib.measurements._limits import DEFAULT_LIMITS, RefusedError
    from maalbib.measurements.formats._json import load_json

    try:
        document = load_json(file, DEFAULT_LIMITS)
    except RefusedError:
        return True  # whose reader says where it is broken
    return isinstance(document, dict) and not _CATALOGUE_KEYS.isdisjoint(document)


def _write_problems(problems: Problems, options: argparse.Namespace) -> None:
    if options.json is not None:
        Path(options.json).write_text(problems.to_json() + "\n", encoding="utf-8")
        _written((Path(options.json),), options)
    if options.marked is not None:
        from maalbib.measurements.writing._marked import write_marked

        write_marked(
            options.file,
            options.marked,
            problems,
            lang=options.lang,
            sheet=options.sheet,
            header_row=options.header_row,
        )
        _written((Path(options.marked),), options)


def _track(options: argparse.Namespace) -> int:
    from maalbib.analysis import track

    measurements, catalogue = _both(options)
    return _shown("tracking", track(measurements, catalogue, **_judged(options)), options)


def _judged(options: argparse.Namespace) -> dict[str, Any]:
    """Return how targets are judged."""
    methods = None if options.method is None else [name.strip() for name in options.method.split(",")]
    return {"as_of": options.as_of, "method": methods, "basis": options.basis}


def _board(options: argparse.Namespace) -> int:
    from maalbib.analysis import goal_board

    for name, file in zip([name for name in _GIVEN if getattr(options, name) is None], options.given, strict=False):
        setattr(options, name, file)
    for name in _GIVEN:
        if getattr(options, name) is None:
            raise ArgumentError("argument.type", argument=f"--{name}", expected="a file")
    measurements, catalogue = _both(options)
    board = goal_board(measurements, catalogue, by=options.by, **_judged(options))
    if options.out is None or not Path(options.out).suffix:
        return _shown("goal_board", board, options)
    return _written((board.write(options.out, options.lang, internal=options.internal),), options)


def _trends(options: argparse.Namespace) -> int:
    from maalbib.analysis import detect_trends

    measurements, catalogue = _both(options)
    found = detect_trends(measurements, catalogue=catalogue, alpha=options.alpha, breaks=options.breaks)
    return _shown("trends", found, options)


def _charts(options: argparse.Namespace) -> int:
    from maalbib.analysis import control_charts

    measurements, catalogue = _both(options)
    found = control_charts(measurements, catalogue=catalogue, kind=options.kind, rule_set=options.rules)
    return _shown("control_charts", found, options)


def _peers(options: argparse.Namespace) -> int:
    from maalbib.analysis import compare_peers

    measurements, catalogue = _both(options)
    found = compare_peers(
        measurements, _group(options), period=_period(options), catalogue=catalogue, mean=options.mean
    )
    return _shown("comparison", found, options)


def _report(options: argparse.Namespace) -> int:
    from maalbib.report import make_report

    measurements, catalogue = _both(options)
    report = make_report(
        measurements,
        catalogue,
        as_of=options.as_of,
        peers=_group(options),
        period=None if options.period is None else _period(options),
        mean=options.mean,
        internal=options.internal,
    )
    print(report.to_text(options.lang, most=options.rows, internal=options.internal))
    folder = options.out or texts.phrase("file", "folder", options.lang)
    return _written(report.write(folder, options.lang, internal=options.internal), options)


def _both(options: argparse.Namespace) -> tuple[Measurements, Catalogue]:
    from maalbib.catalogue import Catalogue

    catalogue = Catalogue.load(options.catalogue)
    return _measurements(options, options.measurements, catalogue), catalogue


def _measurements(
    options: argparse.Namespace,
    file: str,
    catalogue: Catalogue | None,
    on_problem: Literal["raise", "collect"] = "raise",
) -> Measurements:
    from maalbib.measurements import Measurements

    named = {} if options.indicator is None else {"indicator": options.indicator}
    return Measurements.read(
        file,
        locale=options.locale,
        catalogue=catalogue,
        register=_register(options, catalogue),
        columns=options.columns,
        constants=options.constants | named,
        breakdowns=[name for name in options.breakdowns.split(",") if name] or None,
        schemes=options.schemes,
        marks=options.marks,
        percent=options.percent,
        across=options.across,
        on_problem=on_problem,
        header_row=options.header_row,
        sheet=options.sheet,
    )


def _register(options: argparse.Namespace, catalogue: Catalogue | None) -> Register:
    """Return Denmark with the institutions of the catalogue and of the file."""
    from maalbib.register import Register

    register = Register.denmark()
    if catalogue is not None and catalogue.institutions:
        register = Register.from_catalogue(catalogue, extends=register)
    return register if options.institutions is None else Register.read(options.institutions, extends=register)


def _period(options: argparse.Namespace) -> Period:
    """Return the period asked for, written as the periods of the file are."""
    from maalbib.model import Period

    return Period.parse(options.period, "da" if options.locale == "da" else "sdmx")


def _group(options: argparse.Namespace) -> str | list[str] | None:
    if options.peers is None or "," not in options.peers:
        return options.peers
    return [code.strip() for code in options.peers.split(",")]


def _shown(name: str, result: Result[Any], options: argparse.Namespace) -> int:
    print(result.shown(options.lang, most=options.rows, internal=options.internal).to_text())
    print()
    print(result[: options.rows].explain(options.lang, internal=options.internal))
    if options.out is None:
        return _DONE
    import pyarrow.parquet as pq

    folder = Path(options.out)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.parquet"
    pq.write_table((result if options.internal else result.public()).to_arrow(), path)
    return _written((path,), options)


def _written(files: Sequence[Path], options: argparse.Namespace) -> int:
    print(texts.sentence("files.written", options.lang, folder=str(files[0].parent)))
    for path in files:
        print(f"  {path}")
    return _DONE


if __name__ == "__main__":
    sys.exit(main())
