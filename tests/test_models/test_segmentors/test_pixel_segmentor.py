"""Segmentation probe on images."""
from __future__ import annotations

from typing import Any

import pytest
import torch
import torch.nn.functional as F

from mmcrossdistill.models.losses import lovasz_softmax
from mmcrossdistill.models.segmentors import PixelSegmentor
from mmcrossdistill.registry import MODELS
from mmcrossdistill.structures import Correspondence
from mmcrossdistill.testing.tiny import TINY_IMAGE, random_batch

BACKBONE = dict(type='ViT', arch='test_tiny', feature='prenorm')


def build(**kwargs: Any) -> PixelSegmentor:
    """A probe with the tiny encoder."""
    return MODELS.build(dict(type='PixelSegmentor', backbone_2d=dict(BACKBONE), **kwargs))


def run(model: PixelSegmentor, batch: dict, mode: str) -> Any:
    """Preprocess and run one batch."""
    return model(**model.data_preprocessor(batch, model.training), mode=mode)


def test_loss_equals_the_dense_way() -> None:
    """Upsample every logit to every pixel, read the labelled ones, average over them."""
    model, batch = build(), random_batch(num_samples=2, num_views=2)
    losses = run(model, batch, 'loss')
    data = model.data_preprocessor(batch, True)['inputs']
    feats = model.backbone_2d(data['imgs'])[-1]
    rows = model.head.norm(feats.permute(0, 2, 3, 1).reshape(-1, 32))
    logits = model.head.linear(rows).view(4, 4, 8, 16).permute(0, 3, 1, 2)
    dense = F.interpolate(logits, TINY_IMAGE, mode='bilinear', align_corners=True)
    column, row = data['corr'].pixel_uv.long().unbind(1)
    picked, labels = dense[data['corr'].view_idx, :, row, column], data['corr'].label
    assert torch.allclose(losses['loss_ce'], F.cross_entropy(picked, labels), atol=1e-5)
    assert torch.allclose(
        losses['loss_lovasz'], lovasz_softmax(picked.softmax(1), labels), atol=1e-5)


@pytest.mark.parametrize('frozen', [True, False])
def test_gradients_reach_the_encoder_only_in_fine_tuning(frozen: bool) -> None:
    model = build(freeze_backbone=frozen).train()
    before = {name: value.clone() for name, value in model.backbone_2d.state_dict().items()}
    sum(run(model, random_batch(), 'loss').values()).backward()
    assert model.head.linear.weight.grad.abs().sum() > 0
    weight = model.backbone_2d.model.blocks[0].attn.qkv.weight
    assert model.backbone_2d.training is not frozen
    if frozen:
        assert all(parameter.grad is None for parameter in model.backbone_2d.parameters())
        assert all(torch.equal(value, before[name])
                   for name, value in model.backbone_2d.state_dict().items())
    else:
        assert weight.grad.abs().sum() > 0


def test_predictions_of_a_batch_are_those_of_its_samples() -> None:
    model = build().eval()
    samples = run(model, random_batch(num_samples=3), 'predict')
    for seed, sample in enumerate(samples):
        one = random_batch(num_samples=seed + 1)
        one = dict(inputs={key: value[-1:] for key, value in one['inputs'].items()},
                   data_samples=one['data_samples'][-1:])
        assert torch.equal(run(model, one, 'predict')[0].pred_labels, sample.pred_labels)
        assert len(sample.pred_labels) == len(sample.corr)


def test_predicts_without_labels() -> None:
    model, batch = build().eval(), random_batch(num_samples=1)
    corr = batch['data_samples'][0].corr
    batch['data_samples'][0].corr = Correspondence(
        corr.point_idx, corr.view_idx, corr.pixel_uv)
    assert run(model, batch, 'predict')[0].pred_labels.shape == (40,)
    with pytest.raises(ValueError, match='with_labels=True'):
        run(model, batch, 'loss')


def test_no_pairs_give_a_zero_loss_with_gradient() -> None:
    model, batch = build(), random_batch()
    for sample in batch['data_samples']:
        sample.corr = Correspondence.empty(with_label=True, with_depth=True)
    loss = sum(run(model, batch, 'loss').values())
    loss.backward()
    assert loss.item() == 0 and model.head.linear.weight.grad is not None


def train(model: PixelSegmentor, epochs: int = 3) -> dict[str, torch.Tensor]:
    """Train on two batches."""
    optimizer = torch.optim.AdamW(model.head.parameters(), lr=1e-2)
    batches = [random_batch(num_samples=2), random_batch(num_samples=1)]
    for _ in range(epochs):
        for batch in batches:
            optimizer.zero_grad()
            sum(run(model, batch, 'loss').values()).backward()
            optimizer.step()
    return model.state_dict()


def test_cached_features_train_the_same_probe() -> None:
    plain = build()
    cached = build(cache_features=True)
    cached.load_state_dict(plain.state_dict())
    expected, result = train(plain), train(cached)
    assert len(cached._cache) == 2
    assert all(torch.allclose(result[name], value, atol=1e-5)
               for name, value in expected.items())
    cached.load_state_dict(plain.state_dict())
    assert len(cached._cache) == 0, 'other weights must clear the cache'


def test_refuses_to_cache_trainable_features() -> None:
    with pytest.raises(ValueError, match='freeze_backbone=True'):
        build(cache_features=True, freeze_backbone=False)
