"""Segmentation probe on points."""
from __future__ import annotations

from typing import Any

import pytest
import torch

from mmcrossdistill.models.segmentors import PointSegmentor
from mmcrossdistill.registry import MODELS
from mmcrossdistill.testing.tiny import random_batch


def build(**kwargs: Any) -> PointSegmentor:
    """A probe with the tiny encoder."""
    return MODELS.build(dict(
        type='PointSegmentor', backbone_3d=dict(type='WaffleIron', arch='test_tiny'), **kwargs))


def labelled_batch() -> dict[str, Any]:
    """Two clouds with a class per point that its height tells."""
    batch = random_batch(num_samples=2, num_points=80)
    for points, sample in zip(batch['inputs']['points'], batch['data_samples'], strict=True):
        sample.point_labels = (points[:, 2] > 0).long()
    return batch


def run(model: PointSegmentor, batch: dict, mode: str) -> Any:
    """Preprocess and run one batch."""
    return model(**model.data_preprocessor(batch, model.training), mode=mode)


def test_learns_on_a_frozen_encoder() -> None:
    model, batch = build(num_classes=2).train(), labelled_batch()
    before = {name: value.clone() for name, value in model.backbone_3d.state_dict().items()}
    optimizer = torch.optim.AdamW(model.head.parameters(), lr=0.05)
    losses = []
    for _ in range(30):
        optimizer.zero_grad()
        loss = sum(run(model, batch, 'loss').values())
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    # A zero-initialised head knows nothing: log(2), and errors of one half everywhere.
    assert losses[0] == pytest.approx(torch.tensor(2.0).log().item() + 0.5, abs=1e-5)
    assert losses[-1] < 0.7 * losses[0]
    assert all(torch.equal(value, before[name])
               for name, value in model.backbone_3d.state_dict().items())


def test_predictions_belong_to_their_own_cloud() -> None:
    model = build(num_classes=5).eval()
    torch.nn.init.normal_(model.head.linear.weight)
    batch = random_batch(num_samples=2, num_points=80)
    batch['inputs'] = {key: value for key, value in batch['inputs'].items() if key != 'imgs'} | {
        'imgs': [torch.zeros(0, 3, 1, 1, dtype=torch.uint8)] * 2}
    for key in ('points', 'neighbors'):
        batch['inputs'][key][0] = batch['inputs'][key][0][:50] % (50 if key == 'neighbors' else 99)
    for sample in batch['data_samples']:
        sample.corr = sample.corr.select(torch.zeros(0, dtype=torch.long))
    samples = run(model, batch, 'predict')
    assert [len(sample.pred_point_labels) for sample in samples] == [50, 80]
    alone = dict(inputs={key: value[1:] for key, value in batch['inputs'].items()},
                 data_samples=batch['data_samples'][1:])
    expected = run(model, alone, 'tensor').argmax(1)
    assert torch.equal(samples[1].pred_point_labels, expected)


def test_missing_labels_are_one_clear_error() -> None:
    with pytest.raises(ValueError, match='LoadPointLabels'):
        run(build(), random_batch(), 'loss')


def test_a_projector_learns_between_encoder_and_head() -> None:
    model = build(num_classes=2, freeze_backbone=False, projector_3d=dict(
        type='LinearProjector', in_channels=16, out_channels=24)).train()
    torch.nn.init.normal_(model.head.linear.weight)
    assert model.head.linear.in_features == 24
    sum(run(model, labelled_batch(), 'loss').values()).backward()
    assert model.projector_3d.linear.weight.grad.abs().sum() > 0
    assert all(p.grad is not None for p in model.backbone_3d.parameters() if p.requires_grad)
