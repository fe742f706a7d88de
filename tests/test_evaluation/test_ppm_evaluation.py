"""Tests of the measure for positive pair mining."""
from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from mmcrossdistill.evaluation.ppm_evaluation import ObjectTracks, PpmEvaluation, transform_error
from mmcrossdistill.preprocessing.ppm.records import Record
from mmcrossdistill.visualization.moved_points import draw_moved_points

SHIFT = np.eye(4)
SHIFT[0, 3] = -1.0  # the object drove 1 m between keyframe (t = 0) and sweep (t = 0.25)
IMAGE = dict(cam2img=[[100, 0, 160], [0, 100, 90], [0, 0, 1]], height=180, width=320,
             lidar2cam=[[0, -1, 0, 0], [0, 0, -1, 0], [1, 0, 0, 0], [0, 0, 0, 1]])


@pytest.fixture
def tracks() -> ObjectTracks:
    """A box of 4 x 2 x 2 m that drives at 4 m/s along x and turns a right angle in 0.5 s."""
    samples = [dict(token='a', timestamp=0), dict(token='b', timestamp=500000)]
    turned = [np.cos(np.pi / 4), 0, 0, np.sin(np.pi / 4)]
    annotations = {
        'x': dict(instance_token='car', sample_token='a', translation=[10, 0, 0],
                  rotation=[1, 0, 0, 0], size=[2, 4, 2]),
        'y': dict(instance_token='car', sample_token='b', translation=[12, 0, 0],
                  rotation=turned, size=[2, 4, 2])}
    return ObjectTracks(SimpleNamespace(samples=dict(s=samples), annotations=annotations))


def test_boxes_are_interpolated(tracks: ObjectTracks) -> None:
    box = tracks.at(0.25)['car']
    np.testing.assert_allclose(box.pose[:3, 3], [11, 0, 0])
    assert np.degrees(np.arctan2(box.pose[1, 0], box.pose[0, 0])) == pytest.approx(45)
    np.testing.assert_allclose(box.size, [4, 2, 2])
    assert tracks.at(-0.1) == tracks.at(0.6) == {}
    np.testing.assert_allclose(tracks.at(0.5)['car'].pose[:3, 3], [12, 0, 0])


def _evaluate(transform: np.ndarray | None) -> dict[str, float]:
    """One sweep of a box that drove 1 m ahead, and standing points around it."""
    generator = np.random.default_rng(0)
    boxes = []
    for x in (11.0, 10.0):
        pose = np.eye(4)
        pose[0, 3] = x
        boxes.append({'car': SimpleNamespace(pose=pose, size=np.array([4.0, 2, 2]))})
    inside = generator.uniform((9.2, -0.9, -0.7), (12.8, 0.9, 0.9), (50, 3))
    standing = generator.uniform((20, -5, -1), (30, 5, 1), (80, 3))
    points = np.column_stack([np.concatenate([inside, standing]), np.zeros(130)])
    cluster = np.zeros(130, np.uint16)
    transforms = np.zeros((0, 4, 4), np.float32)
    if transform is not None:
        cluster[:50] = 1
        transforms = transform[None].astype(np.float32)
    evaluation = PpmEvaluation()
    evaluation.add(points.astype(np.float32), np.eye(4), Record(cluster, transforms), np.eye(4),
                   tuple(boxes), 0.25, [IMAGE])
    return evaluation.summary()


def test_right_wrong_failed_and_missing() -> None:
    right = _evaluate(SHIFT)
    assert right['clusters'] == 1 and right['clusters_within_5cm_1deg'] == 1
    assert right['static_points_exact'] == 1 and right['moving_points_found'] == 1
    assert right['pixels_before'] > 0.5 and right['pixels_after'] < 1e-3
    off = SHIFT.copy()
    off[1, 3] = 0.06
    assert _evaluate(off)['clusters_within_5cm_1deg'] == 0
    failed = _evaluate(np.full((4, 4), np.nan))
    assert failed['clusters_failed'] == 1 and failed['moving_points_dropped'] == 1
    missing = _evaluate(None)
    assert missing['moving_points_found'] == 0
    assert missing['pixels_after'] == pytest.approx(missing['pixels_before'])


def test_error_is_measured_at_the_points() -> None:
    angle = np.radians(2)
    turn = np.eye(4)
    turn[:2, :2] = (np.cos(angle), -np.sin(angle)), (np.sin(angle), np.cos(angle))
    distance, degrees = transform_error(turn, np.eye(4), np.array([10.0, 0, 0]))
    assert distance == pytest.approx(2 * 10 * np.sin(angle / 2)) and degrees == pytest.approx(2)


def test_picture_shows_both_places() -> None:
    matrix = np.array(IMAGE['cam2img']) @ np.array(IMAGE['lidar2cam'])[:3]
    before = np.array([[10.0, 0, 0], [-10, 0, 0], [12, 3, 0]])
    after = np.array([[10.0, 2, 0], [-10, 0, 0], [np.nan] * 3])
    picture = draw_moved_points(np.zeros((180, 320, 3), np.uint8), before, after, matrix)
    assert picture.shape == (540, 1920, 3)
    left, right = picture[:, :960], picture[:, 960:]
    assert (left[270, 480] == (60, 60, 230)).all() and not right[270, 480].any()
    assert (right[270, 480 - 60] == (80, 220, 80)).all()
    assert draw_moved_points(np.zeros((180, 320, 3), np.uint8), before[1:2], after[1:2],
                             matrix) is None
