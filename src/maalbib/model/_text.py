"""Text in more than one language."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import attrs

from maalbib.errors import DefinitionError

__all__ = ["Text"]

_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")


@attrs.frozen(init=False, repr=False)
class Text:
    """The same text in one or more languages, keyed by BCP 47 tag.

    Parameters
    ----------
    **languages
        The texts: ``Text(da="Sygefravær", en="Sickness absence")``. At least one; none may be empty. They are stored in
        Unicode normal form C. None means that the text is not given in that language.

    Raises
    ------
    DefinitionError
        If no text is given, a text is empty or not text, or a tag is not a language tag.

    Examples
    --------
    >>> name = Text(da="Sygefravær", en="Sickness absence")
    >>> name.get("da")
    'Sygefravær'
    >>> Text(da="Sygefravær").get("en")
    'Sygefravær'
    >>> Text(da="Sygefravær").lookup("en")
    ('Sygefravær', 'da')
    """

    items: tuple[tuple[str, str], ...]

    def __init__(self, **languages: str | None) -> None:
        given = {tag: text for tag, text in languages.items() if text is not None}
        if not given:
            raise DefinitionError("text.none", model="Text", field="da")
        items = tuple(sorted((_tag(tag), _normal(tag, text)) for tag, text in given.items()))
        self.__attrs_init__(items=items)  # pyright: ignore[reportAttributeAccessIssue]

    @property
    def languages(self) -> tuple[str, ...]:
        """The tags, sorted."""
        return tuple(tag for tag, _ in self.items)

    def lookup(self, lang: str, fallback: str = "da") -> tuple[str, str]:
        """Return the text and the language it is in: the wanted one, the fallback, or the first there is."""
        texts = dict(self.items)
        used = next(tag for tag in (lang, fallback, self.items[0][0]) if tag in texts)
        return texts[used], used

    def get(self, lang: str, fallback: str = "da") -> str:
        """Return the text as :meth:`lookup` does, without saying which language was used."""
        return self.lookup(lang, fallback)[0]

    def to_dict(self) -> dict[str, str]:
        """Return the texts by language."""
        return dict(self.items)

    def __repr__(self) -> str:
        """Return the call that makes the text."""
        return f"Text({', '.join(f'{tag}={text!r}' for tag, text in self.items)})"


def _tag(tag: str) -> str:
    if not _LANGUAGE.fullmatch(tag.replace("_", "-")):
        raise DefinitionError("text.language", model="Text", field="languages")
    return tag.replace("_", "-")


def _normal(tag: str, text: object) -> str:
    if not isinstance(text, str):
        raise DefinitionError("type", model="Text", field=tag, expected="text")
    if not text.strip():
        raise DefinitionError("text.empty", model="Text", field=tag)
    return unicodedata.normalize("NFC", text)
