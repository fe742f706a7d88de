"""Tests of SAM's masks, with a tiny SAM of random weights."""
from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from mmcrossdistill.preprocessing.superpixels.sam import SamSegmenter, paint_masks
from mmcrossdistill.preprocessing.superpixels.sam_masks import (
    generate_masks,
    mask_boxes,
    point_grid,
    suppress_boxes,
)
from mmcrossdistill.utils.optional import require


@pytest.fixture(scope='module')
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SAM of random weights, as transformers saves it."""
    sam = require('transformers', extra='sam')
    torch.manual_seed(1)
    model = sam.SamModel(sam.SamConfig(
        vision_config=sam.SamVisionConfig(
            hidden_size=16, num_hidden_layers=1, num_attention_heads=2, image_size=32, patch_size=4,
            window_size=4, global_attn_indexes=[0], output_channels=16, mlp_dim=16,
            num_pos_feats=8),
        prompt_encoder_config=sam.SamPromptEncoderConfig(
            hidden_size=16, image_size=32, patch_size=4, mask_input_channels=4),
        mask_decoder_config=sam.SamMaskDecoderConfig(
            hidden_size=16, mlp_dim=16, num_hidden_layers=1, num_attention_heads=2,
            iou_head_hidden_dim=16, iou_head_depth=2)))
    # Strong enough that the masks have an inside and an outside.
    for weight in model.parameters():
        if weight.dim() > 1:
            torch.nn.init.normal_(weight, std=1.0)
    folder = tmp_path_factory.mktemp('sam')
    model.save_pretrained(folder)
    sam.SamImageProcessor(
        size=dict(longest_edge=32), pad_size=dict(height=32, width=32)).save_pretrained(folder)
    return folder


def _image() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (24, 40, 3), dtype=np.uint8)


def test_masks_equal_the_filter_of_transformers(checkpoint: Path) -> None:
    segmenter = SamSegmenter(checkpoint)
    model, processor = segmenter.model, segmenter.processor
    limits = dict(pred_iou_thresh=-100.0, stability_score_thresh=0.3)
    inputs = processor(images=_image(), return_tensors='pt')
    scale = inputs['reshaped_input_sizes'][0] / torch.tensor([24, 40])
    points = point_grid(4, (24, 40)) * scale.flip(0)
    with torch.inference_mode():
        found = model(pixel_values=inputs['pixel_values'], input_points=points[None, :, None])
        logits = processor.post_process_masks(
            found.pred_masks, inputs['original_sizes'], inputs['reshaped_input_sizes'],
            binarize=False)[0]
    # The box of the whole picture tells transformers that there are no crops.
    runs, scores, boxes = processor.filter_masks(
        logits, found.iou_scores[0], (24, 40), [0, 0, 40, 24], **limits)
    masks = [np.array(np.repeat(np.arange(len(run['counts'])) % 2, run['counts']).reshape(
        40, 24).T, dtype=bool) for run in runs]
    ours = generate_masks(model, processor, _image(), 4, 5, box_nms_thresh=1.0, **limits)
    assert 2 < len(ours) < 48
    wanted = sorted(mask.tobytes() for mask in masks if mask.any())
    assert sorted(mask.tobytes() for mask in ours) == wanted


def test_the_real_path_gives_a_map(checkpoint: Path) -> None:
    segment = SamSegmenter(
        checkpoint, points_per_side=4, pred_iou_thresh=-100.0, stability_score_thresh=0.0)
    regions = segment(_image())
    assert regions.shape == (24, 40) and len(np.unique(regions)) > 1
    np.testing.assert_array_equal(segment(_image()), regions)


def test_no_mask_is_one_region(checkpoint: Path) -> None:
    assert not SamSegmenter(checkpoint, points_per_side=2, pred_iou_thresh=1e6)(_image()).any()


def test_small_masks_lie_above_large_ones() -> None:
    masks = np.zeros((2, 4, 6), dtype=bool)
    masks[0, 1, 1] = True
    masks[1, :3, :3] = True
    own = paint_masks(masks, (4, 6))
    assert own[1, 1] == 2 and own[0, 0] == 1 and own[3, 5] == 0
    largest = paint_masks(masks, (4, 6), uncovered='largest')
    assert largest[1, 1] == 1 and largest[0, 0] == 0 and largest[3, 5] == 0


def test_more_than_255_masks_keep_their_ids() -> None:
    masks = np.eye(300, dtype=bool).reshape(300, 15, 20)
    assert sorted(paint_masks(masks, (15, 20), 'largest').flat) == list(range(300))


def test_boxes_and_suppression() -> None:
    masks = torch.zeros(2, 5, 7, dtype=torch.bool)
    masks[0, 1:4, 2:6] = True
    masks[1, 4, 0] = True
    assert mask_boxes(masks).tolist() == [[2, 1, 5, 3], [0, 4, 0, 4]]
    boxes = torch.tensor([[0., 0, 10, 10], [0, 0, 10, 9], [0, 0, 10, 5], [20, 20, 30, 30]])
    scores = torch.tensor([.5, .9, .7, .1])
    assert suppress_boxes(boxes, scores, 0.7).tolist() == [1, 2, 3]
    assert suppress_boxes(boxes, scores, 0.5).tolist() == [1, 3]


def test_errors(checkpoint: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match='--checkpoint'):
        SamSegmenter(tmp_path)
    with pytest.raises(ValueError, match='uncovered'):
        SamSegmenter(checkpoint, uncovered='other')
