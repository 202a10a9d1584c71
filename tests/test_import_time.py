"""What importing costs: light rooms load nothing heavy, and the package itself loads in a blink."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

import maalbib

HEAVY = ("numpy", "pandas", "pyarrow", "scipy", "matplotlib", "hypothesis", "importlib.metadata")
CEILING = 80.0  # milliseconds, on a machine where attrs takes 28
ATTRS = 28.0
ROUNDS = 9


def fresh(code: str) -> str:
    """Run code in a new interpreter with the package on its path; return what it printed."""
    environment = os.environ | {"PYTHONPATH": str(Path(maalbib.__file__).parents[1])}
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(command, env=environment, capture_output=True, check=False, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return done.stdout


def milliseconds(statement: str) -> float:
    """How long a statement takes in a new interpreter."""
    return float(fresh(f"import time; a = time.perf_counter(); {statement}; print((time.perf_counter() - a) * 1e3)"))


@pytest.mark.parametrize(
    "statement",
    [
        "import maalbib",
        "from maalbib import Goal",
        "from maalbib import Catalogue",
        "import maalbib.texts",
        "import maalbib.problems",
        "import maalbib.errors",
        "import maalbib.model",
        "import maalbib.catalogue",
        "import maalbib.__main__",
    ],
)
def test_light_rooms_load_nothing_heavy(statement: str) -> None:
    """Definitions can be used in a service that never loads NumPy."""
    loaded = fresh(f"import sys\n{statement}\nprint(*(name for name in {HEAVY} if name in sys.modules))").split()
    assert loaded == []


def test_measurements_do_not_load_statistics_of_scipy() -> None:
    """``scipy.stats`` alone costs more than all the rest."""
    assert (
        fresh("import sys, maalbib.measurements, maalbib.analysis\nprint('scipy.stats' in sys.modules)") == "False\n"
    )


def test_import_takes_no_longer_than_the_ceiling() -> None:
    """At most 80 ms, scaled by what attrs takes in the same minute, so that a busy machine is no failure."""
    milliseconds("import maalbib")  # writes the byte code
    pairs = [(milliseconds("import maalbib"), milliseconds("import attrs")) for _ in range(ROUNDS)]
    ours, theirs = (statistics.median(times) for times in zip(*pairs, strict=True))
    assert ours <= CEILING * max(1.0, theirs / ATTRS)
