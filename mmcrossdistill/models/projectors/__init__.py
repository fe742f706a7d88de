"""Projectors: from a backbone's width to the width of the other modality."""
from .linear_projector import LinearProjector
from .map_projector import MapProjector

__all__ = ['LinearProjector', 'MapProjector']
