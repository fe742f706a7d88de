"""One vector per image, of views in several conditions."""
from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch

from mmcrossdistill.datasets.paired_image_lidar_dataset import PairedImageLidarDataset
from mmcrossdistill.visualization.places import sample_conditions
from mmcrossdistill.visualization.tsne import ConditionCloud

from .feature_inferencer import FeatureInferencer


def condition_clouds(
    dataset: PairedImageLidarDataset, encoders: Mapping[str, FeatureInferencer],
    conditions: Sequence[str] = ('day-clear', 'night'), count: int = 100, seed: int = 0,
    batch_size: int = 16,
) -> list[ConditionCloud]:
    """Encode views of two conditions by several encoders.

    Args:
        dataset: of single views.
        encoders: by title.
        conditions: to compare.
        count: views of each condition.
        seed: of the choice of views.
        batch_size: images encoded at once.

    Returns:
        The CLS tokens of the same views, one cloud per encoder.

    Raises:
        ValueError: if a condition has no view.
    """
    infos = [dataset.get_data_info(row) for row in range(len(dataset))]
    sample = sample_conditions(infos, conditions, count, seed)
    images = [image['img_path'] for row in sample.rows for image in infos[row]['images'].values()]
    clouds = []
    for title, encoder in encoders.items():
        found = encoder(images, batch_size=batch_size)['predictions']
        clouds.append(ConditionCloud(
            title, torch.cat([one.global_2d for one in found]).numpy(), sample.conditions,
            sample.groups))
    return clouds
