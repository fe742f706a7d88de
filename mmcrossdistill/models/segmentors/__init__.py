"""Segmentation probes and encoders."""
