"""Shared and specific features of one modality do not say the same."""
from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mmcrossdistill.models.layers.rank_sum import sum_over_ranks
from mmcrossdistill.registry import MODELS


@MODELS.register_module()
class OrthogonalityLoss(nn.Module):
    """Squared Frobenius norm of the mean outer product of shared and specific features.

    CMCR's Eq. 18 writes the sum over the N rows, whose square grows with N^2. Here it is the mean,
    of l2-normalised rows: the value lies in [0, 1] whatever N. The mean runs over the rows of all
    ranks, so N processes compute what one would.
    Source: CMCR (Zhang and Hou, IJCV 2025) Eq. 18; the normalisation is ours.

    Args:
        loss_weight: multiplies the loss.
        form: 'mean'; or 'published', as in the released code: the norm, not squared, of the sum,
            divided by the number of its entries.

    Raises:
        ValueError: if ``form`` is unknown.
    """

    def __init__(self, loss_weight: float = 1.0, form: str = 'mean') -> None:
        super().__init__()
        if form not in ('mean', 'published'):
            raise ValueError(f"form must be 'mean' or 'published', got {form!r}")
        self.loss_weight = loss_weight
        self.form = form

    def forward(self, shared: Tensor, specific: Tensor) -> Tensor:
        """Compute the loss of one modality.

        Args:
            shared ((N, C) float): shared features, not normalised yet.
            specific ((N, D) float): specific features of the same places.

        Returns:
            () float32: the loss; a zero with gradient if N == 0.

        Raises:
            ValueError: if the numbers of rows differ.
        """
        if len(shared) != len(specific):
            raise ValueError(f'{len(shared)} shared rows, {len(specific)} specific ones')
        with torch.autocast(shared.device.type, enabled=False):
            shared, specific = (F.normalize(rows.float(), dim=1) for rows in (shared, specific))
            product = sum_over_ranks(shared.T @ specific)
            if self.form == 'mean':
                rows = sum_over_ranks(product.new_full((), len(shared)))
                loss = (product / rows.clamp_min(1.0)).square().sum()
            else:
                # Under the root as well: the norm has no derivative at zero.
                tiny = torch.finfo(product.dtype).tiny
                loss = (product.square().sum() + tiny).sqrt() / product.numel()
            return loss * self.loss_weight
