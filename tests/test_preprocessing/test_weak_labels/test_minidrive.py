"""Tests of MiniDrive's labels of a wanted accuracy."""
from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mmcrossdistill.datasets import PairedImageLidarDataset
from mmcrossdistill.preprocessing.weak_labels.minidrive import (
    MiniDriveLabeller,
    choose_severity,
    search_level,
)
from mmcrossdistill.preprocessing.weak_labels.projected_labels import project_keyframe


def test_the_labels_are_as_accurate_as_asked_for(minidrive_tiny: Path) -> None:
    keyframes = list(PairedImageLidarDataset('nuscenes_infos_val.pkl', str(minidrive_tiny)))
    best = choose_severity(minidrive_tiny, keyframes, None, seed=0)
    assert best.severity == 0 and best.accuracy == best.true_accuracy > 0.9
    quality = choose_severity(minidrive_tiny, keyframes, 0.8, seed=0)
    assert quality.accuracy == pytest.approx(0.8, abs=0.02)
    assert quality.true_accuracy == best.accuracy and quality.points == best.points > 1000
    label = MiniDriveLabeller(minidrive_tiny, quality.severity, seed=0)
    right = 0
    for info in keyframes:
        points = project_keyframe(info, with_labels=True)
        for view, image in info['images'].items():
            labels = label(
                info['scene_name'], view, image['timestamp'], image['sample_data_token'])
            read, wanted = points[view].read(labels), points[view].label
            right += (read == wanted)[wanted != 255].sum()
    assert right / quality.points == quality.accuracy
    other = MiniDriveLabeller(minidrive_tiny, quality.severity, seed=1)
    picture = (info['scene_name'], view, image['timestamp'], image['sample_data_token'])
    np.testing.assert_array_equal(label(*picture), labels)
    assert (other(*picture) != labels).any()


def test_out_of_reach(minidrive_tiny: Path) -> None:
    keyframes = list(PairedImageLidarDataset('nuscenes_infos_val.pkl', str(minidrive_tiny)))[:1]
    for accuracy in (0.05, 0.999):
        with pytest.raises(ValueError, match=f'--accuracy {accuracy} cannot be reached'):
            choose_severity(minidrive_tiny, keyframes, accuracy, seed=0)
    with pytest.raises(ValueError, match='--check-keyframes'):
        choose_severity(minidrive_tiny, [], None, seed=0)


@pytest.mark.parametrize(('wanted', 'level'), [
    (1.0, 0), (0.0, 100), (0.5, 50), (0.504, 50), (0.506, 49)])
def test_search(wanted: float, level: int) -> None:
    assert search_level(lambda step: 1 - step / 100, wanted, 1.0) == level
