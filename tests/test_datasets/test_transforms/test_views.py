"""Tests of SelectViews."""
from __future__ import annotations

import numpy as np
import pytest

from mmcrossdistill.datasets.transforms import SelectViews

NAMES = ['A', 'B', 'C']


def make_results() -> dict:
    """Three cameras whose focal length tells them apart."""
    images = {
        name: dict(cam2img=np.diag([float(row), 1, 1]).tolist(), lidar2cam=np.eye(4).tolist())
        for row, name in enumerate(NAMES)}
    return dict(images=images, view_names=list(NAMES), token='t')


def test_all_keeps_the_order() -> None:
    results = SelectViews('all')(make_results())
    assert results['view_names'] == NAMES
    assert results['view_cam2img'][:, 0, 0].tolist() == [0, 1, 2]
    assert results['view_lidar2cam'].shape == (3, 4, 4)


def test_one_random_view_reaches_every_camera() -> None:
    seen = set()
    for _ in range(40):
        results = SelectViews(1)(make_results())
        name, = results['view_names']
        assert results['view_cam2img'][0, 0, 0] == NAMES.index(name)
        seen.add(name)
    assert seen == set(NAMES)


def test_views_are_not_repeated() -> None:
    assert sorted(SelectViews(3)(make_results())['view_names']) == NAMES


def test_four_column_intrinsics_are_cut() -> None:
    results = make_results()
    results['images']['A']['cam2img'] = np.eye(4).tolist()
    results['view_names'] = ['A']
    assert SelectViews('all')(results)['view_cam2img'].shape == (1, 3, 3)


def test_errors() -> None:
    with pytest.raises(ValueError, match='num_views'):
        SelectViews('some')
    with pytest.raises(ValueError, match='num_views'):
        SelectViews(0)
    with pytest.raises(ValueError, match=r"sample t has the views \['A', 'B', 'C'\]"):
        SelectViews(4)(make_results())
