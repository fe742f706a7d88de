"""An image with its depth map: loading, fixed crops and packing."""
from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from mmcrossdistill.datasets.transforms import (
    CropBottomCenter,
    CropBox,
    LoadDepthMap,
    PackDepthInputs,
)


def make_results(height: int, width: int) -> dict:
    """An image whose first colour is the row, whose second is the column, depth row + column."""
    rows, columns = np.mgrid[:height, :width]
    image = np.stack([rows, columns, rows], axis=2).astype(np.uint8)
    return dict(imgs=[image], depth_map=(rows + columns).astype(np.float32), token='a')


@pytest.mark.parametrize('scale', [256, 1000])
def test_reads_metres(tmp_path: Path, scale: int) -> None:
    path = tmp_path / 'd.png'
    cv2.imwrite(str(path), np.array([[0, 2 * scale, scale // 2]], np.uint16))
    results = dict(imgs=[np.zeros((1, 3, 3), np.uint8)], depth_map_path=str(path))
    depth = LoadDepthMap(scale).transform(results)['depth_map']
    np.testing.assert_array_equal(depth, np.array([[0, 2, 0.5]], np.float32))
    results['imgs'] = [np.zeros((2, 3, 3), np.uint8)]
    with pytest.raises(ValueError, match=r'd.png \(depth_map_path\).*\(1, 3\).*\(2, 3\)'):
        LoadDepthMap(scale).transform(results)
    with pytest.raises(FileNotFoundError, match='none.png'):
        LoadDepthMap(scale).transform(results | dict(depth_map_path=str(tmp_path / 'none.png')))


def test_kitti_keeps_the_bottom_and_the_middle() -> None:
    results = CropBottomCenter((352, 1216)).transform(make_results(375, 1242))
    assert results['imgs'][0].shape == (352, 1216, 3)
    # 375 - 352 rows above, (1242 - 1216) / 2 columns on the left, as KITTI's benchmark crop.
    assert results['depth_map'][0, 0] == 23 + 13
    assert results['imgs'][0][0, 0].tolist() == [23, 13, 23]
    with pytest.raises(ValueError, match='does not lie inside'):
        CropBottomCenter((352, 1216)).transform(make_results(375, 1200))


def test_nyu_drops_the_white_border() -> None:
    results = CropBox().transform(make_results(480, 640))
    assert results['depth_map'].shape == (427, 565)
    assert results['imgs'][0][0, 0].tolist() == [45, 43, 45]
    with pytest.raises(ValueError, match='does not lie inside'):
        CropBox().transform(make_results(470, 640))


def test_packs() -> None:
    results = make_results(3, 4)
    results['imgs'][0] = results['imgs'][0][:, ::-1]
    packed = PackDepthInputs().transform(results | dict(ori_shape=(9, 9)))
    assert packed['inputs'][1].tolist() == [[3, 2, 1, 0]] * 3
    sample = packed['data_samples']
    assert sample.depth_map.dtype == torch.float32 and sample.img_shape == (3, 4)
    assert (sample.token, sample.ori_shape) == ('a', (9, 9))
