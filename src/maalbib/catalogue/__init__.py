"""Sets of definitions: loaded, checked, compared and written; and the catalogues that come with the library."""

from maalbib.catalogue._catalogue import Catalogue
from maalbib.catalogue._diff import CatalogueDiff, EntryChange
from maalbib.catalogue._index import Index

__all__ = ["Catalogue", "CatalogueDiff", "EntryChange", "Index"]
