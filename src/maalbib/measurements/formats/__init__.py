"""Readers of files that describe themselves, and of spreadsheets."""
