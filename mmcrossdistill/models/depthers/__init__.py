"""Depth probes."""
from .dense_depther import DenseDepther
from .pixel_depther import PixelDepther

__all__ = ['DenseDepther', 'PixelDepther']
