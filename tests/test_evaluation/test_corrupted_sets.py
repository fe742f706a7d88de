"""Sets that somebody else corrupted, laid out as nuScenes-C."""
from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from mmengine.config import Config

from mmcrossdistill.evaluation.corrupted_sets import read_sets
from mmcrossdistill.registry import DATASETS
from mmcrossdistill.utils.config_check import ConfigError

POINTS, LABELS = 'samples/LIDAR_TOP', 'lidarseg/v1.0-trainval'


@pytest.fixture
def clean(repo_root: Path, minidrive_tiny: Path) -> dict:
    """Two keyframes with their labels."""
    cfg = Config.fromfile(repo_root / 'configs/cd/benchmarks/minidrive_seg3d_lp.py')
    return dict(cfg.test_dataloader.dataset, data_root=str(minidrive_tiny), indices=2,
                pipeline=[dict(type='LoadPoints'), dict(type='LoadPointLabels')])


def write_set(clean: dict, folder: Path) -> None:
    """Keep every third point of each cloud; the first ones carry crosstalk's label."""
    for item in DATASETS.build(dict(clean, pipeline=[])):
        paths = Path(item['lidar_points']['lidar_path']), Path(item['pts_semantic_mask_path'])
        points = np.fromfile(paths[0], dtype=np.float32).reshape(-1, 5)[::3]
        labels = np.fromfile(paths[1], dtype=np.uint8)[::3]
        labels[:7] = 43
        for array, path, kind in zip((points, labels), paths, (POINTS, LABELS), strict=True):
            (folder / kind).mkdir(parents=True, exist_ok=True)
            array.tofile(folder / kind / path.name)


def test_clouds_and_labels_come_from_the_set(clean: dict, tmp_path: Path) -> None:
    write_set(clean, tmp_path / 'crosstalk/heavy')
    write_set(clean, tmp_path / 'beam_missing/light')
    datasets = read_sets(clean, tmp_path)
    assert [cell.name for cell in datasets] == ['clean', 'beam_missing/1', 'crosstalk/3']
    whole, _, corrupted = map(DATASETS.build, datasets.values())
    assert len(whole) == len(corrupted) == 2
    for before, after in zip(whole, corrupted, strict=True):
        assert str(tmp_path) in after['lidar_points']['lidar_path']
        np.testing.assert_array_equal(after['points'], before['points'][::3])
        assert (after['point_labels'][:7] == 255).all()
        np.testing.assert_array_equal(after['point_labels'][7:], before['point_labels'][::3][7:])
        assert (after['point_labels'][7:] != 255).any()


def test_what_is_no_set_is_refused(clean: dict, tmp_path: Path) -> None:
    for folder in (tmp_path / 'absent', tmp_path):
        with pytest.raises(ConfigError, match='has no folder <corruption>/<light'):
            read_sets(clean, folder)
    (tmp_path / 'fog/light').mkdir(parents=True)
    kitti = dict(type='LoadPointLabels', label_format='semantickitti')
    with pytest.raises(ConfigError, match='labels of nuScenes'):
        read_sets(dict(clean, pipeline=[kitti]), tmp_path)
