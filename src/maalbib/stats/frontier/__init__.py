"""Frontiers: what others have got out of as much, or with less. The names are offered by ``maalbib.stats``."""

__all__: list[str] = []
