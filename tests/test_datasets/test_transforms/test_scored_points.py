"""Points that the network does not see are scored by their nearest seen neighbour."""
from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from mmcrossdistill.datasets.transforms import (
    CropPointsToRange,
    FindNearestKept,
    FindNeighbors,
    PackDistillInputs,
    RandomRotateZ,
    RememberPoints,
    VoxelDownsample,
)
from mmcrossdistill.registry import MODELS
from mmcrossdistill.testing.tiny import collate

RANGE = (-20, -20, -4, 20, 20, 4)


def thin(sample: dict[str, Any]) -> dict[str, Any]:
    """The testing pipeline of WaffleIron."""
    for step in (RememberPoints(), VoxelDownsample(2.0, 'first'), CropPointsToRange(RANGE),
                 FindNearestKept(), FindNeighbors(4)):
        sample = step(sample)
    return sample


def test_every_point_finds_its_nearest_kept_one(sample: dict[str, Any]) -> None:
    before = sample['points'].copy()
    results = thin(sample)
    kept = results['points']
    distances = np.linalg.norm(before[:, None, :3] - kept[None, :, :3], axis=2)
    found = distances[np.arange(len(before)), results['scored_rows']]
    np.testing.assert_allclose(found, distances.min(axis=1), atol=1e-5)
    assert len(kept) < len(before) and results['scored_labels'].tolist() == list(range(600))
    # What is kept names itself.
    np.testing.assert_array_equal(
        results['scored_rows'][results['point_labels']], np.arange(len(kept)))


@pytest.mark.parametrize('segmentor', ['PointSegmentor', 'VoxelSegmentor'])
def test_predictions_are_those_of_the_nearest_kept_points(sample: dict[str, Any],
                                                          segmentor: str) -> None:
    sample['point_labels'] %= 5
    packed = [PackDistillInputs()(thin(dict(sample))) for _ in range(2)]
    model = MODELS.build(dict(
        type=segmentor, num_classes=5, backbone_3d=dict(type='WaffleIron', arch='test_tiny'),
    )).eval()
    torch.nn.init.normal_(model.head.linear.weight)
    data = model.data_preprocessor(collate(packed), False)
    best = model(**data, mode='tensor').argmax(1).split(len(packed[0]['inputs']['points']))
    for found, labels, item in zip(model(**data, mode='predict'), best, packed, strict=True):
        rows = item['data_samples'].scored_rows
        assert torch.equal(found.pred_point_labels, labels[rows])
        assert len(found.pred_point_labels) == len(found.point_labels) == 600


def test_what_cannot_be_found(sample: dict[str, Any]) -> None:
    with pytest.raises(KeyError, match='RememberPoints'):
        FindNearestKept()(dict(sample))
    with pytest.raises(ValueError, match='test without augmentation'):
        FindNearestKept()(RandomRotateZ()(RememberPoints()(dict(sample))))
    with pytest.raises(ValueError, match='enlarge point_range'):
        FindNearestKept()(CropPointsToRange((90, 90, 0, 91, 91, 1))(
            RememberPoints()(dict(sample))))
