"""The batch holds every sample's points, images and pairs, offset once."""
from __future__ import annotations

import pytest
import torch

from mmcrossdistill.models.data_preprocessors import DistillDataPreprocessor
from mmcrossdistill.testing.tiny import collate, random_batch, random_sample


def test_pairs_point_at_their_own_sample() -> None:
    samples = [random_sample(num_points=n, num_views=v, seed=i)
               for i, (n, v) in enumerate([(30, 2), (50, 1), (20, 3)])]
    batch = DistillDataPreprocessor()(collate(samples))['inputs']
    points, corr = batch['points'], batch['corr']
    assert len(points) == 100 and batch['imgs'].shape[0] == 6 and points.batch_size == 3
    start_point, start_view, start_pair = 0, 0, 0
    for index, sample in enumerate(samples):
        own = sample['data_samples'].corr
        rows = slice(start_pair, start_pair + len(own))
        torch.testing.assert_close(
            points.coords[corr.point_idx[rows]], sample['inputs']['points'][own.point_idx, :3])
        assert (corr.view_idx[rows] - start_view == own.view_idx).all()
        near = points.neighbors[start_point:start_point + len(sample['inputs']['points'])]
        assert (points.batch_idx[near] == index).all()
        start_point += len(sample['inputs']['points'])
        start_view += len(sample['inputs']['imgs'])
        start_pair += len(own)


def test_normalisation() -> None:
    batch = random_batch(1)
    out = DistillDataPreprocessor(
        mean=(1, 2, 3), std=(4, 5, 6), intensity_mean=0.5, intensity_std=2)(batch)['inputs']
    raw = batch['inputs']['imgs'][0][0, :, 3, 4].float()
    expected = (raw - torch.tensor([1., 2., 3.])) / torch.tensor([4., 5., 6.])
    torch.testing.assert_close(out['imgs'][0, :, 3, 4], expected)
    points = batch['inputs']['points'][0]
    torch.testing.assert_close(out['points'].feats[:, 0], (points[:, 3] - 0.5) / 2)
    torch.testing.assert_close(out['points'].feats[:, 1:4], points[:, :3])
    torch.testing.assert_close(out['points'].feats[:, 4], points[:, :3].norm(dim=1))


def test_images_of_two_sizes_are_refused() -> None:
    batch = random_batch(2)
    batch['inputs']['imgs'][1] = batch['inputs']['imgs'][1][..., :16]
    with pytest.raises(ValueError, match='ResizeImages'):
        DistillDataPreprocessor()(batch)
