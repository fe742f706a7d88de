"""A tiny data set on disk, and a sample in memory."""
from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from mmcrossdistill.preprocessing.info_file import write_infos

CAMERAS = ('CAM_FRONT', 'CAM_BACK')
CAM2IMG = np.array([[60.0, 0, 48], [0, 60, 30], [0, 0, 1]])
# x forward, y left, z up -> x right, y down, z forward; the second camera looks back.
FRONT = np.array([[0, -1, 0, 0.0], [0, 0, -1, 0], [1, 0, 0, 0], [0, 0, 0, 1]])
BACK = np.array([[0, 1, 0, 0.0], [0, 0, -1, 0], [-1, 0, 0, 0], [0, 0, 0, 1]])
SCENES = (('scene-a', 'day-clear'), ('scene-b', 'day-rain'), ('scene-c', 'night'),
          ('scene-d', 'day-clear'))


def make_cloud(count: int = 400, seed: int = 0) -> np.ndarray:
    """A random cloud of (N, 4) float32 around the sensor."""
    generator = np.random.default_rng(seed)
    low, high = (-30, -30, -3, 0), (30, 30, 3, 100)
    return generator.uniform(low, high, (count, 4)).astype(np.float32)


@pytest.fixture(scope='session')
def tiny_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four scenes of two keyframes with two cameras, infos and splits."""
    root = tmp_path_factory.mktemp('tiny_data')
    for folder in ('pts', 'img', 'seg'):
        (root / folder).mkdir()
    items = []
    for scene, condition in SCENES:
        for frame in range(2):
            name = f'{scene}_{frame}'
            cloud = make_cloud(seed=len(items))
            five = np.concatenate([cloud, np.zeros((len(cloud), 1), np.float32)], axis=1)
            five.tofile(root / 'pts' / f'{name}.bin')
            (np.arange(len(cloud)) % 32).astype(np.uint8).tofile(root / 'seg' / f'{name}.bin')
            images = {}
            for camera, lidar2cam in zip(CAMERAS, (FRONT, BACK), strict=True):
                picture = np.random.default_rng(len(items)).integers(
                    0, 256, (60, 96, 3), dtype=np.uint8)
                cv2.imwrite(str(root / 'img' / f'{name}_{camera}.png'), picture)
                images[camera] = dict(
                    img_path=f'{name}_{camera}.png', cam2img=CAM2IMG.tolist(),
                    sample_data_token=f'{name}_{camera}',
                    lidar2cam=lidar2cam.tolist(), height=60, width=96)
            items.append(dict(
                token=name, sample_idx=len(items), condition=condition, scene_name=scene,
                scene_token=scene, timestamp=0.0, ego2global=np.eye(4).tolist(),
                lidar_points=dict(num_pts_feats=5, lidar_path=f'{name}.bin'), images=images,
                pts_semantic_mask_path=f'{name}.bin', instances=[], lidar_sweeps=[]))
    write_infos(root / 'nuscenes_infos_train.pkl', 'nuscenes', 'v1.0-trainval', items)
    (root / 'splits.json').write_text(json.dumps(dict(probe=['scene-b', 'scene-c'], void=[])))
    return root


@pytest.fixture
def make_dataset(tiny_root: Path) -> Callable[..., Any]:
    """Build the dataset on the tiny data."""
    from mmcrossdistill.datasets import PairedImageLidarDataset

    def build(**kwargs: Any) -> PairedImageLidarDataset:
        options = dict(
            ann_file='nuscenes_infos_train.pkl', data_root=str(tiny_root),
            data_prefix=dict(pts='pts', img='img', pts_semantic_mask='seg'))
        return PairedImageLidarDataset(**{**options, **kwargs})

    return build


@pytest.fixture
def sample() -> dict[str, Any]:
    """A data dict after SelectViews and LoadImages, with labels that equal the row."""
    points = make_cloud(600)
    generator = np.random.default_rng(1)
    return dict(
        points=points, point_labels=np.arange(len(points)),
        view_names=list(CAMERAS), view_cam2img=np.stack([CAM2IMG, CAM2IMG]),
        view_lidar2cam=np.stack([FRONT, BACK]), token='sample',
        imgs=[generator.integers(0, 256, (60, 96, 3), dtype=np.uint8) for _ in CAMERAS])
