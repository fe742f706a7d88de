"""Zooming moves pictures, pairs and intrinsics together."""
from __future__ import annotations

import copy
from typing import Any

import cv2
import numpy as np
import pytest
import torch

from mmcrossdistill.datasets.transforms import CorrespondencePipeline, ZoomCropImages
from mmcrossdistill.datasets.transforms.image_zoom import zoom_image

PAIR = CorrespondencePipeline(border='inside', keep_visible_points=False)


def test_pure_zoom_equals_resizing(sample: dict[str, Any]) -> None:
    image = cv2.GaussianBlur(sample['imgs'][0], (5, 5), 2)
    zoomed = zoom_image(image, (90, 144), 1.5, (0, 0))
    resized = cv2.resize(image, (144, 90), interpolation=cv2.INTER_LINEAR)
    assert np.abs(zoomed[2:-2, 2:-2].astype(int) - resized[2:-2, 2:-2]).max() <= 3


def test_the_test_window_is_filled_from_below_and_from_the_middle() -> None:
    # 60x96 to fill 30x30 needs zoom 1/2; the window is rows 0:30 of 30, columns 9:39 of 48.
    image = np.zeros((60, 96, 3), np.uint8)
    image[:, 48:] = 200
    results = ZoomCropImages((30, 30))(dict(imgs=[image.copy(), image.copy()]))
    assert results['imgs'][1].shape == (30, 30, 3)
    assert (results['imgs'][0][:, :14] == 0).all() and (results['imgs'][0][:, 16:] == 200).all()
    # 20x48: zoom 1/2, the lower rows stay.
    image[:] = 0
    image[20:] = 200
    results = ZoomCropImages((20, 48))(dict(imgs=[image]))
    assert (results['imgs'][0][2:] == 200).all()


@pytest.mark.parametrize('flip', [0.0, 1.0])
@pytest.mark.parametrize('size,zoom', [((20, 34), (0.4, 0.5)), ((32, 70), (0.9, 1.2))])
def test_zoom_then_project_equals_project_then_zoom(
        sample: dict[str, Any], flip: float, size: tuple[int, int],
        zoom: tuple[float, float]) -> None:
    # The window lies inside the zoomed image.

    def augment(results: dict[str, Any]) -> dict[str, Any]:
        np.random.seed(3)
        return ZoomCropImages(size, zoom, flip)(results)

    moved = augment(PAIR(copy.deepcopy(sample)))['corr']
    projected = PAIR(augment(copy.deepcopy(sample)))['corr']
    limit = torch.tensor([float(size[1]), float(size[0])])

    def off_border(corr: Any) -> Any:
        return corr.select(((corr.pixel_uv > 1e-2) & (corr.pixel_uv < limit - 1e-2)).all(dim=1))

    moved, projected = off_border(moved), off_border(projected)
    assert len(moved) > 30
    assert moved.point_idx.tolist() == projected.point_idx.tolist()
    torch.testing.assert_close(moved.pixel_uv, projected.pixel_uv, atol=2e-3, rtol=0)


def test_pairs_stay_on_their_texture_and_maps_follow(sample: dict[str, Any]) -> None:
    v, u = np.mgrid[:60, :96]
    sample['imgs'] = [np.stack([u, v, 0 * u], axis=-1).astype(np.uint8)] * 2
    sample['region_maps'] = [(v * 96 + u).astype(np.uint16) for _ in range(2)]
    results = PAIR(sample)
    origin = {(int(p), int(w)): uv.numpy() for p, w, uv in zip(
        results['corr'].point_idx, results['corr'].view_idx, results['corr'].pixel_uv, strict=True)}
    results = ZoomCropImages((40, 60), (0.8, 1.2), 1.0)(results)
    corr = results['corr']
    checked = 0
    for point, view, uv in zip(corr.point_idx, corr.view_idx, corr.pixel_uv, strict=True):
        column, row = int(uv[0]), int(uv[1])
        if not (1 <= column < 59 and 1 <= row < 39):
            continue
        before = origin[int(point), int(view)]
        assert np.abs(results['imgs'][int(view)][row, column, :2] + 0.5 - before).max() < 1.6
        region = int(results['region_maps'][int(view)][row, column])
        assert np.abs(np.array([region % 96, region // 96]) + 0.5 - before).max() < 1.6
        checked += 1
    assert checked > 20


def test_views_of_a_sample_are_zoomed_alike_and_the_rest_is_black() -> None:
    image = np.full((20, 30, 3), 255, np.uint8)
    np.random.seed(0)
    results = ZoomCropImages((20, 40), (0.9, 0.9), 0.5)(dict(imgs=[image.copy() for _ in range(4)]))
    assert all(np.array_equal(results['imgs'][0], other) for other in results['imgs'])
    assert (results['imgs'][0] == 0).any()
