"""Keyframes with their LiDAR cloud and camera images, the only reader of infos."""
from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from mmengine.dataset import BaseDataset

from mmcrossdistill.registry import DATASETS, TRANSFORMS

from .info_reading import read_infos
from .nuscenes_classes import CLASSES, PALETTE, THINGS
from .region_files import region_path
from .selection import Selection

CAMERAS = (
    'CAM_FRONT', 'CAM_FRONT_RIGHT', 'CAM_FRONT_LEFT', 'CAM_BACK', 'CAM_BACK_LEFT',
    'CAM_BACK_RIGHT')

NUSCENES_PREFIX = dict(
    pts='samples/LIDAR_TOP', pts_semantic_mask='lidarseg/v1.0-trainval',
    pts_panoptic_mask='panoptic/v1.0-trainval', sweeps='sweeps/LIDAR_TOP',
    **{camera: f'samples/{camera}' for camera in CAMERAS})

VIEW_MODES = ('keyframe', 'per_view')
_KEPT_KEYS = ('token', 'timestamp', 'ego2global', 'condition', 'scene_token', 'scene_name')
_MASK_KEYS = ('pts_semantic_mask', 'pts_panoptic_mask')


@DATASETS.register_module()
class PairedImageLidarDataset(BaseDataset):
    """LiDAR clouds paired with camera images.

    An item is one keyframe with all its cameras (``view_mode='keyframe'``) or one camera of a
    keyframe (``'per_view'``). Boxes and sweeps of the infos are kept on demand only: most
    consumers of pairs do not read them, and the items stay small in every data-loading worker.

    Args:
        ann_file: infos written by ``tools/create_data.py``, relative to ``data_root``.
        data_root: folder that the prefixes are relative to.
        data_prefix: folder of each file kind: ``pts``, one key per camera (``img`` serves the
            cameras without their own), ``pts_semantic_mask``, ``pts_panoptic_mask``; nuScenes'
            layout by default.
        pipeline: transforms.
        split: a key of ``<data_root>/splits.json``, or SLidR's 'parametrizing' and 'verifying';
            ``None`` keeps all scenes of the infos.
        scenes: scene names to keep, or a text file with one name per line.
        conditions: of 'day-clear', 'day-rain', 'night'; ``None`` keeps all.
        tokens: keyframes to keep, or a text file with one token per line, as
            ``RecordSelectionHook`` writes it; every one must be there.
        fraction ((0, 1]): share kept after the other filters.
        fraction_rule: 'scene_counter' keeps every k-th scene, k = round(1 / fraction), as SLidR
            does on nuScenes; 'scan_slice' every k-th keyframe, as it does on SemanticKITTI;
            'random' draws keyframes with ``fraction_seed``.
        fraction_seed: seed of the 'random' rule.
        view_mode: 'keyframe' or 'per_view'.
        views: cameras to keep, in this order; ``None`` keeps all of the infos.
        region_folder: region maps for LoadSuperpixels, written by
            ``tools/preprocess/superpixels.py``; relative to ``data_root``.
        label_folder: weak labels for LoadWeakLabels, written by
            ``tools/preprocess/weak_labels.py``; relative to ``data_root``.
        with_sweeps: whether to keep the frames between the keyframes, ``lidar_sweeps`` and
            ``camera_sweeps``, sorted by time, where the infos have them.
        with_instances: whether to keep the boxes, ``instances``, and ``info_idx``, the number of
            the keyframe in the info file.
        metainfo: overrides ``classes`` and ``palette``.
        test_mode: passed to MMEngine.
        serialize_data: passed to MMEngine.
        lazy_init: passed to MMEngine.
        indices: passed to MMEngine: only the first items, or these.

    Raises:
        FileNotFoundError: if the infos, ``splits.json`` or a list do not exist.
        KeyError: if the split is unknown or a camera is not in the infos.
        ValueError: if an option is invalid or a filter leaves nothing.
    """

    METAINFO = dict(classes=CLASSES, palette=PALETTE, things=THINGS)

    def __init__(
        self,
        ann_file: str,
        data_root: str = '',
        data_prefix: Mapping[str, str] | None = None,
        pipeline: Sequence[Mapping[str, Any] | Callable[[dict], dict]] = (),
        split: str | None = None,
        scenes: Sequence[str] | str | None = None,
        conditions: Sequence[str] | None = None,
        tokens: Sequence[str] | str | None = None,
        fraction: float = 1.0,
        fraction_rule: str = 'scene_counter',
        fraction_seed: int = 0,
        view_mode: str = 'keyframe',
        views: Sequence[str] | None = None,
        region_folder: str | None = None,
        label_folder: str | None = None,
        with_sweeps: bool = False,
        with_instances: bool = False,
        metainfo: Mapping[str, Any] | None = None,
        test_mode: bool = False,
        serialize_data: bool = True,
        lazy_init: bool = False,
        indices: int | Sequence[int] | None = None,
    ) -> None:
        if view_mode not in VIEW_MODES:
            raise ValueError(f'view_mode={view_mode!r} is not one of {VIEW_MODES}')
        self.selection = Selection(
            split, scenes, conditions, tokens, fraction, fraction_rule, fraction_seed)
        self.view_mode = view_mode
        self.views = views
        self.region_folder = region_folder
        self.label_folder = label_folder
        self.with_sweeps = with_sweeps
        self.with_instances = with_instances
        # Built by our registry, so that the names resolve without a default scope (notebooks).
        steps = [TRANSFORMS.build(step) if isinstance(step, Mapping) else step
                 for step in pipeline]
        super().__init__(
            ann_file=ann_file, metainfo=metainfo, data_root=data_root,
            data_prefix=dict(NUSCENES_PREFIX if data_prefix is None else data_prefix),
            pipeline=steps, test_mode=test_mode, serialize_data=serialize_data,
            lazy_init=lazy_init, indices=indices)

    def load_data_list(self) -> list[dict[str, Any]]:
        """Read the infos, filter them and join the paths.

        Returns:
            One dict per keyframe, or per view.
        """
        infos = read_infos(self.ann_file, self.data_root)
        items = infos['data_list']
        for key, value in infos['metainfo'].items():
            self._metainfo.setdefault(key, value)
        items = self.selection.apply(items, self.data_root, self.ann_file)
        parsed = [self.parse_data_info(item) for item in items]
        if self.view_mode == 'keyframe':
            return parsed
        return [self._single_view(item, view) for item in parsed for view in item['view_names']]

    def parse_data_info(self, raw_data_info: dict[str, Any]) -> dict[str, Any]:
        """Keep what pairs need of one info and join its paths.

        Args:
            raw_data_info: one item of the infos.

        Returns:
            The item with full paths and ``view_names``.

        Raises:
            KeyError: if a camera of ``views`` is missing.
        """
        info = {key: raw_data_info[key] for key in _KEPT_KEYS if key in raw_data_info}
        info['lidar_points'] = dict(raw_data_info['lidar_points'])
        info['lidar_points']['lidar_path'] = self._join(
            'pts', raw_data_info['lidar_points']['lidar_path'])
        if 'sample_data_token' in info['lidar_points']:
            info['lidar_token'] = info['lidar_points']['sample_data_token']
        for mask in _MASK_KEYS:
            if f'{mask}_path' in raw_data_info:
                info[f'{mask}_path'] = self._join(mask, raw_data_info[f'{mask}_path'])
        images = raw_data_info['images']
        views = list(images) if self.views is None else list(self.views)
        if missing := [view for view in views if view not in images]:
            raise KeyError(
                f'{self.ann_file}: {raw_data_info["token"]} has no camera {missing}; '
                f'it has {list(images)}: correct views=')
        info['images'] = {
            view: self._parse_image(
                view, images[view],
                self._join(view if view in self.data_prefix else 'img', images[view]['img_path']))
            for view in views}
        info['view_names'] = views
        if self.with_sweeps:
            self._keep_sweeps(info, raw_data_info)
        if self.with_instances:
            self._keep_instances(info, raw_data_info)
        return info

    def _parse_image(
        self, view: str, image: Mapping[str, Any], img_path: str,
    ) -> dict[str, Any]:
        """Give one camera frame its full paths.

        Args:
            view: camera name.
            image: its entry in the infos.
            img_path: of the image, joined.
        """
        parsed = {**image, 'img_path': img_path}
        for key, folder in (('region_path', self.region_folder), ('label_path', self.label_folder)):
            if folder is not None:
                parsed[key] = str(region_path(Path(self.data_root, folder), view, image))
        return parsed

    def _keep_sweeps(self, info: dict[str, Any], raw_data_info: Mapping[str, Any]) -> None:
        """Keep the frames between the keyframes; their paths are relative to the data root.

        Args:
            info: parsed item, changed in place.
            raw_data_info: one item of the infos.
        """
        sweeps = [*raw_data_info.get('lidar_sweeps', ()),
                  *raw_data_info.get('next_lidar_sweeps', ())]
        info['lidar_sweeps'] = [
            {**sweep, 'lidar_points': {
                **sweep['lidar_points'],
                'lidar_path': str(Path(self.data_root, sweep['lidar_points']['lidar_path']))}}
            for sweep in sorted(sweeps, key=lambda sweep: sweep['timestamp'])]
        info['camera_sweeps'] = {}
        for view in info['view_names']:
            frames = [*raw_data_info.get('camera_sweeps', {}).get(view, ()),
                      *raw_data_info.get('next_camera_sweeps', {}).get(view, ())]
            info['camera_sweeps'][view] = [
                self._parse_image(view, frame, str(Path(self.data_root, frame['img_path'])))
                for frame in sorted(frames, key=lambda frame: frame['timestamp'])]

    def _keep_instances(self, info: dict[str, Any], raw_data_info: Mapping[str, Any]) -> None:
        """Keep the boxes.

        Args:
            info: parsed item, changed in place.
            raw_data_info: one item of the infos.

        Raises:
            KeyError: if the infos have none.
        """
        if 'instances' not in raw_data_info:
            raise KeyError(
                f"{self.ann_file}: {raw_data_info['token']} has no key 'instances', which "
                'with_instances=True needs; rebuild the infos with tools/create_data.py')
        info['instances'] = raw_data_info['instances']
        info['info_idx'] = raw_data_info['sample_idx']

    def _join(self, kind: str, name: str) -> str:
        """Join a file name with the folder of its kind.

        Args:
            kind: key of ``data_prefix``.
            name: basename in the infos.
        """
        return str(Path(self.data_prefix.get(kind, self.data_root), name))

    @staticmethod
    def _single_view(item: dict[str, Any], view: str) -> dict[str, Any]:
        """Reduce a keyframe to one of its cameras.

        Args:
            item: parsed keyframe.
            view: camera name.
        """
        single = copy.copy(item)
        single['images'] = {view: item['images'][view]}
        single['view_names'] = [view]
        return single
