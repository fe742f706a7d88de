"""Loss of detectors that predict a set of boxes."""
from __future__ import annotations

from collections.abc import Sequence

import torch
from mmengine.dist import get_world_size
from torch import Tensor, nn

from mmcrossdistill.models.layers.box_code import encode_boxes
from mmcrossdistill.models.layers.rank_mean import mean_over_ranks
from mmcrossdistill.models.layers.set_matching import match_sets
from mmcrossdistill.registry import MODELS

from .focal_loss import sigmoid_focal_loss

# Velocity takes no part in the matching.
_MATCHED_CODES = 8


@MODELS.register_module()
class SetDetectionLoss(nn.Module):
    """Focal and L1 loss after a one-to-one matching, at each decoder layer.

    The matching minimises class cost (the focal loss with the class, minus that without it) plus
    box cost (L1 of the codes without velocity), both with the weights of the losses. Both losses
    are sums over all samples of all ranks, divided by the number of their boxes (1 if there are
    none).
    Source: DETR3D (Wang et al., 2021) and PETR, with their weights. They train boxes of unknown
    velocity, either not at all or to stand still; here just the velocity of such a box is left
    out. The class loss of PETR is divided by the boxes of its own rank, here by those of all.

    Args:
        class_weight: of the focal loss and the class cost.
        box_weight: of the L1 loss and the box cost.
        code_weights: of the ten box codes in the L1 loss, see
            :func:`~mmcrossdistill.models.layers.box_code.encode_boxes`.
        alpha: see :func:`sigmoid_focal_loss`.
        gamma: see :func:`sigmoid_focal_loss`.
    """

    def __init__(
        self,
        class_weight: float = 2.0,
        box_weight: float = 0.25,
        code_weights: Sequence[float] = (1, 1, 1, 1, 1, 1, 1, 1, 0.2, 0.2),
        alpha: float = 0.25,
        gamma: float = 2.0,
    ) -> None:
        super().__init__()
        self.class_weight = class_weight
        self.box_weight = box_weight
        self.alpha = alpha
        self.gamma = gamma
        self.register_buffer('code_weights', torch.tensor(code_weights), persistent=False)

    def forward(
        self, logits: Tensor, codes: Tensor, boxes: Sequence[Tensor], labels: Sequence[Tensor],
    ) -> dict[str, Tensor]:
        """Compute the losses.

        Args:
            logits ((L, B, Q, C) float): class scores.
            codes ((L, B, Q, 10) float): box codes.
            boxes (B of (N, 9) float): centre, size, yaw and velocity, NaN where it is unknown.
            labels (B of (N,) int64): classes.

        Returns:
            ``loss_cls`` and ``loss_bbox`` of the last layer, ``d<i>.loss_cls`` and
            ``d<i>.loss_bbox`` of the others; () float32 each. Zeros with gradient, but for the
            background, if no sample has a box.
        """
        with torch.autocast(logits.device.type, enabled=False):
            logits, codes = logits.float(), codes.float()
            counts = [len(rows) for rows in labels]
            targets = nn.utils.rnn.pad_sequence(
                [encode_boxes(rows.float()) for rows in boxes], batch_first=True)
            classes = nn.utils.rnn.pad_sequence(list(labels), batch_first=True)
            layer, sample, query, target = match_sets(
                self.compute_costs(logits, codes, targets, classes), counts)
            present = torch.zeros_like(logits)
            present[layer, sample, query, classes[sample, target]] = 1
            class_losses = sigmoid_focal_loss(
                logits, present, self.alpha, self.gamma).sum(dim=(1, 2, 3))
            wanted = targets[sample, target]
            error = (codes[layer, sample, query] - wanted.nan_to_num()).abs() * self.code_weights
            # Every layer matches equally many pairs, and they come layer by layer.
            per_layer = (len(logits), len(wanted) // len(logits), error.shape[1])
            box_losses = torch.where(wanted.isnan(), 0.0, error).view(per_layer).sum(dim=(1, 2))
            total = mean_over_ranks(logits.new_full((), sum(counts)))
            total = total.clamp_min(1 / get_world_size())
            return self._name(class_losses * self.class_weight / total,
                              box_losses * self.box_weight / total)

    @torch.no_grad()
    def compute_costs(
        self, logits: Tensor, codes: Tensor, targets: Tensor, classes: Tensor,
    ) -> Tensor:
        """Cost of giving each target to each query.

        Args:
            logits ((L, B, Q, C) float): class scores.
            codes ((L, B, Q, 10) float): box codes.
            targets ((B, N, 10) float): codes of the boxes, padded.
            classes ((B, N) int64): their classes, padded.

        Returns:
            (L, B, Q, N) float.
        """
        gain = (sigmoid_focal_loss(logits, torch.ones_like(logits), self.alpha, self.gamma)
                - sigmoid_focal_loss(logits, torch.zeros_like(logits), self.alpha, self.gamma))
        index = classes[None, :, None].expand(*logits.shape[:3], -1)
        distance = torch.cdist(
            codes[..., :_MATCHED_CODES], targets[None, ..., :_MATCHED_CODES].expand(
                len(codes), -1, -1, -1), p=1)
        return self.class_weight * gain.gather(-1, index) + self.box_weight * distance

    @staticmethod
    def _name(class_losses: Tensor, box_losses: Tensor) -> dict[str, Tensor]:
        """Name the losses of the layers.

        Args:
            class_losses ((L,) float): per layer.
            box_losses ((L,) float): per layer.
        """
        last = len(class_losses) - 1
        named = {}
        for layer, (of_class, of_box) in enumerate(zip(class_losses, box_losses, strict=True)):
            prefix = '' if layer == last else f'd{layer}.'
            named[f'{prefix}loss_cls'] = of_class
            named[f'{prefix}loss_bbox'] = of_box
        return named
