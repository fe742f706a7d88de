"""Draws of frames by class."""
from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from mmengine.dataset import BaseDataset

from mmcrossdistill.datasets.detection import BalancedFrames


class Frames(BaseDataset):
    """Frames with given classes."""

    METAINFO = dict(classes=('car', 'bus', 'cone'))

    def __init__(self, labels: list[set[int]]) -> None:
        self.labels = labels
        super().__init__(ann_file='infos.pkl')

    def load_data_list(self) -> list[dict[str, Any]]:
        return [dict(row=row) for row in range(len(self.labels))]

    def get_cat_ids(self, idx: int) -> set[int]:
        return self.labels[idx]


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    lines: list[str] = []
    monkeypatch.setattr('mmcrossdistill.datasets.detection.balanced_frames.print_log',
                        lambda line, **_: lines.append(line))
    return lines


def test_each_class_is_drawn_equally_often(logged: list[str]) -> None:
    # 90 frames of cars, 8 of buses, 2 of cones.
    balanced = BalancedFrames(Frames([{0}] * 90 + [{1}] * 8 + [{2}] * 2))
    drawn = Counter(min(balanced.dataset.labels[row]) for row in balanced.sample_indices)
    assert drawn == {0: 33, 1: 33, 2: 33} and not logged
    again = BalancedFrames(Frames([{0}] * 90 + [{1}] * 8 + [{2}] * 2))
    other = BalancedFrames(Frames([{0}] * 90 + [{1}] * 8 + [{2}] * 2), seed=1)
    assert balanced.sample_indices == again.sample_indices != other.sample_indices


def test_a_class_that_is_absent_is_named_and_the_others_share(logged: list[str]) -> None:
    balanced = BalancedFrames(Frames([{0, -1}] * 6 + [{2}] * 2 + [set()]))
    drawn = Counter(min(balanced.dataset.labels[row] - {-1}) for row in balanced.sample_indices)
    assert drawn == {0: 4, 2: 4} and len(logged) == 1 and "['bus']" in logged[0]


def test_no_box_at_all_is_an_error() -> None:
    with pytest.raises(ValueError, match='infos.pkl: none of 2 frames has a box.*raise fraction'):
        BalancedFrames(Frames([set(), {-1}]))
