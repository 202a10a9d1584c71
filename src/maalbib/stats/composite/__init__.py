"""Several indicators in one place on a list, never without how far the place hangs on the choices made.

The names are offered by ``maalbib.stats``.
"""

__all__: list[str] = []
