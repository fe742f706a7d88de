"""Supervised pre-training of a small 2D encoder."""
from __future__ import annotations

from typing import Any

import pytest
import torch
import torch.nn.functional as F

from mmcrossdistill.models.segmentors import SegDepthEncoder
from mmcrossdistill.registry import MODELS
from mmcrossdistill.testing.tiny import random_batch


def build(**kwargs: Any) -> SegDepthEncoder:
    """A model with the tiny encoder."""
    return MODELS.build(dict(
        type='SegDepthEncoder', backbone_2d=dict(type='ViT', arch='test_tiny'), **kwargs))


def run(model: SegDepthEncoder, batch: dict, mode: str) -> Any:
    """Preprocess and run one batch."""
    return model(**model.data_preprocessor(batch, model.training), mode=mode)


def test_scores_are_cosines_over_the_temperature() -> None:
    model, batch = build(temperature=0.2), random_batch()
    outputs = run(model, batch, 'tensor')
    assert outputs.logits.abs().max() <= 5 + 1e-4
    assert torch.allclose(outputs.cells.norm(dim=1), torch.ones(len(outputs.cells)), atol=1e-5)
    data = model.data_preprocessor(batch)['inputs']
    data['corr'].pixel_uv[0] = torch.tensor([0.5, 0.5])  # the centre of the first cell
    first = model.backbone_2d(data['imgs'])[-1][data['corr'].view_idx[0], :, 0, 0]
    expected = F.cosine_similarity(model.prototypes, first[None]) / 0.2
    assert torch.allclose(model.compute_outputs(data).logits[0], expected, atol=1e-4)


def test_scale_of_the_features_does_not_matter() -> None:
    """The losses act on directions only, as the distillation loss does."""
    model, batch = build(), random_batch()
    expected = run(model, batch, 'tensor')
    encode = model.backbone_2d.forward
    model.backbone_2d.forward = lambda imgs: tuple(3 * feats for feats in encode(imgs))
    scaled = run(model, batch, 'tensor')
    assert torch.allclose(scaled.logits, expected.logits, atol=1e-4)
    assert torch.allclose(scaled.log_depth, expected.log_depth, atol=1e-4)


def train(uniformity: float) -> list[dict[str, float]]:
    """Losses of a short training, the uniformity without its weight."""
    torch.manual_seed(0)
    model, batch = build().train(), random_batch(num_samples=2)
    optimizer = torch.optim.AdamW(
        [parameter for parameter in model.parameters() if parameter.requires_grad], lr=3e-3)
    history = []
    for _ in range(25):
        losses = run(model, batch, 'loss')
        history.append({name: loss.item() for name, loss in losses.items()})
        optimizer.zero_grad()
        losses['loss_uniformity'] = losses['loss_uniformity'] * uniformity
        sum(losses.values()).backward()
        optimizer.step()
    return history


def test_learns_classes_and_depth_and_spreads_the_features() -> None:
    with_term, without = train(1.0), train(0.0)
    assert set(with_term[0]) == {'loss_seg', 'loss_depth', 'loss_uniformity'}
    for name in ('loss_seg', 'loss_depth'):
        assert with_term[-1][name] < 0.8 * with_term[0][name]
    assert with_term[-1]['loss_uniformity'] < without[-1]['loss_uniformity'] - 0.5


def test_predicts_both_at_each_samples_pairs() -> None:
    model = build().eval()
    with torch.no_grad():
        model.depth_head.linear.bias.fill_(torch.tensor(7.0).log())
        torch.nn.init.zeros_(model.depth_head.linear.weight)
    samples = run(model, random_batch(num_samples=2), 'predict')
    assert [len(sample.pred_labels) for sample in samples] == [40, 40]
    assert torch.allclose(samples[1].pred_depth, torch.full((40,), 7.0))
    with pytest.raises(ValueError, match='mode'):
        run(model, random_batch(), 'features')
