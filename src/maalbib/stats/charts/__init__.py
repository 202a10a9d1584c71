"""Control charts: what in a series is signal, and what is noise. The names are offered by ``maalbib.stats``."""

__all__: list[str] = []
