"""Info files of nuScenes, v1.0-mini, and MiniDrive, which is written in the same format."""
from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from mmcrossdistill.datasets.paired_image_lidar_dataset import CAMERAS
from mmcrossdistill.utils.optional import require

from .conditions import condition_of, count_conditions, warn_if_unofficial
from .info_file import write_infos
from .nuscenes_instances import build_instances
from .nuscenes_tables import NuscenesTables, SampleData, find_version, read_tables
from .rigid import check_intrinsics, check_quaternion, invert_rigid, rigid_from_quaternion

# Official scene lists of each version, by the name that the info file gets.
_SPLITS = {
    'v1.0-trainval': {'train': 'train', 'val': 'val'},
    'v1.0-mini': {'train': 'mini_train', 'val': 'mini_val'},
    'v1.0-test': {'test': 'test'}}


class NuscenesInfoBuilder:
    """Builds the items of the info files.

    Args:
        tables: of the data set.
        exclude: phrases of scene descriptions that do not count, see :func:`condition_of`.
        lidar_sweeps: most earlier LiDAR sweeps per keyframe.
        camera_sweeps: most earlier frames per camera and keyframe.
        next_lidar_sweeps: most later LiDAR sweeps per keyframe.
        next_camera_sweeps: most later frames per camera and keyframe.

    Raises:
        ValueError: if a calibration is no rotation or no intrinsics.
    """

    def __init__(
        self, tables: NuscenesTables, exclude: Sequence[str] = (), lidar_sweeps: int = 10,
        camera_sweeps: int = 0, next_lidar_sweeps: int = 5, next_camera_sweeps: int = 0,
    ) -> None:
        self.tables = tables
        self.exclude = exclude
        self.lidar_sweeps = lidar_sweeps
        self.camera_sweeps = camera_sweeps
        self.next_lidar_sweeps = next_lidar_sweeps
        self.next_camera_sweeps = next_camera_sweeps
        self.previous = {token: row.prev for token, row in tables.sample_data.items()}
        self.following = {row.prev: token for token, row in tables.sample_data.items() if row.prev}
        self.times = {row['token']: row['timestamp'] / 1e6
                      for rows in tables.samples.values() for row in rows}
        self.ignored_categories: set[str] = set()
        self.sensor2ego = {}
        self.cam2img = {}
        for token, row in tables.calibrations.items():
            where = f'{tables.folder / "calibrated_sensor.json"}: token {token}'
            check_quaternion(row['rotation'], f'{where}, key rotation')
            self.sensor2ego[token] = rigid_from_quaternion(row['rotation'], row['translation'])
            if row['channel'].startswith('CAM_'):
                intrinsics = check_intrinsics(
                    row['camera_intrinsic'], f'{where}, key camera_intrinsic')
                self.cam2img[token] = intrinsics.tolist()

    def build_scene(self, scene: dict[str, Any], first_index: int) -> list[dict[str, Any]]:
        """Build the items of one scene.

        Args:
            scene: row of the table.
            first_index: ``sample_idx`` of its first keyframe.
        """
        extra = dict(
            condition=condition_of(scene['description'], self.exclude),
            scene_token=scene['token'], scene_name=scene['name'])
        return [
            {**self._build_sample(sample), **extra, 'sample_idx': first_index + offset}
            for offset, sample in enumerate(self.tables.samples[scene['token']])]

    def _build_sample(self, sample: dict[str, Any]) -> dict[str, Any]:
        """Build one item, without what its scene adds.

        Args:
            sample: row of the table.
        """
        lidar = self._keyframe(sample['token'], 'LIDAR_TOP')
        ego2global = self._ego2global(lidar)
        lidar2ego = self.sensor2ego[lidar.calibrated_sensor_token]
        lidar2global = ego2global @ lidar2ego
        instances, ignored = build_instances(
            self.tables, sample['token'], invert_rigid(lidar2global), self.times)
        self.ignored_categories |= ignored
        images, camera_sweeps, next_camera_sweeps = {}, {}, {}
        for camera in CAMERAS:
            frame = self._keyframe(sample['token'], camera)
            images[camera] = self._build_image(frame, lidar2global)
            camera_sweeps[camera], next_camera_sweeps[camera] = (
                [{**self._build_image(sweep, lidar2global), 'img_path': sweep.filename}
                 for sweep in self._follow(frame, links, count)]
                for links, count in ((self.previous, self.camera_sweeps),
                                     (self.following, self.next_camera_sweeps)))
        item = dict(
            token=sample['token'], timestamp=sample['timestamp'] / 1e6,
            ego2global=ego2global.tolist(),
            lidar_points=dict(
                num_pts_feats=5, lidar_path=PurePosixPath(lidar.filename).name,
                lidar2ego=lidar2ego.tolist(), sample_data_token=lidar.token),
            lidar_sweeps=[self._build_lidar_sweep(sweep, lidar2global)
                          for sweep in self._follow(lidar, self.previous, self.lidar_sweeps)],
            next_lidar_sweeps=[
                self._build_lidar_sweep(sweep, lidar2global)
                for sweep in self._follow(lidar, self.following, self.next_lidar_sweeps)],
            images=images, instances=instances, camera_sweeps=camera_sweeps,
            next_camera_sweeps=next_camera_sweeps)
        for key, masks in (('pts_semantic_mask_path', self.tables.lidarseg),
                           ('pts_panoptic_mask_path', self.tables.panoptic)):
            if lidar.token in masks:
                item[key] = masks[lidar.token]
        return item

    def _build_image(self, frame: SampleData, lidar2global: np.ndarray) -> dict[str, Any]:
        """Build the entry of one camera frame.

        Args:
            frame: its file.
            lidar2global ((4, 4) float): at LiDAR time; the ego motion until the camera's time
                enters ``lidar2cam``.
        """
        cam2ego = self.sensor2ego[frame.calibrated_sensor_token]
        lidar2cam = invert_rigid(self._ego2global(frame) @ cam2ego) @ lidar2global
        return dict(
            img_path=PurePosixPath(frame.filename).name,
            cam2img=self.cam2img[frame.calibrated_sensor_token], cam2ego=cam2ego.tolist(),
            lidar2cam=lidar2cam.tolist(), timestamp=frame.timestamp / 1e6,
            sample_data_token=frame.token, height=frame.height, width=frame.width)

    def _build_lidar_sweep(self, sweep: SampleData, lidar2global: np.ndarray) -> dict[str, Any]:
        """Build mmdet3d's entry of one sweep.

        Args:
            sweep: its file.
            lidar2global ((4, 4) float): of the keyframe.
        """
        sensor2ego = self.sensor2ego[sweep.calibrated_sensor_token]
        ego2global = self._ego2global(sweep)
        return dict(
            timestamp=sweep.timestamp / 1e6, ego2global=ego2global.tolist(),
            sample_data_token=sweep.token,
            lidar_points=dict(
                lidar_path=sweep.filename, lidar2ego=sensor2ego.tolist(),
                lidar2sensor=(invert_rigid(ego2global @ sensor2ego) @ lidar2global).tolist()))

    def _keyframe(self, sample_token: str, channel: str) -> SampleData:
        """Look up the keyframe file of a sensor.

        Args:
            sample_token: keyframe.
            channel: sensor.

        Raises:
            KeyError: if there is none.
        """
        key = (sample_token, channel)
        if key not in self.tables.keyframes:
            raise KeyError(
                f'{self.tables.folder / "sample_data.json"}: sample {sample_token} has no '
                f'{channel} keyframe; extract the metadata archive again')
        return self.tables.sample_data[self.tables.keyframes[key]]

    def _ego2global(self, row: SampleData) -> np.ndarray:
        """Make the ego pose at the time of a file.

        Args:
            row: the file.

        Raises:
            KeyError: if the pose is missing.
        """
        if row.ego_pose_token not in self.tables.ego_poses:
            raise KeyError(
                f'{self.tables.folder / "ego_pose.json"} has no token {row.ego_pose_token}, named '
                f'by sample_data {row.token}; extract the metadata archive again')
        return rigid_from_quaternion(*self.tables.ego_poses[row.ego_pose_token])

    def _follow(self, row: SampleData, links: dict[str, str], count: int) -> list[SampleData]:
        """Follow a sensor through time.

        Args:
            row: file to start from, not included.
            links: token of the file before, or after, each.
            count: most files.
        """
        found: list[SampleData] = []
        while len(found) < count and links.get(row.token):
            row = self.tables.sample_data[links[row.token]]
            found.append(row)
        return found


