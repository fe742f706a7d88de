"""Tests of the image transforms: pictures, pairs and intrinsics move together."""
from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from mmcrossdistill.datasets.transforms import (
    CorrespondencePipeline,
    CropResizeImages,
    RandomFlipImages,
    ResizeImages,
)
from mmcrossdistill.datasets.transforms.image_aug import crop_and_resize, draw_crop, resize_image
from mmcrossdistill.structures import Correspondence

PAIR = CorrespondencePipeline(border='inside', keep_visible_points=False)


def assert_same_pairs(first: Correspondence, second: Correspondence) -> None:
    """Same points in the same views at the same pixels."""
    assert first.point_idx.tolist() == second.point_idx.tolist()
    assert first.view_idx.tolist() == second.view_idx.tolist()
    torch.testing.assert_close(first.pixel_uv, second.pixel_uv, atol=2e-3, rtol=0)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), flip=st.booleans())
def test_crop_then_project_equals_project_then_crop(seed: int, flip: bool) -> None:
    from tests.test_datasets.conftest import BACK, CAM2IMG, FRONT, make_cloud
    sample = dict(
        points=make_cloud(300, seed), view_names=['A', 'B'],
        view_cam2img=np.stack([CAM2IMG, CAM2IMG]), view_lidar2cam=np.stack([FRONT, BACK]),
        imgs=[np.zeros((60, 96, 3), np.uint8)] * 2)

    def augment(results: dict[str, Any]) -> dict[str, Any]:
        np.random.seed(seed)
        results = CropResizeImages((30, 40), min_pairs=-1)(results)
        return RandomFlipImages(1.0 if flip else 0.0)(results)

    moved = augment(PAIR(copy.deepcopy(sample)))['corr']
    projected = PAIR(augment(copy.deepcopy(sample)))['corr']
    # On the border of the crop float rounding decides; those pairs are no part of the claim.
    size = torch.tensor([40.0, 30.0])

    def off_border(corr: Correspondence) -> Correspondence:
        uv = corr.pixel_uv
        return corr.select(((uv > 1e-2) & (uv < size - 1e-2)).all(dim=1))

    assert len(moved) <= len(PAIR(sample)['corr'])
    assert_same_pairs(off_border(moved), off_border(projected))


def test_resize_then_project_equals_project_then_resize(sample: dict[str, Any]) -> None:
    moved = ResizeImages((31, 47))(PAIR(copy.deepcopy(sample)))
    projected = PAIR(ResizeImages((31, 47))(sample))
    assert_same_pairs(moved['corr'], projected['corr'])
    assert moved['imgs'][0].shape == (31, 47, 3)


def test_pairs_stay_on_their_texture(sample: dict[str, Any]) -> None:
    # The image stores its own pixel coordinates, so the pixel under a pair tells where it was.
    v, u = np.mgrid[:60, :96]
    sample['imgs'] = [np.stack([u, v, 0 * u], axis=-1).astype(np.uint8)] * 2
    results = PAIR(sample)
    origin = {(int(p), int(w)): uv for p, w, uv in zip(
        results['corr'].point_idx, results['corr'].view_idx, results['corr'].pixel_uv, strict=True)}
    results = RandomFlipImages(0.5)(CropResizeImages((60, 96), min_pairs=10)(results))
    corr = results['corr']
    assert len(corr) > 50
    for point, view, uv in zip(corr.point_idx, corr.view_idx, corr.pixel_uv, strict=True):
        column, row = int(uv[0]), int(uv[1])
        shown = results['imgs'][int(view)][row, column, :2]
        expected = origin[int(point), int(view)].numpy()
        assert np.abs(shown + 0.5 - expected).max() < 1.5


def test_flip_mirrors_integer_columns_exactly() -> None:
    uv = torch.tensor([[0.0, 0], [5.0, 0], [5.3, 0], [95.0, 0], [95.999, 0]])
    corr = Correspondence(torch.arange(5), torch.zeros(5, dtype=torch.int64), uv)
    results = dict(imgs=[np.arange(96, dtype=np.uint8).reshape(1, 96, 1)], corr=corr)
    results = RandomFlipImages(1.0)(results)
    assert results['corr'].pixel_uv[:, 0].floor().tolist() == [95, 90, 90, 0, 0]
    assert len(results['corr']) == 5
    assert results['imgs'][0][0, :2, 0].tolist() == [95, 94]
    assert results['corr'].pixel_uv[2, 0].item() == pytest.approx(90.7, abs=1e-4)


def test_other_views_and_labels_are_untouched(sample: dict[str, Any]) -> None:
    results = CorrespondencePipeline(keep_visible_points=False, with_labels=True)(sample)
    before = results['corr'].select(results['corr'].view_idx == 1)
    crop_and_resize(results, 0, (10, 20, 20, 30), (20, 30))
    corr = results['corr']
    after = corr.select(corr.view_idx == 1)
    torch.testing.assert_close(after.pixel_uv, before.pixel_uv)
    assert torch.equal(corr.label, corr.point_idx)
    assert results['imgs'][1].shape == (60, 96, 3) and results['imgs'][0].shape == (20, 30, 3)


def test_resize_equals_torch_without_antialiasing() -> None:
    image = np.random.default_rng(0).integers(0, 256, (90, 160, 3), dtype=np.uint8)
    ours = resize_image(image, (22, 45))
    tensor = torch.from_numpy(image).permute(2, 0, 1)[None].float()
    theirs = torch.nn.functional.interpolate(
        tensor, (22, 45), mode='bilinear', align_corners=False, antialias=False)
    difference = np.abs(ours - theirs[0].permute(1, 2, 0).numpy())
    assert difference.max() <= 1.0


def test_crops_have_the_asked_shape_and_keep_pairs() -> None:
    crop = CropResizeImages((224, 416))
    for _ in range(50):
        top, left, height, width = draw_crop((900, 1600), crop.scale, crop.ratio)
        assert 14 / 9 - 0.02 < width / height < 17 / 9 + 0.02
        assert 0.29 < width * height / (900 * 1600) <= 1
        assert top + height <= 900 and left + width <= 1600
    uv = np.random.default_rng(0).uniform(0, 300, (2000, 2)).astype(np.float32)
    assert not crop._keeps_enough(uv, (500, 500, 100, 200))
    assert crop._keeps_enough(uv, (0, 0, 300, 300))


def test_crop_of_a_narrow_image_falls_back() -> None:
    top, left, height, width = draw_crop((400, 40), (0.9, 1.0), (14 / 9, 17 / 9))
    assert width == 40 and height == round(40 / (14 / 9)) and left == 0 and top > 0


def test_a_view_without_pairs_is_cropped(sample: dict[str, Any]) -> None:
    sample['corr'] = Correspondence.empty()
    results = CropResizeImages((30, 48))(sample)
    assert [image.shape for image in results['imgs']] == [(30, 48, 3)] * 2
    assert len(results['corr']) == 0
