"""How far units really lie apart, and what a noisy figure is worth. The names are offered by ``maalbib.stats``."""

__all__: list[str] = []