def official_scenes(version: str) -> dict[str, frozenset[str]]:
    """List the scene names of the official splits.

    Args:
        version: folder of the tables.

    Returns:
        Scene names of 'train' and 'val', or of 'test'.
    """
    splits = require('nuscenes.utils.splits', extra='det3d').create_splits_scenes()
    return {name: frozenset(splits[official]) for name, official in _SPLITS[version].items()}


def build_infos(
    root: Path, out: Path, version: str | None = None, exclude: Sequence[str] = (),
    lidar_sweeps: int = 10, camera_sweeps: int = 0, next_lidar_sweeps: int = 5,
    next_camera_sweeps: int = 0,
) -> dict[str, Path]:
    """Write ``nuscenes_infos_<split>.pkl`` of every official split that has scenes.

    Args:
        root: of the data set.
        out: folder of the info files.
        version: folder of the tables; ``None`` takes the only one.
        exclude: phrases of scene descriptions that do not count.
        lidar_sweeps: most earlier LiDAR sweeps per keyframe.
        camera_sweeps: most earlier frames per camera and keyframe.
        next_lidar_sweeps: most later LiDAR sweeps per keyframe.
        next_camera_sweeps: most later frames per camera and keyframe.

    Returns:
        The file of each split.

    Raises:
        ValueError: if no scene belongs to an official split.
    """
    from mmengine.utils import track_iter_progress

    version = find_version(root, version)
    tables = read_tables(root, version)
    builder = NuscenesInfoBuilder(
        tables, exclude, lidar_sweeps, camera_sweeps, next_lidar_sweeps, next_camera_sweeps)
    written = {}
    for split, names in official_scenes(version).items():
        scenes = [scene for scene in tables.scenes if scene['name'] in names]
        if not scenes:
            continue
        print(f'{split}: {len(scenes)} scenes')
        data_list: list[dict[str, Any]] = []
        for scene in track_iter_progress(scenes):
            data_list += builder.build_scene(scene, len(data_list))
        path = out / f'nuscenes_infos_{split}.pkl'
        write_infos(path, 'nuscenes', version, data_list, sorted(builder.ignored_categories))
        counts = count_conditions(condition_of(scene['description'], exclude) for scene in scenes)
        warn_if_unofficial(split, counts)
        keyframes = count_conditions(item['condition'] for item in data_list)
        print(f'\n{path}: {len(data_list)} keyframes\n  scenes: {_summary(counts)}'
              f'\n  keyframes: {_summary(keyframes)}')
        written[split] = path
    if not written:
        raise ValueError(
            f'{tables.folder / "scene.json"}: none of its {len(tables.scenes)} scenes belongs to '
            f'an official split of {version}; the name must be of the official list')
    return written


