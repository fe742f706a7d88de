"""Crops, masks and their packing."""
from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from mmcrossdistill.datasets.transforms import (
    MaskGlobalCrops,
    MultiCropImages,
    PackMultiCropInputs,
)
from mmcrossdistill.datasets.transforms import multi_crop as module
from mmcrossdistill.datasets.transforms.multi_crop import draw_block_mask


def make_results(num_views: int = 1) -> dict[str, Any]:
    """A sample whose red is the column and whose green is the row."""
    rows, columns = np.mgrid[0:90, 0:160]
    image = np.stack([columns, rows, np.zeros_like(rows)], axis=-1).astype(np.uint8)
    return dict(imgs=[image] * num_views, token='t', condition='night')


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Crops without changes of colour."""
    monkeypatch.setattr(module, 'distort_colors', lambda image, *chances: image)


@pytest.mark.usefixtures('plain')
def test_crops_are_rectangles_of_the_asked_share_and_shape() -> None:
    crop = MultiCropImages((42, 56), (28, 28), num_locals=5)
    mirrored = 0
    for _ in range(30):
        results = crop(make_results())
        assert [image.shape for image in results['global_crops']] == [(42, 56, 3)] * 2
        assert [image.shape for image in results['local_crops']] == [(28, 28, 3)] * 5
        for name, (low, high) in (('global_crops', crop.global_scale),
                                  ('local_crops', crop.local_scale)):
            for image in results[name]:
                image = image.astype(float)
                width = np.ptp(image[..., 0]) * (1 + 1 / image.shape[1])
                height = np.ptp(image[..., 1]) * (1 + 1 / image.shape[0])
                # An image of 90 x 160 holds no square of more than 0.57 of its area.
                assert 0.7 * low < width * height / (90 * 160) < 1.3 * high
                assert 0.6 < width / height < 1.6
                mirrored += image[0, 0, 0] > image[0, -1, 0]
    assert 70 < mirrored < 140  # of 210


def test_the_second_global_crop_alone_is_solarised_and_the_first_always_blurred(
        monkeypatch: pytest.MonkeyPatch) -> None:
    chances = []
    monkeypatch.setattr(
        module, 'distort_colors', lambda image, *given: chances.append(given) or image)
    MultiCropImages((28, 28), (14, 14), num_locals=2)(make_results())
    assert chances == [(1.0, 0.0), (0.1, 0.2), (0.5, 0.0), (0.5, 0.0)]


def test_several_views_are_refused() -> None:
    with pytest.raises(ValueError, match='num_views=1'):
        MultiCropImages()(make_results(num_views=2))


@pytest.mark.parametrize('grid,count', [((16, 16), 100), ((16, 16), 30), ((14, 28), 196),
                                        ((3, 5), 4), ((8, 8), 0)])
def test_blocks_cover_what_was_asked_and_never_more(grid: tuple[int, int], count: int) -> None:
    covered = [int(draw_block_mask(grid, count).sum()) for _ in range(40)]
    assert max(covered) <= count
    assert np.mean(covered) >= 0.8 * count


def test_masks_are_blocks_on_half_of_the_crops() -> None:
    crops = dict(global_crops=[np.zeros((112, 224, 3), np.uint8)] * 2)
    masks = np.concatenate([MaskGlobalCrops(8)(dict(crops))['masks'] for _ in range(100)])
    shares = masks.reshape(200, -1).mean(axis=1)
    assert masks.dtype == bool and masks.shape == (200, 14, 28)
    assert 70 < (shares > 0).sum() < 130
    assert 0.2 < shares[shares > 0].mean() < 0.35 and shares.max() <= 0.5
    # Neighbours of a masked patch are mostly masked too: blocks, not single patches.
    both = masks[:, :, 1:] & masks[:, :, :-1]
    assert both.sum() > 0.6 * masks.sum()


def test_a_crop_that_does_not_fit_the_patch_is_refused() -> None:
    with pytest.raises(ValueError, match='global_size'):
        MaskGlobalCrops(14)(dict(global_crops=[np.zeros((28, 30, 3), np.uint8)]))


@pytest.mark.usefixtures('plain')
def test_packing_keeps_values_and_meta() -> None:
    results = MultiCropImages((28, 56), (14, 14), num_locals=3)(make_results())
    packed = PackMultiCropInputs()(MaskGlobalCrops(14, prob=1.0)(results))
    inputs = packed['inputs']
    assert {name: (tuple(value.shape), value.dtype) for name, value in inputs.items()} == dict(
        global_crops=((2, 3, 28, 56), torch.uint8), local_crops=((3, 3, 14, 14), torch.uint8),
        masks=((2, 2, 4), torch.bool))
    assert torch.equal(
        inputs['local_crops'][1].permute(1, 2, 0), torch.from_numpy(results['local_crops'][1]))
    assert packed['data_samples'].condition == 'night' and packed['data_samples'].token == 't'
