"""Boxes of Grounding DINO, by transformers and from local weights."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from mmcrossdistill.preprocessing.local_checkpoint import check_checkpoint
from mmcrossdistill.utils.optional import require

DETECTOR = ('--detector', 'IDEA-Research/grounding-dino-tiny')  # option, example
_NO_PROMPT = -1


@dataclass(frozen=True)
class Boxes:
    """What was found in an image, in the order of the detector.

    Args:
        corners ((K, 4) float): x1, y1, x2, y2, pixels.
        score ((K,) float): of the best word, 0 to 1.
        label ((K,) int64): row of the prompt.
    """

    corners: Tensor
    score: Tensor
    label: Tensor


def prompt_of_token(tokens: Tensor, separator: int, specials: Sequence[int]) -> Tensor:
    """Tell which prompt each token belongs to.

    Args:
        tokens ((T,) int64): of prompts that each end with the separator.
        separator: id of the full stop.
        specials: ids of the tokens at the start and the end.

    Returns:
        (T,) int64: row of the prompt, -1 for separators and specials.
    """
    stops = tokens == separator
    rows = stops.cumsum(0) - stops.long()
    outside = stops | torch.isin(tokens, torch.tensor(list(specials), device=tokens.device))
    return rows.masked_fill(outside, _NO_PROMPT)


def choose_boxes(
    probs: Tensor, corners: Tensor, prompt: Tensor, num_prompts: int, box_threshold: float,
    text_threshold: float,
) -> Boxes:
    """Keep the sure boxes and give each the prompt of its strongest word.

    Where a box answers to words of several prompts ("car truck"), the strongest word decides;
    OLIVINE's code takes the first word of the phrase, and repairs some phrases by hand.

    Args:
        probs ((Q, T) float): of each query and token, 0 to 1.
        corners ((Q, 4) float): boxes of the queries.
        prompt ((T,) int64): of :func:`prompt_of_token`.
        num_prompts: P.
        box_threshold: boxes whose best token of any kind is not above it are dropped.
        text_threshold: boxes whose best word is not above it are dropped.
    """
    by_prompt = torch.stack(
        [probs[:, prompt == row].amax(dim=1) for row in range(num_prompts)], dim=1)
    score, label = by_prompt.max(dim=1)
    kept = (probs.amax(dim=1) > box_threshold) & (score > text_threshold)
    return Boxes(corners[kept], score[kept], label[kept])


class GroundingDino:
    """Finds boxes that words describe.

    Source: OLIVINE takes the SwinT-OGC model, all prompts in one text, thresholds 0.25 and 0.25.

    Args:
        checkpoint: folder with the weights and the processor, as ``save_pretrained`` writes them;
            nothing is downloaded.
        prompts: one per class, without full stops.
        box_threshold: see :func:`choose_boxes`.
        text_threshold: see :func:`choose_boxes`.
        device: of the model, e.g. 'cuda'.

    Raises:
        FileNotFoundError: if the folder is no checkpoint.
        ValueError: if the prompts do not fit the model's text.
    """

    def __init__(
        self, checkpoint: str | Path, prompts: Sequence[str], box_threshold: float = 0.25,
        text_threshold: float = 0.25, device: str = 'cpu',
    ) -> None:
        check_checkpoint(checkpoint, *DETECTOR)
        transformers = require('transformers', extra='sam')
        self.model = transformers.GroundingDinoForObjectDetection.from_pretrained(
            checkpoint, local_files_only=True).to(device).eval()
        self.images = transformers.AutoImageProcessor.from_pretrained(
            checkpoint, local_files_only=True)
        tokenizer = transformers.AutoTokenizer.from_pretrained(checkpoint, local_files_only=True)
        self.text = tokenizer(
            ''.join(f'{prompt}. ' for prompt in prompts).rstrip(), return_tensors='pt').to(device)
        tokens = self.text['input_ids'][0]
        self.prompt = prompt_of_token(
            tokens, tokenizer.convert_tokens_to_ids('.'), tokenizer.all_special_ids)
        found = self.prompt[self.prompt != _NO_PROMPT].unique()
        limit = self.model.config.max_text_len
        if len(found) != len(prompts) or len(tokens) > limit:
            raise ValueError(
                f'the {len(prompts)} prompts give {len(tokens)} tokens of {len(found)} phrases; '
                f'{checkpoint} (--detector) reads {limit} tokens, and its vocabulary must know the '
                'words and the full stop')
        self.num_prompts = len(prompts)
        self.thresholds = dict(box_threshold=box_threshold, text_threshold=text_threshold)

    @torch.inference_mode()
    def __call__(self, image: np.ndarray) -> Boxes:
        """Find the boxes of one image.

        Args:
            image ((H, W, 3) uint8): RGB.
        """
        pixels = self.images(images=image, return_tensors='pt').to(self.model.device)
        found = self.model(**pixels, **self.text)
        centre, size = found.pred_boxes[0].split(2, dim=1)
        height, width = image.shape[:2]
        corners = torch.cat([centre - size / 2, centre + size / 2], dim=1) * torch.tensor(
            [width, height, width, height], device=centre.device)
        # The model pads its answers to a fixed length.
        probs = found.logits[0, :, :len(self.prompt)].sigmoid()
        return choose_boxes(
            probs, corners, self.prompt, self.num_prompts, **self.thresholds)
