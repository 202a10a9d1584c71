"""Intervals for shares, rates, means and medians, standardisation, and differences between two of them."""
