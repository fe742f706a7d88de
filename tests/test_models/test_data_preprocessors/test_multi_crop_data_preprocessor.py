"""The order of crops and their colours."""
from __future__ import annotations

import torch

from mmcrossdistill.models.data_preprocessors import MultiCropDataPreprocessor
from mmcrossdistill.testing.tiny import collate, random_multi_crop_sample


def test_crop_zero_of_all_images_comes_first() -> None:
    samples = [random_multi_crop_sample(seed) for seed in range(3)]
    mean, std = (10.0, 20.0, 30.0), (2.0, 4.0, 8.0)
    out = MultiCropDataPreprocessor(mean, std)(collate(samples))
    for name, count in (('global_crops', 2), ('local_crops', 3)):
        rows = out['inputs'][name]
        assert len(rows) == 3 * count
        for crop in range(count):
            for image in range(3):
                raw = samples[image]['inputs'][name][crop].float()
                for channel in range(3):
                    torch.testing.assert_close(
                        rows[crop * 3 + image, channel],
                        (raw[channel] - mean[channel]) / std[channel])
    masks = out['inputs']['masks']
    assert masks.dtype == torch.bool and masks.shape == (6, 32)
    assert torch.equal(masks[4], samples[1]['inputs']['masks'][1].flatten())
