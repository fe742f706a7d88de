"""Views of a probe's validation set."""
from __future__ import annotations

import pytest

from mmcrossdistill.apis.view_dataset import build_keyframes, build_views, pick_views


def test_one_place_is_picked_in_every_condition(minidrive_tiny):
    dataset = build_views('cd/benchmarks/minidrive_seg_lp', minidrive_tiny)
    rows = pick_views(dataset)
    infos = {condition: dataset.get_data_info(row) for condition, row in rows.items()}
    assert set(rows) == {'day-clear', 'day-rain', 'night'}
    assert {tuple(info['view_names']) for info in infos.values()} == {('CAM_FRONT',)}
    assert all(info['condition'] == condition for condition, info in infos.items())
    assert len({str(info['ego2global']) for info in infos.values()}) == 1


def test_without_common_places_each_condition_has_its_own(minidrive_tiny, monkeypatch):
    dataset = build_views('cd/benchmarks/minidrive_seg_lp', minidrive_tiny)
    monkeypatch.setattr('mmcrossdistill.apis.view_dataset.match_views', lambda *args: [])
    for condition, row in pick_views(dataset).items():
        assert dataset.get_data_info(row)['condition'] == condition


def test_a_config_that_validates_on_nothing_is_refused():
    with pytest.raises(KeyError, match='take the config of a probe'):
        build_views('cd/minidrive_stage1')


def test_keyframes_have_all_cameras_and_no_pipeline(minidrive_tiny):
    by_view = build_views('cd/benchmarks/minidrive_depth_lp', minidrive_tiny)
    keyframes = build_keyframes('cd/benchmarks/minidrive_depth_lp', minidrive_tiny)
    assert 6 * len(keyframes) == len(by_view)
    assert len(keyframes.get_data_info(0)['images']) == 6 and not keyframes.pipeline.transforms
    other = build_keyframes(
        'cd/minidrive_stage1', minidrive_tiny, 'nuscenes_infos_val.pkl', 'val')
    assert len(other) < len(keyframes)  # stage 1 is of day-clear only
