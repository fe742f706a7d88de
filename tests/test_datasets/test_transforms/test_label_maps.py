"""Dense labels of an image as labelled pixels."""
from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from mmcrossdistill.datasets.transforms import LoadLabelMap, PairLabelledPixels
from mmcrossdistill.models.layers.pixel_sampling import sample_features_at_pixels


def test_pairs_read_their_own_pixels() -> None:
    labels = np.arange(12, dtype=np.uint8).reshape(3, 4)
    labels[1, 2] = 255
    results = PairLabelledPixels().transform(
        dict(imgs=[np.zeros((3, 4, 3), np.uint8)], label_map=labels))
    corr = results['corr']
    assert corr.label.tolist() == [0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11]
    feats = torch.from_numpy(labels.astype(np.float32))[None, None]
    read = sample_features_at_pixels(feats, corr.view_idx, corr.pixel_uv, (3, 4), 'floor')
    torch.testing.assert_close(read[:, 0], corr.label.float())
    assert results['points'].shape == (0, 4) and corr.point_idx.tolist() == [0] * 11


def test_labels_follow_the_image_without_new_classes() -> None:
    labels = np.random.RandomState(0).choice([3, 7, 255], (90, 160)).astype(np.uint8)
    corr = PairLabelledPixels().transform(
        dict(imgs=[np.zeros((24, 48, 3), np.uint8)], label_map=labels))['corr']
    assert set(corr.label.tolist()) == {3, 7}
    assert corr.pixel_uv.max(dim=0).values.tolist() == [47.5, 23.5]


def test_wrong_files_are_named(tmp_path: Path) -> None:
    results = dict(imgs=[np.zeros((3, 4, 3), np.uint8)], label_map_path=str(tmp_path / 'a.png'))
    with pytest.raises(FileNotFoundError, match='a.png .*create_data'):
        LoadLabelMap().transform(results)
    cv2.imwrite(str(tmp_path / 'a.png'), np.zeros((3, 4, 3), np.uint8))
    with pytest.raises(ValueError, match=r'a.png.*\(3, 4, 3\), its image \(3, 4\)'):
        LoadLabelMap().transform(results)
