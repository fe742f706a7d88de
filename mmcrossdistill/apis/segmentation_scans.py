"""Classes that trained segmentors of clouds give to a few scans."""
from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from mmengine.config import Config
from mmengine.dataset import pseudo_collate

from mmcrossdistill.evaluation.panoptic_quality import IGNORE_INDEX
from mmcrossdistill.visualization.cloud_pictures import clouds_from_above
from mmcrossdistill.visualization.html_page import section
from mmcrossdistill.visualization.places import spread
from mmcrossdistill.visualization.segmentation import colour_labels

from .evaluated_data import build_tested, name_scan
from .model_index import find_config
from .probes import load_probe

_ERRORS = {'right': (190, 196, 204), 'wrong': (214, 39, 40), 'unlabelled': (238, 240, 243)}


@torch.no_grad()
def segmentation_sections(
    networks: Mapping[str, tuple[str | Path, str | Path]], data_root: str | Path | None = None,
    scans: int = 3, device: str | torch.device | None = None,
) -> list[str]:
    """Show what segmentors see in the same scans.

    Args:
        networks: config and checkpoint of 3D probes by title; their test sets are the same scans.
        data_root: instead of the configs'.
        scans: evenly spread over the test set.
        device: the best one by default.

    Returns:
        HTML, a section per scan: true classes, predicted classes and errors from above.
    """
    rows: dict[str, dict[str, list[np.ndarray]]] = {}
    clouds = {}
    for title, (config, checkpoint) in networks.items():
        dataset = build_tested(Config.fromfile(find_config(config)), data_root)
        classes, palette = dataset.metainfo['classes'], dataset.metainfo['palette']
        model = load_probe(config, checkpoint, device)
        for row in spread(range(len(dataset)), scans):
            item = dataset[row]
            sample = model.test_step(pseudo_collate([item]))[0].cpu()
            heading = name_scan(sample)
            true, predicted = sample.point_labels.numpy(), sample.pred_point_labels.numpy()
            clouds[heading] = item['inputs']['points'].numpy()
            rows.setdefault(heading, {})[title] = [
                colour_labels(true, palette), colour_labels(predicted, palette),
                _colour_errors(true, predicted)]
    legend = dict(zip(classes, palette, strict=True)) | _ERRORS
    return [section(heading, clouds_from_above(
        clouds[heading], colours, ('true classes', 'predicted classes', 'errors'), legend))
        for heading, colours in rows.items()]


def _colour_errors(true: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """Mark wrong points.

    Args:
        true ((N,) int64): classes; 255 is no label.
        predicted ((N,) int64): classes.

    Returns:
        (N, 3) uint8.
    """
    kind = np.where(true == IGNORE_INDEX, 2, true != predicted)
    return np.array(list(_ERRORS.values()), np.uint8)[kind]
