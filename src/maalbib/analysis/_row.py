"""What the typed rows have in common, and the Arrow schema that their fields declare."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar, Final, Self, get_args, get_type_hints

import attrs
import pyarrow as pa

from maalbib import texts
from maalbib.analysis._columns import NUMBERS, WORDS
from maalbib.analysis._labels import NO_LABELS, Labels
from maalbib.analysis._language import as_language
from maalbib.analysis._secrecy import CONFIDENTIAL

__all__ = ["Row", "column_names", "schema_of", "secret_names"]

_ARROW_TYPES: Final[dict[Any, pa.DataType]] = {
    str: pa.string(),
    float: pa.float64(),
    int: pa.int64(),
    bool: pa.bool_(),
    dt.date: pa.date32(),
    tuple[str, ...]: WORDS,
    tuple[float, ...]: NUMBERS,
}
_NUMBERS: Final = (float, int)
_READ_OFF: Final = frozenset(
    {
        *("dominated_by", "held_against", "peer_weights", "own_figures", "target_figures", "returns_to_scale"),
        *("relevance", "change_period", "proposed_break", "without_last", "driver"),
        *("among_groups", "among_peers", "adjusted_state", "adjusted_reason"),
        *("largest_variable", "smallest_variable"),
        *("result_verdict", "result_adjusted_verdict", "result_adjusted_reason", "score_outcome"),
        *("resource_verdict", "resource_adjusted_verdict", "resource_adjusted_reason"),
        *("dominance", "dominance_in_kind", "held_in", "frontier_role"),
        *("resource_values", "unit_resources", "resource_gaps", "resource_gap_lowers", "resource_gap_uppers"),
        *("arrival", "sensitive_to", "verdict", "assurance", "override_state", "override_da", "override_en"),
    }
)


@attrs.frozen(kw_only=True, repr=False)
class Row:
    """Base of the typed rows; every public field but the labels is a column.

    Attributes
    ----------
    labels
        Names, units and decimals for the sentences. Not compared.
    """

    IDS: ClassVar[tuple[str, ...]] = ()
    UNJUDGED: ClassVar[str] = "not_judged"

    labels: Labels = attrs.field(default=NO_LABELS, eq=False, metadata={"column": False})

    def explain(self, lang: str = "da", *, internal: bool = False) -> str:
        """Return the verdict with its reason and flags as sentences, in ``"da"`` or ``"en"``.

        Figures that may not be shown are left out, and the verdict with them where it is confidential, unless the sentences
        are for ``internal`` use.
        """
        as_language(lang)
        if internal or self._hidden is None:
            return self._said(lang)
        remark = texts.sentence("hidden.small_n", lang, least=str(self._least_shown()))
        if self._hidden == CONFIDENTIAL:
            return self.public().explain(lang, internal=True)
        if self._state == self.UNJUDGED:
            return f"{self.public().explain(lang, internal=True)} {remark}"
        state = texts.phrase("state", self._state, lang)
        said = (f"{self.about(lang)}: {state[:1].upper()}{state[1:]}.", remark, self._said_though_hidden(lang))
        return " ".join(part for part in said if part)

    def public(self) -> Self:
        """Return the row as it may be shown: numbers that are hidden are None, and a confidential verdict is withheld."""
        if self._hidden is None:
            return self
        changes: dict[str, Any] = dict.fromkeys(secret_names(type(self)))
        if self._hidden == CONFIDENTIAL:
            changes |= {"state": self.UNJUDGED, "reason": CONFIDENTIAL, "flags": ()}
            changes |= {name: False for name, hint in get_type_hints(type(self)).items() if hint is bool}
        return attrs.evolve(self, **changes)

    def to_dict(self) -> dict[str, Any]:
        """Return the columns as plain data; dates as ISO text, None where missing."""
        return {name: _plain(getattr(self, name)) for name in column_names(type(self))}

    def __repr__(self) -> str:
        """Return what the row is about and its verdict, without figures."""
        shown = self.public().to_dict()
        about = " ".join(shown[name] for name in self.IDS if shown[name])
        return f"<{type(self).__name__} {about}: {shown['state']}.{shown['reason']}>"

    @property
    def _hidden(self) -> str | None:
        return getattr(self, "hidden", None)

    @property
    def _state(self) -> str:
        return str(getattr(self, "state", ""))

    def _said_though_hidden(self, _lang: str) -> str:
        """Return what is said besides of a row whose figures may not be shown, and whose verdict may."""
        return ""

    def _least_shown(self) -> int:
        return self.labels.indicator(str(getattr(self, "indicator", ""))).min_show

    def about(self, lang: str = "da") -> str:
        """Return what the row is about, in ``"da"`` or ``"en"``."""
        raise NotImplementedError

    def _said(self, lang: str) -> str:
        raise NotImplementedError


def schema_of(row: type[Row]) -> pa.Schema:
    """Return the Arrow schema that the fields of a row type declare; the one place where columns are written."""
    hints = get_type_hints(row)
    return pa.schema([_arrow_field(name, hints[name]) for name in column_names(row)])


def column_names(row: type[Row]) -> tuple[str, ...]:
    """Return the names of the columns, in order."""
    return tuple(field.name for field in attrs.fields(row) if field.metadata.get("column", True))


def secret_names(row: type[Row]) -> tuple[str, ...]:
    """Return the columns that a hidden row leaves out: numbers that may be missing, and what is read off them."""
    hints = get_type_hints(row)
    return tuple(name for name in column_names(row) if name in _READ_OFF or _optional(hints[name]) in _NUMBERS)


def _optional(hint: Any) -> Any:
    """Return T of a hint T | None, else None."""
    parts = get_args(hint)
    return parts[0] if type(None) in parts else None


def _arrow_field(name: str, hint: Any) -> pa.Field[Any]:
    inner = _optional(hint)
    return pa.field(name, _ARROW_TYPES[hint if inner is None else inner], nullable=inner is not None)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if isinstance(value, dt.date) else value
