"""Depth probes."""
