"""Depth of images from LiDAR points."""
from __future__ import annotations

from typing import Any

from torch import Tensor

from mmcrossdistill.models.segmentors.pair_targets import pair_depths, split_by_sample
from mmcrossdistill.models.segmentors.pixel_probe import PixelProbe
from mmcrossdistill.registry import MODELS


@MODELS.register_module()
class PixelDepther(PixelProbe):
    """Linear probing or fine-tuning of a 2D encoder for depth in metres.

    The target is z in the camera frame, as md4all projects it. The output is linear, without
    activation; the metric clamps it.
    Source: Collaborative Distillation, App. C.3.

    Args:
        backbone_2d: config of the image encoder.
        losses: see :class:`BaseProbe`; the mean squared error by default.
        kwargs: see :class:`PixelProbe`.
    """

    def __init__(self, backbone_2d: dict, losses: dict[str, dict] | None = None,
                 **kwargs: Any) -> None:
        if losses is None:
            losses = dict(loss_depth=dict(type='DepthMSELoss'))
        super().__init__(backbone_2d, 1, losses, **kwargs)

    def collect_target(self, inputs: dict[str, Any], data_samples: list) -> Tensor:
        """Depths of the pairs.

        Args:
            inputs: output of the data preprocessor.
            data_samples: unused.
        """
        return pair_depths(inputs)

    def add_predictions(self, values: Tensor, inputs: dict[str, Any], data_samples: list) -> list:
        """Set ``pred_depth`` at each sample's own pairs.

        Args:
            values ((M, 1) float): metres.
            inputs: unused.
            data_samples: one per sample.
        """
        predicted = split_by_sample(values[:, 0].float(), data_samples)
        for sample, depth in zip(data_samples, predicted, strict=True):
            sample.pred_depth = depth
        return data_samples
