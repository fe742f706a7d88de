"""Tests of LiDAR labels in the images."""
from __future__ import annotations

from pathlib import Path

import numpy as np

from mmcrossdistill.datasets import PairedImageLidarDataset
from mmcrossdistill.preprocessing.weak_labels.projected_labels import project_keyframe


def test_points_are_the_pairs_of_the_methods(minidrive_tiny: Path) -> None:
    info, pairs = (PairedImageLidarDataset(
        'nuscenes_infos_val.pkl', str(minidrive_tiny), pipeline=pipeline)[1] for pipeline in (
            [], [dict(type='LoadPoints'), dict(type='LoadPointLabels'), dict(type='LoadImages'),
                 dict(type='SelectViews'),
                 dict(type='CorrespondencePipeline', with_labels=True, pixel_rounding='floor')]))
    found = project_keyframe(info, with_labels=True)
    assert list(found) == pairs['view_names']
    np.testing.assert_array_equal(
        np.concatenate([points.label for points in found.values()]), pairs['corr'].label)
    np.testing.assert_array_equal(
        np.concatenate([points.pixel_rc for points in found.values()]),
        pairs['corr'].pixel_uv.flip(1))
    grid = np.arange(72 * 128).reshape(72, 128)
    points = found['CAM_BACK']
    assert (points.read(grid) == points.pixel_rc @ [128, 1]).all()


def test_clouds_without_labels(minidrive_tiny: Path) -> None:
    info = PairedImageLidarDataset('nuscenes_infos_val.pkl', str(minidrive_tiny))[0]
    del info['pts_semantic_mask_path']
    points = project_keyframe(info, with_labels=False)['CAM_FRONT']
    assert len(points.label) > 100 and (points.label == 255).all()
