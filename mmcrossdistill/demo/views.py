"""What the encoders and probes of the demonstration make of a view."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from mmengine.model import BaseModel

from mmcrossdistill.apis import FeatureInferencer
from mmcrossdistill.apis.probes import dense_prediction, feature_map, measure
from mmcrossdistill.datasets.paired_image_lidar_dataset import PairedImageLidarDataset
from mmcrossdistill.visualization.strips import Measured

MOMENTS = ('before', 'after')


@dataclass(frozen=True, eq=False)
class Examined:
    """What the encoders make of a view, before and after distillation.

    Args:
        measured: the view.
        features: two (h, w, C) float maps.
        pred_labels: two (H, W) int maps.
        pred_depth: two (H, W) float maps, metres.
        teacher ((M, C) float): features of the LiDAR encoder at the points of the view.
        teacher_uv ((M, 2) float): pixels of these points, far ones first.
    """

    measured: Measured
    features: tuple[np.ndarray, np.ndarray]
    pred_labels: tuple[np.ndarray, np.ndarray]
    pred_depth: tuple[np.ndarray, np.ndarray]
    teacher: np.ndarray
    teacher_uv: np.ndarray


def examine(dataset: PairedImageLidarDataset, row: int, seg_probes: Sequence[BaseModel],
            depth_probes: Sequence[BaseModel], distiller: FeatureInferencer) -> Examined:
    """Run the encoders and probes on one view.

    Args:
        dataset: of single views, with labels and depths at their pairs.
        row: of the view.
        seg_probes: segmentation probes before and after.
        depth_probes: depth probes before and after.
        distiller: with the LiDAR encoder that taught.

    Returns:
        Everything the pictures need.
    """
    item, info = dataset[row], dataset.get_data_info(row)
    features = distiller(info)['predictions'][0]
    pairs = features.pairs()
    pairs = pairs.select(pairs.depth.argsort(descending=True))
    pairs = pairs.select(features.valid_points[pairs.point_idx])
    image = item['inputs']['imgs'].shape[-2:]
    scale = np.divide(image, features.frame.imgs[0].shape[:2])[::-1]
    return Examined(
        measure(item), tuple(feature_map(probe, item) for probe in seg_probes),
        tuple(dense_prediction(probe, item, 'pred_labels') for probe in seg_probes),
        tuple(dense_prediction(probe, item, 'pred_depth') for probe in depth_probes),
        features.feats_3d[pairs.point_idx].numpy(), pairs.pixel_uv.numpy() * scale)
