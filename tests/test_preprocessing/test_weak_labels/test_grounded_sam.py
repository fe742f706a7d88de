"""Tests of Grounded-SAM's labels, with tiny models of random weights."""
from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from mmcrossdistill.preprocessing.weak_labels.box_masks import BoxMasks
from mmcrossdistill.preprocessing.weak_labels.grounded_sam import (
    GroundedSamLabeller,
    paint_order,
)
from mmcrossdistill.preprocessing.weak_labels.grounding import Boxes
from mmcrossdistill.utils.optional import require


def _image() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (24, 40, 3), dtype=np.uint8)


def test_masks_equal_those_of_transformers(checkpoint: Path) -> None:
    hub = require('transformers', extra='sam')
    segment = BoxMasks(checkpoint)
    assert type(segment.model).__name__.startswith('SamHQ') == checkpoint.name.startswith('sam_hq')
    boxes = [[2.0, 3, 20, 21], [0, 0, 39, 23], [30.5, 10, 36, 12]] * 7
    processor = hub.SamProcessor(segment.processor)
    inputs = processor(images=_image(), input_boxes=[boxes], return_tensors='pt')
    with torch.inference_mode():
        found = segment.model(
            pixel_values=inputs['pixel_values'], input_boxes=inputs['input_boxes'].float(),
            multimask_output=False)
    wanted = processor.image_processor.post_process_masks(
        found.pred_masks, inputs['original_sizes'], inputs['reshaped_input_sizes'])[0][:, 0]
    masks = segment(_image(), torch.tensor(boxes))
    assert masks.shape == (21, 24, 40) and 0 < masks.mean() < 1
    np.testing.assert_array_equal(masks, wanted.numpy())
    assert segment(_image(), torch.zeros(0, 4)).shape == (0, 24, 40)


def test_the_real_path_gives_labels(detector: Path, checkpoint: Path) -> None:
    label = GroundedSamLabeller(detector, checkpoint, box_threshold=0.3, text_threshold=0.3)
    labels = label(_image())
    assert labels.shape == (24, 40)
    assert set(np.unique(labels)) <= {*range(13), 255} and len(np.unique(labels)) > 1
    np.testing.assert_array_equal(label(_image()), labels)
    nothing = GroundedSamLabeller(detector, checkpoint, box_threshold=1.0)(_image())
    assert (nothing == 255).all()


def test_overlapping_masks() -> None:
    score, area = torch.tensor([.9, .3, .5]), torch.tensor([4., 2., 9.])
    assert paint_order(score, area, 'score') == [1, 2, 0]
    assert paint_order(score, area, 'area') == [2, 0, 1]
    assert paint_order(score, area, 'detector') == [0, 1, 2]


def test_the_surest_mask_lies_on_top() -> None:
    masks = np.zeros((2, 3, 3), dtype=bool)
    masks[0, :2] = True
    masks[1, 1:] = True
    labeller = GroundedSamLabeller.__new__(GroundedSamLabeller)
    labeller.find_boxes = lambda image: Boxes(
        torch.zeros(2, 4), torch.tensor([.8, .4]), torch.tensor([0, 7]))
    labeller.segment = lambda image, corners: masks
    for order, shared in (('score', 0), ('detector', 7)):
        labeller.order = order
        assert labeller(np.zeros((3, 3, 3), np.uint8)).tolist() == [
            [0] * 3, [shared] * 3, [7] * 3]


def test_errors(detector: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match='--checkpoint'):
        GroundedSamLabeller(detector, tmp_path)
    with pytest.raises(ValueError, match='order'):
        GroundedSamLabeller(detector, tmp_path, order='other')
