"""The viewer without a browser: the page is served, and clicks change what is shown."""
from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from mmcrossdistill.apis import FrameFeatures, read_frame
from mmcrossdistill.visualization.similarity import colour_similarity
from mmcrossdistill.visualization.viewer import FeatureViewer

FORWARD = np.array([[0., -1, 0, 0], [0, 0, -1, 0], [1, 0, 0, 0], [0, 0, 0, 1]])


def _frame(seed: int) -> FrameFeatures:
    """A camera that looks along +x, one along -x, and a wall of points 10 m ahead."""
    rng = np.random.default_rng(seed)
    y, z = np.meshgrid(np.linspace(-6, 6, 13), np.linspace(-3, 3, 7))
    wall = np.stack([np.full(y.size, 10.0), y.ravel(), z.ravel(), np.ones(y.size)], axis=1)
    frame = read_frame(dict(
        imgs=[rng.integers(0, 256, (40, 80, 3), dtype=np.uint8) for _ in range(2)],
        points=np.concatenate([wall, [[90, 0, 0, 1]]]),
        cam2img=[[[60., 0, 40], [0, 60, 20], [0, 0, 1]]] * 2,
        lidar2cam=[FORWARD, FORWARD @ np.diag([-1., -1, 1, 1])], view_names=['front', 'back']))
    generator = torch.Generator().manual_seed(seed)
    valid = torch.arange(92) < 91
    return FrameFeatures(
        frame, (32, 64), torch.randn(2, 6, 4, 8, generator=generator), None,
        torch.randn(92, 6, generator=generator) * valid[:, None], valid)


@pytest.fixture(scope='module')
def viewer() -> Iterator[FeatureViewer]:
    """A viewer with two frames on a free port."""
    viewer = FeatureViewer([_frame(0), _frame(1)], ['first', 'second'], port=18080)
    yield viewer
    viewer.server.stop()


@pytest.fixture(autouse=True)
def fresh(viewer: FeatureViewer) -> None:
    """Every test starts from the same panel and the first frame."""
    viewer._colour.value, viewer._with_images.value = 'similarity', True
    viewer.show_frame(0)


def test_the_page_is_served(viewer):
    with urllib.request.urlopen(viewer.address, timeout=20) as page:
        assert page.status == 200 and b'<html' in page.read()[:2000].lower()


def test_the_first_frame_opens_with_a_pair_picked(viewer):
    point = viewer.picked.point
    assert viewer.features.frame.points[point, 0] == 10 and set(viewer.picked.pixels) == {0}
    np.testing.assert_array_equal(
        viewer.cloud.colors, colour_similarity(viewer.picked.similarity.points.numpy()))
    assert viewer.cloud.colors[point].tolist() == colour_similarity(np.ones(1))[0].tolist()
    assert viewer.pictures[0].visible and viewer.link.visible and len(viewer.panels) == 2
    assert (viewer.panels[1].image != viewer.features.frame.imgs[1]).any()


def test_a_click_on_a_point_from_behind_the_wall_picks_it(viewer):
    # From 20 m ahead, looking back: the wall is hit before the picture 5 m ahead of the car.
    place = viewer.features.frame.points[30, :3]
    eye = place + np.array([10., 1, 2])
    picked = viewer.click(eye, 3 * (place - eye))
    assert picked.point == 30 and picked is viewer.picked
    np.testing.assert_allclose(viewer.ball.position, place, rtol=1e-5)
    np.testing.assert_allclose(viewer.link.points[0, 1], place, rtol=1e-5)
    torch.testing.assert_close(
        picked.similarity.points, viewer.features.similarity_to_point(30).points)


def test_a_click_on_a_picture_picks_the_pixel_and_its_point(viewer):
    row = int(np.flatnonzero((viewer.pairs.point_idx == 45).numpy())[0])
    uv = viewer.pairs.pixel_uv[row:row + 1].numpy()
    eye = np.array([-8., 0, 3])
    picked = viewer.click(eye, viewer.planes[0].to_scene(uv)[0] - eye)
    assert picked.point == 45
    assert picked.pixels[0] == pytest.approx(tuple(uv[0]), abs=1e-4)
    torch.testing.assert_close(
        picked.similarity.maps, viewer.features.similarity_to_pixel(0, tuple(uv[0])).maps,
        rtol=1e-3, atol=1e-3)
    # The picture behind sees no point: nothing is linked.
    lonely = viewer.pick_pixel(1, (40.0, 20.0))
    assert lonely.point is None and not viewer.ball.visible and not viewer.link.visible


def test_hidden_pictures_are_not_hit_and_a_miss_changes_nothing(viewer):
    viewer._with_images.value = False
    before = viewer.picked
    assert viewer.click([-8, 0, 3], [-1, 0, 0]) is None and viewer.picked is before
    # Where the picture was, the click goes through to the wall.
    wall = viewer.features.frame.points[44, :3]
    assert viewer.click([-8, 0, 3], wall - np.array([-8, 0, 3])).point == 44


def test_points_without_a_feature_are_not_picked(viewer):
    far = viewer.features.frame.points[91, :3]
    assert viewer.click([80, 0.5, 0.5], far - np.array([80, 0.5, 0.5])) is None


def test_the_browser_event_reaches_the_pick(viewer):
    place = viewer.features.frame.points[12, :3]
    eye = place + np.array([10., 0, 0])
    viewer._on_click(SimpleNamespace(ray_origin=tuple(eye), ray_direction=tuple(place - eye)))
    assert viewer.picked.point == 12


def test_other_colours_other_frames_and_other_distances(viewer):
    viewer.pick_point(5)
    shown = {}
    for colour in ('similarity', 'features (PCA)', 'height'):
        viewer._colour.value = colour
        viewer._refresh()
        shown[colour] = viewer.cloud.colors.copy()
    assert not np.array_equal(*list(shown.values())[:2])
    heights = viewer.features.frame.points[:91, 2]
    same = shown['height'][:91][heights == heights[0]]
    assert (same == same[0]).all()
    np.testing.assert_array_equal(viewer.pictures[1].image, viewer.features.frame.imgs[1])
    viewer._size.value = 2.0
    viewer._rebuild()
    assert viewer.picked.point == 5 and viewer.planes[0].centre[0] == pytest.approx(2.0)
    first = viewer.cloud
    viewer.show_frame(1)
    assert viewer.cloud is not first and viewer.features is viewer.frames[1]


def test_frames_without_a_modality_or_calibration_are_refused():
    whole = _frame(0)
    bare = read_frame(dict(imgs=list(whole.frame.imgs), points=whole.frame.points))
    for frame in (replace(whole, feats_3d=None), replace(whole, frame=bare)):
        with pytest.raises(ValueError, match='only: the viewer needs'):
            FeatureViewer([frame], ['only'])
