"""Clouds between the keyframes, paired with the images of the keyframe."""
from __future__ import annotations

from typing import Any

import numpy as np
from mmcv.transforms import BaseTransform

from mmcrossdistill.preprocessing.ppm.records import list_records, read_record, record_path
from mmcrossdistill.preprocessing.rigid import invert_rigid
from mmcrossdistill.registry import TRANSFORMS

from .loading import read_points

ALIGNMENTS = ('ppm', 'ego', 'nearest')
_CLOCK = 1e-3  # seconds; times of sweeps are not exact multiples


@TRANSFORMS.register_module()
class LoadInterFrameCloud(BaseTransform):
    """Draw one LiDAR sweep around the keyframe, and say where its points are in the images.

    Needs ``lidar_sweeps`` (``with_sweeps=True`` of the dataset), ``points`` as loaded, and the
    matrices of SelectViews; must come before LoadImages. Adds ``inter_frame`` with the cloud in its
    own frame (``points``), where its points are at the time and in the frame of the images
    (``aligned_xyz``; NaN where that is not known, so that such points get no pair), and the rows
    of the views it is paired with (``view_rows``). ForEachCloud makes pairs of it. A keyframe
    without a sweep near enough in time keeps its own cloud alone.
    Source: Simple Remedies, section 3.2 and Table 2. Which sweep is drawn, and how far from the
    keyframe it may be, is ours: the paper's supplement is not public.

    Args:
        alignment: 'ppm': the ego motion, and the motion of every moving cluster (the paper's way);
            'ego': the ego motion alone; 'nearest': the ego motion, but paired with the camera
            frames nearest in time to the sweep instead of the keyframe's (the baseline of Table
            2).
        record_folder: written by ``tools/preprocess/ppm.py``; for 'ppm'.
        max_gap: between the keyframe and the sweep, seconds.

    Raises:
        ValueError: if the alignment is unknown, or 'ppm' has no folder.
    """

    def __init__(self, alignment: str = 'ppm', record_folder: str | None = None,
                 max_gap: float = 0.25) -> None:
        if alignment not in ALIGNMENTS:
            raise ValueError(f'alignment={alignment!r} is not one of {ALIGNMENTS}')
        if (alignment == 'ppm') != (record_folder is not None):
            raise ValueError(
                f'alignment={alignment!r} with record_folder={record_folder!r}: the folder that '
                "tools/preprocess/ppm.py wrote belongs to alignment='ppm', and only to it")
        self.alignment = alignment
        self.record_folder = record_folder
        self.max_gap = max_gap

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Draw the sweep of one sample.

        Args:
            results: data dict.

        Raises:
            KeyError: if the sample has no sweeps.
            ValueError: if it comes too late in the pipeline.
        """
        if 'lidar_sweeps' not in results:
            raise KeyError(
                'LoadInterFrameCloud needs lidar_sweeps: set with_sweeps=True in the dataset')
        if 'lidar_aug' in results or 'imgs' in results or 'view_names' not in results:
            raise ValueError(
                'LoadInterFrameCloud belongs after SelectViews, before LoadImages and before every '
                'augmentation of points')
        sweeps = [sweep for sweep in results['lidar_sweeps']
                  if abs(sweep['timestamp'] - results['timestamp']) <= self.max_gap + _CLOCK]
        path = None
        if self.alignment == 'ppm':
            path = record_path(self.record_folder, results['token'])
            known = set(list_records(path))
            sweeps = [sweep for sweep in sweeps if sweep['sample_data_token'] in known]
        if not sweeps:
            return results
        sweep = sweeps[np.random.randint(len(sweeps))]
        points = read_points(
            sweep['lidar_points']['lidar_path'], results['lidar_points']['num_pts_feats'])
        to_key = invert_rigid(np.asarray(sweep['lidar_points']['lidar2sensor']))
        aligned = points[:, :3] @ to_key[:3, :3].T + to_key[:3, 3]
        rows = np.arange(len(results['view_names']))
        if path is not None:
            aligned = read_record(path, sweep['sample_data_token']).apply(aligned)
        elif self.alignment == 'nearest':
            rows = self._add_nearest_frames(results, sweep['timestamp'])
        results['inter_frame'] = dict(
            points=points, aligned_xyz=aligned.astype(np.float32), view_rows=rows,
            sample_data_token=sweep['sample_data_token'])
        return results

    @staticmethod
    def _add_nearest_frames(results: dict[str, Any], time: float) -> np.ndarray:
        """Add, per view, the camera frame nearest in time as a view of its own.

        Args:
            results: data dict, changed in place: views, their matrices and ``images`` grow.
            time: of the sweep, seconds.

        Returns:
            (V,) int64: row of each view's nearest frame; that of the keyframe if it is nearest.

        Raises:
            KeyError: if the infos have no camera frames between the keyframes.
        """
        names = list(results['view_names'])
        if not any(results['camera_sweeps'].get(name) for name in names):
            raise KeyError(
                f"sample {results['token']} has no camera_sweeps, which alignment='nearest' needs; "
                'rebuild the infos with tools/create_data.py nuscenes --camera-sweeps 6 '
                '--next-camera-sweeps 3')
        results['images'] = dict(results['images'])
        rows, cam2img, lidar2cam = [], [], []
        for row, name in enumerate(names):
            frames = [results['images'][name], *results['camera_sweeps'].get(name, ())]
            gaps = [abs(frame['timestamp'] - time) for frame in frames]
            frame = frames[int(np.argmin(gaps))]
            if frame is frames[0]:
                rows.append(row)
                continue
            extra = f"{name}@{frame['sample_data_token']}"
            results['images'][extra] = frame
            rows.append(len(names) + len(cam2img))
            results['view_names'] = [*results['view_names'], extra]
            cam2img.append(np.asarray(frame['cam2img'], dtype=np.float64)[:3, :3])
            lidar2cam.append(np.asarray(frame['lidar2cam'], dtype=np.float64))
        for key, added in (('view_cam2img', cam2img), ('view_lidar2cam', lidar2cam)):
            results[key] = np.concatenate([results[key], np.reshape(
                added, (-1, *results[key].shape[1:]))])
        results['key_view_rows'] = np.arange(len(names))
        return np.array(rows)
