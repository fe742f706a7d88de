"""Metrics that report by condition."""
