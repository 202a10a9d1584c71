"""The catalogues that come with the library, made once: they never change and cannot be changed."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from maalbib.catalogue._loading import load_files
from maalbib.catalogue._sources import shipped_files

if TYPE_CHECKING:
    from maalbib.catalogue._catalogue import Catalogue

__all__ = ["shipped_catalogue"]


@cache
def shipped_catalogue(name: str) -> Catalogue:
    """Return a shipped catalogue."""
    from maalbib.catalogue._catalogue import Catalogue

    fields, problems = load_files(shipped_files(name), keep=False)
    return Catalogue(**fields, problems=problems)
