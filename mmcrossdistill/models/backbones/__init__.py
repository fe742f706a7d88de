"""2D and 3D encoders."""
from .waffleiron import WaffleIron

__all__ = ['WaffleIron']
