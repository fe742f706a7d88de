"""Two views of a cloud and the points they share."""
from __future__ import annotations

import numpy as np
from mmengine.dataset import pseudo_collate

from mmcrossdistill.datasets.transforms import PackCloudViews, TwoCloudViews
from mmcrossdistill.models.data_preprocessors import CloudViewsDataPreprocessor

STEPS = [dict(type='RandomRotateZ'), dict(type='DropCuboids', max_share=0.8)]


def cloud(count: int = 500) -> np.ndarray:
    """Points whose intensity is their number."""
    points = np.random.rand(count, 4).astype(np.float32) * 20 - 10
    points[:, 3] = np.arange(count)
    return points


def test_matches_are_the_same_points_differently_placed() -> None:
    results = TwoCloudViews(STEPS)(dict(points=cloud()))
    first, second = (view[rows] for view, rows in zip(
        results['cloud_views'], results['matches'].T, strict=True))
    assert 100 < len(first) < 500
    np.testing.assert_array_equal(first[:, 3], second[:, 3])
    assert np.abs(first[:, :2] - second[:, :2]).max() > 1
    np.testing.assert_allclose(first[:, 2], second[:, 2])
    shared = set(results['cloud_views'][0][:, 3]) & set(results['cloud_views'][1][:, 3])
    assert len(shared) == len(first), 'every shared point is matched'


def test_a_batch_keeps_the_matches() -> None:
    packed = [PackCloudViews()(TwoCloudViews(STEPS)(dict(points=cloud(), token=str(number))))
              for number in range(3)]
    for voxelizer in (None, dict(voxel_size=1e-3)):
        inputs = CloudViewsDataPreprocessor(voxelizer=voxelizer)(pseudo_collate(packed))['inputs']
        first, second = inputs['views']
        assert first.batch_size == second.batch_size == 3
        rows = [view.feats[column, 0] for view, column in zip(
            inputs['views'], inputs['matches'].unbind(1), strict=True)]
        assert len(rows[0]) == sum(len(sample['inputs']['matches']) for sample in packed)
        np.testing.assert_array_equal(rows[0], rows[1])
    assert packed[2]['data_samples'].token == '2'
