"""Simple Remedies: SLidR with clouds of other times beside the keyframe's."""
from __future__ import annotations

from typing import Any

from mmcrossdistill.registry import MODELS
from mmcrossdistill.structures import Correspondence

from .slidr import SLidR

_CLOUDS = 2  # the keyframe's and one between keyframes


@MODELS.register_module()
class SimpleRemedies(SLidR):
    """SLidR whose pairs come from the keyframe's cloud and from one between keyframes.

    Both clouds go through the 3D encoder and are compared with the keyframe's images. What else the
    paper changes is data: Cartesian voxels of 10 or 5 cm, and pairs put right by PPM.
    Source: Simple Remedies (Jo et al., ECCV Workshops 2024) 3.3. Its Eq. 3 is written for pairs and
    leaves open what becomes of a superpixel that both clouds hit.

    Args:
        superpoints: 'joint' averages the points of both clouds ("gather M = N'_t + N'_s pairs",
            then SLidR's loss); 'per_cloud' gives each cloud a row of its own, compared with the
            same superpixel, as if the batch were doubled.
        kwargs: see :class:`SLidR`.

    Raises:
        ValueError: if ``superpoints`` is unknown.
    """

    def __init__(self, superpoints: str = 'joint', **kwargs: Any) -> None:
        if superpoints not in ('joint', 'per_cloud'):
            raise ValueError(
                f"superpoints must be 'joint' or 'per_cloud', got {superpoints!r}")
        super().__init__(**kwargs)
        self.superpoints = superpoints

    def split_clouds(self, corr: Correspondence) -> dict[str, Any]:
        """Give each cloud its rows, if asked to.

        Args:
            corr: batched pairs.

        Raises:
            KeyError: if the pairs do not tell which cloud they are of.
        """
        if self.superpoints == 'joint':
            return {}
        if corr.cloud_idx is None:
            raise KeyError(
                "superpoints='per_cloud' needs pairs of several clouds: add LoadInterFrameCloud "
                'to the pipeline')
        return dict(cloud=corr.cloud_idx, num_clouds=_CLOUDS)
