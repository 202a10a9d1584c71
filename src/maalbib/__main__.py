"""The command line: thin, so that everything it does can be done from Python.

Exit codes: 0 done, 1 the file has errors or could not be judged as asked, 2 the call is wrong.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from maalbib import texts
from maalbib.errors import MaalError, ProblemsError

if TYPE_CHECKING:
    from maalbib.analysis import Result
    from maalbib.catalogue import Catalogue
    from maalbib.measurements import Measurements

__all__ = ["main"]

_DONE, _FAULTY, _WRONG_CALL = 0, 1, 2
_CATALOGUES = (".toml", ".json")


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a Danish letter or a mark gets a question mark, not a traceback.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    options = _parser().parse_args(argv)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except ProblemsError as error:
        print(error.text(options.lang), file=sys.stderr)
        return _FAULTY
    except MaalError as error:
        print(error.text(options.lang), file=sys.stderr)
        return _WRONG_CALL
    except BrokenPipeError:  # the reader of a pipe has seen enough
        sys.stderr.close()
        return _DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m maalbib",
        description="Goals, measurements and honest answers. Without a command: a tour on real Danish figures.",
    )
    _common(parser)
    parser.set_defaults(command=_tour)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    checking = commands.add_parser("check", help="find every problem in a catalogue or a file of measurements")
    checking.add_argument("file", metavar="FILE", help="a catalogue (.toml, .json) or measurements (.csv, .parquet)")
    checking.add_argument("--catalogue", metavar="C", help="catalogue to check measurements against")
    _reading(checking)
    checking.set_defaults(command=_check)
    for name, command, about in (
        ("track", _track, "judge targets"),
        ("trends", _trends, "test every series for a trend"),
        ("peers", _peers, "compare units with the mean of their peers"),
        ("report", _report, "answer everything on one page"),
    ):
        part = commands.add_parser(name, help=about)
        part.add_argument("--catalogue", metavar="C", required=True, help="a shipped name, a file or a folder")
        part.add_argument("--measurements", metavar="M", required=True, help="a .csv or .parquet file")
        _reading(part)
        part.set_defaults(command=command)
        if name in {"track", "report"}:
            part.add_argument("--as-of", metavar="DATE", required=True, help="the day whose knowledge is used")
        if name in {"peers", "report"}:
            part.add_argument("--period", metavar="P", required=name == "peers", help="the period to compare")
            part.add_argument("--peers", metavar="G", help="a group's id or codes with commas; everybody if left out")
            part.add_argument("--mean", choices=("pooled", "weighted", "unweighted"), help="kind of mean")
        if name == "trends":
            part.add_argument("--alpha", type=float, default=0.05, help="largest p that counts (default: 0.05)")
            part.add_argument("--breaks", default="blocks", help="blocks (default), last_segment or ignore")
    return parser


def _common(parser: argparse.ArgumentParser, *, default: bool = True) -> None:
    kept: dict[str, Any] = {} if default else {"default": argparse.SUPPRESS}
    parser.add_argument("--lang", choices=("da", "en"), **({"default": "da"} | kept), help="language (default: da)")
    parser.add_argument("--out", metavar="O", **({"default": None} | kept), help="folder for the files")


def _reading(parser: argparse.ArgumentParser) -> None:
    _common(parser, default=False)
    parser.add_argument(
        "--locale", choices=("da", "iso"), default="da", help="decimal comma and Danish periods, or ISO (default: da)"
    )
    parser.add_argument(
        "--breakdowns", metavar="B", default="", help="columns that break the values down, with commas"
    )


def _tour(options: argparse.Namespace) -> int:
    from maalbib.report import tour

    report = tour()
    print(report.to_text(options.lang))
    return _written(report.write(options.out or texts.phrase("file", "folder", options.lang), options.lang), options)


def _check(options: argparse.Namespace) -> int:
    from maalbib.catalogue import Catalogue

    if Path(options.file).suffix.lower() in _CATALOGUES or options.file in Catalogue.shipped():
        problems = Catalogue.load(options.file).check()
    else:
        problems = _measurements(options, options.file, on_problem="collect").problems
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
        measurements, _group(options), period=options.period, catalogue=catalogue, mean=options.mean
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
        period=options.period,
        mean=options.mean,
    )
    print(report.to_text(options.lang))
    return _written(report.write(options.out or texts.phrase("file", "folder", options.lang), options.lang), options)


def _both(options: argparse.Namespace) -> tuple[Measurements, Catalogue]:
    return _measurements(options, options.measurements), _catalogue(options.catalogue)


def _catalogue(name: str) -> Catalogue:
    from maalbib.catalogue import Catalogue

    return Catalogue.load(name)


def _measurements(
    options: argparse.Namespace, file: str, on_problem: Literal["raise", "collect"] = "raise"
) -> Measurements:
    from maalbib.measurements import Measurements
    from maalbib.register import Register

    return Measurements.read(
        file,
        locale=options.locale,
        catalogue=None if options.catalogue is None else _catalogue(options.catalogue),
        register=Register.denmark(),
        breakdowns=[name for name in options.breakdowns.split(",") if name] or None,
        on_problem=on_problem,
    )


def _group(options: argparse.Namespace) -> str | list[str] | None:
    if options.peers is None or "," not in options.peers:
        return options.peers
    return [code.strip() for code in options.peers.split(",")]


def _shown(name: str, result: Result[Any], options: argparse.Namespace) -> int:
    print(result.shown(options.lang).to_text())
    print()
    print(result.explain(options.lang))
    if options.out is None:
        return _DONE
    import pyarrow.parquet as pq

    folder = Path(options.out)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.parquet"
    pq.write_table(result.to_arrow(), path)
    return _written((path,), options)


def _written(files: Sequence[Path], options: argparse.Namespace) -> int:
    print(texts.sentence("files.written", options.lang, folder=str(files[0].parent)))
    for path in files:
        print(f"  {path}")
    return _DONE


if __name__ == "__main__":
    sys.exit(main())
