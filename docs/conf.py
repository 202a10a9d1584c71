"""Sphinx settings; ``nox -s docs`` builds with every warning an error."""

from __future__ import annotations

import ast
import builtins
import importlib
import itertools
import pkgutil
import shutil
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.domains.python import PyObject

import maalbib

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.addnodes import pending_xref
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

ROOT = Path(__file__).resolve().parents[1]
_PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

project = _PROJECT["name"]
author = "The maalbib authors"
copyright = f"2026, {author}"
release = version = _PROJECT["version"]

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "sphinx_design",
]
exclude_patterns = ["_build", "_templates", "calibration", "jupyter_execute", "data", "conftest.py"]
templates_path = ["_templates"]
source_suffix = {".rst": "restructuredtext", ".md": "myst-nb", ".ipynb": "myst-nb"}

# API: one page per room lists its public names, one page per name is made from the docstring.
autosummary_generate = True
autosummary_imported_members = True  # public names live in private modules
autosummary_ignore_module_all = False
autodoc_member_order = "groupwise"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
napoleon_google_docstring = False
napoleon_use_ivar = True
napoleon_attr_annotations = False  # types stand in the signature
napoleon_use_rtype = False
maximum_signature_line_length = 80
python_use_unqualified_type_names = True
toc_object_entries = False  # the sidebar lists pages; with every method on every page it takes half the build

# Pages
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath", "fieldlist", "substitution"]
myst_substitutions = {"version": release}
myst_heading_anchors = 3
nb_execution_mode = "force"  # what a page shows was computed in this build
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_merge_streams = True
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True

# The notebooks are pages too. They live beside docs/, where people who copy one find it.
shutil.rmtree(ROOT / "docs" / "notebooks", ignore_errors=True)
for notebook in sorted((ROOT / "notebooks").glob("*.ipynb")):
    (ROOT / "docs" / "notebooks").mkdir(exist_ok=True)
    shutil.copy(notebook, ROOT / "docs" / "notebooks")

html_theme = "furo"
html_title = f"maalbib {release}"
html_static_path = ["_static"]
html_css_files = ["maalbib.css"]
html_show_sphinx = False
html_copy_source = False
html_theme_options = {"navigation_with_keys": True}


def _files() -> list[Path]:
    return sorted(Path(maalbib.__file__).parent.rglob("*.py"))


def _public_homes() -> dict[str, str]:
    """Map each public name to where the API pages describe it."""
    homes: dict[str, str] = {}
    for module in pkgutil.iter_modules(maalbib.__path__):
        if not module.name.startswith("_"):
            room = importlib.import_module(f"maalbib.{module.name}")
            homes |= {name: f"{room.__name__}.{name}" for name in getattr(room, "__all__", ())}
    return homes


def _names_without_a_page() -> set[str]:
    """Return what annotations may name without a link: imported names and private aliases of types.

    No inventory of another package is fetched while building.
    """
    names: set[str] = set(dir(builtins))
    for file in _files():
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names |= {name for alias in node.names for name in (alias.asname, alias.name) if name}
                names.add(getattr(node, "module", None) or "")
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                names |= {target.id for target in targets if isinstance(target, ast.Name) and target.id[0].isupper()}
    return {name.partition(".")[0] for name in names} - {"maalbib", ""}


_HOMES = _public_homes()
_UNLINKED = _names_without_a_page()
_COLON = "\ue000"  # stands for a colon while napoleon reads


def _candidates(target: str) -> list[str]:
    """Return the full names that a short or private name may stand for, methods of classes included."""
    parts = target.split(".")
    found = [_HOMES[parts[-1]]] if parts[-1] in _HOMES else []
    if len(parts) > 1 and parts[-2] in _HOMES:
        found.append(f"{_HOMES[parts[-2]]}.{parts[-1]}")
    return found


def _link_public_name(
    app: Sphinx, environment: BuildEnvironment, reference: pending_xref, content: nodes.TextElement
) -> nodes.Node | None:
    """Link ``Goal`` and ``maalbib.model._goal.Goal`` to ``maalbib.model.Goal``; leave other packages unlinked."""
    if reference.get("refdomain") != "py":
        return None
    target = str(reference["reftarget"])
    domain = environment.domains.python_domain
    for candidate in _candidates(target):
        if candidate in domain.objects:
            role = domain.role_for_objtype(domain.objects[candidate].objtype) or "obj"
            page = reference["refdoc"]
            return domain.resolve_xref(environment, page, app.builder, role, candidate, reference, content)
    private = target.startswith("maalbib.") and "._" in target
    return content if private or target.partition(".")[0] in _UNLINKED else None


def _mend(_app: Sphinx, what: str, _name: str, _object: object, _options: object, lines: list[str]) -> None:
    """Settle what napoleon would misread: colons in the first line of a property, and ``lower, upper`` as one name."""
    if what in {"property", "attribute"} and lines:
        lines[0] = lines[0].replace(":", _COLON)
    section, result = "", []
    for number, line in enumerate(lines):
        underlined = bool(line.strip()) and number + 1 < len(lines) and set(lines[number + 1]) == {"-"}
        section = line.strip() if underlined else section
        names = line.split(", ") if section == "Attributes" and not _is_indented(line) and not underlined else [line]
        text = list(itertools.takewhile(_is_indented, lines[number + 1 :])) if len(names) > 1 else []
        for name in names[:-1]:
            result += [name, *text]
        result.append(names[-1])
    lines[:] = result


def _restore(_app: Sphinx, _what: str, _name: str, _object: object, _options: object, lines: list[str]) -> None:
    """Put back the colons that :func:`_mend` hid."""
    lines[:] = [line.replace(_COLON, ":") for line in lines]


def _is_indented(line: str) -> bool:
    return line.startswith(" ") or not line.strip()


def _skip_borrowed(_app: Sphinx, what: str, _name: str, member: object, *_rest: object) -> bool | None:
    """Leave out what a class inherits from outside the package."""
    function = getattr(member, "fget", None) or getattr(member, "__func__", member)
    home = getattr(function, "__module__", None) or "maalbib"
    return True if what == "class" and not home.startswith("maalbib") else None


def _shorten_defaults(  # a default made anew for each object is shown by attrs as NOTHING
    _app: Sphinx,
    _what: str,
    _name: str,
    _object: object,
    _options: object,
    signature: str | None,
    returns: str | None,
) -> tuple[str | None, str | None]:
    return (signature and signature.replace("= NOTHING", "= ...")), returns


def setup(app: Sphinx) -> None:
    """Register the links and the small repairs."""
    for field in PyObject.doc_field_types:
        if field.name == "variable":
            field.label = "Fields"
    app.connect("autodoc-process-signature", _shorten_defaults)
    app.connect("missing-reference", _link_public_name)
    app.connect("autodoc-process-docstring", _mend, priority=100)
    app.connect("autodoc-process-docstring", _restore, priority=900)
    app.connect("autodoc-skip-member", _skip_borrowed)
