"""Systematic variation with numbers at the ends of the range of doubles."""

from __future__ import annotations

import numpy as np

from maalbib.stats import between_variance, shrinkage, systematic_variation


def test_what_cannot_be_computed_has_a_reason() -> None:
    """Where parts are infinite or none is a number, the figure is missing for a reason."""
    found = systematic_variation([[11.0, 1e-12], [9.0, 1e300]], [[1e-300, 1e300], [10.0, 1e-300]])
    assert found.reason.tolist() == ["not_finite", "not_finite"]


def test_units_without_a_value_and_the_order_in_memory_change_no_bit() -> None:
    """Rows that are filled up, or lie column by column, give the same figures."""
    rng = np.random.default_rng(7)
    values, errors = rng.normal(50, 5, (4, 20)), rng.uniform(1, 3, (4, 20))
    filled = np.concatenate([np.full((4, 7), np.nan), values], axis=1)
    wide = np.concatenate([np.ones((4, 7)), errors], axis=1)
    plain, padded = between_variance(values, errors**2), between_variance(filled, wide**2)
    for name in ("tau2", "mean", "se_mean", "q"):
        assert getattr(plain, name).tolist() == getattr(padded, name).tolist()
    assert between_variance(np.asfortranarray(values), np.asfortranarray(errors**2)) == plain
    narrow, broad = shrinkage(values, errors), shrinkage(filled, wide)
    assert narrow.upper.tolist() == broad.upper[:, 7:].tolist()
