"""Images with dense or semi-dense depth maps, listed in a text file."""
from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from mmengine.dataset import BaseDataset

from mmcrossdistill.registry import DATASETS, TRANSFORMS


@DATASETS.register_module()
class DepthFilesDataset(BaseDataset):
    """Image and depth files of the split lists of KITTI (Eigen) and NYU Depth v2.

    A line is ``<image> <depth> <focal length>``; the last is not read, and lines whose depth is
    ``None`` (KITTI's drives without ground truth) are left out. Leading slashes are dropped. The
    images are sorted by name.
    Source: the lists of BTS, as the Monocular-Depth-Estimation-Toolbox reads them.

    Args:
        ann_file: the list, relative to ``data_root``.
        data_root: folder that the prefixes are relative to.
        data_prefix: folders ``img`` and ``depth``.
        pipeline: transforms, starting with LoadImages and LoadDepthMap.
        test_mode: passed to MMEngine.
        lazy_init: passed to MMEngine.
        indices: passed to MMEngine: only the first items, or these.

    Raises:
        FileNotFoundError: if the list does not exist.
        ValueError: if a line has no two names, or no line has a depth.
    """

    def __init__(
        self,
        ann_file: str,
        data_root: str = '',
        data_prefix: Mapping[str, str] | None = None,
        pipeline: Sequence[Mapping[str, Any] | Callable[[dict], dict]] = (),
        test_mode: bool = False,
        lazy_init: bool = False,
        indices: int | Sequence[int] | None = None,
    ) -> None:
        steps = [TRANSFORMS.build(step) if isinstance(step, Mapping) else step
                 for step in pipeline]
        super().__init__(
            ann_file=ann_file, data_root=data_root,
            data_prefix=dict(img='', depth='') | dict(data_prefix or {}),
            pipeline=steps, test_mode=test_mode, lazy_init=lazy_init, indices=indices)

    def load_data_list(self) -> list[dict[str, Any]]:
        """Read the list.

        Returns:
            One dict per image with ``view_names``, ``images`` and ``depth_map_path``.
        """
        path = Path(self.ann_file)
        if not path.is_file():
            raise FileNotFoundError(
                f'ann_file {path} does not exist; put the split list of the toolbox there (docs: '
                'out of domain)')
        items = []
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            names = line.split()
            if not names:
                continue
            if len(names) < 2:
                raise ValueError(
                    f'{path}, line {number}: {line!r} is not "<image> <depth> <focal>"')
            if names[1] == 'None':
                continue
            items.append(dict(
                token=names[0], view_names=['img'],
                images=dict(img=dict(img_path=self._join('img', names[0]))),
                depth_map_path=self._join('depth', names[1])))
        if not items:
            raise ValueError(f'{path} lists no image with a depth map')
        return sorted(items, key=lambda item: item['token'])

    def _join(self, kind: str, name: str) -> str:
        """Join a file name with the folder of its kind.

        Args:
            kind: 'img' or 'depth'.
            name: of the list.
        """
        return str(Path(self.data_prefix[kind], name.lstrip('/\\')))
