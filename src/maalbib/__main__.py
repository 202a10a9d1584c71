"""The command line: thin, so that everything it does can be done from Python.

Exit codes: 0 done, 1 the file has errors or could not be judged as asked, 2 the call is wrong.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from maalbib import texts
from maalbib._parser import Command, parser_of
from maalbib.errors import ArgumentError, MaalError, ProblemsError

if TYPE_CHECKING:
    from maalbib.analysis import Comparison, Result
    from maalbib.catalogue import Catalogue
    from maalbib.measurements import Measurements
    from maalbib.model import Period
    from maalbib.problems import Problems
    from maalbib.register import Register

__all__ = ["main"]

_DONE, _FAULTY, _WRONG_CALL = 0, 1, 2
_CATALOGUE_KEYS = frozenset({"agency", "languages", "goals", "indicators", "targets"})
_WORKBOOKS = (".xlsx", ".xlsm")
_GIVEN = ("measurements", "catalogue")  # what the board takes without options, in this order


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a Danish letter or a mark gets a question mark, not a traceback.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    options = parser_of(_COMMANDS).parse_args(argv)
    command: Command = options.command
    try:
        code = command(options)
        sys.stdout.flush()
    except ProblemsError as error:
        print(error.text(options.lang), file=sys.stderr)
        return _FAULTY
    except MaalError as error:
        # What is an argument in Python is an option here.
        told = ArgumentError("mean.option_needed", **error.details) if error.code == "mean.kind_needed" else error
        print(told.text(options.lang), file=sys.stderr)
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
    chosen = None if options.indicators is None else _codes(",".join(options.indicators))
    found = compare_peers(
        measurements,
        _group(options),
        period=_periods(options),
        catalogue=catalogue,
        indicators=chosen,
        mean=options.mean,
        ranks=options.ranks,
        conditions=() if options.conditions is None else _codes(options.conditions),
    )
    _require_measured(found, measurements, chosen)
    code = _shown("comparison", found, options)
    print()
    print(found.summary(options.lang))
    return code


def _require_measured(found: Comparison, measurements: Measurements, indicators: list[str] | None) -> None:
    """Refuse a page of empty rows: nothing was measured in any of the periods asked for."""
    from maalbib.analysis._comparison import periods_without
    from maalbib.measurements import panels

    empty = periods_without(found)
    if len(set(found.to_arrow()["period"].to_pylist())) > len(empty):
        return
    there = [
        period
        for panel in panels(measurements)
        if indicators is None or panel.indicator in indicators
        for period in panel.periods
    ]
    if empty and there:
        first, last = (str(of(there, key=lambda period: period.start)) for of in (min, max))
        raise ArgumentError("comparison.nothing_measured", period=", ".join(empty), first=first, last=last)


def _report(options: argparse.Namespace) -> int:
    from maalbib.report import make_report

    measurements, catalogue = _both(options)
    report = make_report(
        measurements,
        catalogue,
        as_of=options.as_of,
        peers=_group(options),
        period=None if options.period is None else _periods(options)[0],
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


def _periods(options: argparse.Namespace) -> list[Period]:
    """Return the periods asked for, written as those of the file are."""
    from maalbib.model import Period

    forms: Literal["da", "sdmx"] = "da" if options.locale == "da" else "sdmx"
    return [Period.parse(text.strip(), forms) for text in options.period.split(",")]


def _group(options: argparse.Namespace) -> str | list[str] | None:
    if options.peers is None or "," not in options.peers:
        return options.peers
    return _codes(options.peers)


def _codes(text: str) -> list[str]:
    """Read codes with commas; a comma at the end names nothing."""
    return [code.strip() for code in text.split(",") if code.strip()]


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


_COMMANDS = {
    "tour": _tour,
    "check": _check,
    "track": _track,
    "board": _board,
    "trends": _trends,
    "charts": _charts,
    "peers": _peers,
    "report": _report,
}

if __name__ == "__main__":
    sys.exit(main())
