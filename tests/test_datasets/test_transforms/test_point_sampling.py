"""Tests of the transforms that drop points."""
from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mmcrossdistill.datasets.transforms import (
    CorrespondencePipeline,
    CropPointsToRange,
    DropCuboids,
    LimitPoints,
    VoxelDownsample,
)
from mmcrossdistill.datasets.transforms.point_selection import select_points


def xyz_dict(xyz: list[list[float]]) -> dict[str, Any]:
    """Points whose label is their row."""
    points = np.array([[*row, 0] for row in xyz], np.float32)
    return dict(points=points, point_labels=np.arange(len(points)))


@pytest.mark.parametrize('transform', [
    VoxelDownsample(4.0), LimitPoints(100), CropPointsToRange((-20, -20, -3, 20, 20, 3)),
    DropCuboids(0.9, min_pairs=0)])
def test_pairs_keep_their_points(transform: Any, sample: dict[str, Any]) -> None:
    original = sample['points'].copy()
    results = CorrespondencePipeline(keep_visible_points=False, with_labels=True)(sample)
    pairs = len(results['corr'])
    results = transform(results)
    corr = results['corr']
    assert 0 < len(results['points']) < 600 and 0 < len(corr) < pairs
    # Labels are the original rows: points, labels and pairs must agree on them.
    np.testing.assert_array_equal(results['points'], original[results['point_labels']])
    np.testing.assert_array_equal(results['point_labels'][corr.point_idx], corr.label)
    # No pair of a kept point is lost.
    everyone = CorrespondencePipeline(keep_visible_points=False)(
        {**results, 'points': original})['corr'].point_idx.numpy()
    assert len(corr) == np.isin(everyone, results['point_labels']).sum()


def test_select_reorders() -> None:
    results = xyz_dict([[0, 0, 0], [1, 0, 0], [2, 0, 0]])
    select_points(results, np.array([2, 0]))
    assert results['points'][:, 0].tolist() == [2, 0]
    assert results['point_labels'].tolist() == [2, 0]


def test_voxels_keep_the_first_and_sort() -> None:
    results = xyz_dict([[5, 0, 0], [0.04, 0, 0], [0.06, 0, 0], [0, 0, 0], [5.01, 0, 0]])
    results = VoxelDownsample(0.1, 'first')(results)
    assert results['point_labels'].tolist() == [1, 0]


def test_voxels_equal_a_dictionary(sample: dict[str, Any]) -> None:
    xyz = sample['points'][:, :3]
    expected: dict[tuple, int] = {}
    for row, cell in enumerate(np.floor((xyz - xyz.min(axis=0)) / 3.0).astype(int)):
        expected.setdefault(tuple(cell), row)
    kept = VoxelDownsample(3.0, 'first')(sample)['point_labels']
    assert kept.tolist() == [expected[cell] for cell in sorted(expected)]


def test_random_voxel_point_varies() -> None:
    kept = {int(VoxelDownsample(1.0)(xyz_dict([[0, 0, 0], [0.1, 0, 0]]))['point_labels'][0])
            for _ in range(30)}
    assert kept == {0, 1}


def test_limit_keeps_a_ball() -> None:
    xyz = np.random.default_rng(0).normal(size=(300, 3))
    results = LimitPoints(50)(xyz_dict(xyz.tolist()))
    kept = results['point_labels']
    assert len(kept) == 50 and (np.diff(kept) > 0).all()
    left = np.setdiff1d(np.arange(300), kept)
    # Some kept point is the centre: nothing left out is nearer to it than anything kept.
    assert any(
        np.linalg.norm(xyz[kept] - xyz[centre], axis=1).max()
        <= np.linalg.norm(xyz[left] - xyz[centre], axis=1).min() for centre in kept)
    assert len(LimitPoints(300)(xyz_dict(xyz.tolist()))['points']) == 300


def test_range_is_open() -> None:
    results = xyz_dict([[0, 0, 0], [1, 0, 0], [-1, 0, 0], [0, 0.9998, 0], [0, 0, 3]])
    results = CropPointsToRange((-1, -1, -1, 1, 1, 1))(results)
    assert results['point_labels'].tolist() == [0, 3]


def test_cuboids_are_cancelled_when_a_view_would_starve(sample: dict[str, Any]) -> None:
    results = CorrespondencePipeline(keep_visible_points=False)(sample)
    pairs = len(results['corr'])
    for _ in range(5):
        results = DropCuboids(0.9, min_pairs=pairs)(results)
    assert len(results['points']) == 600 and len(results['corr']) == pairs


def test_cuboid_drops_a_box(sample: dict[str, Any]) -> None:
    xyz = sample['points'][:, :3].copy()
    kept = DropCuboids(0.9)(sample)['point_labels']
    gone = np.setdiff1d(np.arange(600), kept)
    low, high = xyz[gone].min(axis=0), xyz[gone].max(axis=0)
    assert len(gone) and not ((xyz[kept] > low) & (xyz[kept] < high)).all(axis=1).any()


@pytest.mark.parametrize('transform', [VoxelDownsample(), LimitPoints(), DropCuboids(),
                                       CropPointsToRange((-1, -1, -1, 1, 1, 1))])
def test_empty_cloud_passes(transform: Any) -> None:
    results = dict(points=np.zeros((0, 4), np.float32))
    assert len(transform(results)['points']) == 0


def test_invalid_options() -> None:
    with pytest.raises(ValueError, match='voxel_size'):
        VoxelDownsample(0)
    with pytest.raises(ValueError, match='pick'):
        VoxelDownsample(pick='mean')
    with pytest.raises(ValueError, match='max_points'):
        LimitPoints(0)
    with pytest.raises(ValueError, match='point_range'):
        CropPointsToRange((0, 0, 0, 1, -1, 1))
