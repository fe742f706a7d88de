"""Single images of nuImages with their label images."""
from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from mmengine.dataset import BaseDataset
from mmengine.fileio import load

from mmcrossdistill.registry import DATASETS, TRANSFORMS

from .nuscenes_classes import CLASSES as NUSCENES_CLASSES
from .nuscenes_classes import PALETTE
from .selection import take_fraction

# The ten classes of nuScenes' detection task and the driveable surface.
CLASSES = NUSCENES_CLASSES[:11]


@DATASETS.register_module()
class NuImagesDataset(BaseDataset):
    """Annotated images of nuImages, from the infos of ``tools/create_data.py nuimages``.

    CD says that there are 11 classes, not which: these are the ten of nuScenes' detection task and
    the driveable surface. Pixels of the other categories and without annotation are ignored.

    Args:
        ann_file: infos, relative to ``data_root``.
        data_root: folder of the images and label images.
        pipeline: transforms, starting with LoadImages and LoadLabelMap.
        fraction ((0, 1]): share kept.
        fraction_rule: 'random' draws images with ``fraction_seed``; 'scene_counter' counts logs.
        fraction_seed: seed of the 'random' rule.
        test_mode: passed to MMEngine.
        lazy_init: passed to MMEngine.
        indices: passed to MMEngine: only the first items, or these.

    Raises:
        FileNotFoundError: if the infos do not exist.
        ValueError: if the fraction is invalid or leaves nothing.
    """

    METAINFO = dict(classes=CLASSES, palette=PALETTE[:len(CLASSES)])

    def __init__(
        self,
        ann_file: str,
        data_root: str = '',
        pipeline: Sequence[Mapping[str, Any] | Callable[[dict], dict]] = (),
        fraction: float = 1.0,
        fraction_rule: str = 'random',
        fraction_seed: int = 0,
        test_mode: bool = False,
        lazy_init: bool = False,
        indices: int | Sequence[int] | None = None,
    ) -> None:
        self.fraction = fraction
        self.fraction_rule = fraction_rule
        self.fraction_seed = fraction_seed
        steps = [TRANSFORMS.build(step) if isinstance(step, Mapping) else step
                 for step in pipeline]
        super().__init__(
            ann_file=ann_file, data_root=data_root, data_prefix={}, pipeline=steps,
            test_mode=test_mode, lazy_init=lazy_init, indices=indices)

    def load_data_list(self) -> list[dict[str, Any]]:
        """Read the infos and join the paths.

        Returns:
            One dict per image with ``view_names``, ``images`` and ``label_map_path``.
        """
        path = Path(self.ann_file)
        if not path.is_file():
            raise FileNotFoundError(
                f'ann_file {path} does not exist; write it with: python tools/create_data.py '
                f'nuimages --root {self.data_root or path.parent}')
        items = load(str(path))['data_list']
        if self.fraction != 1.0:
            items = take_fraction(
                items, self.fraction, self.fraction_rule, self.fraction_seed, self.ann_file)
        root = Path(self.data_root)
        return [dict(
            token=item['token'], scene_name=item['scene_name'], view_names=[item['camera']],
            images={item['camera']: dict(img_path=str(root / item['img_path']))},
            label_map_path=str(root / item['label_map_path'])) for item in items]
