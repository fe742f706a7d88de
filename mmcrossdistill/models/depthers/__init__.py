"""Depth probes."""
from .pixel_depther import PixelDepther

__all__ = ['PixelDepther']
