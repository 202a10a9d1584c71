"""What fuzzing started from and what it found, and every file of the oracles, through every reader."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

FUZZ = Path(__file__).parent / "fuzz"


def _targets() -> ModuleType:
    spec = importlib.util.spec_from_file_location("fuzz_targets", FUZZ / "targets.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TARGETS = _targets().TARGETS
CORPUS = sorted(path for path in (FUZZ / "corpus").rglob("*") if path.is_file())
READERS = sorted({*TARGETS} - {"numbers", "periods"})


def test_every_target_has_a_corpus() -> None:
    """A fuzzer that starts from nothing finds little; a corpus without a target is not replayed."""
    assert {path.parent.name for path in CORPUS} == {*TARGETS}


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_corpus_breaks_nothing(path: Path) -> None:
    """Each file through its own target."""
    TARGETS[path.parent.name](path.read_bytes())


@pytest.mark.parametrize("target", READERS)
def test_the_corpus_of_one_reader_breaks_no_other(target: str) -> None:
    """A file of another format is refused like any other that does not fit."""
    for path in CORPUS:
        if path.parent.name != target:
            TARGETS[target](path.read_bytes())


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_the_oracles_break_nothing(oracles: Path, target: str) -> None:
    """Every file of every format through every target."""
    for path in sorted((oracles / "interchange/own").rglob("*")):
        if path.is_file() and ".expected." not in path.name:
            TARGETS[target](path.read_bytes())
