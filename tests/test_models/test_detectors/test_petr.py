"""PETR on random pictures: modes, frozen parts, learning, bad input."""
from __future__ import annotations

from typing import Any

import pytest
import torch

from mmcrossdistill.registry import MODELS
from mmcrossdistill.structures import DistillDataSample
from mmcrossdistill.testing.multi_view import random_multi_view_batch, tiny_petr_cfg

FROZEN = dict(type='ViT', arch='test_tiny', feature='norm', frozen=True)


def build(**options: Any) -> Any:
    """A tiny detector in training mode."""
    torch.manual_seed(0)
    return MODELS.build(tiny_petr_cfg(**options)).train()


def losses_of(model: Any, batch: dict) -> dict[str, torch.Tensor]:
    """Run the loss mode as the runner does."""
    return model(**model.data_preprocessor(batch, True), mode='loss')


@pytest.mark.parametrize('backbone', [
    FROZEN, dict(type='ViT', arch='test_tiny', feature='norm'), dict(type='ResNet')])
def test_gradients_reach_what_is_not_frozen(backbone: dict) -> None:
    head = tiny_petr_cfg()['head']
    if backbone['type'] == 'ResNet':
        head['in_channels'] = 2048
    model = build(backbone_2d=backbone, head=head)
    model.parse_losses(losses_of(model, random_multi_view_batch()))[0].backward()
    learning = {name.split('.')[0] for name, parameter in model.named_parameters()
                if parameter.grad is not None and parameter.grad.abs().sum() > 0}
    assert learning == ({'head'} if backbone.get('frozen') else {'head', 'backbone_2d'})
    assert model.backbone_2d.training != backbone.get('frozen', False)
    assert all(parameter.grad is not None for parameter in model.head.parameters())


def test_learns_boxes() -> None:
    model = build()
    batch = random_multi_view_batch((3, 2))
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    history = []
    for _ in range(60):
        loss, _ = model.parse_losses(losses_of(model, batch))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        history.append(loss.item())
    assert history[-1] < 0.5 * history[0]


def test_a_frame_without_boxes_trains() -> None:
    model = build()
    losses = losses_of(model, random_multi_view_batch((0, 0)))
    loss, _ = model.parse_losses(losses)
    loss.backward()
    assert loss.isfinite() and losses['loss_bbox'] == 0
    grads = [parameter.grad for parameter in model.parameters() if parameter.requires_grad]
    assert all(grad is not None and grad.isfinite().all() for grad in grads)


def test_predictions_are_mmdet3d_boxes() -> None:
    model = build().eval()
    batch = model.data_preprocessor(random_multi_view_batch())
    with torch.no_grad():
        samples = model(**batch, mode='predict')
        logits, codes = model(**batch, mode='tensor')
    assert logits.shape == (2, 2, 12, 10)
    boxes, scores, labels = model.head.predict((logits, codes))[1]
    found = samples[1].to_dict()['pred_instances_3d']
    torch.testing.assert_close(found['bboxes_3d'].gravity_center, boxes[:, :3])
    torch.testing.assert_close(
        found['bboxes_3d'].bottom_center[:, 2], boxes[:, 2] - boxes[:, 5] / 2)
    torch.testing.assert_close(found['bboxes_3d'].tensor[:, 3:], boxes[:, 3:])
    assert torch.equal(found['scores_3d'], scores) and torch.equal(found['labels_3d'], labels)


def test_cached_features_change_nothing() -> None:
    batch = random_multi_view_batch()
    plain = losses_of(build(backbone_2d=FROZEN), batch)
    cached = build(backbone_2d=FROZEN, cache_features=True)
    for _ in range(2):
        torch.testing.assert_close(losses_of(cached, batch), plain)
    with pytest.raises(ValueError, match='frozen=True'):
        build(cache_features=True)


def test_holes_are_for_training_only() -> None:
    model = build(grid_mask=dict(prob=1.0))
    imgs = torch.ones(6, 3, 32, 64)
    seen: list[torch.Tensor] = []
    model.backbone_2d.register_forward_pre_hook(lambda module, args: seen.append(args[0]))
    model.extract_feats(imgs, 3)
    model.eval().extract_feats(imgs, 3)
    assert (seen[0] == 0).any() and torch.equal(seen[1], imgs)


def test_bfloat16_is_close_to_float32() -> None:
    model = build()
    batch = random_multi_view_batch()
    expected = model.parse_losses(losses_of(model, batch))[0]
    with torch.autocast('cpu', dtype=torch.bfloat16):
        losses = losses_of(model, batch)
    assert all(value.dtype == torch.float32 for value in losses.values())
    torch.testing.assert_close(model.parse_losses(losses)[0], expected, rtol=0.05, atol=0.05)


def test_bad_input() -> None:
    model = build()
    batch = random_multi_view_batch()
    batch['data_samples'][1] = DistillDataSample(metainfo=dict(token='sample-1'))
    with pytest.raises(ValueError, match='sample-1 has no boxes; add LoadBoxes'):
        losses_of(model, batch)
    with pytest.raises(ValueError, match='head.in_channels=32, but backbone_2d gives 2048'):
        build(backbone_2d=dict(type='ResNet'))
    with pytest.raises(ValueError, match="mode must be 'loss'"):
        model(**model.data_preprocessor(random_multi_view_batch()), mode='train')
