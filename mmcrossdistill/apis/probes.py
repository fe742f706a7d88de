"""Trained probes, asked at every pixel."""
from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from matplotlib.figure import Figure
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from mmengine.device import get_device
from mmengine.model import BaseModel
from mmengine.runner import load_checkpoint

from mmcrossdistill.datasets.paired_image_lidar_dataset import PairedImageLidarDataset
from mmcrossdistill.models.layers.pixel_sampling import pixel_centres
from mmcrossdistill.registry import MODELS
from mmcrossdistill.structures import Correspondence
from mmcrossdistill.visualization.strips import Measured, depth_strips, segmentation_strips

from .model_index import find_config

FIELDS = {'seg': 'pred_labels', 'depth': 'pred_depth'}


def load_probe(config_or_name: str | Path, checkpoint: str | Path,
               device: str | torch.device | None = None) -> BaseModel:
    """Build a probe with its trained weights.

    Args:
        config_or_name: path or name of its config.
        checkpoint: that its training wrote.
        device: the best one by default.

    Returns:
        The model in eval mode.
    """
    model = MODELS.build(Config.fromfile(find_config(config_or_name)).model)
    load_checkpoint(model, str(checkpoint), map_location='cpu', strict=True, logger='silent')
    return model.to(device or get_device()).eval()


@torch.no_grad()
def feature_map(model: BaseModel, item: dict[str, Any]) -> np.ndarray:
    """Compute the features of the 2D encoder of a probe.

    Args:
        model: with a ``backbone_2d``.
        item: packed sample of one view.

    Returns:
        (h, w, C) float32: the last feature map.
    """
    batch = model.data_preprocessor(pseudo_collate([item]), False)
    features = model.backbone_2d(batch['inputs']['imgs'])[-1]
    return features[0].permute(1, 2, 0).float().cpu().numpy()


def every_pixel(height: int, width: int) -> Correspondence:
    """Pair every pixel of one view, so that a probe answers everywhere.

    Args:
        height: of the view, pixels.
        width: of the view, pixels.

    Returns:
        H * W pairs at the pixel centres, row by row, all with point 0.
    """
    index = torch.zeros(height * width, dtype=torch.int64)
    return Correspondence(index, index.clone(), pixel_centres(height, width))


@torch.no_grad()
def dense_prediction(model: BaseModel, item: dict[str, Any], field: str) -> np.ndarray:
    """Ask a probe for its prediction at every pixel.

    Args:
        model: probe whose predictions stand at the pairs of a sample.
        item: packed sample of one view.
        field: ``pred_labels`` or ``pred_depth``.

    Returns:
        (H, W): the predictions.
    """
    height, width = item['inputs']['imgs'].shape[-2:]
    sample = item['data_samples'].clone()
    sample.corr = every_pixel(height, width)
    batch = pseudo_collate([{'inputs': item['inputs'], 'data_samples': sample}])
    predicted = getattr(model.test_step(batch)[0], field)
    return predicted.reshape(height, width).cpu().numpy()


def measure(item: dict[str, Any]) -> Measured:
    """Read the picture and the points of a view.

    Args:
        item: packed sample of one view, with depths and perhaps labels at its pairs.

    Returns:
        The view.
    """
    corr = item['data_samples'].corr
    corr = corr.select(torch.argsort(corr.depth, descending=True, stable=True))
    return Measured(
        item['inputs']['imgs'][0].permute(1, 2, 0).numpy(), corr.pixel_uv.numpy(),
        corr.depth.numpy(), None if corr.label is None else corr.label.numpy())


def probe_strips(dataset: PairedImageLidarDataset, rows: Mapping[str, int],
                 probes: Mapping[str, BaseModel], task: str) -> Figure:
    """Draw what probes predict in several conditions, beside what the LiDAR says.

    Args:
        dataset: of single views, with labels (segmentation) and depths at their pairs.
        rows: of the data set by condition.
        probes: by title.
        task: 'seg' or 'depth'.

    Returns:
        The figure, one strip per condition.

    Raises:
        ValueError: if the task is unknown.
    """
    if task not in FIELDS:
        raise ValueError(f'task must be one of {tuple(FIELDS)}, got {task!r}')
    items = {condition: dataset[row] for condition, row in rows.items()}
    views = {condition: measure(item) for condition, item in items.items()}
    predictions = {
        title: [dense_prediction(probe, item, FIELDS[task]) for item in items.values()]
        for title, probe in probes.items()}
    if task == 'depth':
        return depth_strips(views, predictions)
    return segmentation_strips(
        views, predictions, dataset.metainfo['classes'], dataset.metainfo['palette'])
