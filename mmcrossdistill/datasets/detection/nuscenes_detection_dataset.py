"""nuScenes and MiniDrive with boxes, of which a fraction may be labelled."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mmdet3d.datasets import NuScenesDataset

from mmcrossdistill.datasets.info_reading import read_infos
from mmcrossdistill.datasets.selection import Selection
from mmcrossdistill.registry import DATASETS


@DATASETS.register_module()
class NuScenesDetectionDataset(NuScenesDataset):
    """mmdet3d's ``NuScenesDataset`` with the keys that select keyframes for segmentation.

    The same fraction means the same keyframes for both. See
    :class:`~mmcrossdistill.datasets.selection.Selection`.

    Args:
        data_root: folder of the data set.
        ann_file: infos of ``tools/create_data.py``, relative to ``data_root``.
        split: key of ``splits.json``, or 'parametrizing' or 'verifying'.
        scenes: names, or a text file of them.
        conditions: of 'day-clear', 'day-rain', 'night'.
        tokens: of keyframes, or a text file of them.
        fraction ((0, 1]): share of the keyframes.
        fraction_rule: 'scene_counter', 'scan_slice' or 'random'.
        fraction_seed: seed of the 'random' rule.
        kwargs: see mmdet3d; one item is one frame.

    Raises:
        FileNotFoundError: if the infos or a list does not exist.
        ValueError: if an option is invalid or a filter leaves nothing.
    """

    def __init__(
        self, data_root: str, ann_file: str, *, split: str | None = None,
        scenes: Sequence[str] | str | None = None, conditions: Sequence[str] | None = None,
        tokens: Sequence[str] | str | None = None, fraction: float = 1.0,
        fraction_rule: str = 'scene_counter', fraction_seed: int = 0, **kwargs: Any,
    ) -> None:
        if kwargs.get('load_type', 'frame_based') != 'frame_based':
            raise ValueError("NuScenesDetectionDataset has load_type='frame_based' only")
        self.selection = Selection(
            split, scenes, conditions, tokens, fraction, fraction_rule, fraction_seed)
        super().__init__(data_root=data_root, ann_file=ann_file, **kwargs)

    def load_data_list(self) -> list[dict[str, Any]]:
        """Read the infos, filter them, and let mmdet3d parse what is left."""
        infos = read_infos(self.ann_file, self.data_root)
        for key, value in infos['metainfo'].items():
            self._metainfo.setdefault(key, value)
        return [self.parse_data_info(item) for item in self.selection.apply(
            infos['data_list'], self.data_root, self.ann_file)]
