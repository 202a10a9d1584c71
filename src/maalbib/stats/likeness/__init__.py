"""Who is like whom, and what to expect of those who are. The names are offered by ``maalbib.stats``."""

__all__: list[str] = []
