"""Voxels against a dictionary of points written by hand."""
from __future__ import annotations

import math
from collections import defaultdict

import pytest
import torch

from mmcrossdistill.models.data_preprocessors import DistillDataPreprocessor, Voxelizer
from mmcrossdistill.structures import PointBatch, VoxelBatch
from mmcrossdistill.testing.tiny import random_batch


def random_points(sizes: tuple[int, ...] = (300, 0, 200), reach: float = 2.0) -> PointBatch:
    coords = (torch.rand(sum(sizes), 3) - 0.5) * 2 * reach
    feats = torch.cat(
        [torch.rand(len(coords), 1), coords, coords.norm(dim=1, keepdim=True)], dim=1)
    batch_idx = torch.repeat_interleave(torch.arange(len(sizes)), torch.tensor(sizes))
    return PointBatch(coords, feats, batch_idx, None, len(sizes))


def by_hand(points: PointBatch, voxelizer: Voxelizer) -> dict[tuple[int, ...], list[int]]:
    """Rows of the points of each voxel."""
    grid, rows = voxelizer.grid, defaultdict(list)
    for row, (place, index) in enumerate(
            zip(points.coords.tolist(), points.batch_idx.tolist(), strict=True)):
        x, y, z = place
        if grid.coords == 'cylindrical':
            place = [math.hypot(x, y), math.degrees(math.atan2(y, x)), z]
        origin = grid.origin
        if origin == 'minimum':
            origin = points.coords[points.batch_idx == index].amin(0).tolist()
        scaled = [(p - o) / s for p, o, s in zip(place, origin, grid.voxel_size, strict=True)]
        step = math.floor if grid.rounding == 'floor' else round
        rows[(index, *map(step, scaled))].append(row)
    return rows


@pytest.mark.parametrize('setting', [
    dict(voxel_size=0.5),
    dict(voxel_size=(0.5, 0.4, 1.0), rounding='round', origin=(0.2, -0.1, 0.05)),
    dict(voxel_size=0.5, origin='minimum', rounding='round'),
    dict(voxel_size=0.5, coords='cylindrical'),
    dict(voxel_size=(0.5, 30.0, 0.3), coords='cylindrical', features=('x', 'y', 'z', 'intensity'),
         reduce='mean'),
])
def test_equals_a_dictionary(setting: dict) -> None:
    points, voxelizer = random_points(), Voxelizer(**setting)
    voxels, expected = voxelizer(points), by_hand(points, voxelizer)
    assert [tuple(row) for row in voxels.coords.tolist()] == sorted(expected)
    columns = {'intensity': 0, 'x': 1, 'y': 2, 'z': 3, 'range': 4}
    columns = [columns[name] for name in voxelizer.grid.features]
    for row, key in enumerate(sorted(expected)):
        members = expected[key]
        assert voxels.inverse[members].unique().tolist() == [row]
        assert voxels.point_row[row] == members[0]
        values = points.feats[members][:, columns]
        wanted = values.mean(0) if voxelizer.grid.reduce == 'mean' else values[0]
        torch.testing.assert_close(voxels.feats[row], wanted)
    assert voxels.batch_size == 3 and voxels.grid is voxelizer.grid


def test_a_number_is_a_cube_or_one_degree() -> None:
    assert Voxelizer(0.05).grid.voxel_size == (0.05, 0.05, 0.05)
    assert Voxelizer(0.1, coords='cylindrical').grid.voxel_size == (0.1, 1.0, 0.1)


def test_the_angle_does_not_wrap() -> None:
    coords = torch.tensor([[-5.0, 1e-3, 0.0], [-5.0, -1e-3, 0.0]])
    points = PointBatch(coords, torch.zeros(2, 5), torch.zeros(2, dtype=torch.int64), None, 1)
    assert Voxelizer(0.1, 'cylindrical')(points).coords[:, 2].tolist() == [-180, 179]


def test_a_batch_equals_its_clouds() -> None:
    points, voxelizer = random_points(), Voxelizer(0.5, origin='minimum')
    whole = voxelizer(points)
    for index in range(3):
        rows = points.batch_idx == index
        alone = voxelizer(PointBatch(
            points.coords[rows], points.feats[rows], points.batch_idx[rows] - index, None, 1))
        part = whole.coords[:, 0] == index
        assert torch.equal(whole.coords[part, 1:], alone.coords[:, 1:])
        assert torch.equal(whole.feats[part], alone.feats)


@pytest.mark.parametrize('pairs', ['all', 'representative'])
def test_pairs_follow_their_points(pairs: str) -> None:
    batch = random_batch(3)
    plain = DistillDataPreprocessor()(batch)['inputs']
    inputs = DistillDataPreprocessor(voxelizer=dict(voxel_size=4.0, pairs=pairs))(batch)['inputs']
    voxels: VoxelBatch = inputs['voxels']
    assert 'voxels' not in plain and torch.equal(inputs['points'].feats, plain['points'].feats)
    assert len(voxels) < len(plain['points'])
    rows = plain['corr'].point_idx
    kept = torch.ones_like(rows, dtype=torch.bool)
    if pairs == 'representative':
        kept = torch.isin(rows, voxels.point_row)
        assert 0 < kept.sum() < len(rows)
    assert torch.equal(inputs['corr'].point_idx, voxels.inverse[rows[kept]])
    assert torch.equal(inputs['corr'].pixel_uv, plain['corr'].pixel_uv[kept])
    inputs['corr'].validate(len(voxels), len(inputs['imgs']))


def test_bad_settings_and_points() -> None:
    for setting, message in (
            (dict(coords='polar'), 'cylindrical'), (dict(voxel_size=0), 'positive'),
            (dict(voxel_size=(1, 2)), 'three'), (dict(features=('colour',)), 'intensity'),
            (dict(features=()), 'intensity'), (dict(origin='maximum'), 'minimum'),
            (dict(rounding='ceil'), 'floor'), (dict(reduce='max'), 'mean'),
            (dict(pairs='none'), 'representative')):
        with pytest.raises(ValueError, match=message):
            Voxelizer(**setting)
    points = random_points((3,))
    for value in (2000.0, math.nan):
        points.coords[1, 2] = value
        with pytest.raises(ValueError, match='CropPointsToRange'):
            Voxelizer(0.1)(points)


def test_no_points() -> None:
    voxels = Voxelizer(origin='minimum', reduce='mean')(random_points((0, 0)))
    assert voxels.coords.shape == (0, 4) and voxels.feats.shape == (0, 1)
    assert voxels.batch_size == 2
