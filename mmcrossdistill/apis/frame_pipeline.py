"""From a frame to the inputs of a model, as its config prepares them, without augmentation."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from mmengine.config import Config
from scipy.spatial import cKDTree

from mmcrossdistill.datasets.transforms import PackDistillInputs
from mmcrossdistill.registry import TRANSFORMS
from mmcrossdistill.utils.run_config import type_name

from .frame import Frame, read_frame

_LOADERS = ('test_dataloader', 'val_dataloader', 'train_dataloader')
# What a transform of the config becomes at inference; all others are left out.
_KEPT = {
    'ResizeImages': lambda step: dict(type='ResizeImages', size=step['size']),
    'CropResizeImages': lambda step: dict(type='ResizeImages', size=step['size']),
    'VoxelDownsample': lambda step: {**step, 'pick': 'first'},
    'CropPointsToRange': dict,
    'FindNeighbors': dict,
}


@dataclass(frozen=True, eq=False)
class PreparedFrame:
    """A frame and how the model's points belong to its own.

    Args:
        frame: as given.
        input_size: (H, W) of the images that the model sees.
        point_rows ((N,) int64): row of the model's point whose feature each point takes.
        valid_points ((N,) bool): False where a point lies outside the model's range.
    """

    frame: Frame
    input_size: tuple[int, int]
    point_rows: np.ndarray
    valid_points: np.ndarray


def _find_pipeline(cfg: Config) -> list[Mapping[str, Any]]:
    """Find the pipeline of a config's first data set.

    Raises:
        KeyError: if it has none.
    """
    for loader in _LOADERS:
        dataset = (cfg.get(loader) or {}).get('dataset')
        while dataset is not None and 'pipeline' not in dataset:
            dataset = dataset['datasets'][0] if 'datasets' in dataset else dataset.get('dataset')
        if dataset is not None:
            return list(dataset['pipeline'])
    raise KeyError(f'the config has no pipeline in any of {_LOADERS}; it tells the image size')


class FramePipeline:
    """Prepares frames for the model of a config.

    Image size, voxel size, range and number of neighbours are those of the config's pipeline. Of
    each voxel the first point is encoded; every point takes the feature of the nearest encoded one.

    Args:
        cfg: with a test, validation or training dataloader.

    Raises:
        KeyError: if it has no pipeline.
    """

    def __init__(self, cfg: Config) -> None:
        steps = [_KEPT[name](step) for step in _find_pipeline(cfg)
                 if (name := type_name(step['type'])) in _KEPT]
        self._steps = [TRANSFORMS.build(step) for step in steps]
        self._pack = PackDistillInputs()
        voxel = next((step['voxel_size'] for step in steps if 'voxel_size' in step), 0.0)
        self._reach = voxel * 3 ** 0.5 + 1e-4
        self._size = next((tuple(step['size']) for step in steps if 'size' in step), None)

    def __call__(self, given: Any) -> dict[str, Any]:
        """Prepare one frame.

        Args:
            given: see :func:`~.frame.read_frame`.

        Returns:
            ``inputs`` and ``data_samples`` as the data preprocessor takes them, and ``frames``,
            the :class:`PreparedFrame`.
        """
        frame = read_frame(given)
        results = dict(
            points=frame.points, imgs=list(frame.imgs), view_names=list(frame.view_names))
        for step in self._steps:
            results = step(results)
        rows, valid = self._match(frame.points, results['points'])
        packed = self._pack(results)
        size = self._size or tuple(packed['inputs']['imgs'].shape[-2:])
        if not frame.imgs:
            # Images of one batch must agree in size, also where there are none.
            packed['inputs']['imgs'] = packed['inputs']['imgs'].new_zeros(0, 3, *size)
        return {**packed, 'frames': PreparedFrame(frame, size, rows, valid)}

    def _match(self, points: np.ndarray, kept: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Find the point of the model nearest to each point of the frame."""
        if len(kept) == 0:
            return np.zeros(len(points), dtype=np.int64), np.zeros(len(points), dtype=bool)
        distance, rows = cKDTree(kept[:, :3], balanced_tree=False).query(points[:, :3])
        return rows, distance <= self._reach
