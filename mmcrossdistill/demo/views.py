"""Views of the same places in every condition, and what the probed encoders make of them."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from mmengine.device import get_device
from mmengine.model import BaseModel
from mmengine.runner import load_checkpoint

from mmcrossdistill.datasets.paired_image_lidar_dataset import PairedImageLidarDataset
from mmcrossdistill.datasets.selection import CONDITIONS
from mmcrossdistill.registry import DATASETS, MODELS
from mmcrossdistill.structures import Correspondence

MOMENTS = ('before', 'after')


@dataclass(frozen=True)
class Measured:
    """One view with its LiDAR points.

    Args:
        camera: name.
        image ((H, W, 3) uint8): RGB.
        uv ((M, 2) float): pixels of the points, far ones first.
        depth ((M,) float): of the points, metres.
        labels ((M,) int): classes of the points, 255 ignored.
    """

    camera: str
    image: np.ndarray
    uv: np.ndarray
    depth: np.ndarray
    labels: np.ndarray


@dataclass(frozen=True)
class Examined:
    """What the encoders make of a view, before and after distillation.

    Args:
        measured: the view.
        features: two (h, w, C) float maps.
        pred_labels: two (H, W) int maps.
        pred_depth: two (H, W) float maps, metres.
    """

    measured: Measured
    features: tuple[np.ndarray, np.ndarray]
    pred_labels: tuple[np.ndarray, np.ndarray]
    pred_depth: tuple[np.ndarray, np.ndarray]


def match_views(infos: Sequence[dict[str, Any]]) -> list[dict[str, int]]:
    """Find the views that show one place from one pose in every condition.

    Args:
        infos: of single views, with ``condition``, ``view_names`` and ``ego2global``.

    Returns:
        Condition to row of ``infos``, one dict per place, in the order of ``infos``.
    """
    places: dict[tuple, dict[str, int]] = defaultdict(dict)
    for row, info in enumerate(infos):
        pose = np.round(np.asarray(info['ego2global'])[:3], 3)
        places[info['view_names'][0], pose.tobytes()].setdefault(info['condition'], row)
    return [{condition: place[condition] for condition in CONDITIONS}
            for place in places.values() if set(CONDITIONS) <= place.keys()]


def build_val_dataset(config: Path, data: Path) -> PairedImageLidarDataset:
    """Build the validation set of a probe.

    Args:
        config: of the probe.
        data: root of the world.

    Returns:
        The data set, one item per view.
    """
    settings = Config.fromfile(config).val_dataloader.dataset
    return DATASETS.build({**settings, 'data_root': str(data)})


def load_probe(config: Path, checkpoint: Path) -> BaseModel:
    """Build a probe with its trained weights.

    Args:
        config: of the probe.
        checkpoint: that its training wrote.

    Returns:
        The model in eval mode, on the best device there is.
    """
    model = MODELS.build(Config.fromfile(config).model)
    load_checkpoint(model, str(checkpoint), map_location='cpu', strict=True, logger='silent')
    return model.to(get_device()).eval()


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
    rows, columns = torch.meshgrid(torch.arange(height), torch.arange(width), indexing='ij')
    index = torch.zeros(height * width, dtype=torch.int64)
    centres = torch.stack([columns, rows], dim=-1).reshape(-1, 2).float() + 0.5
    return Correspondence(index, index.clone(), centres)


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
        item: packed sample of one view, with labels and depths at its pairs.

    Returns:
        The view.
    """
    corr = item['data_samples'].corr
    corr = corr.select(torch.argsort(corr.depth, descending=True, stable=True))
    return Measured(
        item['data_samples'].view_names[0], item['inputs']['imgs'][0].permute(1, 2, 0).numpy(),
        corr.pixel_uv.numpy(), corr.depth.numpy(), corr.label.numpy())


def examine(item: dict[str, Any], seg_probes: Sequence[BaseModel],
            depth_probes: Sequence[BaseModel]) -> Examined:
    """Run the probes on one view.

    Args:
        item: packed sample of one view, with labels and depths at its pairs.
        seg_probes: segmentation probes before and after.
        depth_probes: depth probes before and after.

    Returns:
        Everything the pictures need.
    """
    return Examined(
        measure(item), tuple(feature_map(probe, item) for probe in seg_probes),
        tuple(dense_prediction(probe, item, 'pred_labels') for probe in seg_probes),
        tuple(dense_prediction(probe, item, 'pred_depth') for probe in depth_probes))
