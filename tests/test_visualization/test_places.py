"""Which views are shown."""
from __future__ import annotations

import numpy as np
import pytest
import torch

from mmcrossdistill.structures import Correspondence, DistillDataSample
from mmcrossdistill.visualization.places import (
    choose_place,
    match_views,
    sample_conditions,
    spread,
)


def _info(condition: str, view: str, x: float, scene: str = 's') -> dict:
    """One view at a place on a road."""
    pose = np.eye(4)
    pose[0, 3] = x
    return {'condition': condition, 'view_names': [view], 'ego2global': pose.tolist(),
            'scene_name': scene}


def test_only_the_same_pose_and_camera_in_all_conditions_match():
    infos = [_info('night', 'F', 1.0), _info('day-clear', 'F', 1.0), _info('day-clear', 'B', 1.0),
             _info('day-rain', 'F', 1.0000001), _info('day-rain', 'B', 1.0),
             _info('night', 'B', 2.0)]
    assert match_views(infos) == [{'day-clear': 1, 'day-rain': 3, 'night': 0}]


class _Views:
    """Views of the front and the back camera; the second place has more classes."""

    def get_data_info(self, row: int) -> dict:
        """Camera of a view."""
        return {'view_names': [('CAM_FRONT', 'CAM_BACK')[row % 2]]}

    def __getitem__(self, row: int) -> dict:
        """Labels of a view."""
        sample = DistillDataSample()
        index = torch.zeros(3, dtype=torch.int64)
        sample.corr = Correspondence(
            index, index, torch.rand(3, 2), label=torch.tensor([0, 1, 2]) * (row // 2 % 2))
        return {'data_samples': sample}


def test_the_front_view_with_the_most_classes_is_shown():
    places = [{'day-clear': row, 'night': 4 + row} for row in range(4)]
    assert choose_place(_Views(), places) == {'day-clear': 2, 'night': 6}
    assert choose_place(_Views(), places[1::2]) == places[3]  # no front view: any


def test_spread_items_are_even_and_not_repeated():
    assert spread(list('abcdefg'), 3) == ['a', 'd', 'g']
    assert spread([1, 2], 5) == [1, 2]


def test_paired_places_are_sampled_in_both_conditions_and_share_a_group():
    infos = [_info(condition, 'F', float(x), f'{condition}{x // 2}')
             for condition in ('day-clear', 'night') for x in range(6)]
    infos.append(_info('night', 'F', 99.0, 'elsewhere'))
    sample = sample_conditions(infos, ('night', 'day-clear'), 4)
    assert sample.paired and sample.conditions == ('night',) * 4 + ('day-clear',) * 4
    assert [row - 6 for row in sample.rows[:4]] == list(sample.rows[4:]) == [0, 2, 3, 5]
    assert sample.groups[:4] == sample.groups[4:] == ('night0', 'night1', 'night1', 'night2')


def test_without_pairs_views_are_drawn_and_scenes_are_the_groups():
    infos = [_info(condition, 'F', x + 100 * (condition == 'night'), f'{condition}{x}')
             for condition in ('day-clear', 'night') for x in range(5)]
    sample = sample_conditions(infos[:8], ('day-clear', 'night'), 4, seed=1)
    assert not sample.paired and sample.conditions.count('night') == 3
    assert sample.conditions.count('day-clear') == 3
    assert len(set(sample.rows)) == 6
    assert sample.groups == tuple(infos[row]['scene_name'] for row in sample.rows)
    assert sample == sample_conditions(infos[:8], ('day-clear', 'night'), 4, seed=1)
    assert sample != sample_conditions(infos[:8], ('day-clear', 'night'), 4, seed=2)


def test_one_scene_is_grouped_by_place_and_none_is_refused():
    infos = [_info(condition, 'F', float(x)) for condition in ('day-clear', 'night')
             for x in range(3)]
    groups = sample_conditions(infos, ('day-clear', 'night'), 3).groups
    assert len(set(groups)) == 3 and groups[:3] == groups[3:]
    with pytest.raises(ValueError, match='day-rain'):
        sample_conditions(infos, ('day-clear', 'day-rain'), 3)
