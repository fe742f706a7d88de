"""Reading classes and objects."""
from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mmcrossdistill.datasets import PairedImageLidarDataset
from mmcrossdistill.datasets.nuscenes_classes import LABEL_MAP, THINGS
from mmcrossdistill.datasets.transforms import LoadPanopticLabels


def write_nuscenes(path: Path, raw: list[int]) -> dict:
    """Write labels and make the data dict of their cloud."""
    np.savez_compressed(path, data=np.array(raw, np.uint16))
    return dict(points=np.zeros((len(raw), 4)), pts_panoptic_mask_path=str(path), token='t')


def test_nuscenes(tmp_path: Path) -> None:
    results = LoadPanopticLabels()(write_nuscenes(
        tmp_path / 'a.npz', [17001, 17002, 17000, 24000, 0, 2003, 3003, 31001]))
    assert results['point_labels'].tolist() == [3, 3, 3, 10, 255, 6, 6, 255]
    # Adults and children are one class, but two objects.
    assert results['point_instances'].tolist() == [17001, 17002, -17, -24, 0, 2003, 3003, 31001]
    assert results['point_instances'].dtype == results['point_labels'].dtype == np.int64


def test_semantickitti(tmp_path: Path) -> None:
    raw = np.array([10 | 5 << 16, 252 | 6 << 16, 40, 60, 0, 30 | 40000 << 16], np.uint32)
    raw.tofile(tmp_path / 'a.label')
    results = dict(points=np.zeros((6, 4)), pts_semantic_mask_path=str(tmp_path / 'a.label'))
    LoadPanopticLabels(label_format='semantickitti')(results)
    assert results['point_labels'].tolist() == [0, 0, 8, 8, 255, 5]
    # Lane markings are road, but the evaluator counts them as another segment.
    assert results['point_instances'].tolist() == [
        10 | 5 << 16, 252 | 6 << 16, -40, -60, 0, 30 | 40000 << 16]


def test_minidrive(minidrive_tiny: Path) -> None:
    dataset = PairedImageLidarDataset(
        'nuscenes_infos_train.pkl', str(minidrive_tiny), pipeline=[
            dict(type='LoadPoints'), dict(type='LoadPanopticLabels'),
            dict(type='PackDistillInputs')])
    numbered = 0
    for index in range(len(dataset)):
        info, sample = dataset.get_data_info(index), dataset[index]['data_samples']
        raw = np.fromfile(info['pts_semantic_mask_path'], np.uint8)
        assert np.array_equal(sample.point_labels.numpy(), LABEL_MAP[raw])
        own = sample.point_labels[sample.point_instances > 0]
        assert (own < len(THINGS)).all()
        numbered += len(own)
    assert numbered > 200
    assert dataset.metainfo['things'] == THINGS == dataset.metainfo['classes'][:10]


@pytest.mark.parametrize('raw,label_map,message', [
    ([1000, 2000], None, r'hold an array \(2,\), the cloud has 3 points'),
    ([1000, 2000, 40000], None, 'hold the category 40, label_map has 32'),
    ([0, 1000, 2000], [0, 1], 'hold the category 2, label_map has 2'),
])
def test_labels_that_do_not_fit(tmp_path: Path, raw: list[int], label_map: list[int] | None,
                                message: str) -> None:
    results = write_nuscenes(tmp_path / 'a.npz', raw) | dict(points=np.zeros((3, 4)))
    with pytest.raises(ValueError, match=message):
        LoadPanopticLabels(label_map)(results)


def test_missing_and_damaged_labels(tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="'pts_panoptic_mask_path'.*create_data.py"):
        LoadPanopticLabels()(dict(points=np.zeros((3, 4)), token='t'))
    results = write_nuscenes(tmp_path / 'a.npz', [1000])
    (tmp_path / 'a.npz').write_bytes(b'no archive')
    with pytest.raises(ValueError, match="no npz file with 'data'.*copy"):
        LoadPanopticLabels()(results)
    np.savez(tmp_path / 'a.npz', labels=np.zeros(1))
    with pytest.raises(ValueError, match="no npz file with 'data'.*copy"):
        LoadPanopticLabels()(results)
    (tmp_path / 'a.npz').unlink()
    with pytest.raises(FileNotFoundError, match='data_prefix.pts_panoptic_mask'):
        LoadPanopticLabels()(results)
    with pytest.raises(ValueError, match="label_format='kitti' is not one of"):
        LoadPanopticLabels(label_format='kitti')
