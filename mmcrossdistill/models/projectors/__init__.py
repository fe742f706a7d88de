"""Projectors: from a backbone's width to the width of the other modality."""
from .linear_projector import LinearProjector

__all__ = ['LinearProjector']
