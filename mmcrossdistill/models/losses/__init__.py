"""Losses."""
from .code_contrast import CodeContrastLoss
from .commitment import CommitmentLoss
from .cross_entropy import CrossEntropyLoss
from .depth_maps import DepthGradientLoss, SigLoss
from .depth_mse import DepthMSELoss
from .dino_loss import DINOLoss
from .distill_loss import DistillLoss
from .focal_loss import sigmoid_focal_loss
from .ibot_patch_loss import IBOTPatchLoss
from .info_nce import Contrast, InfoNCELoss, contrast_logits
from .koleo import KoLeoLoss
from .lovasz import LovaszLoss, lovasz_softmax
from .orthogonality import OrthogonalityLoss
from .semantic_tolerance import SemanticTolerance, Tolerance
from .set_detection import SetDetectionLoss
from .sinkhorn_knopp import sinkhorn_knopp
from .supervised_contrast import SupervisedContrastLoss
from .uniformity import UniformityLoss
from .vmf_consistency import Consistency, VMFConsistencyLoss

__all__ = [
    'CodeContrastLoss', 'CommitmentLoss', 'Consistency', 'Contrast', 'CrossEntropyLoss', 'DINOLoss',
    'DepthGradientLoss', 'DepthMSELoss', 'DistillLoss', 'IBOTPatchLoss', 'InfoNCELoss', 'KoLeoLoss',
    'LovaszLoss', 'OrthogonalityLoss', 'SemanticTolerance', 'SetDetectionLoss', 'SigLoss',
    'SupervisedContrastLoss', 'Tolerance', 'UniformityLoss', 'VMFConsistencyLoss',
    'contrast_logits', 'lovasz_softmax', 'sigmoid_focal_loss', 'sinkhorn_knopp'
]
