"""Losses."""
from .cross_entropy import CrossEntropyLoss
from .depth_mse import DepthMSELoss
from .distill_loss import DistillLoss
from .lovasz import LovaszLoss, lovasz_softmax
from .uniformity import UniformityLoss

__all__ = [
    'CrossEntropyLoss', 'DepthMSELoss', 'DistillLoss', 'LovaszLoss', 'UniformityLoss',
    'lovasz_softmax'
]
