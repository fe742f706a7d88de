"""The page on a panoptic segmentor, with random weights on the tiny world."""
from __future__ import annotations

import base64
import re
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from mmengine.config import Config

from mmcrossdistill.apis.panoptic_report import panoptic_report
from mmcrossdistill.datasets.nuscenes_classes import CLASSES
from mmcrossdistill.registry import MODELS


@pytest.fixture(scope='module')
def checkpoint(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Random weights of the quick config."""
    torch.manual_seed(0)
    model = MODELS.build(Config.fromfile(repo_root / 'configs/panoptic/minidrive_quick.py').model)
    path = tmp_path_factory.mktemp('panoptic') / 'epoch_1.pth'
    torch.save({'state_dict': model.state_dict()}, path)
    return path


def pictures(page: str) -> list[np.ndarray]:
    """Decode the pictures of a page."""
    return [cv2.imdecode(np.frombuffer(base64.b64decode(data), np.uint8), cv2.IMREAD_COLOR)
            for data in re.findall('base64,([^"]+)"', page)]


def test_numbers_and_pictures(checkpoint: Path, minidrive_tiny: Path) -> None:
    page = panoptic_report(
        'panoptic/minidrive_quick', {'own': checkpoint}, minidrive_tiny, scans=2, device='cpu')
    shown = pictures(page)
    assert len(shown) == 6  # objects and classes from above, objects in the cameras, for each scan
    for picture in shown:
        assert picture.shape[1] > 800 and picture.std() > 10
    assert all(f'<td>{name}' in page for name in CLASSES)
    assert 'car (things)' in page and 'manmade (things)' not in page
    assert page.count('<h2>') == 3 and 'day-clear' in page


def test_without_cameras(checkpoint: Path, minidrive_tiny: Path) -> None:
    page = panoptic_report('panoptic/minidrive_quick', {'own': checkpoint}, minidrive_tiny, scans=1,
                           with_cameras=False, device='cpu')
    assert len(pictures(page)) == 2


def test_several_checkpoints_stand_below_each_other(checkpoint: Path, minidrive_tiny: Path,
                                                    ) -> None:
    def heights(*titles: str) -> tuple[str, list[int]]:
        page = panoptic_report(
            'panoptic/minidrive_quick', dict.fromkeys(titles, checkpoint), minidrive_tiny, scans=1,
            with_cameras=False, device='cpu')
        return page, [picture.shape[0] for picture in pictures(page)]

    _, alone = heights('first')
    page, both = heights('first', 'second')
    assert all(b > 1.7 * a for a, b in zip(alone, both, strict=True))
    assert 'first: classes, %' in page and 'second: classes, %' in page


def test_a_config_without_objects(checkpoint: Path) -> None:
    with pytest.raises(ValueError, match='no PanopticMetric.*configs/panoptic'):
        panoptic_report('slidr/benchmarks/minidrive_ft5', {'own': checkpoint})
