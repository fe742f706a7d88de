"""Contrast between points and pixels in which every pixel of the point's class is right."""
from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from mmcrossdistill.models.layers.gather_rows import gather_uneven_rows
from mmcrossdistill.models.layers.rank_mean import check_mean_over, mean_over_ranks
from mmcrossdistill.registry import MODELS

# Queries whose similarities are in memory together: a block stays in the cache, and no matrix of
# all queries and keys ever exists.
_BLOCK = 256
# exp((cosine - 1) / temperature) must not vanish in float32.
_LOWEST_TEMPERATURE = 0.025


class _SupervisedContrast(torch.autograd.Function):
    """Sum of the losses of all queries; its gradients are made with it, block by block."""

    @staticmethod
    def forward(ctx: Any, query: Tensor, key: Tensor, query_class: Tensor, key_class: Tensor,
                weight: Tensor, temperature: float) -> Tensor:
        """Compute the loss and, where someone learns, the gradients.

        Args:
            ctx: autograd's context.
            query ((M, C) float32): unit rows.
            key ((N, C) float32): unit rows.
            query_class ((M, K) float32): one-hot; zeros where a query counts nowhere.
            key_class ((N, K) float32): one-hot; zeros where a key counts nowhere.
            weight ((M,) float32): of each query's loss; zero where it counts nowhere.
            temperature: divides the cosines.
        """
        learns = any(ctx.needs_input_grad[:2])
        grad_query, grad_key = torch.empty_like(query), torch.zeros_like(key)
        # Cosines are at most 1, so this does what subtracting each row's maximum does elsewhere.
        # Keys that do not count get exp(-inf) = 0.
        shift = torch.full_like(key[:, 0], -1 / temperature).where(
            key_class.sum(1) > 0, -torch.inf)
        members = key_class.sum(0)
        by_class = key_class.T.contiguous()
        loss = query.new_zeros(())
        for start in range(0, len(query), _BLOCK):
            block = slice(start, start + _BLOCK)
            own, share = query_class[block], weight[block]
            counted = own.sum(1) > 0
            similar = torch.addmm(shift, query[block], key.T, alpha=1 / temperature).exp_()
            sums = similar @ key_class
            total = sums.sum(1).where(counted, 1)
            right = (sums * own).sum(1).where(counted, 1)
            count = (own @ members).where(counted, 1)
            loss += (share * (total.log() - right.log() + count.log())).sum()
            if learns:
                share = (share / temperature).unsqueeze(1)
                factor = share / total.unsqueeze(1) - own * (share / right.unsqueeze(1))
                similar *= factor @ by_class
                torch.mm(similar, key, out=grad_query[block])
                grad_key.addmm_(similar.T, query[block])
        ctx.save_for_backward(grad_query, grad_key)
        return loss

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        """Scale the gradients.

        Args:
            ctx: autograd's context.
            grad (() float32): of the loss.
        """
        grad_query, grad_key = ctx.saved_tensors
        return grad * grad_query, grad * grad_key, None, None, None, None


@MODELS.register_module()
class SupervisedContrastLoss(nn.Module):
    """Weakly-supervised contrast: points ask, the pixels of their class are right (L_sup).

    Minus the logarithm of the mean, over the pixels of the point's class (its own one among them),
    of their share in the softmax over all pixels: the sum over positives stands inside the
    logarithm. Equal similarities give the logarithm of the pixels, a perfect separation of the
    classes that of the pixels of the own class. Rows without a label take no part.
    Source: OLIVINE Eq. 2. The released code leaves out the division by the number of positives,
    which is a constant of each point and changes no gradient.

    Args:
        num_classes: K.
        loss_weight: multiplies the loss.
        temperature (>= 0.025): divides the cosines; unitless.
        gather: whether the pixels of all processes are compared with, with gradient; the published
            code uses those of its own GPU.
        mean_over: 'rank' divides by the labelled points of this rank, as published; 'global' by
            those of all ranks, so that with ``gather`` N processes compute what one would.
        ignore_index: label of rows without a class.

    Raises:
        ValueError: if an option is out of range or unknown.
    """

    def __init__(self, num_classes: int, loss_weight: float = 1.0, temperature: float = 0.07,
                 gather: bool = False, mean_over: str = 'rank', ignore_index: int = 255) -> None:
        super().__init__()
        if temperature < _LOWEST_TEMPERATURE:
            raise ValueError(
                f'temperature must be at least {_LOWEST_TEMPERATURE}, got {temperature}')
        check_mean_over(mean_over)
        if not 0 < num_classes <= ignore_index:
            raise ValueError(
                f'num_classes must be in [1, ignore_index={ignore_index}], got {num_classes}')
        self.num_classes = num_classes
        self.loss_weight = loss_weight
        self.temperature = temperature
        self.gather = gather
        self.mean_over = mean_over
        self.ignore_index = ignore_index

    def forward(self, query: Tensor, key: Tensor, label: Tensor) -> Tensor:
        """Compute the loss.

        Args:
            query ((M, C) float): 3D features; not normalised yet.
            key ((M, C) float): 2D features of the same pairs.
            label ((M,) int64): classes of the pairs in [0, K), or ``ignore_index``.

        Returns:
            () float32: the loss; a zero with gradient if no pair has a label.

        Raises:
            ValueError: if the shapes differ.
        """
        if query.shape != key.shape or label.shape != query.shape[:1]:
            raise ValueError(
                f'query is {tuple(query.shape)}, key {tuple(key.shape)}, label '
                f'{tuple(label.shape)}')
        with torch.autocast(query.device.type, enabled=False):
            query, key = F.normalize(query.float(), dim=1), F.normalize(key.float(), dim=1)
            labelled = label != self.ignore_index
            query_class = F.one_hot(label.where(labelled, 0), self.num_classes).float()
            key_class = query_class = query_class * labelled.unsqueeze(1)
            if self.gather:
                key, _ = gather_uneven_rows(key)
                key_class, _ = gather_uneven_rows(key_class)
            total = labelled.sum().float()
            if self.mean_over == 'global':
                total = mean_over_ranks(total)
            weight = labelled / total.clamp_min(torch.finfo(total.dtype).eps)
            loss = _SupervisedContrast.apply(
                query, key, query_class, key_class, weight, self.temperature)
            return loss * self.loss_weight
