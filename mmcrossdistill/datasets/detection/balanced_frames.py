"""Frames drawn so that each class is seen equally often."""
from __future__ import annotations

from typing import Any

import numpy as np
from mmdet3d.datasets import CBGSDataset
from mmengine.dataset import BaseDataset
from mmengine.logging import print_log

from mmcrossdistill.registry import DATASETS


@DATASETS.register_module()
class BalancedFrames(CBGSDataset):
    """mmdet3d's ``CBGSDataset``, which divides by zero where a class is absent.

    That happens in small fractions. Here the classes that are there share the draws, and the log
    names the others. The draws depend on the seed alone, so that a resumed run sees the same ones.
    Source: CBGS (Zhu et al., 2019).

    Args:
        dataset: config of the data set of frames.
        seed: of the draws.
        kwargs: see mmdet3d.

    Raises:
        ValueError: if no frame has a box.
    """

    def __init__(self, dataset: dict[str, Any], seed: int = 0, **kwargs: Any) -> None:
        self.seed = seed
        super().__init__(dataset, **kwargs)

    def _get_sample_indices(self, dataset: BaseDataset) -> list[int]:
        """Draw frames.

        Args:
            dataset: of frames.

        Returns:
            One index per draw; each class that is there has as many.
        """
        classes = self.metainfo['classes']
        frames: list[list[int]] = [[] for _ in classes]
        for index in range(len(dataset)):
            for label in dataset.get_cat_ids(index):
                # -1 is what mmdet3d makes of a class that the config leaves out.
                if label >= 0:
                    frames[label].append(index)
        absent = [name for name, rows in zip(classes, frames, strict=True) if not rows]
        if len(absent) == len(classes):
            raise ValueError(
                f'{dataset.ann_file}: none of {len(dataset)} frames has a box of {classes}; '
                'raise fraction, or choose other scenes')
        if absent:
            print_log(
                f'BalancedFrames: no box of {absent} in {len(dataset)} frames; the other classes '
                'share the draws', logger='current', level=30)
        present = [rows for rows in frames if rows]
        count = sum(map(len, present)) // len(present)
        rng = np.random.default_rng(self.seed)
        return [index for rows in present for index in rng.choice(rows, count).tolist()]
