"""Panoptic segmentation through rows of points and of voxels."""
from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from mmcrossdistill.models.layers.instance_targets import instance_targets
from mmcrossdistill.models.segmentors import PanopticSegmentor
from mmcrossdistill.registry import MODELS
from mmcrossdistill.structures import DistillDataSample
from mmcrossdistill.testing.tiny import random_batch

THINGS = (0, 2, 5)
BACKBONES: dict[str, dict[str, Any]] = {
    'Cylinder3D': dict(backbone_3d=dict(type='Cylinder3D', preset='test_tiny')),
    'VoxelNet': dict(backbone_3d=dict(
        type='VoxelNet', voxel_size=(0.8, 0.8, 0.2), widths=(4, 4, 8, 8), last_width=8)),
    'SparseUNet': dict(
        backbone_3d=dict(type='SparseUNet', preset='test_tiny'),
        data_preprocessor=dict(voxelizer=dict(voxel_size=0.5)))}


def build(backbone: str = 'Cylinder3D', **kwargs: Any) -> PanopticSegmentor:
    """A small model of seven classes."""
    return MODELS.build({**dict(
        type='PanopticSegmentor', num_classes=7, things=THINGS, freeze_backbone=False,
        bev_grid=dict(size=(16, 24), high=(20.0, 180.0)), sigma=1.0,
        instance_head=dict(in_channels=8, channels=(8, 8), out_channels=8)),
        **BACKBONES[backbone], **kwargs})


def labelled_batch(num_points: int = 300) -> dict[str, Any]:
    """Two clouds with random classes and objects; some things belong to no object."""
    batch = random_batch(num_samples=2, num_points=num_points)
    for sample in batch['data_samples']:
        labels = torch.randint(7, (num_points,))
        labels[torch.rand(num_points) < 0.1] = 255
        # Stuff may carry numbers, too, which do not count.
        instances = torch.randint(-1, 4, (num_points,))
        sample.point_labels, sample.point_instances = labels, instances
    return batch


