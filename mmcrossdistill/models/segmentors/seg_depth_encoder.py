"""Supervised pre-training of a small 2D encoder."""
from __future__ import annotations

import math
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from mmengine.model import BaseModel
from torch import Tensor, nn

from mmcrossdistill.models.layers.linear_probe import LinearProbe
from mmcrossdistill.models.layers.pixel_sampling import sample_features_at_pixels
from mmcrossdistill.models.run_mode import check_mode
from mmcrossdistill.registry import MODELS

from .base_probe import build_preprocessor
from .pair_targets import pair_depths, pair_labels, split_by_sample


class SegDepthOutputs(NamedTuple):
    """Outputs at the pairs.

    Args:
        logits ((M, K) float): class scores.
        log_depth ((M, 1) float): logarithm of metres.
        cells ((B * h * w, C) float): l2-normalised features of all cells of the maps.
    """

    logits: Tensor
    log_depth: Tensor
    cells: Tensor


@MODELS.register_module()
class SegDepthEncoder(BaseModel):
    """Stand-in for a foundation model on MiniDrive: a 2D encoder that learns classes and depth.

    Every loss sees l2-normalised features of the backbone's last map (before its final norm, as
    distillation later reads them): class scores are cosines with prototypes over a temperature, a
    linear layer gives log-depth, and a uniformity term spreads the features over the sphere. With
    plain linear heads the features of a supervised encoder fill only a few dimensions, and the
    anchors that stage 1 makes of them are poor.

    Args:
        backbone_2d: config of the image encoder.
        num_classes: classes without the ignored one.
        temperature (> 0): divides the cosines.
        seg_loss: config of the loss on (logits, labels).
        depth_loss: config of the loss on (log-depth, depth).
        uniformity_loss: config of the loss on unit features.
        data_preprocessor: config of the data preprocessor; images only by default.
        init_cfg: MMEngine initialisation.
    """

    def __init__(
        self,
        backbone_2d: dict,
        num_classes: int = 16,
        temperature: float = 0.1,
        seg_loss: dict | None = None,
        depth_loss: dict | None = None,
        uniformity_loss: dict | None = None,
        data_preprocessor: dict | nn.Module | None = None,
        init_cfg: dict | None = None,
    ) -> None:
        super().__init__(
            data_preprocessor=build_preprocessor(data_preprocessor, with_points=False),
            init_cfg=init_cfg)
        self.backbone_2d = MODELS.build(backbone_2d)
        width = self.backbone_2d.embed_dims
        self.temperature = temperature
        self.prototypes = nn.Parameter(torch.randn(num_classes, width))
        self.depth_head = LinearProbe(width, 1)
        # A usual depth: else the first epochs only learn that the scene is not at one metre.
        nn.init.constant_(self.depth_head.linear.bias, math.log(10.0))
        self.seg_loss = MODELS.build(seg_loss or dict(type='CrossEntropyLoss'))
        self.depth_loss = MODELS.build(depth_loss or dict(type='DepthMSELoss', log=True))
        self.uniformity_loss = MODELS.build(uniformity_loss or dict(type='UniformityLoss'))

    def compute_outputs(self, inputs: dict[str, Any]) -> SegDepthOutputs:
        """Run encoder and heads.

        Args:
            inputs: output of the data preprocessor.
        """
        imgs, corr = inputs['imgs'], inputs['corr']
        feats = F.normalize(self.backbone_2d(imgs)[-1], dim=1)
        batch, width, height, length = feats.shape
        cells = feats.permute(0, 2, 3, 1).reshape(-1, width)
        logits = cells @ F.normalize(self.prototypes, dim=1).T / self.temperature
        # Unit features have entries of about 1 / sqrt(C); the linear layer wants about 1.
        log_depth = self.depth_head(cells * width ** 0.5)
        outputs = torch.cat([logits, log_depth], dim=1)
        outputs = outputs.view(batch, height, length, -1).permute(0, 3, 1, 2)
        rows = sample_features_at_pixels(
            outputs, corr.view_idx, corr.pixel_uv, tuple(imgs.shape[-2:]))
        return SegDepthOutputs(rows[:, :-1], rows[:, -1:], cells)

    def forward(self, inputs: dict[str, Any], data_samples: list, mode: str = 'tensor',
                ) -> dict[str, Tensor] | list | SegDepthOutputs:
        """Run the model.

        Args:
            inputs: output of the data preprocessor.
            data_samples: one per sample.
            mode: 'loss' for the losses, 'predict' for the samples with ``pred_labels`` and
                ``pred_depth``, 'tensor' for the outputs at the pairs.

        Raises:
            ValueError: if the mode is unknown.
        """
        check_mode(mode)
        outputs = self.compute_outputs(inputs)
        if mode == 'loss':
            return dict(
                loss_seg=self.seg_loss(outputs.logits, pair_labels(inputs)),
                loss_depth=self.depth_loss(outputs.log_depth, pair_depths(inputs)),
                loss_uniformity=self.uniformity_loss(outputs.cells))
        if mode == 'predict':
            labels = split_by_sample(outputs.logits.argmax(dim=1), data_samples)
            depths = split_by_sample(outputs.log_depth[:, 0].float().exp(), data_samples)
            for sample, own_labels, own_depths in zip(data_samples, labels, depths, strict=True):
                sample.pred_labels, sample.pred_depth = own_labels, own_depths
            return data_samples
        return outputs
