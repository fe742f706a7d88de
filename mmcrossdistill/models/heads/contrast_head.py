"""InfoNCE over paired rows, with the numbers that tell whether it learns."""
from __future__ import annotations

import torch
from mmengine.model import BaseModule
from torch import Tensor

from mmcrossdistill.models.layers.gather_rows import gather_uneven_rows
from mmcrossdistill.models.poolers import FeaturePairs
from mmcrossdistill.registry import MODELS


@MODELS.register_module()
class ContrastHead(BaseModule):
    """Compare every point row with all image rows; its own one is right.

    One direction only, as in PPKT and SLidR: points ask, images answer. Rows of weight zero are
    neither anchors nor negatives.

    Args:
        loss: config of an :class:`InfoNCELoss` without a draw of pairs of its own.
        tolerance: config of a :class:`SemanticTolerance` (ST-SLidR), or ``None``.
        gather: whether the image rows of all processes are negatives, with gradient. Published
            codes use those of their own GPU; with ``mean_over='global'`` in the loss, N processes
            then compute what one would.
        init_cfg: MMEngine initialisation.
    """

    def __init__(self, loss: dict, tolerance: dict | None = None, gather: bool = False,
                 init_cfg: dict | None = None) -> None:
        super().__init__(init_cfg=init_cfg)
        self.loss_module = MODELS.build(loss)
        self.tolerance = None if tolerance is None else MODELS.build(tolerance)
        self.gather = gather

    @property
    def needs_context(self) -> bool:
        """Whether the rows must carry features of the frozen encoder."""
        return self.tolerance is not None

    def loss(self, pairs: FeaturePairs, direction: str = 'image_to_lidar') -> dict[str, Tensor]:
        """Compute the loss.

        Args:
            pairs: rows of both sides.
            direction: 'image_to_lidar'.

        Returns:
            ``loss_contrast``; ``accuracy``, the share of rows whose own image row is the most
            similar; ``chance``, the loss of features that know nothing (a loss that stays there
            learns nothing).

        Raises:
            ValueError: if the direction is another one.
        """
        if direction != 'image_to_lidar':
            raise ValueError(f"ContrastHead has the direction 'image_to_lidar', got {direction!r}")
        query, key, valid, context = pairs.feat_3d, pairs.feat_2d, pairs.weight, pairs.context
        start = 0
        if self.gather:
            key, start = gather_uneven_rows(key)
            valid = None if valid is None else gather_uneven_rows(valid[:, None])[0][:, 0]
            context = None if context is None else gather_uneven_rows(context)[0]
        own = slice(start, start + len(query))
        positive = torch.arange(start, start + len(query), device=query.device)
        row_weight, logit_weight, mask = valid, None, None if valid is None else valid > 0
        if self.tolerance is not None:
            logit_weight, mask, row_weight = self.tolerance(context, valid)
            mask = mask[own]
            logit_weight = None if logit_weight is None else logit_weight[own]
        result = self.loss_module.contrast(
            query, key, positive, None if row_weight is None else row_weight[own], logit_weight,
            mask)
        return dict(
            loss_contrast=result.loss, accuracy=result.accuracy, chance=result.chance)
