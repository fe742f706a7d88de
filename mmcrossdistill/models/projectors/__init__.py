"""Projectors: from a backbone's width to the width of the other modality."""
from .conv_map_projector import ConvMapProjector
from .linear_projector import LinearProjector
from .map_projector import MapProjector

__all__ = ['ConvMapProjector', 'LinearProjector', 'MapProjector']
