"""What the library says to people: one table of codes with Danish and English templates.

Every error, problem, reason and flag has a code. Its wording stands once, in the ``.toml`` files
beside this module, and is filled in here. Codes are public: they are added, never renamed.
"""

from maalbib.texts._closest import closest
from maalbib.texts._dates import day_text
from maalbib.texts._numbers import MISSING, number, p_value
from maalbib.texts._table import codes, hint, phrase, sentence

__all__ = ["MISSING", "closest", "codes", "day_text", "hint", "number", "p_value", "phrase", "sentence"]
