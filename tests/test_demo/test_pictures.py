"""The pictures of the report, from made-up views."""
from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from mmcrossdistill.datasets.nuscenes_classes import PALETTE
from mmcrossdistill.demo.pictures import (
    condition_picture,
    depth_picture,
    feature_picture,
    loss_picture,
    segmentation_picture,
    world_picture,
)
from mmcrossdistill.demo.views import Examined
from mmcrossdistill.testing.run_logs import write_scalars
from mmcrossdistill.visualization.strips import Measured
from mmcrossdistill.visualization.tsne import ConditionCloud


@pytest.fixture
def views() -> dict[str, Examined]:
    """Two conditions of one 16 x 32 view with three points; predictions are one class each."""
    rng = np.random.default_rng(0)
    measured = Measured(
        np.full((16, 32, 3), 90, np.uint8),
        np.array([[4.5, 4.5], [12.5, 8.5], [28.5, 12.5]]), np.array([50.0, 10.0, 2.0]),
        np.array([3, 10, 255]))
    maps = tuple(rng.normal(size=(4, 8, 6)) for _ in range(2))
    labels = np.full((16, 32), 3), np.full((16, 32), 15)
    depths = np.full((16, 32), 5.0), np.full((16, 32), 40.0)
    one = Examined(measured, maps, labels, depths, rng.normal(size=(3, 6)), measured.uv)
    return {'day-clear': one, 'night': one}


def _colours(png: bytes) -> set[tuple[int, ...]]:
    """List the colours of a picture."""
    picture = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)[..., ::-1]
    return {tuple(colour) for colour in np.unique(picture.reshape(-1, 3), axis=0).tolist()}


def test_segmentation_shows_points_predictions_and_their_legend(views):
    colours = _colours(segmentation_picture(views).png)
    blended = tuple(np.rint(0.4 * 90 + 0.6 * np.array(PALETTE[15])).astype(int).tolist())
    assert {PALETTE[3], PALETTE[10], PALETTE[15], blended, (27, 27, 27)} <= colours
    assert PALETTE[0] not in colours


def test_depth_shows_near_and_far_in_different_colours(views):
    far = views['night'].pred_depth[1]
    swapped = {name: replace(view, pred_depth=(far, far)) for name, view in views.items()}
    assert depth_picture(views).png != depth_picture(swapped).png


def test_feature_colours_show_both_moments_and_the_teacher(views):
    png = feature_picture(views).png
    assert png == feature_picture(dict(views)).png
    night = views['night']
    for changed in (replace(night, features=(night.features[0], -night.features[1])),
                    replace(night, teacher=-night.teacher)):
        assert feature_picture({**views, 'night': changed}).png != png


def test_conditions_stand_beside_their_numbers():
    rng = np.random.default_rng(0)
    clouds = [ConditionCloud(title, rng.normal(size=(12, 4)), ['day-clear'] * 6 + ['night'] * 6,
                             list(range(6)) * 2) for title in ('before', 'after')]
    numbers = {title: {'linear_separability': 0.9, 'centroid_distance': 1.0}
               for title in ('before', 'after')}
    picture = condition_picture(clouds, numbers)
    assert 'CLS tokens of 6 views by day' in picture.caption and picture.png.startswith(b'\x89PNG')


def test_losses_come_from_the_three_trainings(tmp_path):
    for name in ('reference', 'stage1', 'stage2'):
        write_scalars(tmp_path / name, [{'loss': 1.0, 'iter': i, 'step': i} for i in (10, 20)])
    assert loss_picture(tmp_path).png.startswith(b'\x89PNG')


def test_the_world_is_shown_in_every_condition(tmp_path, minidrive_tiny):
    picture = world_picture(minidrive_tiny, tmp_path / 'world.png')
    assert picture.png == (tmp_path / 'world.png').read_bytes()
    assert picture.png.startswith(b'\x89PNG')
