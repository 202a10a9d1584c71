"""Names of a package that are loaded when they are first used, so that importing it stays light."""

TYPE_CHECKING = False  # no need to import typing
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["on_demand"]


def on_demand(names: "dict[str, object]", home: "Mapping[str, str]") -> "Callable[[str], object]":
    """Return a module's ``__getattr__``.

    Parameters
    ----------
    names
        The module's ``globals()``, which keep what was loaded once.
    home
        Where each name is found: a module that holds it, or the module itself where its path ends in the name.
    """

    def load(name: str) -> object:
        if name not in home:
            message = f"module {names['__name__']!r} has no attribute {name!r}"
            raise AttributeError(message)
        from importlib import import_module

        module = import_module(home[name])
        value = names[name] = module if home[name].endswith(f".{name}") else getattr(module, name)
        return value

    return load
