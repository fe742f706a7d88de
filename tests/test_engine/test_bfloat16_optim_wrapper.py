"""Mixed precision on the CPU."""
from __future__ import annotations

import pytest
import torch
from torch import nn

from mmcrossdistill.registry import MODELS, OPTIM_WRAPPERS
from mmcrossdistill.testing.tiny import random_sample, tiny_distiller_cfg


def make_wrapper(model: nn.Module, **kwargs):
    return OPTIM_WRAPPERS.build(dict(
        type='BFloat16OptimWrapper', optimizer=torch.optim.SGD(model.parameters(), lr=0.1),
        **kwargs))


def test_the_forward_pass_is_bfloat16_and_the_update_float32():
    model = nn.Linear(4, 3)
    wrapper = make_wrapper(model)
    before = model.weight.detach().clone()
    with wrapper.optim_context(model):
        out = model(torch.ones(2, 4))
    assert out.dtype == torch.bfloat16
    wrapper.update_params(out.float().sum())
    assert model.weight.dtype == torch.float32
    torch.testing.assert_close(model.weight, before - 0.1 * 2.0)
    assert model(torch.ones(2, 4)).dtype == torch.float32


def test_gradients_are_accumulated_as_asked():
    model = nn.Linear(4, 3)
    wrapper = make_wrapper(model, accumulative_counts=2)
    wrapper.initialize_count_status(model, 0, 4)
    before = model.weight.detach().clone()
    for step in range(2):
        with wrapper.optim_context(model):
            loss = model(torch.ones(2, 4)).float().sum()
        wrapper.update_params(loss)
        assert torch.equal(model.weight, before) == (step == 0)


@pytest.mark.parametrize('direction', ['image_to_lidar', 'lidar_to_image'])
def test_both_stages_give_almost_the_loss_of_full_precision(direction):
    torch.manual_seed(0)
    model = MODELS.build(tiny_distiller_cfg(direction))
    model.train()
    wrapper = make_wrapper(model)
    samples = [random_sample(seed=seed) for seed in range(2)]
    batch = {key: [sample[key] for sample in samples] for key in ('data_samples',)}
    batch['inputs'] = {key: [sample['inputs'][key] for sample in samples]
                       for key in samples[0]['inputs']}
    data = model.data_preprocessor(batch, True)
    full = model(**data, mode='loss')['loss_distill']
    with wrapper.optim_context(model):
        mixed = model(**data, mode='loss')['loss_distill']
    assert mixed.dtype == torch.float32
    torch.testing.assert_close(mixed, full, rtol=0.02, atol=0)
    assert not torch.equal(mixed, full)
    mixed.backward()
    gradients = [p.grad for p in model.parameters() if p.grad is not None]
    assert gradients and all(g.dtype == torch.float32 and g.isfinite().all() for g in gradients)
