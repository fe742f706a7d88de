"""Losses."""
from .cross_entropy import CrossEntropyLoss
from .depth_maps import DepthGradientLoss, SigLoss
from .depth_mse import DepthMSELoss
from .distill_loss import DistillLoss
from .info_nce import InfoNCELoss
from .lovasz import LovaszLoss, lovasz_softmax
from .uniformity import UniformityLoss

__all__ = [
    'CrossEntropyLoss', 'DepthGradientLoss', 'DepthMSELoss', 'DistillLoss', 'InfoNCELoss',
    'LovaszLoss', 'SigLoss', 'UniformityLoss', 'lovasz_softmax'
]
