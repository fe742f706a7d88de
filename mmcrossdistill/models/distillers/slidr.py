"""SLidR: a contrast between superpixels and superpoints."""
from __future__ import annotations

from typing import Any

from mmcrossdistill.models.poolers import FeaturePairs
from mmcrossdistill.registry import MODELS
from mmcrossdistill.structures import Correspondence, cloud

from .image_to_lidar_distiller import ImageToLidarDistiller


@MODELS.register_module()
class SLidR(ImageToLidarDistiller):
    """Superpixel-driven LiDAR representations; also ST-SLidR, by the options of its head.

    The rows of the contrast are the superpixels of all cameras and scenes of the batch that hold a
    point. Needs ``LoadSuperpixels`` in the pipeline.
    Source: SLidR (Sautier et al., CVPR 2022) Eq. 1 to 3; ST-SLidR (Mahmoud et al., CVPR 2023).

    Args:
        kwargs: see :class:`ImageToLidarDistiller`; ``pooler`` is a :class:`SuperpixelPooler`,
            ``head`` a :class:`ContrastHead`.
    """

    def extract_pairs(self, inputs: dict[str, Any]) -> FeaturePairs:
        """Means of both sides over the superpixels.

        Args:
            inputs: output of the data preprocessor.

        Raises:
            KeyError: if the pipeline loads no superpixels.
        """
        if 'regions' not in inputs:
            raise KeyError(
                f'{type(self).__name__} needs superpixels: add LoadSuperpixels after LoadImages '
                'to the pipeline and region_folder to the dataset; '
                'tools/preprocess/superpixels.py writes them')
        maps = self.encode_2d(inputs['imgs'])
        return self.pooler(
            self.projector_2d(maps), self.extract_3d(cloud(inputs)), inputs['corr'],
            inputs['regions'], teacher=maps if self.head.needs_context else None,
            **self.split_clouds(inputs['corr']))

    def split_clouds(self, corr: Correspondence) -> dict[str, Any]:
        """Say which cloud of its frame each pair comes from; here there is one.

        Args:
            corr: batched pairs.

        Returns:
            Further arguments of the pooler.
        """
        return {}
