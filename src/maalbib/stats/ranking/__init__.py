"""Ranks and positions, and how far chance alone could move them. The names are offered by ``maalbib.stats``."""

__all__: list[str] = []
