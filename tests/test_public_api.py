"""The public face: names, where they live, and their signatures."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

import maalbib

PACKAGE = Path(maalbib.__file__).parent
SNAPSHOT = Path(__file__).parent / "api" / "snapshot.py"


def fresh(*arguments: str) -> str:
    """Run Python anew with the package on its path; return what it printed."""
    done = subprocess.run(
        [sys.executable, *arguments],
        env=os.environ | {"PYTHONPATH": str(PACKAGE.parent)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def tree() -> ast.Module:
    """The first file of the package, parsed."""
    return ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))


def assigned(name: str) -> object:
    """The literal that a name of the first file is given."""
    for node in ast.walk(tree()):
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            return ast.literal_eval(node.value)
    raise AssertionError(name)


def in_order(names: list[str]) -> list[str]:
    """Constants, classes, functions, each by name: the order that the linter keeps."""
    return sorted(set(names), key=lambda name: (not name.isupper(), not name[0].isupper(), name))


def typed_imports() -> dict[str, str]:
    """Names that type checkers see, with the module that gives them."""
    blocks = [node for node in tree().body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    imports = [node for block in blocks for node in block.body if isinstance(node, ast.ImportFrom)]
    assert all(alias.asname == alias.name for node in imports for alias in node.names), "write: import X as X"
    return {alias.name: node.module for node in imports for alias in node.names}


def test_all_is_a_sorted_literal_without_repetition() -> None:
    """What is public is written down as text, in order."""
    names = assigned("__all__")
    assert names == in_order(names)


def test_all_the_lazy_table_and_the_typed_imports_agree() -> None:
    """Run time, type checkers and star import see the same names from the same modules."""
    table = {name: home.removesuffix(f".{name}") for name, home in maalbib._HOME.items()}
    assert table == typed_imports()
    assert in_order(list(table)) == assigned("__all__")


@pytest.mark.parametrize("room", sorted(path.parent.name for path in PACKAGE.glob("[a-z]*/__init__.py")))
def test_each_room_lists_its_public_names(room: str) -> None:
    """The list of a room is ordered text, and each name is there."""
    code = f"from maalbib.{room} import *\nimport maalbib.{room} as room\nprint(*room.__all__)"
    names = fresh("-W", "error", "-c", code).split()
    assert names == in_order(names)


def test_every_name_resolves_in_a_fresh_process() -> None:
    """Each name loads on its own, before any other; what dir() shows is there too."""
    code = (
        "import sys, maalbib\n"
        "shown = set(dir(maalbib))\n"
        "assert shown >= set(maalbib.__all__)\n"
        "for name in sorted(shown - {'__version__'}, reverse=True):\n"
        "    getattr(maalbib, name)\n"
        "print(len(shown))"
    )
    assert int(fresh("-W", "error", "-c", code)) >= len(maalbib.__all__)


def test_star_import_gives_the_public_names() -> None:
    """``from maalbib import *`` gives what is public, and nothing else."""
    code = "before = set(globals())\nfrom maalbib import *\nprint(*sorted(set(globals()) - before - {'before'}))"
    assert fresh("-W", "error", "-c", code).split() == sorted(maalbib.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    """A mistyped name fails as it does in any module."""
    with pytest.raises(AttributeError, match="no attribute 'nosuch'"):
        _ = maalbib.nosuch


def test_the_version_is_that_of_the_package() -> None:
    """The version at run time is the one that was installed."""
    try:
        installed = version("maalbib")
    except PackageNotFoundError:
        pytest.skip("the package is not installed, only on the path")
    assert maalbib.__version__ == installed


def test_threads_agree_at_first_access() -> None:
    """64 threads that ask at the same moment get the same objects."""
    code = (
        "import threading, maalbib\n"
        "names = list(maalbib.__all__)\n"
        "gate, seen, failed = threading.Barrier(64), [None] * 64, []\n"
        "def ask(number):\n"
        "    gate.wait()\n"
        "    try:\n"
        "        turn = number % len(names)\n"
        "        seen[number] = {name: getattr(maalbib, name) for name in names[turn:] + names[:turn]}\n"
        "    except BaseException as error:\n"
        "        failed.append(repr(error))\n"
        "threads = [threading.Thread(target=ask, args=(number,)) for number in range(64)]\n"
        "[thread.start() for thread in threads]\n"
        "[thread.join() for thread in threads]\n"
        "assert not failed, failed[:3]\n"
        "assert all(found[name] is seen[0][name] for found in seen for name in names)\n"
    )
    fresh("-W", "error", "-c", code)


def test_signatures_are_those_of_the_snapshot() -> None:
    """A change of the public face is seen: ``nox -s api -- --update`` accepts it."""
    fresh(str(SNAPSHOT))


def test_the_snapshot_holds_no_address() -> None:
    """The snapshot is the same in every run."""
    texts = [file.read_text(encoding="utf-8") for file in SNAPSHOT.parent.glob("*.txt")]
    assert texts
    assert not any(re.search(r"0x[0-9a-f]{6}", text) for text in texts)
