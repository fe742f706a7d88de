"""Segmentation of points."""
from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from mmcrossdistill.registry import MODELS
from mmcrossdistill.structures import cloud

from .base_probe import BaseProbe, build_preprocessor


@MODELS.register_module()
class PointSegmentor(BaseProbe):
    """Linear probing or fine-tuning of a 3D encoder for semantic segmentation.

    Source: ScaLR's downstream head: batch norm and a zero-initialised linear layer, which replace
    the distillation head; cross entropy and Lovasz.

    Args:
        backbone_3d: config of the 3D encoder; ``backbone(cloud) -> (N, C)``.
        num_classes: classes without the ignored one.
        losses: see :class:`BaseProbe`; cross entropy and Lovasz by default.
        norm: norm before the linear layer, 'BN' or ``None``.
        freeze_backbone: linear probing if true, fine-tuning if false.
        projector_3d: config of a projector between encoder and head, or ``None``. It learns even
            on a frozen encoder; with it, supervised training makes features of the width of the
            2D ones (CD Table 8, without stage 1).
        data_preprocessor: config of the data preprocessor; points only by default.
        init_cfg: MMEngine initialisation.
        head_init: see :class:`LinearProbe`.
        norm_eval: see :class:`BaseProbe`.
    """

    def __init__(
        self,
        backbone_3d: dict,
        num_classes: int = 16,
        losses: dict[str, dict] | None = None,
        norm: str | None = 'BN',
        freeze_backbone: bool = True,
        projector_3d: dict | None = None,
        data_preprocessor: dict | nn.Module | None = None,
        init_cfg: dict | None = None,
        head_init: str = 'zero',
        norm_eval: bool = True,
    ) -> None:
        if losses is None:
            losses = dict(
                loss_ce=dict(type='CrossEntropyLoss'), loss_lovasz=dict(type='LovaszLoss'))
        super().__init__(
            'backbone_3d', backbone_3d, num_classes, losses, norm, head_init, freeze_backbone,
            build_preprocessor(data_preprocessor, with_images=False), init_cfg,
            in_channels=projector_3d and projector_3d['out_channels'], norm_eval=norm_eval)
        self.projector_3d = None if projector_3d is None else MODELS.build(projector_3d)

    def compute_values(self, inputs: dict[str, Any]) -> Tensor:
        """Class scores of all rows of the encoder.

        Args:
            inputs: output of the data preprocessor.

        Returns:
            (N, K) float: one row per point, or per voxel.
        """
        return self.head(self.encode(inputs))

    def encode(self, inputs: dict[str, Any]) -> Tensor:
        """Features that the head reads.

        Args:
            inputs: output of the data preprocessor.

        Returns:
            (N, C) float: one row per point, or per voxel.
        """
        with torch.set_grad_enabled(torch.is_grad_enabled() and not self.freeze_backbone):
            feats = self.backbone_3d(cloud(inputs))
        return feats if self.projector_3d is None else self.projector_3d(feats)

    def collect_target(self, inputs: dict[str, Any], data_samples: list) -> Tensor:
        """Labels of all points.

        Args:
            inputs: output of the data preprocessor.
            data_samples: one per sample.

        Raises:
            ValueError: if a sample has no labels.
        """
        if any('point_labels' not in sample for sample in data_samples):
            raise ValueError('the points carry no labels; add LoadPointLabels to the pipeline')
        labels = torch.cat([sample.point_labels for sample in data_samples])
        return labels.to(inputs['points'].coords.device)

    def add_predictions(self, values: Tensor, inputs: dict[str, Any], data_samples: list) -> list:
        """Set ``pred_point_labels`` of each sample, of all labelled points.

        Args:
            values ((N, K) float): class scores.
            inputs: output of the data preprocessor; tells how many points a sample has.
            data_samples: one per sample.
        """
        points = inputs['points']
        counts = points.batch_idx.bincount(minlength=points.batch_size).tolist()
        for sample, labels in zip(data_samples, values.argmax(dim=1).split(counts), strict=True):
            if 'scored_rows' in sample:
                labels = labels[sample.scored_rows.to(labels.device)]
            sample.pred_point_labels = labels
        return data_samples
