"""Directions, frozen branches and the hand-over from stage 1 to stage 2."""
from __future__ import annotations

import copy
from pathlib import Path

import pytest
import torch
from mmengine.optim import OptimWrapper

from mmcrossdistill.registry import MODELS
from mmcrossdistill.testing.tiny import random_batch, tiny_distiller_cfg

TWO_D, THREE_D = ('backbone_2d.', 'projector_2d.'), ('backbone_3d.', 'projector_3d.')


def train_steps(model: torch.nn.Module, steps: int = 2) -> dict[str, torch.Tensor]:
    """Run a few optimisation steps."""
    wrapper = OptimWrapper(torch.optim.AdamW(
        [p for p in model.parameters() if p.requires_grad], lr=1e-2))
    model.train()
    for _ in range(steps):
        log = model.train_step(random_batch(), wrapper)
    return log


@pytest.mark.parametrize('direction,frozen,learning', [
    ('image_to_lidar', TWO_D, THREE_D), ('lidar_to_image', THREE_D, TWO_D)])
def test_the_frozen_side_stays_bit_identical(
        direction: str, frozen: tuple[str, ...], learning: tuple[str, ...]) -> None:
    model = MODELS.build(tiny_distiller_cfg(direction))
    before = {name: value.clone() for name, value in model.state_dict().items()}
    log = train_steps(model)
    assert torch.isfinite(log['loss_distill'])
    after = model.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before if name.startswith(frozen))
    assert any(
        not torch.equal(before[name], after[name]) for name in before if name.startswith(learning))


def test_gradients_reach_every_learning_parameter() -> None:
    for direction in ('image_to_lidar', 'lidar_to_image', 'both'):
        model = MODELS.build(tiny_distiller_cfg(direction))
        losses = model(**model.data_preprocessor(random_batch(), True), mode='loss')
        model.parse_losses(losses)[0].backward()
        for name, parameter in model.named_parameters():
            assert (parameter.grad is not None) == parameter.requires_grad, (direction, name)


def test_train_mode_is_reapplied() -> None:
    model = MODELS.build(tiny_distiller_cfg('lidar_to_image')).train()
    assert not any(module.training for module in model.backbone_3d.modules())
    assert model.backbone_2d.training
    model.set_direction('image_to_lidar')
    assert model.backbone_3d.training and not model.backbone_2d.training
    model.eval()
    assert not model.backbone_3d.training


def test_a_direction_does_not_unfreeze_what_a_backbone_froze() -> None:
    model = MODELS.build(tiny_distiller_cfg('lidar_to_image'))
    always_frozen = [n for n, p in model.backbone_2d.named_parameters() if not p.requires_grad]
    assert always_frozen, 'the final norm of a prenorm ViT is frozen at construction'
    model.set_direction('both')
    assert always_frozen == [
        n for n, p in model.backbone_2d.named_parameters() if not p.requires_grad]


def test_no_pairs_trains_on() -> None:
    for direction in ('image_to_lidar', 'lidar_to_image'):
        model = MODELS.build(tiny_distiller_cfg(direction))
        wrapper = OptimWrapper(torch.optim.SGD(
            [p for p in model.parameters() if p.requires_grad], lr=0.1))
        log = model.train_step(random_batch(num_pairs=0), wrapper)
        assert log['loss'].item() == 0


def test_stage2_loads_stage1(tmp_path: Path) -> None:
    stage1 = MODELS.build(tiny_distiller_cfg('image_to_lidar'))
    train_steps(stage1)
    path = tmp_path / 'stage1.pth'
    torch.save(dict(state_dict=stage1.state_dict()), path)
    stage2 = MODELS.build(tiny_distiller_cfg(
        'lidar_to_image', stage1_checkpoint=str(path), require_stage1=True))
    stage2.init_weights()
    for name, value in stage1.state_dict().items():
        assert torch.equal(value, stage2.state_dict()[name]), name


def test_stage2_without_stage1_stops_before_the_first_batch(tmp_path: Path) -> None:
    for path in (None, str(tmp_path / 'absent.pth')):
        with pytest.raises(FileNotFoundError, match='model.stage1_checkpoint'):
            MODELS.build(tiny_distiller_cfg(
                'lidar_to_image', stage1_checkpoint=path, require_stage1=True))


