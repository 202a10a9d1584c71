"""The project's tasks. ``nox`` alone runs tests, lint and typecheck; ``nox -l`` lists the rest."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import nox
from packaging.requirements import Requirement
from packaging.version import Version

nox.needs_version = ">=2026.10"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.sessions = ["tests", "lint", "typecheck"]
nox.options.reuse_venv = "yes"

PROJECT = nox.project.load_toml("pyproject.toml")

# No interpreter is downloaded: the tasks run on the one that started nox.
SETTINGS = {"UV_PYTHON_DOWNLOADS": "never"}


def _install(session: nox.Session, *groups: str, package: bool = True) -> None:
    """Install dependency groups, and the package in place, so that tasks see edits at once."""
    session.env.update(SETTINGS)
    requirements = nox.project.dependency_groups(PROJECT, *groups)
    session.install(*requirements, *(["-e", "."] if package else []))


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests on all cores; further arguments go to pytest, such as ``-n 0 --pdb``."""
    _install(session, "test")
    strict = {"PYTHONWARNDEFAULTENCODING": "1"}  # a missing encoding= is an error
    session.run("pytest", "-n", "auto", *session.posargs, env=strict)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, formatting and which room imports which."""
    _install(session, "lint", package=False)
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports", "--no-cache", env={"PYTHONPATH": "src"})


@nox.session
def typecheck(session: nox.Session) -> None:
    """Check types with mypy and pyright, both strict, on the package and on a stranger's file."""
    _install(session, "type")
    session.run("mypy")
    session.run("pyright", env={"PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"})  # it would ask whether it is the newest


@nox.session(default=False)
def docs(session: nox.Session) -> None:
    """Build the documentation; a warning or a dangling reference is an error."""
    _install(session, "docs")
    built = Path("docs/_build")
    for old in (built, Path("docs/api/generated")):
        shutil.rmtree(old, ignore_errors=True)
    options = ["-n", "-T", "-W", "--keep-going", "-j", "auto"]
    session.run("sphinx-build", *options, "-b", "html", "docs", str(built / "html"))


@nox.session(default=False)
def doctest(session: nox.Session) -> None:
    """Run the examples of the docstrings, the README and the pages."""
    _install(session, "test")
    session.run("pytest", "--doctest-modules", "src", *session.posargs)
    session.run("pytest", "README.md", "docs", *session.posargs)


@nox.session(default=False)
def notebooks(session: nox.Session) -> None:
    """Execute the notebooks."""
    _install(session, "notebooks", "test")  # conftest.py needs what the tests need
    session.run("pytest", "--nbmake", "notebooks", "-W", "default", *session.posargs)


@nox.session(default=False)
def minimums(session: nox.Session) -> None:
    """Run the tests on the lowest dependencies that are promised; run it on the lowest Python."""
    if session.venv_backend != "uv":
        session.error("only uv can resolve to the lowest versions: pip install 'nox[uv]'")
    session.env.update(SETTINGS)
    requirements = nox.project.dependency_groups(PROJECT, "test")
    session.install("--resolution=lowest-direct", *requirements, "-e", ".")
    _compare_with_floors(session)
    session.run("pytest", "-n", "auto", *session.posargs)


def _compare_with_floors(session: nox.Session) -> None:
    """Stop where a declared floor was overridden by another package: such a floor is untested."""
    wrong = []
    for text in PROJECT["project"]["dependencies"]:
        requirement = Requirement(text)
        (floor,) = [Version(part.version) for part in requirement.specifier if part.operator == ">="]
        code = f"import importlib.metadata as m; print(m.version({requirement.name!r}))"
        installed = Version(str(session.run("python", "-c", code, silent=True)).strip())
        session.log(f"{requirement.name}: declared {floor}, installed {installed}")
        if installed != floor:
            wrong.append(requirement.name)
    if wrong:
        session.error(f"not tested on the declared floor: {', '.join(wrong)}")


@nox.session(default=False)
def api(session: nox.Session) -> None:
    """Compare the public names and signatures with tests/api; ``-- --update`` writes them anew."""
    _install(session, "test")
    session.run("python", "tests/api/snapshot.py", *session.posargs)
    session.run("pytest", "tests/test_public_api.py")


@nox.session(default=False)
def build(session: nox.Session) -> None:
    """Build sdist and wheel, and use the wheel from an empty folder in an environment of its own."""
    session.env.update(SETTINGS)
    session.install("build", "check-wheel-contents")
    dist = Path(session.create_tmp()).resolve() / "dist"
    shutil.rmtree(dist, ignore_errors=True)
    session.run("python", "-m", "build", "--outdir", str(dist))  # the wheel is built from the sdist
    (wheel,) = dist.glob("*.whl")
    session.run("check-wheel-contents", str(wheel))
    _require_in_wheel(session, wheel)
    _use_wheel(session, wheel, dist.parent)


def _require_in_wheel(session: nox.Session, wheel: Path) -> None:
    """Every file of the source tree must be in the wheel, the shipped data and py.typed too."""
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    source = Path("src")
    files = (path for path in source.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    missing = {path.relative_to(source).as_posix() for path in files} - packed
    if missing:
        session.error(f"missing in the wheel: {', '.join(sorted(missing))}")


def _use_wheel(session: nox.Session, wheel: Path, folder: Path) -> None:
    """Install the wheel alone and use it as a stranger would, where the checkout is not on the path."""
    clean, empty = folder / "clean", folder / "empty"
    shutil.rmtree(clean, ignore_errors=True)
    shutil.rmtree(empty, ignore_errors=True)
    empty.mkdir()
    session.run("python", "-m", "venv", str(clean))
    python = str(next(path for path in (clean / "bin/python", clean / "Scripts/python.exe") if path.exists()))
    session.run(python, "-m", "pip", "install", "--quiet", str(wheel), external=True)
    script = str(Path("tests/api/resolve.py").resolve())
    with session.chdir(empty):
        session.run(python, "-I", "-W", "error", script, external=True)
        session.run(python, "-I", "-W", "error", "-m", "maalbib", external=True)


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """Run the benchmarks; names of benchmarks may follow after ``--``."""
    _install(session, "bench")
    session.run("python", "benchmarks/run.py", *session.posargs)


@nox.session(default=False)
def calibration(session: nox.Session) -> None:
    """Write the tables of docs/calibration anew from simulated series; names of calibrations may follow after ``--``."""
    _install(session)
    session.run("python", "calibration/run.py", *session.posargs)


@nox.session(default=False)
def changelog(session: nox.Session) -> None:
    """Show the next entry of the changelog as the fragments make it."""
    _install(session, "changelog", package=False)
    session.run("towncrier", "build", "--draft", "--version", PROJECT["project"]["version"])


@nox.session(default=False)
def threads(session: nox.Session) -> None:
    """Run every test in eight threads at once."""
    _install(session, "test")
    session.install("pytest-run-parallel>=0.10")
    session.run("pytest", "--parallel-threads=8", *session.posargs)


@nox.session(default=False)
def fuzz(session: nox.Session) -> None:
    """Fuzz every reader for a minute, or those named after ``--``; runs where atheris has a wheel."""
    _install(session, "fuzz")
    targets = session.posargs or sorted(path.name for path in Path("tests/fuzz/corpus").iterdir() if path.is_dir())
    for target in targets:
        session.run("python", "tests/fuzz/fuzz.py", target, "--seconds", "60")
