"""ScaLR: the distance between point and pixel features, no negatives."""
from __future__ import annotations

from typing import Any

from mmcrossdistill.registry import MODELS

from .base_distiller import BaseDistiller


@MODELS.register_module()
class ScaLR(BaseDistiller):
    """Scalable LiDAR representations: the 3D branch copies frozen image features point by point.

    There is no image head: ``projector_3d`` makes features of the encoder's width. The L2 loss over
    all pairs is CD's Eq. 1, which took it over.
    Source: ScaLR (Puy et al., CVPR 2024).

    Args:
        kwargs: see :class:`BaseDistiller`.

    Raises:
        ValueError: if there is an image head, which a frozen image branch could never train.
    """

    directions = ('image_to_lidar',)

    def __init__(self, **kwargs: Any) -> None:
        if kwargs.get('projector_2d') is not None:
            raise ValueError('ScaLR has no projector_2d: set projector_3d.out_channels to the '
                             'width of the image encoder')
        super().__init__(**kwargs)
