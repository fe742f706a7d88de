"""From a list of multi-view samples to one batch on the device."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from mmcrossdistill.registry import MODELS

from .distill_data_preprocessor import IMAGENET_MEAN, IMAGENET_STD, DistillDataPreprocessor


@MODELS.register_module()
class MultiViewDataPreprocessor(DistillDataPreprocessor):
    """Move to the device and normalise the images of samples with equally many cameras.

    Args:
        mean: RGB mean on the 0-255 scale; follows the encoder (ImageNet by default).
        std: RGB standard deviation on the 0-255 scale.
        non_blocking: passed to :meth:`torch.Tensor.to`.
    """

    def __init__(self, mean: Sequence[float] = IMAGENET_MEAN, std: Sequence[float] = IMAGENET_STD,
                 non_blocking: bool = False) -> None:
        super().__init__(mean=mean, std=std, with_points=False, non_blocking=non_blocking)

    def forward(self, data: dict[str, Any], training: bool = False) -> dict[str, Any]:
        """Make the batch of B samples with V views.

        Args:
            data: ``inputs`` {'imgs': [(V, 3, H, W) uint8], 'img2lidar': [(V, 4, 4) float32]} and
                ``data_samples``, as ``pseudo_collate`` stacks them.
            training: unused; augmentation happens in the pipeline.

        Returns:
            ``inputs`` {'imgs': (B * V, 3, H, W) float, 'img2lidar': (B, V, 4, 4) float32} and
            ``data_samples``.

        Raises:
            ValueError: if the samples differ in their number of views or their image size.
        """
        data = self.cast_data(data)
        inputs, samples = data['inputs'], data['data_samples']
        views = {len(imgs): sample.metainfo.get('token')
                 for imgs, sample in zip(inputs['imgs'], samples, strict=True)}
        if len(views) > 1:
            raise ValueError(
                f'samples of one batch have different numbers of cameras ({views}); choose those '
                'that all have with views= of the data set, or batch_size=1')
        batch = dict(imgs=self._normalise_images(inputs['imgs']),
                     img2lidar=torch.stack(inputs['img2lidar']))
        return dict(inputs=batch, data_samples=samples)
