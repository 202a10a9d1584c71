"""Published methods of judging progress, as their publishers use them. The names are offered by ``maalbib.stats``."""

__all__: list[str] = []
