"""Helpers for the tests of this package and of packages built on it."""
