"""The command line: thin, so that everything it does can be done from Python.

Exit codes: 0 done, 1 the file has errors or could not be judged as asked, 2 the call is wrong.
"""

from __future__ import annotations

import argparse
import io
import os
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
    from maalbib.register import Register

__all__ = ["main"]

_DONE, _FAULTY, _WRONG_CALL = 0, 1, 2
_CATALOGUES = (".toml", ".json")


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
    checking.add_argument("file", metavar="FILE", help="a catalogue (.toml, .json) or measurements (.csv, .parquet)")
    checking.add_argument("--catalogue", metavar="C", help="catalogue to check measurements against")
    _reading(checking)
    checking.set_defaults(command=_check)
    tracking = _verb(commands.add_parser("track", help="judge targets"), _track)
    trends = _verb(commands.add_parser("trends", help="test every series for a trend"), _trends)
    peers = _verb(commands.add_parser("peers", help="compare units with the mean of their peers"), _peers)
    report = _verb(commands.add_parser("report", help="answer everything on one page"), _report)
    for part in (tracking, report):
        part.add_argument("--as-of", metavar="DATE", required=True, help="the day whose knowledge is used")
    peers.add_argument("--period", metavar="P", required=True, help="the period to compare")
    report.add_argument("--period", metavar="P", help="the period to compare; nothing is compared without")
    for part in (peers, report):
        part.add_argument("--peers", metavar="G", help="a group's id or codes with commas; everybody if left out")
        part.add_argument("--mean", choices=("pooled", "weighted", "unweighted"), help="kind of mean")
    trends.add_argument("--alpha", type=float, default=0.05, help="largest p that counts (default: 0.05)")
    trends.add_argument("--breaks", default="blocks", help="blocks (default), last_segment or ignore")
    return parser


def _verb(part: argparse.ArgumentParser, command: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
    """Add what every verb takes."""
    part.add_argument("--catalogue", metavar="C", required=True, help="a shipped name, a file or a folder")
    part.add_argument("--measurements", metavar="M", required=True, help="a .csv or .parquet file")
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


def _common(parser: argparse.ArgumentParser, lang: str | None, out: str | None) -> None:
    parser.add_argument("--lang", choices=("da", "en"), default=lang, help="language (default: da)")
    parser.add_argument("--out", metavar="O", default=out, help="folder for the files")


def _reading(parser: argparse.ArgumentParser) -> None:
    _common(parser, argparse.SUPPRESS, argparse.SUPPRESS)  # what stands before the command holds, unless said again
    parser.add_argument(
        "--locale", choices=("da", "iso"), default="da", help="decimal comma and Danish periods, or ISO (default: da)"
    )
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

    file = Path(options.file)
    if not options.file:  # Path("") is the current folder
        raise ArgumentError("argument.type", argument="FILE", expected="a file")
    if file.suffix.lower() in _CATALOGUES or file.is_dir() or options.file in Catalogue.shipped():
        problems = Catalogue.load(options.file).check()
    else:
        catalogue = None if options.catalogue is None else Catalogue.load(options.catalogue)
        problems = _measurements(options, options.file, catalogue, on_problem="collect").problems
    print(problems.summary(options.lang) if len(problems) else texts.sentence("check.clean", options.lang))
    return _FAULTY if len(problems.errors) else _DONE


def _track(options: argparse.Namespace) -> int:
    from maalbib.analysis import track

    measurements, catalogue = _both(options)
    return _shown("tracking", track(measurements, catalogue, as_of=options.as_of), options)


def _trends(options: argparse.Namespace) -> int:
    from maalbib.analysis import detect_trends

    measurements, catalogue = _both(options)
    found = detect_trends(measurements, catalogue=catalogue, alpha=options.alpha, breaks=options.breaks)
    return _shown("trends", found, options)


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

    return Measurements.read(
        file,
        locale=options.locale,
        catalogue=catalogue,
        register=_register(options, catalogue),
        breakdowns=[name for name in options.breakdowns.split(",") if name] or None,
        on_problem=on_problem,
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
