"""KoLeo against a nearest-neighbour search of another library."""
from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.spatial import cKDTree

from mmcrossdistill.models.losses import KoLeoLoss


def test_equals_the_search_tree() -> None:
    feats = torch.randn(20, 5)
    unit = feats.double().numpy()
    unit = unit / np.linalg.norm(unit, axis=1, keepdims=True)
    nearest = cKDTree(unit).query(unit, k=2)[0][:, 1]
    assert KoLeoLoss(loss_weight=0.3)(feats).item() == pytest.approx(
        -0.3 * np.log(nearest).mean(), 1e-4)


def test_gradient_spreads_features() -> None:
    feats = (torch.ones(8, 4) + 0.05 * torch.randn(8, 4)).requires_grad_()
    optimizer = torch.optim.SGD([feats], lr=0.05)
    before = torch.pdist(torch.nn.functional.normalize(feats.detach())).min()
    for _ in range(40):
        optimizer.zero_grad()
        KoLeoLoss(loss_weight=1.0)(feats).backward()
        optimizer.step()
    assert torch.pdist(torch.nn.functional.normalize(feats.detach())).min() > 3 * before


def test_equal_features_and_a_single_one_have_finite_gradients() -> None:
    for count in (1, 3):
        feats = torch.ones(count, 4, requires_grad=True)
        loss = KoLeoLoss()(feats)
        loss.backward()
        assert loss.isfinite() and feats.grad.isfinite().all()
        assert (loss.item() == 0) == (count == 1)


def test_autocast_changes_nothing() -> None:
    feats = torch.randn(12, 64).bfloat16()
    with torch.autocast('cpu', dtype=torch.bfloat16):
        inside = KoLeoLoss()(feats)
    assert inside.dtype == torch.float32
    torch.testing.assert_close(inside, KoLeoLoss()(feats.float()))
