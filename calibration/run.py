"""Run every calibration beside this file, or those named on the command line.

A calibration is a module with ``main()``. It draws series of which the truth is known, asks maalbib about them, and
writes how often the answer was wrong as tables into ``docs/calibration``. The same seeds give the same tables.
"""

from __future__ import annotations

import importlib
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent


def calibrations() -> list[str]:
    """Return the names of all calibrations."""
    return sorted(file.stem for file in HERE.glob("*.py") if file.name != "run.py" and not file.name.startswith("_"))


def main(wanted: list[str]) -> int:
    """Run the calibrations; return the exit code."""
    known = calibrations()
    unknown = set(wanted) - set(known)
    if unknown:
        print(f"no such calibration: {', '.join(sorted(unknown))}; there are: {', '.join(known)}")
        return 2
    sys.path.insert(0, str(HERE))
    for name in wanted or known:
        start = time.perf_counter()
        importlib.import_module(name).main()
        print(f"{name}: {time.perf_counter() - start:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
