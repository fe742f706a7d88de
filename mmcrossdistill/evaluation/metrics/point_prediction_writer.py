"""Predictions of points in the files that the official evaluators and servers read."""
from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from mmengine.dist import is_main_process
from mmengine.evaluator import BaseMetric

from mmcrossdistill.datasets import semantickitti_classes
from mmcrossdistill.registry import METRICS
from mmcrossdistill.utils.atomic_file import write_atomically

FORMATS = ('nuscenes', 'semantickitti')


@METRICS.register_module()
class PointPredictionWriter(BaseMetric):
    """Write ``pred_point_labels`` of each sample; reports how many files there are.

    nuScenes: ``lidarseg/<eval_set>/<LiDAR token>_lidarseg.bin`` (uint8, classes from 1) and
    ``<eval_set>/submission.json``. SemanticKITTI:
    ``sequences/<sequence>/predictions/<scan>.label`` (uint32, raw ids). Every point of the scan
    must be predicted: the test pipeline must not drop points.

    Args:
        out_dir: folder of the files.
        file_format: 'nuscenes' or 'semantickitti'.
        eval_set: official name of the split, nuScenes only.
        collect_device: passed to MMEngine.
        prefix: of the key.

    Raises:
        ValueError: if the format is unknown.
    """

    default_prefix = 'predictions'
    # What submission.json says beside the sensors.
    meta: dict[str, Any] = {}

    def __init__(self, out_dir: str, file_format: str = 'nuscenes', eval_set: str = 'val',
                 collect_device: str = 'cpu', prefix: str | None = None) -> None:
        if file_format not in FORMATS:
            raise ValueError(f'file_format={file_format!r} is not one of {FORMATS}')
        super().__init__(collect_device=collect_device, prefix=prefix)
        self.out_dir = Path(out_dir)
        self.file_format = file_format
        self.eval_set = eval_set

    def process(self, data_batch: Any, data_samples: Sequence[dict]) -> None:
        """Write the predictions of one batch.

        Args:
            data_batch: unused.
            data_samples: samples with predictions, as dicts.

        Raises:
            KeyError: if a sample does not say what its file is called.
        """
        for sample in data_samples:
            if self.file_format == 'nuscenes':
                if 'lidar_token' not in sample:
                    raise KeyError(
                        f"sample {sample.get('token')} has no 'lidar_token', which names its "
                        'file; rebuild the infos with tools/create_data.py nuscenes')
                name, content = self.nuscenes_file(sample)
            else:
                sequence, scan = sample['token'].split('_')
                name = f'sequences/{sequence}/predictions/{scan}.label'
                content = self.semantickitti_values(sample).tobytes()
            write_atomically(self.out_dir / name, content)
            self.results.append(name)

    def nuscenes_file(self, sample: dict[str, Any]) -> tuple[str, bytes]:
        """Make the file of a sample for nuScenes.

        Args:
            sample: with predictions.

        Returns:
            Name and content.
        """
        labels = sample['pred_point_labels'].cpu().numpy()
        return (f"lidarseg/{self.eval_set}/{sample['lidar_token']}_lidarseg.bin",
                (labels + 1).astype(np.uint8).tobytes())

    def semantickitti_values(self, sample: dict[str, Any]) -> np.ndarray:
        """Make the values of a sample for SemanticKITTI.

        Args:
            sample: with predictions.

        Returns:
            (N,) uint32.
        """
        labels = sample['pred_point_labels'].cpu().numpy()
        return np.array(semantickitti_classes.SUBMITTED_IDS, np.uint32)[labels]

    def compute_metrics(self, results: list[str]) -> dict[str, int]:
        """Complete the folder.

        Args:
            results: name of each file.
        """
        if self.file_format == 'nuscenes' and is_main_process():
            used = dict.fromkeys(
                ('use_camera', 'use_lidar', 'use_radar', 'use_map', 'use_external'), False)
            used['use_lidar'] = True
            write_atomically(self.out_dir / self.eval_set / 'submission.json',
                             json.dumps(dict(meta=self.meta | used), indent=1).encode())
        return dict(files=len(set(results)))
