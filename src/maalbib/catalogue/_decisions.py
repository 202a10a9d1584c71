"""What tells one decision about a state from another."""

from __future__ import annotations

from maalbib.model import FollowUp, Override

__all__ = ["decision_key"]


def decision_key(entry: Override | FollowUp) -> str:
    """Return what an override, or a note, is called: what it is about, its day, and for a note who wrote it."""
    about = f"{entry.target}/{entry.institution}/{entry.breakdown}".rstrip("/")
    if isinstance(entry, Override):
        return f"{about}@{entry.decided_on}"
    return f"{about}@{entry.noted_on}/{entry.by_role}"