class Decided(nn.Module):
    """A head that finds another class for almost every row."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.register_buffer('weight', torch.randn(width, 7))

    def forward(self, rows: Tensor) -> Tensor:
        spread = (rows - rows.mean(dim=1, keepdim=True)) / (rows.std(dim=1, keepdim=True) + 1e-3)
        return (40 * spread @ self.weight).sin()


def decide(model: PanopticSegmentor, heatmap: float) -> None:
    """Let the model find things and stuff, and centres everywhere or nowhere."""
    model.head = Decided(model.head.linear.in_features)
    nn.init.constant_(model.instance_head.branches['heatmap'][1].bias, heatmap)


def run(model: PanopticSegmentor, batch: dict, mode: str) -> Any:
    """Preprocess and run one batch."""
    return model(**model.data_preprocessor(batch, model.training), mode=mode)


@pytest.mark.parametrize('backbone', BACKBONES)
def test_every_backbone_learns_and_predicts(backbone: str) -> None:
    model, batch = build(backbone).train(), labelled_batch()
    losses = run(model, batch, 'loss')
    assert set(losses) == {'loss_ce', 'loss_lovasz', 'loss_heatmap', 'loss_offset'}
    sum(losses.values()).backward()
    assert all(torch.isfinite(loss) and loss > 0 for loss in losses.values())
    assert not [name for name, p in model.named_parameters() if p.grad is None]
    for part in ('backbone_3d', 'head', 'compress', 'instance_head'):
        grads = [p.grad.abs().sum() for p in getattr(model, part).parameters()]
        assert sum(grads) > 0, part
    decide(model.eval(), 1.0)
    for sample in run(model, batch, 'predict'):
        labels, instances = sample.pred_point_labels, sample.pred_point_instances
        assert labels.shape == instances.shape == (300,)
        is_thing = torch.isin(labels, torch.tensor(THINGS))
        assert ((instances > 0) == is_thing).all() and 0 < is_thing.sum() < 300
        for number in instances[is_thing].unique():
            assert len(labels[instances == number].unique()) == 1


def test_targets_are_those_of_numbered_things() -> None:
    model, batch = build(), labelled_batch()
    data = model.data_preprocessor(batch, False)
    target = model.collect_target(**data)
    labels = torch.cat([sample.point_labels for sample in batch['data_samples']])
    numbers = torch.cat([sample.point_instances for sample in batch['data_samples']])
    kept = [number if label in THINGS else 0 for label, number in zip(
        labels.tolist(), numbers.tolist(), strict=True)]
    points = data['inputs']['points']
    expected = instance_targets(
        points.coords, points.batch_idx, torch.tensor(kept), labels != 255, 2, model.grid, 1.0)
    assert torch.equal(target.labels, labels)
    for name, value in expected._asdict().items():
        assert torch.equal(getattr(target.instances, name), value), name
    assert expected.has_object.any() and min(numbers[labels == 0].tolist()) < 0


def test_points_of_a_voxel_share_its_class_and_take_their_own_cells() -> None:
    model, batch = build('SparseUNet').eval(), labelled_batch()
    # Without a centre, the points keep the class of their voxel.
    decide(model, -9.0)
    data = model.data_preprocessor(batch, False)
    outputs = model(**data, mode='tensor')
    voxels = data['inputs']['voxels']
    assert len(outputs.scores) == len(voxels) < 600
    samples = model(**data, mode='predict')
    labels = torch.cat([sample.pred_point_labels for sample in samples])
    assert torch.equal(labels, outputs.scores.argmax(1)[voxels.inverse])
    assert len(labels.unique()) == 7
    assert not torch.cat([sample.pred_point_instances for sample in samples]).any()


def test_a_batch_equals_its_clouds_one_by_one() -> None:
    model, batch = build().eval(), labelled_batch()
    decide(model, 1.0)
    together = run(model, batch, 'predict')
    found = [(sample.pred_point_labels, sample.pred_point_instances) for sample in together]
    for index, (labels, instances) in enumerate(found):
        one = dict(inputs={key: value[index:index + 1] for key, value in batch['inputs'].items()},
                   data_samples=batch['data_samples'][index:index + 1])
        alone = run(model, one, 'predict')[0]
        assert torch.equal(alone.pred_point_labels, labels)
        assert torch.equal(alone.pred_point_instances, instances)


@pytest.mark.parametrize('mean_over', ['map', 'targets'])
def test_clouds_without_objects_or_points_keep_losses_and_gradients_finite(
        mean_over: str) -> None:
    head = dict(in_channels=8, channels=(8, 8), out_channels=8, mean_over=mean_over)
    model, batch = build(instance_head=head).train(), labelled_batch()
    full, empty = batch['data_samples']
    batch['inputs'] = dict(batch['inputs'], points=[batch['inputs']['points'][0],
                                                    torch.zeros(0, 4)])
    del batch['inputs']['neighbors']
    full.point_instances = torch.zeros_like(full.point_instances)
    empty.point_labels = empty.point_instances = torch.zeros(0, dtype=torch.long)
    losses = run(model, batch, 'loss')
    sum(losses.values()).backward()
    assert all(torch.isfinite(loss) for loss in losses.values())
    assert all(torch.isfinite(p.grad).all() for p in model.parameters())
    assert losses['loss_ce'] > 0 and (losses['loss_offset'] == 0) == (mean_over == 'targets')
    samples = run(model.eval(), batch, 'predict')
    assert [len(sample.pred_point_labels) for sample in samples] == [300, 0]


def test_losses_are_single_precision_under_autocast() -> None:
    model, batch = build().train(), labelled_batch()
    with torch.autocast('cpu', dtype=torch.bfloat16):
        losses = run(model, batch, 'loss')
    sum(losses.values()).backward()
    assert all(loss.dtype == torch.float32 and torch.isfinite(loss) for loss in losses.values())
    assert all(torch.isfinite(p.grad).all() for p in model.parameters())
    with torch.autocast('cpu', dtype=torch.bfloat16):
        samples = run(model.eval(), batch, 'predict')
    assert [len(sample.pred_point_instances) for sample in samples] == [300, 300]


def test_a_frozen_backbone_gets_no_gradient() -> None:
    model, batch = build(freeze_backbone=True).train(), labelled_batch()
    sum(run(model, batch, 'loss').values()).backward()
    assert all(p.grad is None for p in model.backbone_3d.parameters())
    assert model.compress.weight.grad.abs().sum() > 0


def test_what_is_missing_is_said() -> None:
    with pytest.raises(ValueError, match=r'some of the 7 classes, got \[7\]'):
        build(things=[7])
    batch = labelled_batch()
    for index, sample in enumerate(batch['data_samples']):
        batch['data_samples'][index] = DistillDataSample(metainfo=sample.metainfo)
        batch['data_samples'][index].corr = sample.corr
        batch['data_samples'][index].point_labels = sample.point_labels
    with pytest.raises(ValueError, match='LoadPanopticLabels'):
        run(build(), batch, 'loss')
