"""Boxes of a trained detector in a few keyframes."""
from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from mmengine.registry import DefaultScope
from mmengine.structures import InstanceData

from mmcrossdistill.visualization.detections import Boxes

from .evaluated_data import build_tested
from .model_index import find_config
from .probes import load_probe


@torch.no_grad()
def detect_frames(
    config_or_name: str | Path, checkpoint: str | Path, tokens: Sequence[str],
    data_root: str | Path | None = None, device: str | torch.device | None = None,
) -> dict[str, Boxes]:
    """Detect objects in keyframes of the test set.

    Args:
        config_or_name: path or name of the config of a detector of mmdet3d that reads points.
        checkpoint: that its training wrote.
        tokens: of the keyframes.
        data_root: instead of the config's.
        device: the best one by default.

    Returns:
        Boxes in the lidar frame by token.

    Raises:
        KeyError: if a keyframe is not in the test set.
    """
    cfg = Config.fromfile(find_config(config_or_name))
    with DefaultScope.overwrite_default_scope(cfg.get('default_scope', 'mmcrossdistill')):
        dataset = build_tested(cfg, data_root)
        row_of = {dataset.get_data_info(row)['token']: row for row in range(len(dataset))}
        missing = [token for token in tokens if token not in row_of]
        if missing:
            raise KeyError(f'{dataset.ann_file}: no keyframe {", ".join(missing)}')
        model = load_probe(config_or_name, checkpoint, device)
        samples = {token: model.test_step(pseudo_collate([dataset[row_of[token]]]))[0]
                   for token in tokens}
    return {token: _read(sample.pred_instances_3d, dataset.metainfo['classes'])
            for token, sample in samples.items()}


def _read(instances: InstanceData, classes: Sequence[str]) -> Boxes:
    """Take boxes from mmdet3d's predictions.

    Args:
        instances: ``bboxes_3d``, ``labels_3d`` and ``scores_3d``.
        classes: names by label.
    """
    boxes = instances.bboxes_3d
    places = torch.cat([boxes.gravity_center, boxes.dims, boxes.yaw[:, None]], dim=1)
    return Boxes(places.double().cpu().numpy(),
                 [classes[label] for label in instances.labels_3d.tolist()],
                 instances.scores_3d.cpu().numpy())
