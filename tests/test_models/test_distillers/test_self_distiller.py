"""Self-distillation: a step against a plain re-statement, its teacher, its hand-over to probes."""
from __future__ import annotations

from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from mmengine.optim import OptimWrapper
from torch import Tensor, nn

from mmcrossdistill.models.distillers import SelfDistiller
from mmcrossdistill.models.losses import sinkhorn_knopp
from mmcrossdistill.registry import MODELS
from mmcrossdistill.testing.tiny import (
    collate,
    random_multi_crop_sample,
    tiny_self_distiller_cfg,
)
from mmcrossdistill.visualization.feature_statistics import effective_rank

TEMPERATURE = 0.05


def make(**overrides: object) -> SelfDistiller:
    """A tiny model whose student has left its teacher."""
    model = MODELS.build(tiny_self_distiller_cfg(**overrides)).train()
    with torch.no_grad():
        for parameter in (*model.student.parameters(), model.mask_token):
            parameter.add_(0.05 * torch.randn_like(parameter))
    model.teacher_temperature = TEMPERATURE
    return model


def batch(model: SelfDistiller, count: int = 3, **options: bool) -> dict:
    """Crops of some images on the model's side of the preprocessor."""
    return model.data_preprocessor(
        collate([random_multi_crop_sample(seed, **options) for seed in range(count)]), True)


def cross_entropy(target: Tensor, logits: Tensor) -> float:
    """Of one row."""
    return -float((target * F.log_softmax(logits / 0.1, dim=0)).sum())


@torch.no_grad()
def restated(model: SelfDistiller, count: int) -> dict[str, float]:
    """The three losses of the unbatched crops, image by image and pair by pair."""
    samples = [random_multi_crop_sample(seed)['inputs'] for seed in range(count)]
    pre = model.data_preprocessor

    def encode(encoder: nn.Module, crop: Tensor, mask: Tensor | None = None) -> tuple:
        mask = None if mask is None else mask.flatten()[None]
        maps, cls_token = encoder.forward_tokens(
            (crop[None].float() - pre.mean) / pre.std, mask, model.mask_token)
        return maps[0].flatten(1).T, cls_token[0]

    student = model.student
    teachers = [[encode(model.backbone_2d, crop) for crop in sample['global_crops']]
                for sample in samples]
    students = [
        [encode(student['backbone_2d'], crop, mask)
         for crop, mask in zip(sample['global_crops'], sample['masks'], strict=True)]
        + [encode(student['backbone_2d'], crop) for crop in sample['local_crops']]
        for sample in samples]
    cls_rows = torch.stack([teachers[i][v][1] for v in range(2) for i in range(count)])
    targets = sinkhorn_knopp(model.dino_head(cls_rows), TEMPERATURE).view(2, count, -1)
    dino = [
        cross_entropy(targets[t, i], student['dino_head'](students[i][s][1]))
        for i in range(count) for t in range(2) for s in range(5) if s != t]
    places = [(v, i, p) for v in range(2) for i in range(count)
              for p in samples[i]['masks'][v].flatten().nonzero().flatten().tolist()]
    rows = torch.stack([teachers[i][v][0][p] for v, i, p in places])
    ibot = 0.0
    for (v, i, p), target in zip(
            places, sinkhorn_knopp(model.ibot_head(rows), TEMPERATURE), strict=True):
        value = cross_entropy(target, student['ibot_head'](students[i][v][0][p]))
        ibot += value / float(samples[i]['masks'][v].sum()) / (2 * count)
    koleo = 0.0
    for v in range(2):
        unit = F.normalize(torch.stack([students[i][v][1] for i in range(count)]))
        distances = torch.cdist(unit, unit).fill_diagonal_(torch.inf).amin(dim=1)
        koleo -= 0.1 * float(distances.log().mean())
    return dict(loss_dino=sum(dino) / len(dino), loss_ibot=ibot, loss_koleo=koleo)


def test_a_step_equals_its_restatement() -> None:
    model = make()
    losses = model(**batch(model), mode='loss')
    assert {name: value.item() for name, value in losses.items()} == pytest.approx(
        restated(model, 3), rel=1e-4)