def test_a_checkpoint_that_does_not_fit_lists_the_keys(tmp_path: Path) -> None:
    state = MODELS.build(tiny_distiller_cfg()).state_dict()
    state['projector_3d.linear.weight'] = torch.zeros(3, 3)
    dropped = next(name for name in state if name.startswith('backbone_3d.'))
    del state[dropped]
    state['backbone_3d.stranger'] = torch.zeros(1)
    path = tmp_path / 'other.pth'
    torch.save(dict(state_dict=state), path)
    model = MODELS.build(tiny_distiller_cfg('lidar_to_image', stage1_checkpoint=str(path)))
    with pytest.raises(ValueError) as error:
        model.init_weights()
    for word in (dropped, 'backbone_3d.stranger', 'projector_3d.linear.weight (3, 3)'):
        assert word in str(error.value)


def test_cached_maps_change_nothing() -> None:
    weights = []
    for cache in (False, True):
        torch.manual_seed(0)
        model = MODELS.build(tiny_distiller_cfg(cache_frozen_2d=cache))
        train_steps(model, steps=3)
        weights.append(model.state_dict())
        assert (model._cache_2d is not None and len(model._cache_2d) > 0) == cache
    for name, value in weights[0].items():
        torch.testing.assert_close(weights[1][name], value, msg=name)
    model.set_direction('lidar_to_image')
    assert len(model._cache_2d) == 0


def test_unknown_direction_and_mode() -> None:
    with pytest.raises(ValueError, match='direction must be one of'):
        MODELS.build(tiny_distiller_cfg('sideways'))
    model = MODELS.build(tiny_distiller_cfg())
    with pytest.raises(ValueError, match='modes'):
        model(**model.data_preprocessor(random_batch()), mode='predict')


def test_loading_weights_empties_the_cache() -> None:
    model = MODELS.build(tiny_distiller_cfg(cache_frozen_2d=True))
    train_steps(model, steps=1)
    twin = copy.deepcopy(model)
    model.load_state_dict(model.state_dict())
    assert len(model._cache_2d) == 0 and len(twin._cache_2d) > 0


def test_stage2_takes_a_supervised_3d_side(tmp_path: Path) -> None:
    """Table 8 without stage 1: encoder and head come from a segmentation network."""
    supervised = MODELS.build(dict(
        type='PointSegmentor', backbone_3d=dict(type='WaffleIron', arch='test_tiny'),
        projector_3d=dict(type='LinearProjector', in_channels=16, out_channels=32)))
    path = tmp_path / 'supervised.pth'
    torch.save(dict(state_dict=supervised.state_dict()), path)
    cfg = tiny_distiller_cfg('lidar_to_image')
    for name in ('backbone_3d', 'projector_3d'):
        cfg[name]['init_cfg'] = dict(
            type='Pretrained', prefix=f'{name}.', checkpoint=str(path))
    model = MODELS.build(copy.deepcopy(cfg))
    model.init_weights()
    for name, value in supervised.state_dict().items():
        if not name.startswith('head.'):
            assert torch.equal(model.state_dict()[name], value), name
    state = supervised.state_dict()
    del state['projector_3d.linear.bias']
    torch.save(dict(state_dict=state), path)
    with pytest.raises(ValueError, match='missing keys .*bias'):
        MODELS.build(cfg).init_weights()


@pytest.mark.parametrize('loss', ['DistillLoss', 'InfoNCELoss'])
def test_one_stage_moves_both_encoders(loss: str) -> None:
    model = MODELS.build(tiny_distiller_cfg(
        'both', head=dict(type='DistillHead', loss=dict(type=loss))))
    before = {name: value.clone() for name, value in model.state_dict().items()}
    log = train_steps(model)
    assert torch.isfinite(log['loss_image_to_lidar']) and torch.isfinite(log['loss_lidar_to_image'])
    moved = [name for name, value in model.state_dict().items()
             if not torch.equal(before[name], value)]
    assert all(any(name.startswith(side) for name in moved) for side in (TWO_D, THREE_D))


def test_a_2d_head_is_random_in_stage_1_and_learns_in_stage_2() -> None:
    head = dict(projector_2d=dict(type='MapProjector', in_channels=32, out_channels=16),
                projector_3d=None)
    for direction, learns in (('image_to_lidar', False), ('lidar_to_image', True)):
        model = MODELS.build(tiny_distiller_cfg(direction, **copy.deepcopy(head)))
        before = model.projector_2d.linear.weight.clone()
        train_steps(model)
        assert torch.equal(before, model.projector_2d.linear.weight) != learns
