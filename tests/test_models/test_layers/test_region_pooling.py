"""Sums over regions against upsampling, normalising and a one-hot matrix."""
from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from mmcrossdistill.models.layers.region_pooling import region_sums, upsampled_square_norms
from mmcrossdistill.structures import Correspondence, Regions


def reference(feats: Tensor, regions: Regions) -> Tensor:
    """The sums, by maps at full resolution and a dense one-hot matrix."""
    large = F.interpolate(
        feats, tuple(regions.row.shape[-2:]), mode='bilinear', align_corners=True)
    pixels = F.normalize(large, dim=1).permute(0, 2, 3, 1).flatten(0, 2)
    one_hot = F.one_hot(regions.row.flatten().long(), regions.num_rows + 1)
    return one_hot.to(feats.dtype).T[:-1] @ pixels


def random_regions(views: int, size: tuple[int, int], seed: int = 0) -> Regions:
    """Blocks of pixels with ids that leave gaps, some of them hit by pairs."""
    generator = torch.Generator().manual_seed(seed)
    blocks = torch.randint(-1, 40, (views, size[0] // 4 + 1, size[1] // 4 + 1), generator=generator)
    maps = blocks.repeat_interleave(4, 1).repeat_interleave(4, 2)[:, :size[0], :size[1]]
    uv = torch.rand(60, 2, generator=generator) * torch.tensor([size[1], size[0]])
    corr = Correspondence(
        torch.arange(60), torch.randint(views, (60,), generator=generator), uv)
    return Regions.build(maps, corr)[0]


@pytest.mark.parametrize('cells,size', [
    ((8, 12), (32, 48)), ((2, 3), (30, 50)), ((1, 5), (16, 40)), ((4, 1), (16, 9)),
    ((6, 6), (6, 6))])
def test_equals_the_one_hot_product(cells: tuple[int, int], size: tuple[int, int]) -> None:
    regions = random_regions(3, size)
    ours, theirs = (torch.randn(3, 7, *cells, generator=torch.Generator().manual_seed(1))
                    .requires_grad_() for _ in range(2))
    counts = torch.bincount(
        regions.row.flatten().long(), minlength=regions.num_rows + 1)[:-1, None]
    means = [way(feats, regions) / counts
             for way, feats in ((region_sums, ours), (reference, theirs))]
    torch.testing.assert_close(means[0], means[1], rtol=0, atol=1e-6)
    direction = torch.randn(means[0].shape)
    for mean in means:
        (mean * direction).sum().backward()
    torch.testing.assert_close(ours.grad, theirs.grad, rtol=1e-4, atol=1e-5)


def test_norms_of_opposite_neighbours_do_not_go_below_zero() -> None:
    feats = torch.randn(1, 5, 1, 4)
    feats[..., 1::2] = -feats[..., ::2]
    norms = upsampled_square_norms(feats, (3, 301))
    large = F.interpolate(feats, (3, 301), mode='bilinear', align_corners=True)
    assert (norms >= 0).all()
    torch.testing.assert_close(norms, large.square().sum(1), rtol=1e-4, atol=1e-5)


def test_no_regions_is_an_empty_result_with_gradient() -> None:
    regions = Regions.build(torch.zeros(2, 8, 8, dtype=torch.int32), Correspondence.empty())[0]
    feats = torch.randn(2, 3, 2, 2, requires_grad=True)
    sums = region_sums(feats, regions)
    sums.sum().backward()
    assert sums.shape == (0, 3) and not feats.grad.any()
