"""Self-distillation at masked patches."""
from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mmcrossdistill.registry import MODELS


@MODELS.register_module()
class IBOTPatchLoss(nn.Module):
    """Cross entropy at patches that the student saw masked and the teacher did not.

    The mean over the masked patches of each crop, summed and divided by the number of crops, those
    without a mask included. Rank-wise values over equal batches average to that of all ranks.
    Source: iBOT (Zhou et al. 2022), Eq. 2; DINOv2, section 4.

    Args:
        loss_weight: multiplies the loss.
        temperature (> 0): of the student.
    """

    def __init__(self, loss_weight: float = 1.0, temperature: float = 0.1) -> None:
        super().__init__()
        self.loss_weight = loss_weight
        self.temperature = temperature

    def forward(self, student: Tensor, teacher: Tensor, masks: Tensor) -> Tensor:
        """Compute the loss.

        Args:
            student ((M, K) float): logits at the masked patches, in the order of ``masks``.
            teacher ((M, K) float): assignments there; no gradient flows into it.
            masks ((V, P) bool): masked patches of each of V crops, M in all.

        Returns:
            () float32: the loss; a zero with gradient if M == 0.

        Raises:
            ValueError: if the shapes differ.
        """
        if student.shape != teacher.shape:
            raise ValueError(f'student is {tuple(student.shape)}, teacher {tuple(teacher.shape)}')
        with torch.autocast(student.device.type, enabled=False):
            crop = masks.nonzero()[:, 0]
            per_patch = 1.0 / masks.sum(dim=1).float().index_select(0, crop)
            log_probs = F.log_softmax(student.float() / self.temperature, dim=-1)
            entropy = -(teacher.detach().float() * log_probs).sum(dim=-1)
            return (entropy * per_patch).sum() / len(masks) * self.loss_weight
