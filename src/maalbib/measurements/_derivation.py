"""How a series was made from others: kept with the measurements, said in words, and written into files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import attrs

from maalbib import texts
from maalbib.model import FrozenDict

__all__ = ["Derivation"]

_METHOD: Final = "derivation."


def _texts(values: Iterable[str]) -> tuple[str, ...]:
    return (values,) if isinstance(values, str) else tuple(values)


@attrs.frozen(kw_only=True)
class Derivation:
    """What an indicator was computed from, and how.

    Attributes
    ----------
    indicator
        Id of the series that was made.
    method
        Name of the function that made it: ``share``, ``rolling`` ...
    inputs
        Ids of the indicators, or names of the columns, that it was made from.
    params
        What the caller chose: texts, numbers, truth values, or None. Never a value of the data.
    window
        How many periods each value covers; 1 unless the values of neighbouring periods rest on the same data. It counts what
        the inputs covered already.

    Examples
    --------
    >>> from maalbib.measurements import Derivation
    >>> made = Derivation(
    ...     indicator="sick_year",
    ...     method="rolling",
    ...     inputs="sick",
    ...     params={"how": "sum", "of": "sick", "periods": 4},
    ...     window=4,
    ... )
    >>> made.explain("en")
    'sick_year is the sum of sick over 4 periods in a row.'
    >>> made.overlapping
    True
    """

    indicator: str
    method: str
    inputs: tuple[str, ...] = attrs.field(default=(), converter=_texts)
    params: FrozenDict = attrs.field(factory=FrozenDict, converter=FrozenDict)
    window: int = 1

    @property
    def overlapping(self) -> bool:
        """Whether neighbouring values rest on the same data, so that they are not independent."""
        return self.window > 1

    def explain(self, lang: str = "da") -> str:
        """Return how the series was made as a sentence, in ``"da"`` or ``"en"``."""
        inputs = ", ".join(self.inputs)
        kinds = [f"{_METHOD}{self.method}.{self.params.get('how')}", f"{_METHOD}{self.method}", f"{_METHOD}other"]
        code = next(kind for kind in kinds if kind in texts.codes())
        fields = {"indicator": self.indicator, "method": self.method, "inputs": inputs, **self.params}
        return texts.sentence(code, lang, **{name: _plain(value) for name, value in fields.items()})

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, the form that files hold."""
        params = {name: list(value) if isinstance(value, tuple) else value for name, value in self.params.items()}
        return {
            "indicator": self.indicator,
            "method": self.method,
            "inputs": list(self.inputs),
            "params": params,
            "window": self.window,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Derivation:
        """Return what plain data describes.

        Raises
        ------
        KeyError, TypeError, ValueError
            If it describes nothing.
        """
        given: dict[str, Any] = dict(data.get("params") or {})
        params = {str(name): tuple(value) if isinstance(value, list) else value for name, value in given.items()}
        return cls(
            indicator=str(data["indicator"]),
            method=str(data["method"]),
            inputs=tuple(map(str, data["inputs"])),
            params=FrozenDict(params),
            window=int(data["window"]),
        )


def _plain(value: object) -> object:
    return texts.MISSING if value is None else value
