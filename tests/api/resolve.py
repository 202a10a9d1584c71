"""Run as a script against an installed wheel: every public name must be there, without the checkout."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from importlib.metadata import version
from pathlib import Path

import maalbib

ROOMS = [
    "maalbib",
    *(f"maalbib.{found.name}" for found in pkgutil.iter_modules(maalbib.__path__) if found.name[0] != "_"),
]


def main() -> int:
    """Resolve every name; return the exit code."""
    home = Path(maalbib.__file__).resolve()
    if home.is_relative_to(Path(__file__).resolve().parents[2] / "src"):
        sys.stdout.write(f"this is the checkout, not the wheel: {home}\n")
        return 1
    count = 0
    for room in ROOMS:
        module = importlib.import_module(room)
        for name in module.__all__:
            getattr(module, name)
            count += 1
    if maalbib.__version__ != version("maalbib"):
        sys.stdout.write(f"__version__ is {maalbib.__version__}, the wheel is {version('maalbib')}\n")
        return 1
    sys.stdout.write(f"{count} public names of {len(ROOMS)} modules resolve in {home.parent}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
