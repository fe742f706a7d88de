"""From a list of multi-crop samples to one batch on the device."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from mmengine.model import BaseDataPreprocessor
from torch import Tensor

from mmcrossdistill.registry import MODELS

from .distill_data_preprocessor import IMAGENET_MEAN, IMAGENET_STD


@MODELS.register_module()
class MultiCropDataPreprocessor(BaseDataPreprocessor):
    """Move to the device, normalise, and order crops by number: crop 0 of all images, then crop 1.

    Args:
        mean: RGB mean on the 0-255 scale; follows the encoder (ImageNet by default).
        std: RGB standard deviation on the 0-255 scale.
        non_blocking: passed to :meth:`torch.Tensor.to`.
    """

    def __init__(self, mean: Sequence[float] = IMAGENET_MEAN, std: Sequence[float] = IMAGENET_STD,
                 non_blocking: bool = False) -> None:
        super().__init__(non_blocking=non_blocking)
        self.register_buffer('mean', torch.tensor(mean).view(1, 3, 1, 1), persistent=False)
        self.register_buffer('std', torch.tensor(std).view(1, 3, 1, 1), persistent=False)

    def forward(self, data: dict[str, Any], training: bool = False) -> dict[str, Any]:
        """Make the batch of B images.

        Args:
            data: ``inputs`` {'global_crops': [(G, 3, H, W) uint8], 'local_crops':
                [(L, 3, h, w) uint8], 'masks': [(G, rows, columns) bool]} and ``data_samples``, as
                ``pseudo_collate`` stacks them.
            training: unused; augmentation happens in the pipeline.

        Returns:
            ``inputs`` {'global_crops': (G * B, 3, H, W) float, 'local_crops': (L * B, 3, h, w)
            float, 'masks': (G * B, rows * columns) bool} and ``data_samples``.
        """
        data = self.cast_data(data)
        inputs = {key: torch.stack(value, dim=1).flatten(0, 1)
                  for key, value in data['inputs'].items()}
        batch = {key: self._normalise(inputs[key]) for key in ('global_crops', 'local_crops')}
        batch['masks'] = inputs['masks'].flatten(1)
        return dict(inputs=batch, data_samples=data['data_samples'])

    def _normalise(self, imgs: Tensor) -> Tensor:
        """Normalise colours.

        Args:
            imgs ((N, 3, H, W) uint8): crops.
        """
        return (imgs.float() - self.mean) / self.std
