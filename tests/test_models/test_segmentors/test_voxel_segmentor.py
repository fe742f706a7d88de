"""Segmentation through voxels, against loops over voxels."""
from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from mmcrossdistill.models.losses.lovasz import lovasz_softmax
from mmcrossdistill.models.segmentors import VoxelSegmentor
from mmcrossdistill.registry import MODELS
from mmcrossdistill.structures import VoxelBatch
from mmcrossdistill.testing.tiny import random_batch

CLASSES = 4


@MODELS.register_module()
class VoxelRows(nn.Module):
    """A voxel encoder: batch norm of a linear layer on each voxel by itself."""

    embed_dims = 8

    def __init__(self) -> None:
        super().__init__()
        self.linear, self.norm = nn.Linear(4, 8), nn.BatchNorm1d(8)

    def forward(self, voxels: VoxelBatch) -> Tensor:
        return self.norm(self.linear(voxels.feats))


def build(backbone: str = 'VoxelRows', **kwargs: Any) -> VoxelSegmentor:
    """A probe on 2 m voxels, which several points share."""
    cfg = dict(VoxelRows=dict(type='VoxelRows'), WaffleIron=dict(
        type='WaffleIron', arch='test_tiny'))[backbone]
    voxelizer = dict(voxel_size=2.0, features=('x', 'y', 'z', 'intensity'))
    return MODELS.build({**dict(
        type='VoxelSegmentor', num_classes=CLASSES, backbone_3d=cfg,
        data_preprocessor=dict(voxelizer=voxelizer if backbone == 'VoxelRows' else None)),
        **kwargs})


def labelled_batch(num_points: int = 300) -> dict[str, Any]:
    """Two clouds with random labels, a tenth of them ignored."""
    batch = random_batch(num_samples=2, num_points=num_points)
    for sample in batch['data_samples']:
        labels = torch.randint(CLASSES, (num_points,))
        labels[torch.rand(num_points) < 0.1] = 255
        sample.point_labels = labels
    return batch


def points_by_voxel(batch: dict[str, Any]) -> dict[tuple, list[int]]:
    """Rows of the points of each voxel, by cloud and index, sorted."""
    found: dict[tuple, list[int]] = {}
    row = 0
    for cloud, points in enumerate(batch['inputs']['points']):
        for place in points[:, :3].tolist():
            found.setdefault((cloud, *(int(x // 2.0) for x in place)), []).append(row)
            row += 1
    return dict(sorted(found.items()))


def run(model: VoxelSegmentor, batch: dict, mode: str) -> Any:
    """Preprocess and run one batch."""
    return model(**model.data_preprocessor(batch, model.training), mode=mode)


@pytest.mark.parametrize('rule', ['first', 'majority'])
def test_labels_of_voxels(rule: str) -> None:
    model, batch = build(voxel_label=rule), labelled_batch()
    labels = torch.cat([sample.point_labels for sample in batch['data_samples']]).tolist()
    expected = []
    for rows in points_by_voxel(batch).values():
        votes = Counter(labels[row] for row in rows if labels[row] != 255)
        majority = min(votes, key=lambda label: (-votes[label], label)) if votes else 255
        expected.append(labels[rows[0]] if rule == 'first' else majority)
    data = model.data_preprocessor(batch, False)
    found = model.collect_target(**data)
    assert found.tolist() == expected
    assert 0 < expected.count(255) < len(expected) < len(labels)


def test_both_rules_differ_and_ignored_points_do_not_vote() -> None:
    batch = labelled_batch()
    first, majority = (
        model.collect_target(**model.data_preprocessor(batch, False))
        for model in (build(voxel_label='first'), build(voxel_label='majority')))
    assert (first != majority).any()
    assert (majority == 255).sum() < (first == 255).sum()


def test_the_loss_is_that_of_the_voxels() -> None:
    model, batch = build().eval(), labelled_batch()
    losses = run(model, batch, 'loss')
    points = torch.cat(batch['inputs']['points'])
    labels = torch.cat([sample.point_labels for sample in batch['data_samples']])
    rows = torch.tensor([rows[0] for rows in points_by_voxel(batch).values()])
    feats = model.backbone_3d.norm(model.backbone_3d.linear(points[rows]))
    logits = feats @ model.head.linear.weight.T + model.head.linear.bias
    log_probs = logits.log_softmax(1)
    kept = labels[rows] != 255
    expected = -log_probs[kept].gather(1, labels[rows][kept, None]).mean()
    assert losses['loss_ce'].item() == pytest.approx(expected.item(), rel=1e-5)
    assert losses['loss_lovasz'].item() == pytest.approx(
        lovasz_softmax(log_probs.exp()[kept], labels[rows][kept]).item(), rel=1e-5)


def test_every_point_is_predicted_as_its_voxel() -> None:
    model, batch = build().eval(), labelled_batch()
    samples = run(model, batch, 'predict')
    predicted = torch.cat([sample.pred_point_labels for sample in samples])
    assert [len(sample.pred_point_labels) for sample in samples] == [300, 300]
    best = run(model, batch, 'tensor').argmax(1)
    for row, rows in enumerate(points_by_voxel(batch).values()):
        assert (predicted[rows] == best[row]).all()
    assert len(best.unique()) > 1


def test_an_encoder_of_points_is_probed_at_its_points() -> None:
    model, batch = build('WaffleIron').eval(), labelled_batch()
    nn.init.normal_(model.head.linear.weight)
    data = model.data_preprocessor(batch, False)
    labels = torch.cat([sample.point_labels for sample in batch['data_samples']])
    assert torch.equal(model.collect_target(**data), labels)
    samples = model(**data, mode='predict')
    best = model(**data, mode='tensor').argmax(1)
    assert torch.equal(torch.cat([sample.pred_point_labels for sample in samples]), best)


@pytest.mark.parametrize('freeze,norm_eval,statistics_move', [
    (True, True, False), (True, False, True), (False, True, True)])
def test_batch_norms_of_a_probe(freeze: bool, norm_eval: bool, statistics_move: bool) -> None:
    model = build(freeze_backbone=freeze, norm_eval=norm_eval).train()
    before = model.backbone_3d.norm.running_mean.clone()
    losses = run(model, labelled_batch(), 'loss')
    sum(losses.values()).backward()
    assert (model.backbone_3d.norm.running_mean != before).any() == statistics_move
    assert (model.backbone_3d.linear.weight.grad is None) == freeze
    assert model.head.linear.weight.grad.abs().sum() > 0
    assert not model.eval().backbone_3d.norm.training


def test_a_cloud_without_labels_gives_a_zero_loss_with_gradient() -> None:
    model, batch = build(freeze_backbone=False).train(), labelled_batch()
    for sample in batch['data_samples']:
        sample.point_labels = torch.full_like(sample.point_labels, 255)
    total = sum(run(model, batch, 'loss').values())
    total.backward()
    assert total.item() == 0
    assert model.backbone_3d.linear.weight.grad.abs().sum() == 0


def test_unknown_rule() -> None:
    with pytest.raises(ValueError, match="voxel_label must be one of .*'last'"):
        build(voxel_label='last')
