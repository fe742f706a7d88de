"""Networks, losses and distillers."""
from . import (
    backbones,
    data_preprocessors,
    depthers,
    detectors,
    distillers,
    heads,
    losses,
    necks,
    poolers,
    projectors,
    samplers,
    segmentors,
)

__all__ = [
    'backbones', 'data_preprocessors', 'depthers', 'detectors', 'distillers', 'heads', 'losses',
    'necks', 'poolers', 'projectors', 'samplers', 'segmentors'
]
