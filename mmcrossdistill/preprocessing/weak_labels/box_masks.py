"""Masks of Segment Anything inside given boxes."""
from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from mmcrossdistill.preprocessing.local_checkpoint import check_checkpoint
from mmcrossdistill.utils.optional import require

SEGMENTER = ('--checkpoint', 'facebook/sam-vit-huge or of a SAM-HQ')  # option, example
_MASKS_AT_ONCE = 16  # at the size of the image, so that memory does not grow with the boxes


class BoxMasks:
    """One mask per box, by SAM or SAM-HQ.

    Source: OLIVINE prompts SAM with boxes and takes its single mask (no multi-mask output).

    Args:
        checkpoint: folder with the weights and the processor, as ``save_pretrained`` writes them;
            nothing is downloaded.
        device: of the model, e.g. 'cuda'.

    Raises:
        FileNotFoundError: if the folder is no checkpoint.
    """

    def __init__(self, checkpoint: str | Path, device: str = 'cpu') -> None:
        check_checkpoint(checkpoint, *SEGMENTER)
        transformers = require('transformers', extra='sam')
        self.model = transformers.AutoModelForMaskGeneration.from_pretrained(
            checkpoint, local_files_only=True).to(device).eval()
        self.processor = transformers.SamImageProcessor.from_pretrained(
            checkpoint, local_files_only=True)

    @torch.inference_mode()
    def __call__(self, image: np.ndarray, corners: Tensor) -> np.ndarray:
        """Segment what the boxes hold.

        Args:
            image ((H, W, 3) uint8): RGB.
            corners ((K, 4) float): x1, y1, x2, y2, pixels.

        Returns:
            (K, H, W) bool.
        """
        if not len(corners):
            return np.zeros((0, *image.shape[:2]), dtype=bool)
        inputs = self.processor(images=image, return_tensors='pt').to(self.model.device)
        original, reshaped = inputs['original_sizes'], inputs['reshaped_input_sizes']
        scale = (reshaped[0] / original[0]).flip(0).repeat(2)
        found = self.model(
            pixel_values=inputs['pixel_values'], input_boxes=(corners * scale)[None],
            multimask_output=False)
        return np.concatenate([
            self.processor.post_process_masks([part], original, reshaped)[0][:, 0].cpu().numpy()
            for part in found.pred_masks[0].split(_MASKS_AT_ONCE)])
