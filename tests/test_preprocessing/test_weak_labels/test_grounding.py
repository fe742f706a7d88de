"""Tests of Grounding DINO's boxes, with a tiny model of random weights."""
from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from mmcrossdistill.preprocessing.weak_labels.class_sets import GROUNDED_SAM
from mmcrossdistill.preprocessing.weak_labels.grounding import (
    GroundingDino,
    choose_boxes,
    prompt_of_token,
)
from mmcrossdistill.utils.optional import require


def _image() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (24, 40, 3), dtype=np.uint8)


def test_tokens_know_their_prompt() -> None:
    tokens = torch.tensor([101, 7, 1012, 8, 9, 1012, 7, 1012, 102])
    assert prompt_of_token(tokens, 1012, [101, 102, 0]).tolist() == [
        -1, 0, -1, 1, 1, -1, 2, -1, -1]


def test_the_strongest_word_decides() -> None:
    prompt = torch.tensor([-1, 0, -1, 1, 1, -1])
    probs = torch.tensor([
        [.0, .3, .0, .1, .6, .0],  # the second word of prompt 1
        [.9, .2, .0, .1, .1, .0],  # sure of no word
        [.0, .5, .0, .4, .4, .9],
        [.0, .2, .0, .2, .2, .0]])
    corners = torch.arange(16.0).view(4, 4)
    found = choose_boxes(probs, corners, prompt, 2, box_threshold=0.25, text_threshold=0.25)
    assert found.label.tolist() == [1, 0]
    assert found.score.tolist() == pytest.approx([.6, .5])
    assert found.corners.tolist() == corners[[0, 2]].tolist()
    assert choose_boxes(probs, corners, prompt, 2, 0.95, 0.1).label.tolist() == []


def test_boxes_equal_those_of_transformers(detector: Path) -> None:
    hub = require('transformers', extra='sam')
    find = GroundingDino(detector, GROUNDED_SAM, box_threshold=0.3, text_threshold=0.0)
    found = find(_image())
    processor = hub.GroundingDinoProcessor(
        find.images, hub.AutoTokenizer.from_pretrained(detector))
    inputs = processor(images=_image(), text=[list(GROUNDED_SAM)], return_tensors='pt')
    assert inputs['input_ids'][0].tolist() == find.text['input_ids'][0].tolist()
    with torch.inference_mode():
        outputs = find.model(**inputs)
    (wanted,) = processor.post_process_grounded_object_detection(
        outputs, threshold=0.3, text_threshold=0.0, target_sizes=[(24, 40)])
    assert 0 < len(wanted['boxes']) == len(found.corners)
    torch.testing.assert_close(found.corners, wanted['boxes'])
    words = find.text['input_ids'][0][find.prompt >= 0]
    assert len(words) == 14 and len(set(found.label.tolist())) > 1
    kept = outputs.logits[0].sigmoid().amax(dim=1) > 0.3
    best = outputs.logits[0][kept][:, :len(find.prompt)].masked_fill(
        find.prompt < 0, -torch.inf).argmax(dim=1)
    assert found.label.tolist() == find.prompt[best].tolist()


def test_errors(detector: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match='--detector'):
        GroundingDino(tmp_path, GROUNDED_SAM)
    with pytest.raises(ValueError, match='41 prompts give .* reads 64 tokens'):
        GroundingDino(detector, ['car'] * 41)