def test_mixed_precision_gives_the_losses_in_float32() -> None:
    model = make()
    exact = model(**batch(model), mode='loss')
    with torch.autocast('cpu', dtype=torch.bfloat16):
        mixed = model(**batch(model), mode='loss')
    for name, value in exact.items():
        assert mixed[name].dtype == torch.float32
        torch.testing.assert_close(mixed[name], value, rtol=0.05, atol=0.05)


@pytest.mark.parametrize('masked', [True, False])
def test_gradients_reach_the_whole_student_and_nothing_else(masked: bool) -> None:
    model = make()
    model.parse_losses(model(**batch(model, masked=masked), mode='loss'))[0].backward()
    for name, parameter in model.named_parameters():
        ours = name.startswith('student.') or name == 'mask_token'
        assert (parameter.grad is not None) == parameter.requires_grad == ours, name
    assert bool(model.mask_token.grad.any()) == masked


def test_the_teacher_is_the_moving_average_and_never_trains() -> None:
    model = make(student_drop_path_rate=0.2)
    old = {name: value.clone() for name, value in model.backbone_2d.named_parameters()}
    model.update_teacher(0.9)
    student = dict(model.student['backbone_2d'].named_parameters())
    for name, value in model.backbone_2d.named_parameters():
        torch.testing.assert_close(value, 0.9 * old[name] + 0.1 * student[name])
    assert not model.train().backbone_2d.training and not model.dino_head.training
    assert model.student['backbone_2d'].training
    kept = {name: value.clone() for name, value in model.state_dict().items()}
    model.update_teacher(1.0)
    assert all(torch.equal(kept[name], value) for name, value in model.state_dict().items())


def test_the_student_starts_from_the_loaded_teacher_and_a_probe_loads_the_teacher(
        tmp_path: Path) -> None:
    model = make()
    torch.save(dict(state_dict=model.state_dict()), tmp_path / 'epoch_1.pth')
    init_cfg = dict(
        type='Pretrained', prefix='backbone_2d.', checkpoint=str(tmp_path / 'epoch_1.pth'))
    encoder = dict(type='ViT', arch='test_tiny', feature='norm', init_cfg=init_cfg)
    again = MODELS.build(tiny_self_distiller_cfg(backbone_2d=encoder))
    again.init_weights()
    probe = MODELS.build(dict(encoder, feature='prenorm'))
    probe.init_weights()
    expected = model.backbone_2d.state_dict()
    assert not any('mask_token' in name for name in expected)
    for other in (again.backbone_2d, again.student['backbone_2d'], probe):
        assert other.state_dict().keys() == expected.keys()
        assert all(torch.equal(other.state_dict()[name], expected[name]) for name in expected)


def test_it_learns_without_collapse() -> None:
    """A few images by heart: the loss falls and the features keep their dimensions."""
    model = MODELS.build(tiny_self_distiller_cfg()).train()
    model.teacher_temperature = TEMPERATURE
    wrapper = OptimWrapper(torch.optim.AdamW(
        [p for p in model.parameters() if p.requires_grad], lr=2e-3))
    data = collate([random_multi_crop_sample(seed) for seed in range(6)])
    crops = batch(model, 6)['inputs']['global_crops']
    before = effective_rank(model.backbone_2d.forward_tokens(crops)[1].detach().numpy())
    history = []
    for _ in range(60):
        history.append(float(model.train_step(data, wrapper)['loss_dino'].detach()))
        model.update_teacher(0.95)
    after = effective_rank(model.backbone_2d.forward_tokens(crops)[1].detach().numpy())
    assert history[-1] < 0.8 * history[0]
    assert after > 0.5 * before > 1


def test_modes_are_checked() -> None:
    model = make()
    data = batch(model)
    maps, cls_tokens = model(**data)
    assert maps.shape == (6, 32, 4, 8) and cls_tokens.shape == (6, 32)
    with pytest.raises(ValueError, match="modes 'loss' and 'tensor'"):
        model(**data, mode='predict')
