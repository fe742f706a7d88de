"""nuScenes tables with made-up contents, complete enough for the devkit."""
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

CHANNELS = ('LIDAR_TOP', 'CAM_FRONT', 'CAM_FRONT_RIGHT', 'CAM_FRONT_LEFT', 'CAM_BACK',
            'CAM_BACK_LEFT', 'CAM_BACK_RIGHT')
# An official train scene and two official val scenes.
SCENES = (('scene-0061', 'Parked truck, construction'), ('scene-0103', 'Night, after rain, peds'),
          ('scene-0555', 'Rain, cones'))
FRAMES = 3
START_US = 1_533_000_000_000_000


def random_rotation(generator: np.random.Generator, tilt: float) -> list[float]:
    """A unit quaternion that turns freely about z and a little about x and y."""
    values = np.array([generator.normal(), tilt * generator.normal(), tilt * generator.normal(),
                       generator.normal()])
    return (values / np.linalg.norm(values)).tolist()


def link(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Chain rows by their keys prev and next."""
    for before, after in zip(rows, rows[1:], strict=False):
        before['next'], after['prev'] = after['token'], before['token']
    return rows


def build_tables(generator: np.random.Generator) -> dict[str, list[dict[str, Any]]]:
    """Make all tables of the version v1.0-trainval."""
    tables: dict[str, list[dict[str, Any]]] = dict(
        category=[dict(token='cat-car', name='vehicle.car', description='', index=17),
                  dict(token='cat-dog', name='animal', description='', index=1)],
        attribute=[], visibility=[], scene=[], sample=[], sample_data=[], ego_pose=[],
        instance=[], sample_annotation=[], lidarseg=[], map=[dict(
            token='map', log_tokens=['log'], category='semantic_prior', filename='none.png')],
        log=[dict(
            token='log', logfile='n', vehicle='n', date_captured='2026-01-01', location='here')])
    tables['sensor'] = [dict(
        token=f'sensor-{name}', channel=name,
        modality='lidar' if name == 'LIDAR_TOP' else 'camera') for name in (*CHANNELS, 'RADAR')]
    tables['calibrated_sensor'] = [dict(
        token=f'calib-{row["channel"]}', sensor_token=row['token'],
        translation=generator.normal(size=3).tolist(), rotation=random_rotation(generator, 1.0),
        camera_intrinsic=[] if 'CAM' not in row['channel'] else [
            [1200.0, 0, 800], [0, 1200, 450], [0, 0, 1]]) for row in tables['sensor']]
    for scene, description in SCENES:
        samples = link([dict(
            token=f'{scene}-{frame}', scene_token=scene, timestamp=START_US + frame * 500_000,
            prev='', next='') for frame in range(FRAMES)])
        tables['sample'] += samples
        tables['scene'].append(dict(
            token=scene, name=scene, description=description, log_token='log',
            nbr_samples=FRAMES, first_sample_token=samples[0]['token'],
            last_sample_token=samples[-1]['token']))
        for channel in (*CHANNELS, 'RADAR'):
            files = []
            # A sweep half way between the keyframes.
            for step in range(2 * FRAMES - 1):
                token = f'{scene}-{channel}-{step}'
                key = step % 2 == 0
                kind = 'samples' if key else 'sweeps'
                files.append(dict(
                    token=token, sample_token=samples[(step + 1) // 2]['token'],
                    ego_pose_token=f'pose-{token}', calibrated_sensor_token=f'calib-{channel}',
                    timestamp=START_US + step * 250_000 - CHANNELS.index(channel) * 1000
                    if channel != 'RADAR' else START_US, is_key_frame=key,
                    fileformat='bin', filename=f'{kind}/{channel}/{token}.bin',
                    height=900, width=1600, prev='', next=''))
                tables['ego_pose'].append(dict(
                    token=f'pose-{token}', timestamp=files[-1]['timestamp'],
                    translation=(1000 + generator.normal(size=3)).tolist(),
                    rotation=random_rotation(generator, 0.05)))
            tables['sample_data'] += link(files)
        for thing, category in ((f'{scene}-car', 'cat-car'), (f'{scene}-dog', 'cat-dog')):
            # The dog is seen once, so it has no velocity.
            seen = samples if category == 'cat-car' else samples[1:2]
            rows = link([dict(
                token=f'{thing}-{number}', sample_token=sample['token'], instance_token=thing,
                visibility_token='4', attribute_tokens=[], prev='', next='',
                translation=(1000 + 5 * generator.normal(size=3)).tolist(), size=[2.0, 4.5, 1.5],
                rotation=random_rotation(generator, 0.0), num_lidar_pts=number, num_radar_pts=0,
            ) for number, sample in enumerate(seen)])
            tables['sample_annotation'] += rows
            tables['instance'].append(dict(
                token=thing, category_token=category, nbr_annotations=len(rows),
                first_annotation_token=rows[0]['token'], last_annotation_token=rows[-1]['token']))
    tables['lidarseg'] = [dict(
        token=row['token'], sample_data_token=row['token'],
        filename=f'lidarseg/v1.0-trainval/{row["token"]}_lidarseg.bin')
        for row in tables['sample_data'] if row['is_key_frame'] and 'LIDAR' in row['token']]
    return tables


def write_tables(root: Path, tables: dict[str, list[dict[str, Any]]]) -> None:
    """Write the json files."""
    folder = root / 'v1.0-trainval'
    folder.mkdir(parents=True)
    for name, rows in tables.items():
        (folder / f'{name}.json').write_text(json.dumps(rows))


@pytest.fixture
def tables() -> dict[str, list[dict[str, Any]]]:
    """Tables that a test may change before writing them."""
    return build_tables(np.random.default_rng(0))


@pytest.fixture
def nuscenes_root(tmp_path: Path, tables: dict[str, list[dict[str, Any]]]) -> Path:
    """A root with these tables."""
    write_tables(tmp_path / 'nuscenes', tables)
    return tmp_path / 'nuscenes'
