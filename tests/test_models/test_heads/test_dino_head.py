"""The prototype head against torch's weight normalisation."""
from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.parametrizations import weight_norm

from mmcrossdistill.models.heads import DINOHead


def make() -> DINOHead:
    """A small head."""
    return DINOHead(6, num_prototypes=9, hidden_channels=12, bottleneck_channels=4)


def test_equals_a_weight_normalised_layer_of_length_one_with_its_gradients() -> None:
    head, feats = make(), torch.randn(7, 6)
    last = weight_norm(nn.Linear(4, 9, bias=False))
    last.parametrizations.weight.original0.data.fill_(1.0)
    last.parametrizations.weight.original1.data.copy_(head.prototypes.data)
    hidden = feats
    for index in (0, 2, 4):
        hidden = F.linear(hidden, head.mlp[index].weight.detach(), head.mlp[index].bias.detach())
        hidden = F.gelu(hidden) if index < 4 else hidden
    expected = last(hidden / hidden.norm(dim=1, keepdim=True))
    scores = head(feats)
    torch.testing.assert_close(scores, expected)
    assert scores.abs().max() <= 1 + 1e-6
    scores.square().sum().backward()
    expected.square().sum().backward()
    torch.testing.assert_close(
        head.prototypes.grad, last.parametrizations.weight.original1.grad, rtol=1e-4, atol=1e-6)


def test_held_prototypes_get_a_zero_gradient_and_the_rest_learns() -> None:
    head = make()
    head.prototypes_learn = False
    head(torch.randn(3, 6)).square().sum().backward()
    assert head.prototypes.grad.eq(0).all() and head.mlp[0].weight.grad.abs().sum() > 0


def test_no_row_reaches_every_parameter() -> None:
    head = make()
    head(torch.zeros(0, 6)).sum().backward()
    assert all(p.grad is not None and p.grad.eq(0).all() for p in head.parameters())
