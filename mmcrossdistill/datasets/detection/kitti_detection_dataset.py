"""KITTI with boxes, of which a fraction may be labelled."""
from __future__ import annotations

from typing import Any

from mmdet3d.datasets import KittiDataset
from mmengine.logging import print_log

from mmcrossdistill.datasets.info_reading import read_infos
from mmcrossdistill.datasets.selection import Selection
from mmcrossdistill.registry import DATASETS

from .paste_objects import PasteObjects


@DATASETS.register_module()
class KittiDetectionDataset(KittiDataset):
    """mmdet3d's ``KittiDataset`` with a fraction of the frames.

    :class:`PasteObjects` of the pipeline takes objects of the chosen frames alone: those of the
    others are labels that were not paid for. In training, frames without a box of the classes are
    passed over (``filter_empty_gt``), as in OpenPCDet and mmdet3d.

    Args:
        data_root: folder of the data set.
        ann_file: infos of ``tools/create_data.py kitti --boxes``, relative to ``data_root``.
        fraction ((0, 1]): share of the frames.
        fraction_rule: 'scan_slice' (every k-th frame, the first one included) or 'random'.
        fraction_seed: seed of the 'random' rule.
        kwargs: see mmdet3d.

    Raises:
        FileNotFoundError: if the infos do not exist.
        ValueError: if the fraction leaves nothing, or nothing to learn from.
    """

    def __init__(
        self, data_root: str, ann_file: str, *, fraction: float = 1.0,
        fraction_rule: str = 'scan_slice', fraction_seed: int = 0, **kwargs: Any,
    ) -> None:
        self.selection = Selection(
            None, None, None, None, fraction, fraction_rule, fraction_seed)
        super().__init__(data_root=data_root, ann_file=ann_file, **kwargs)

    def load_data_list(self) -> list[dict[str, Any]]:
        """Read the infos, choose the frames, and let mmdet3d parse what is left."""
        infos = read_infos(self.ann_file, self.data_root)
        for key, value in infos['metainfo'].items():
            self._metainfo.setdefault(key, value)
        items = self.selection.apply(infos['data_list'], self.data_root, self.ann_file)
        if not self.test_mode:
            self._check_classes(items)
            tokens = {item['token'] for item in items}
            for transform in self.pipeline.transforms:
                if isinstance(transform, PasteObjects):
                    transform.keep_frames(tokens)
        return [self.parse_data_info(item) for item in items]

    def _check_classes(self, items: list[dict[str, Any]]) -> None:
        """Say which classes nothing can be learnt about.

        Args:
            items: infos of the frames.

        Raises:
            ValueError: if that is all of them.
        """
        labels = {self.label_mapping[box['bbox_label_3d']]
                  for item in items for box in item['instances']}
        absent = [name for label, name in enumerate(self.metainfo['classes'])
                  if label not in labels]
        if len(absent) == len(self.metainfo['classes']):
            raise ValueError(
                f'{self.ann_file}: none of {len(items)} frames has a box of {absent}; raise '
                'fraction, or write the infos with tools/create_data.py kitti --boxes')
        if absent:
            print_log(
                f'{self.ann_file}: no box of {absent} in {len(items)} frames; the detector will '
                'not learn them', logger='current', level=30)
