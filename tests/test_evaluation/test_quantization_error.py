"""Theory for uniform points, and distances written by hand."""
from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch

from mmcrossdistill.evaluation.quantization_error import (
    CUBE_CORNER,
    drop_near,
    measure_distances,
    read_coords,
    summarise,
)
from mmcrossdistill.models.data_preprocessors import Voxelizer


@pytest.mark.parametrize(('size', 'corner'), [(0.1, 96.06), (0.05, 48.03)])
def test_uniform_points_meet_the_theory(size: float, corner: float) -> None:
    coords = (torch.rand(60_000, 3) - 0.5) * torch.tensor([100.0, 100.0, 6.0])
    summary = summarise(measure_distances(coords, Voxelizer(size)))
    assert summary['corner_mm'] == pytest.approx(corner, rel=0.008)
    assert summary['center_mm'] == pytest.approx(corner / 2, rel=0.008)
    assert summary['num_points'] == 60_000
    for entry in summary['by_range']:
        if entry['num_points'] > 4000:
            assert entry['corner_mm'] == pytest.approx(corner, rel=0.02)
    assert sum(entry['num_points'] for entry in summary['by_range']) == 60_000


def test_the_constant_is_the_mean_distance_in_the_unit_cube() -> None:
    axis = (torch.arange(100, dtype=torch.float64) + 0.5) / 100
    square = axis ** 2
    distances = (square.view(-1, 1, 1) + square.view(1, -1, 1) + square).sqrt()
    assert float(distances.mean()) == pytest.approx(CUBE_CORNER, abs=1e-5)


def test_points_and_voxels_weigh_differently() -> None:
    coords = torch.tensor([[0.03, 0.04, 0.0], [0.0, 0.0, 0.0], [5.0, 0.08, 0.06]])
    summary = summarise(measure_distances(coords, Voxelizer(0.1)))
    assert summary['num_voxels'] == 2
    assert summary['corner_mm'] == pytest.approx((50 + 0 + 100) / 3, abs=0.01)
    assert summary['per_voxel']['corner_mm'] == pytest.approx((25 + 100) / 2, abs=0.01)
    centre = [math.dist((30, 40, 0), (50, 50, 50)), math.dist((0, 0, 0), (50, 50, 50)),
              math.dist((0, 80, 60), (50, 50, 50))]
    assert summary['center_mm'] == pytest.approx(sum(centre) / 3, abs=0.01)
    assert [entry['num_points'] for entry in summary['by_range']] == [3]


def test_cylindrical_errors_are_measured_in_metres() -> None:
    x, y, z = 30.02, 0.3, -1.97
    summary = summarise(measure_distances(torch.tensor([[x, y, z]]), Voxelizer(0.1, 'cylindrical')))
    assert summary['corner_mm'] == pytest.approx(
        1000 * math.dist((x, y, z), (30.0, 0.0, -2.0)), abs=0.1)
    middle = (30.05 * math.cos(math.radians(0.5)), 30.05 * math.sin(math.radians(0.5)), -1.95)
    assert summary['center_mm'] == pytest.approx(1000 * math.dist((x, y, z), middle), abs=0.1)
    assert summary['by_range'][0]['from_m'] == 30


def test_near_points_are_left_out_where_there_are_others() -> None:
    coords = torch.tensor([[1.0, 0, 0], [4.0, 0, 0]])
    assert drop_near(coords, None)[0].tolist() == [[4.0, 0, 0]]
    assert drop_near(coords[:1], None)[0].tolist() == [[1.0, 0, 0]]
    assert len(drop_near(coords, 0.5)[0]) == 2 and len(drop_near(coords, 9)[0]) == 0


def test_files(tmp_path: Path) -> None:
    points = np.arange(20, dtype=np.float32)
    for name, columns in (('a.pcd.bin', 5), ('a.bin', 4)):
        points.tofile(tmp_path / name)
        expected = points.reshape(-1, columns)[:, :3]
        assert np.array_equal(read_coords(tmp_path / name), expected)
    np.save(tmp_path / 'a.npy', points.reshape(-1, 4))
    assert read_coords(tmp_path / 'a.npy').shape == (5, 3)
    np.save(tmp_path / 'bad.npy', points)
    with pytest.raises(ValueError, match='bad.npy has shape'):
        read_coords(tmp_path / 'bad.npy')
    with pytest.raises(ValueError, match='multiple of'):
        read_coords(tmp_path / 'a.bin', 3)
    with pytest.raises(FileNotFoundError, match='none.npy'):
        read_coords(tmp_path / 'none.npy')


def test_real_scans(real_data: Path) -> None:
    path = next((real_data / 'nuscenes').glob('scene-0061*/*LIDAR_TOP*.bin'))
    coords, _ = drop_near(read_coords(path), None)
    cube, cylinder = (summarise(measure_distances(coords, Voxelizer(0.1, kind)))['corner_mm']
                      for kind in ('cartesian', 'cylindrical'))
    assert cube == pytest.approx(96.06, abs=1.0) and 130 < cylinder < 190
