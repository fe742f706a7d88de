"""DepthContrast from its config: the moving average, the queue and the loss."""
from __future__ import annotations

import pytest
import torch
from mmengine.optim import OptimWrapper

from .conftest import losses_and_gradients
from .test_point_contrast import batch

CONFIG = 'depth_contrast/depth_contrast_minkunet34.py'
TINY = {'model.backbone_3d.preset': 'test_tiny', 'model.embed_dims': 8, 'model.queue_size': 5}


def test_the_loss_compares_each_cloud_with_its_key_and_the_queue(build_method) -> None:
    model = build_method(CONFIG, TINY)
    inputs = model.data_preprocessor(batch(), True)['inputs']
    queue = model.queue.clone()
    with torch.no_grad():
        query = model.embed(model._query_encoder(), inputs['views'][0])
        key = model.embed(model.key_encoder, inputs['views'][1])
        expected = []
        for one, own in zip(query, key, strict=True):
            logits = torch.cat([(one * own).sum()[None], queue @ one]) / 0.1
            expected.append(logits.logsumexp(0) - logits[0])
    found = model(inputs, mode='loss')['loss_contrast']
    assert found.item() == pytest.approx(torch.stack(expected).mean().item(), rel=1e-3, abs=1e-5)
    torch.testing.assert_close(model.queue[:2], key, rtol=1e-4, atol=1e-5)
    assert torch.equal(model.queue[2:], queue[2:]) and model.queue_start == 2


def test_a_cloud_is_the_maximum_of_its_rows(build_method) -> None:
    model = build_method(CONFIG, TINY)
    view = model.data_preprocessor(batch())['inputs']['views'][0]
    with torch.no_grad():
        rows = model.backbone_3d.train(False)(view)
        found = model.embed(model._query_encoder(), view)
        for number, vector in enumerate(found):
            pooled = rows[view.coords[:, 0] == number].max(dim=0).values
            torch.testing.assert_close(
                vector, torch.nn.functional.normalize(model.head(pooled), dim=0))


def test_the_queue_goes_round(build_method) -> None:
    model = build_method(CONFIG, TINY)
    keys = torch.randn(7, 128)
    model._enqueue(keys[:4])
    model._enqueue(keys[4:])
    assert model.queue_start == 2 and torch.equal(model.queue, keys[[5, 6, 2, 3, 4]])
    model._enqueue(keys)
    assert {tuple(row) for row in model.queue.tolist()} == {
        tuple(row) for row in keys[2:].tolist()}, 'more than the queue holds: the newest'


def test_the_key_encoder_follows_slowly_and_learns_nothing(build_method) -> None:
    model = build_method(CONFIG, TINY | {'model.momentum': 0.9})
    for query, key in zip(model._query_encoder().parameters(), model.key_encoder.parameters(),
                          strict=True):
        assert torch.equal(query, key) and not key.requires_grad
    start = model.head[0].weight.clone()
    optim = OptimWrapper(torch.optim.SGD(
        [p for p in model.parameters() if p.requires_grad], lr=0.5))
    model.train_step(batch(), optim)
    moved = model.head[0].weight.clone()
    model.train_step(batch(), optim)
    torch.testing.assert_close(
        model.key_encoder['head'][0].weight, 0.9 * start + 0.1 * moved)


def test_the_3d_side_learns(build_method) -> None:
    losses, learning = losses_and_gradients(build_method(CONFIG, TINY), batch())
    assert torch.isfinite(losses['loss_contrast']) and learning == {'backbone_3d', 'head'}


def test_bad_settings_are_refused(build_method) -> None:
    with pytest.raises(ValueError, match='queue_size'):
        build_method(CONFIG, TINY | {'model.queue_size': 0})
