"""Self-distillation between crops of one image."""
from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mmcrossdistill.registry import MODELS


@MODELS.register_module()
class DINOLoss(nn.Module):
    """Cross entropy of the student's crops against the teacher's global crops.

    The mean over all pairs of a teacher's global crop and another of the student's crops, global
    or local. Rank-wise means over equal batches average to the mean over all ranks.
    Source: DINO (Caron et al. 2021), Eq. 3; DINOv2, section 4.

    Args:
        loss_weight: multiplies the loss.
        temperature (> 0): of the student.
    """

    def __init__(self, loss_weight: float = 1.0, temperature: float = 0.1) -> None:
        super().__init__()
        self.loss_weight = loss_weight
        self.temperature = temperature

    def forward(self, student: Tensor, teacher: Tensor) -> Tensor:
        """Compute the loss.

        Args:
            student ((G + L, B, K) float): logits of G global, then L local crops.
            teacher ((G, B, K) float): assignments of the global crops; no gradient flows into it.

        Returns:
            () float32: the loss.

        Raises:
            ValueError: if images or prototypes of the two differ, or there is no pair.
        """
        num_global, batch, _ = teacher.shape
        if student.shape[1:] != teacher.shape[1:] or len(student) < max(num_global, 2):
            raise ValueError(
                f'student is {tuple(student.shape)}, teacher {tuple(teacher.shape)}; the student '
                'sees the global crops of the teacher, then local ones, two crops at least')
        with torch.autocast(student.device.type, enabled=False):
            teacher = teacher.detach().float()
            log_probs = F.log_softmax(student.float() / self.temperature, dim=-1)
            # Cross entropy is linear in the targets, so those of one crop are added up first; a
            # global crop is no target of its own.
            together = teacher.sum(dim=0)
            total = -(together * log_probs.sum(dim=0)).sum()
            total = total + (teacher * log_probs[:num_global]).sum()
            num_pairs = num_global * (len(student) - 1)
            return total / (num_pairs * batch) * self.loss_weight
