"""The same keyframes as in segmentation, and what mmdet3d makes of their boxes."""
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mmengine.registry import DefaultScope

from mmcrossdistill.datasets import PairedImageLidarDataset
from mmcrossdistill.registry import DATASETS
from tests.data.detectors import tiny_detector


@pytest.fixture(autouse=True)
def scope() -> Iterator[None]:
    """The pipeline is mmdet3d's."""
    with DefaultScope.overwrite_default_scope('mmdet3d'):
        yield


def frames(root: Path, **options: Any) -> Any:
    """The training data set of the real config on another world."""
    cfg = tiny_detector('centerpoint').train_dataloader.dataset
    return DATASETS.build({**cfg, 'data_root': str(root), **options})


@pytest.mark.parametrize('options', [
    dict(split='probe', fraction=0.5), dict(split=None, fraction=0.3, fraction_rule='random'),
    dict(split='unlabelled', fraction=1.0, conditions=['day-clear'])])
def test_a_fraction_means_the_same_keyframes_as_for_segmentation(
        minidrive_tiny: Path, options: dict[str, Any]) -> None:
    detection = frames(minidrive_tiny, **options)
    pairs = PairedImageLidarDataset('nuscenes_infos_train.pkl', str(minidrive_tiny), **options)
    tokens = [[data.get_data_info(row)['token'] for row in range(len(data))]
              for data in (detection, pairs)]
    assert tokens[0] == tokens[1] and 0 < len(tokens[0]) < 18
    # The table in the log counts the boxes of these frames, not of all.
    assert sum(detection.num_ins_per_cat) == sum(
        (np.array([row['bbox_label_3d'] for row in detection.get_data_info(index)['instances']])
         >= 0).sum() for index in range(len(detection)))


def test_boxes_stand_on_their_bottom_and_carry_their_velocity(minidrive_tiny: Path) -> None:
    data = frames(minidrive_tiny, split='probe', fraction=1.0)
    info = data.get_data_info(0)
    boxes, labels = info['ann_info']['gt_bboxes_3d'], info['ann_info']['gt_labels_3d']
    rows = [row for row in info['instances'] if row['num_lidar_pts'] > 0]
    assert boxes.tensor.shape == (len(rows), 9)
    names = [data.METAINFO['classes'][row['bbox_label_3d']] for row in rows]
    # The config orders the classes as CenterPoint's tasks do.
    assert [data.metainfo['classes'][label] for label in labels] == names
    expected = np.array([row['bbox_3d'] for row in rows])
    np.testing.assert_allclose(boxes.gravity_center.numpy(), expected[:, :3], atol=1e-4)
    np.testing.assert_allclose(boxes.tensor[:, 3:7].numpy(), expected[:, 3:], atol=1e-4)
    item = data[0]
    assert item['inputs']['points'].shape[1] == 5
    assert len(item['data_samples'].gt_instances_3d.labels_3d) > 5


def test_what_a_filter_cannot_do_is_said(minidrive_tiny: Path) -> None:
    with pytest.raises(ValueError, match='fraction=0.2 .* none of 4'):
        frames(minidrive_tiny, split='probe', fraction=0.2)
    with pytest.raises(ValueError, match='frame_based'):
        frames(minidrive_tiny, load_type='mv_image_based')
    with pytest.raises(FileNotFoundError, match='create_data.py'):
        frames(minidrive_tiny, ann_file='nowhere.pkl')
