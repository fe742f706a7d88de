"""Masks of views: their share, and the pairs that remain."""
from __future__ import annotations

import numpy as np
import pytest
import torch

from mmcrossdistill.datasets.transforms import MaskImages
from mmcrossdistill.structures import Correspondence


def sample(num_pairs: int = 500) -> dict:
    """Two views of 32x64 pixels with pairs."""
    corr = Correspondence(
        torch.arange(num_pairs), torch.randint(2, (num_pairs,)),
        torch.rand(num_pairs, 2) * torch.tensor([64.0, 32.0]))
    return dict(imgs=[np.full((32, 64, 3), 7, np.uint8)] * 2, corr=corr)


@pytest.mark.parametrize('share', [0.0, 0.5, 1.0])
def test_the_share_of_hidden_patches_and_the_number_of_pairs(share: float) -> None:
    np.random.seed(0)
    results = sample()
    before = results['corr']
    results = MaskImages(8, share).transform(results)
    patches = results['masks'].patches
    assert patches.shape == (2, 4, 8) and patches.dtype == torch.bool
    assert patches.flatten(1).sum(1).tolist() == [round(32 * share)] * 2
    column, row = (before.pixel_uv // 8).long().unbind(1)
    is_hidden = patches[before.view_idx, row, column]
    assert torch.equal(results['corr'].point_idx, before.point_idx[~is_hidden])
    assert torch.equal(results['masks'].hidden.point_idx, before.point_idx[is_hidden])
    assert len(results['corr']) + len(results['masks'].hidden) == 500
    assert all((image == 7).all() for image in results['imgs']), 'images stay whole'


def test_views_draw_their_own_masks_and_the_seed_decides() -> None:
    def draw(seed):
        np.random.seed(seed)
        return MaskImages(8).transform(sample())['masks'].patches

    assert torch.equal(draw(0), draw(0)) and not torch.equal(draw(0), draw(1))
    assert not torch.equal(*draw(0))


def test_some_views_can_stay_whole() -> None:
    np.random.seed(0)
    whole = [not view.any() for _ in range(50)
             for view in MaskImages(8, prob=0.5).transform(sample(0))['masks'].patches]
    assert 30 < sum(whole) < 70


def test_mistakes_are_told() -> None:
    with pytest.raises(ValueError, match='CropResizeImages'):
        MaskImages(7).transform(sample())
    with pytest.raises(ValueError, match='share'):
        MaskImages(share=1.5)
