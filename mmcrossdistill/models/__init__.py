"""Networks, losses and distillers."""
from . import (
    backbones,
    data_preprocessors,
    depthers,
    distillers,
    heads,
    losses,
    necks,
    poolers,
    projectors,
    segmentors,
)

__all__ = [
    'backbones', 'data_preprocessors', 'depthers', 'distillers', 'heads', 'losses', 'necks',
    'poolers', 'projectors', 'segmentors'
]