def _summary(counts: dict[str, int]) -> str:
    """Print counts on one line.

    Args:
        counts: per condition.
    """
    return ', '.join(f'{name} {count}' for name, count in counts.items())


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``create_data.py nuscenes``.

    Args:
        parser: of the subcommand.
    """
    parser.add_argument('--root', type=Path, required=True,
                        help='folder with samples/ and the tables, e.g. data/nuscenes')
    parser.add_argument('--out', type=Path, help='folder of the info files (default: the root)')
    parser.add_argument('--version', help='folder of the tables (default: the only one there is)')
    parser.add_argument('--exclude', nargs='*', default=(), metavar='PHRASE',
                        help="phrases of scene descriptions that do not count, e.g. 'after rain'")
    parser.add_argument('--lidar-sweeps', type=int, default=10,
                        help='earlier LiDAR sweeps per keyframe')
    parser.add_argument('--camera-sweeps', type=int, default=0,
                        help='earlier frames per camera and keyframe')
    parser.add_argument('--next-lidar-sweeps', type=int, default=5,
                        help='later LiDAR sweeps per keyframe')
    parser.add_argument('--next-camera-sweeps', type=int, default=0,
                        help='later frames per camera and keyframe')


def run(args: argparse.Namespace) -> int:
    """Run ``create_data.py nuscenes``.

    Args:
        args: parsed options.

    Returns:
        0, the exit code.
    """
    build_infos(args.root, args.out or args.root, args.version, args.exclude, args.lidar_sweeps,
                args.camera_sweeps, args.next_lidar_sweeps, args.next_camera_sweeps)
    return 0
