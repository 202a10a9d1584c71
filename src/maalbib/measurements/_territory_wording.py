"""Remarks on figures that were carried to another division."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np
import pyarrow as pa

from maalbib import texts
from maalbib.measurements._keys import packed
from maalbib.texts import number

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["CommentLanguage", "comments"]

CommentLanguage = Literal["da", "en"]


def comments(
    *,
    allocated: NDArray[np.float64],
    estimated: NDArray[np.bool_],
    lacking: NDArray[np.int64],
    need: NDArray[np.int64],
    provisional: NDArray[np.bool_],
    basis: str | None,
    lang: CommentLanguage,
) -> pa.Array[Any]:
    """Return a remark for each figure, null where there is nothing to say.

    Parameters
    ----------
    allocated
        Share of the figure that came by weights.
    estimated
        Whether weights had to be believed.
    lacking, need
        How many of how many parts are not there at all.
    provisional
        Whether a part is provisional and another mark keeps that from being seen.
    basis
        What the weights rest on.
    lang
        Language of the remarks.
    """
    permille = np.where(estimated, np.rint(1000 * allocated), -1).astype(np.int64)
    columns = [permille + 1, lacking, np.where(lacking > 0, need, 0), provisional.astype(np.int64)]
    key, _ = packed([(column, int(column.max(initial=0)) + 1) for column in columns])
    _, first, place = np.unique(key, return_index=True, return_inverse=True)
    rows = zip(*(column[first].tolist() for column in columns), strict=True)
    words = [_said(share - 1, *rest, basis=basis, lang=lang) for share, *rest in rows]
    remarks: Any = pa.array(words, type=pa.string())
    return cast("pa.Array[Any]", remarks.take(pa.array(place.reshape(-1))))


def _said(permille: int, lacking: int, need: int, provisional: int, *, basis: str | None, lang: str) -> str | None:
    said: list[str] = []
    if permille >= 0:
        share = f"{number(permille / 10, lang, 1)}\u00a0%"
        said.append(texts.sentence("territory.allocated", lang, share=share, basis=_basis(basis, lang)))
    if lacking:
        said.append(texts.sentence("territory.parts_lacking", lang, lacking=lacking, need=need))
    if provisional:
        said.append(texts.sentence("territory.provisional_part", lang))
    return " ".join(said) or None


def _basis(basis: str | None, lang: str) -> str:
    if basis is None:
        return texts.sentence("territory.basis_sizes", lang)
    return texts.phrase("basis", basis, lang) if f"basis.{basis}" in texts.codes() else basis
