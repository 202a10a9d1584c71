"""Published methods as data: named, versioned, frozen."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import attrs

from maalbib.errors import ArgumentError

__all__ = ["Profile", "as_profile", "profile", "profiles"]


def _frozen(data: object) -> Any:
    if isinstance(data, Mapping):
        return MappingProxyType({str(key): _frozen(value) for key, value in data.items()})
    return tuple(map(_frozen, data)) if isinstance(data, list | tuple) else data


def _plain(data: object) -> Any:
    if isinstance(data, Mapping):
        return {key: _plain(value) for key, value in data.items()}
    return list(map(_plain, data)) if isinstance(data, tuple) else data


@attrs.frozen(kw_only=True)
class Profile:
    """A published method: which one, which version, and its thresholds.

    Attributes
    ----------
    id, version
        Name and version. Results tell both as ``"statcan/1"``.
    title
        Whose method it is.
    source
        Where it was read.
    parameters
        Thresholds and defaults, read-only.

    Raises
    ------
    ArgumentError
        If the parameters differ from those that are published under this id and version.

    Notes
    -----
    A variant of one's own keeps the id, which says by which rules it is computed, and has a version of its own.

    Examples
    --------
    >>> import attrs
    >>> from maalbib.stats import profile
    >>> published = profile("destatis")
    >>> published.name, published.parameters["sun_below"]
    ('destatis/1', 0.05)
    >>> mine = attrs.evolve(published, version="strict", parameters={**published.parameters, "sun_below": 0.01})
    >>> mine.name
    'destatis/strict'
    """

    id: str
    version: str
    title: str = ""
    source: str = ""
    parameters: Mapping[str, Any] = attrs.field(converter=_frozen, hash=False)

    def __attrs_post_init__(self) -> None:
        """Refuse another content for what is published."""
        shipped = _raw().get((self.id, self.version))
        if shipped is not None and _frozen(shipped["parameters"]) != self.parameters:
            raise ArgumentError("profiles.published", profile=self.name)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by plain data; a read-only view cannot be pickled."""
        return _made, (self.to_dict(),)

    @property
    def name(self) -> str:
        """Id and version, as results tell them."""
        return f"{self.id}/{self.version}"

    def to_dict(self) -> dict[str, Any]:
        """Return the profile as plain data."""
        return {field.name: _plain(getattr(self, field.name)) for field in attrs.fields(Profile)}


def _made(data: dict[str, Any]) -> Profile:
    return Profile(**data)


def profile(name: str) -> Profile:
    """Return a published method.

    Parameters
    ----------
    name
        ``"statcan"`` for the newest version, ``"statcan/1"`` for one version: a service that pins it keeps its answers.

    Returns
    -------
    Profile
        The method with its parameters.

    Raises
    ------
    ArgumentError
        If there is no such method or version.

    Examples
    --------
    >>> profile("statcan").name, profile("eustat/1").parameters["base_rule"]
    ('statcan/1', 'nearest')
    """
    shipped = _shipped()
    if name in shipped:
        return shipped[name]
    versions = [found for found in shipped.values() if found.id == name]
    if not versions:
        raise ArgumentError.choice("profile", [*dict.fromkeys(found.id for found in shipped.values()), *shipped])
    return versions[-1]


def profiles() -> tuple[Profile, ...]:
    """Return every published method, the versions of each in the order they came.

    Returns
    -------
    tuple of Profile
        All of them.

    Examples
    --------
    >>> [found.name for found in profiles()][:3]
    ['statcan/1', 'eustat/1', 'destatis/1']
    """
    return tuple(_shipped().values())


def as_profile(value: str | Profile, *ids: str) -> Profile:
    """Return the profile meant, when its rules are those of one of the ids."""
    found = value if isinstance(value, Profile) else profile(value)
    if found.id not in ids:
        raise ArgumentError("profiles.other_method", profile=found.name, expected=ids)
    return found


@cache
def _raw() -> dict[tuple[str, str], dict[str, Any]]:
    text = files("maalbib.stats.published").joinpath("profiles.json").read_text(encoding="utf-8")
    return {(data["id"], data["version"]): data for data in json.loads(text)["profiles"]}


@cache
def _shipped() -> dict[str, Profile]:
    return {found.name: found for found in map(_made, _raw().values())}
