"""Features of labelled points, by the 3D encoders of checkpoints."""
from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from mmengine.model import BaseModel

from mmcrossdistill.datasets.paired_image_lidar_dataset import PairedImageLidarDataset
from mmcrossdistill.structures import cloud
from mmcrossdistill.visualization.class_map import LabelledFeatures
from mmcrossdistill.visualization.places import spread

from .encoders import load_encoders
from .evaluated_data import build_validated
from .model_index import find_config


def labelled_features(
    title: str, config_or_name: str | Path, checkpoint: str | Path | None,
    data_root: str | Path | None = None, scans: int = 8, per_class: int = 10, seed: int = 0,
) -> tuple[LabelledFeatures, dict[str, tuple[int, int, int]]]:
    """Encode points of the validation set of a 3D probe, as many of each class as there are.

    Args:
        title: of the encoder.
        config_or_name: path or name of a 3D probe's config; says the network, its voxels and the
            labelled data.
        checkpoint: of a pre-training with the same network, or of the probe; ``None`` takes the
            weights that the config names.
        data_root: instead of the config's.
        scans: evenly spread over the set.
        per_class: most points of one class in one scan.
        seed: of the choice of points, which is the same for all encoders on equal voxels.

    Returns:
        The features with their classes, and the colours of all classes.

    Raises:
        KeyError: if the config validates on nothing.
        ValueError: if no point has a class.
    """
    cfg = Config.fromfile(find_config(config_or_name))
    dataset = build_validated(cfg, data_root)
    model = load_encoders(cfg, checkpoint)
    generator, names = np.random.default_rng(seed), dataset.metainfo['classes']
    found = [_encode(model, dataset, row, per_class, len(names), generator)
             for row in spread(range(len(dataset)), scans)]
    features, labels = (np.concatenate(part) for part in zip(*found, strict=True))
    if len(labels) == 0:
        raise ValueError(f'no point of {len(found)} scans of {config_or_name} has a class')
    number = np.repeat(np.arange(len(found)), [len(part[1]) for part in found])
    return (LabelledFeatures(title, features, np.array(names)[labels], number),
            dict(zip(names, map(tuple, dataset.metainfo['palette']), strict=True)))


@torch.no_grad()
def _encode(model: BaseModel, dataset: PairedImageLidarDataset, row: int, per_class: int,
            num_classes: int, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Encode some points of one scan.

    Args:
        model: a probe.
        dataset: of labelled scans.
        row: of the data set.
        per_class: most points of one class.
        num_classes: K.
        generator: draws the points.

    Returns:
        (n, C) float32 features and (n,) int64 classes.
    """
    data = model.data_preprocessor(pseudo_collate([dataset[row]]), False)
    labels = model.collect_target(**data).cpu().numpy()
    drawn = np.concatenate([
        generator.permutation(np.flatnonzero(labels == index))[:per_class]
        for index in range(num_classes)])
    rows = model.backbone_3d(cloud(data['inputs']))
    return rows[torch.from_numpy(drawn)].float().cpu().numpy(), labels[drawn]
