"""A box centre lands where a LiDAR point at its place is paired, and comes back from the pixel."""
from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
import torch

from mmcrossdistill.datasets.transforms import (
    CorrespondencePipeline,
    PackMultiViewInputs,
    RandomRotateZ,
    RandomScalePoints,
    ZoomCropImages,
)

PAIR = CorrespondencePipeline(border='inside', keep_visible_points=False)


def pack(results: dict[str, Any]) -> dict[str, Any]:
    """Pack a sample with the boxes at its points."""
    return PackMultiViewInputs()(results)


def test_pixels_of_box_centres_lead_back_to_them(sample: dict[str, Any]) -> None:
    boxes = np.zeros((len(sample['points']), 9), np.float32)
    boxes[:, :3], boxes[:, 3:6] = sample['points'][:, :3], 1
    sample |= dict(boxes=boxes, box_labels=np.zeros(len(boxes), np.int64), info_idx=7)
    for step in (ZoomCropImages((48, 90), (0.8, 1.1), 0.5), RandomRotateZ(), RandomScalePoints()):
        sample = step(sample)
    corr = PAIR(copy.deepcopy(sample))['corr']
    assert len(corr) > 50
    packed = pack(sample)
    img2lidar = packed['inputs']['img2lidar'].double()
    centers = packed['data_samples'].gt_instances_3d.bboxes_3d[:, :3].double()
    for point, view, uv, depth in zip(
            corr.point_idx, corr.view_idx, corr.pixel_uv, corr.depth, strict=True):
        pixel = torch.tensor([uv[0] * depth, uv[1] * depth, depth, 1.0], dtype=torch.float64)
        back = (img2lidar[view] @ pixel)[:3]
        torch.testing.assert_close(back, centers[point], atol=5e-3, rtol=1e-3)
    assert packed['data_samples'].sample_idx == 7


def test_without_boxes_there_are_no_targets(sample: dict[str, Any]) -> None:
    packed = pack(sample)
    assert 'gt_instances_3d' not in packed['data_samples']
    assert packed['inputs']['imgs'].shape == (2, 3, 60, 96)
    assert packed['inputs']['imgs'].dtype == torch.uint8


def test_views_of_two_sizes_are_refused(sample: dict[str, Any]) -> None:
    sample['imgs'][1] = sample['imgs'][1][:30]
    with pytest.raises(ValueError, match='sizes'):
        pack(sample)
