"""Fixtures that every test may use."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("dev", max_examples=50, deadline=None)
# In CI the same examples are drawn each time: a new one is found where somebody can look at it.
settings.register_profile(
    "ci", max_examples=50, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("deep", max_examples=2_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev"))

SHARED = Path(__file__).resolve().parents[2] / "shared"
CALIBRATION = Path(__file__).resolve().parents[1] / "calibration"


def _folder(name: str) -> Path:
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip(f"the folder shared/{name} is not beside this checkout")
    return folder


@pytest.fixture(scope="session")
def shared() -> Path:
    """The shared folder beside the checkout; skips where it is missing."""
    return _folder(".")


@pytest.fixture(scope="session")
def oracles() -> Path:
    """The folder with independent figures; skips where it is missing."""
    return _folder("oracles")


@pytest.fixture(scope="session")
def calibration() -> Iterator[Callable[[str], ModuleType]]:
    """Return a function that gives a module of the calibrations, which are no part of the package; skips without them."""
    if not CALIBRATION.is_dir():
        pytest.skip("the folder calibration is not here")
    sys.path.insert(0, str(CALIBRATION))
    yield importlib.import_module
    sys.path.remove(str(CALIBRATION))
