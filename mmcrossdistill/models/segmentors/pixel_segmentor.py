"""Segmentation of images from labelled LiDAR points."""
from __future__ import annotations

from typing import Any

from torch import Tensor

from mmcrossdistill.registry import MODELS

from .pair_targets import pair_labels, split_by_sample
from .pixel_probe import PixelProbe


@MODELS.register_module()
class PixelSegmentor(PixelProbe):
    """Linear probing or fine-tuning of a 2D encoder for semantic segmentation.

    Source: Collaborative Distillation, App. C.3; the batch norm, which the paper does not state,
    is DINOv2's.

    Args:
        backbone_2d: config of the image encoder.
        num_classes: classes without the ignored one.
        losses: see :class:`BaseProbe`; cross entropy and Lovasz by default.
        norm: norm before the linear layer, 'BN' or ``None``.
        kwargs: see :class:`PixelProbe`.
    """

    def __init__(self, backbone_2d: dict, num_classes: int = 16,
                 losses: dict[str, dict] | None = None, norm: str | None = 'BN',
                 **kwargs: Any) -> None:
        if losses is None:
            losses = dict(
                loss_ce=dict(type='CrossEntropyLoss'), loss_lovasz=dict(type='LovaszLoss'))
        super().__init__(backbone_2d, num_classes, losses, norm, **kwargs)

    def collect_target(self, inputs: dict[str, Any], data_samples: list) -> Tensor:
        """Labels of the pairs.

        Args:
            inputs: output of the data preprocessor.
            data_samples: unused.
        """
        return pair_labels(inputs)

    def add_predictions(self, values: Tensor, inputs: dict[str, Any], data_samples: list) -> list:
        """Set ``pred_labels`` at each sample's own pairs.

        Args:
            values ((M, K) float): class scores.
            inputs: unused.
            data_samples: one per sample.
        """
        predicted = split_by_sample(values.argmax(dim=1), data_samples)
        for sample, labels in zip(data_samples, predicted, strict=True):
            sample.pred_labels = labels
        return data_samples
