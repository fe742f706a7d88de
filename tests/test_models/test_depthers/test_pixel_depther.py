"""Depth probe on images."""
from __future__ import annotations

from typing import Any

import pytest
import torch
import torch.nn.functional as F

from mmcrossdistill.models.depthers import PixelDepther
from mmcrossdistill.models.layers.pixel_sampling import sample_features_at_pixels
from mmcrossdistill.registry import MODELS
from mmcrossdistill.structures import Correspondence
from mmcrossdistill.testing.tiny import random_batch


def build(**kwargs: Any) -> PixelDepther:
    """A probe with the tiny encoder."""
    return MODELS.build(dict(
        type='PixelDepther', backbone_2d=dict(type='ViT', arch='test_tiny'), **kwargs))


def run(model: PixelDepther, batch: dict, mode: str) -> Any:
    """Preprocess and run one batch."""
    return model(**model.data_preprocessor(batch, model.training), mode=mode)


def test_loss_is_the_squared_error_in_metres() -> None:
    model = build()
    torch.nn.init.zeros_(model.head.linear.weight)
    torch.nn.init.constant_(model.head.linear.bias, 20.0)
    batch = random_batch(num_samples=3)
    depth = torch.cat([sample.corr.depth for sample in batch['data_samples']])
    expected = (depth - 20).square().mean()
    assert torch.allclose(run(model, batch, 'loss')['loss_depth'], expected)
    predicted = run(model.eval(), batch, 'predict')
    assert all(torch.allclose(sample.pred_depth, torch.full((40,), 20.0))
               for sample in predicted)


def test_has_no_batch_norm_and_a_linear_output_by_default() -> None:
    model = build()
    assert isinstance(model.head.norm, torch.nn.Identity)
    torch.nn.init.constant_(model.head.linear.bias, -3.0)
    assert run(model.eval(), random_batch(), 'predict')[0].pred_depth.max() < 0


def test_missing_depth_is_one_clear_error() -> None:
    batch = random_batch(num_samples=1)
    corr = batch['data_samples'][0].corr
    batch['data_samples'][0].corr = Correspondence(corr.point_idx, corr.view_idx, corr.pixel_uv)
    with pytest.raises(ValueError, match='no depth'):
        run(build(), batch, 'loss')


def test_no_pairs_give_a_zero_loss_with_gradient() -> None:
    model, batch = build(), random_batch(num_samples=1)
    batch['data_samples'][0].corr = Correspondence.empty(with_depth=True)
    loss = run(model, batch, 'loss')['loss_depth']
    loss.backward()
    assert loss.item() == 0 and model.head.linear.weight.grad is not None


def test_reads_where_md4all_reads_up_to_a_twentieth_of_a_patch() -> None:
    """md4all enlarges the prediction to the full image and reads whole pixels."""
    rows, columns = torch.meshgrid(torch.arange(16.), torch.arange(32.), indexing='ij')
    grid = torch.stack([rows, columns])[None]  # each value is its own place, in patches
    resized = F.interpolate(grid, (224, 448), mode='bilinear', align_corners=True)
    full = F.interpolate(resized, (900, 1600), mode='bilinear', align_corners=True)
    v, u = torch.randint(900, (500,)), torch.randint(1600, (500,))
    expected = full[0, :, v, u].T
    pixel_uv = torch.stack([u, v], dim=1) * torch.tensor([448 / 1600, 224 / 900])
    read = sample_features_at_pixels(
        grid, torch.zeros(500, dtype=torch.long), pixel_uv, (224, 448), 'none')
    torch.testing.assert_close(read, expected, rtol=0, atol=0.055)
