"""SemanticKITTI, the only thing that differs being its classes."""
from __future__ import annotations

from typing import Any

from mmcrossdistill.registry import DATASETS

from .paired_image_lidar_dataset import PairedImageLidarDataset
from .semantickitti_classes import CLASSES, PALETTE, THINGS


@DATASETS.register_module()
class SemanticKittiDataset(PairedImageLidarDataset):
    """Scans of SemanticKITTI, from the infos of ``tools/create_data.py semantickitti``.

    Args:
        ann_file: infos, relative to ``data_root``; paths in them count from ``data_root``.
        data_root: folder that holds ``sequences/``.
        kwargs: see :class:`PairedImageLidarDataset`.
    """

    METAINFO = dict(classes=CLASSES, palette=PALETTE, things=THINGS)

    def __init__(self, ann_file: str, data_root: str = '', **kwargs: Any) -> None:
        super().__init__(ann_file, data_root, **{'data_prefix': dict(pts='', img=''), **kwargs})
