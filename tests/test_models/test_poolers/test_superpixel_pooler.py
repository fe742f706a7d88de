"""Rows of superpixels against loops over superpixels."""
from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from mmcrossdistill.models.poolers import SuperpixelPooler
from mmcrossdistill.structures import Correspondence, Regions

SIZE = (16, 24)


def scene(pairs: int = 30) -> tuple[Regions, Correspondence, torch.Tensor, torch.Tensor]:
    """Two views with block-shaped superpixels, pairs, 2D maps and 3D rows."""
    superpixels = torch.arange(6).view(1, 2, 3).repeat_interleave(8, 1).repeat_interleave(8, 2)
    corr = Correspondence(
        torch.randint(20, (pairs,)), torch.randint(2, (pairs,)),
        torch.rand(pairs, 2) * torch.tensor([24.0, 9.0]))  # the lower half keeps few pairs
    regions, corr = Regions.build(superpixels.repeat(2, 1, 1), corr)
    return regions, corr, torch.randn(2, 5, 4, 6), torch.randn(20, 5)


def test_rows_are_the_means_of_pixels_and_of_pairs() -> None:
    regions, corr, maps, rows = scene()
    found = SuperpixelPooler()(maps, rows, corr, regions)
    large = F.normalize(F.interpolate(maps, SIZE, mode='bilinear', align_corners=True), dim=1)
    points = F.normalize(rows, dim=1)
    assert 6 <= regions.num_rows <= 12 and (found.weight == 1).all()
    for row in range(regions.num_rows):
        view, *where = (regions.row == row).nonzero(as_tuple=True)
        torch.testing.assert_close(
            found.feat_2d[row], large[view, :, where[0], where[1]].mean(0), rtol=0, atol=1e-6)
        mine = corr.point_idx[corr.region_id == row]  # a point counts as often as it is paired
        torch.testing.assert_close(found.feat_3d[row], points[mine].mean(0), rtol=0, atol=1e-5)


def test_clouds_have_rows_of_their_own() -> None:
    regions, corr, maps, rows = scene()
    cloud = torch.arange(len(corr)) % 2
    both = SuperpixelPooler()(maps, rows, corr, regions, cloud, 2)
    for number in range(2):
        part = slice(number * regions.num_rows, (number + 1) * regions.num_rows)
        alone = SuperpixelPooler()(maps, rows, corr.select(cloud == number), regions)
        for ours, theirs in zip(both[:3], alone[:3], strict=True):
            torch.testing.assert_close(ours[part], theirs)
    assert (both.weight == 0).any(), 'some superpixel has points of one cloud only'


def test_a_superpixel_that_lost_its_pairs_weighs_nothing() -> None:
    regions, corr, maps, rows = scene()
    found = SuperpixelPooler()(maps, rows, corr.select(corr.region_id != 2), regions)
    assert found.weight.tolist() == [float(row != 2) for row in range(regions.num_rows)]
    assert not found.feat_3d[2].any()


def test_context_is_the_mean_of_the_nearest_cells() -> None:
    regions, corr, maps, rows = scene()
    teacher = torch.randn(2, 9, 4, 6)
    found = SuperpixelPooler()(maps, rows, corr, regions, teacher=teacher)
    small = F.interpolate(regions.row[:, None].float(), (4, 6), mode='nearest')[:, 0]
    for row in range(regions.num_rows):
        view, *where = (small == row).nonzero(as_tuple=True)
        torch.testing.assert_close(
            found.context[row], teacher[view, :, where[0], where[1]].mean(0), rtol=0, atol=1e-5)


def test_gradients_reach_both_sides_also_without_pairs() -> None:
    for pairs in (30, 0):
        regions, corr, maps, rows = scene(pairs)
        maps.requires_grad_(), rows.requires_grad_()
        found = SuperpixelPooler()(maps, rows, corr, regions)
        (found.feat_2d.sum() + found.feat_3d.sum()).backward()
        assert maps.grad.any() == rows.grad.any() == (pairs > 0)


def test_widths_must_agree() -> None:
    regions, corr, maps, _ = scene()
    with pytest.raises(ValueError, match='out_channels'):
        SuperpixelPooler()(maps, torch.randn(20, 4), corr, regions)
