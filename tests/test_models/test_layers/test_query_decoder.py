"""The decoder layer against attention written out."""
from __future__ import annotations

import torch
from torch import Tensor, nn

from mmcrossdistill.models.layers.query_decoder import QueryDecoder, QueryDecoderLayer


def attend(module: nn.MultiheadAttention, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    """Softmax attention, head by head, for one sample."""
    weights = module.in_proj_weight.chunk(3)
    biases = module.in_proj_bias.chunk(3)
    q, k, v = (x @ w.T + b for x, w, b in zip((query, key, value), weights, biases, strict=True))
    heads = []
    for own in torch.arange(q.shape[1]).chunk(module.num_heads):
        scores = q[:, own] @ k[:, own].T / len(own) ** 0.5
        heads.append(scores.softmax(dim=1) @ v[:, own])
    return module.out_proj(torch.cat(heads, dim=1))


def test_layer_equals_its_formula() -> None:
    layer = QueryDecoderLayer(8, 2, 16, 0.1).eval()
    x, pos = torch.randn(2, 5, 8), torch.randn(2, 5, 8)
    memory, keys = torch.randn(2, 7, 8), torch.randn(2, 7, 8)
    got = layer(x, pos, memory, keys)
    for row in range(2):
        y = layer.norms[0](x[row] + attend(
            layer.self_attn, x[row] + pos[row], x[row] + pos[row], x[row]))
        y = layer.norms[1](y + attend(layer.cross_attn, y + pos[row], keys[row], memory[row]))
        y = layer.norms[2](y + layer.ffn(y))
        torch.testing.assert_close(got[row], y, rtol=1e-4, atol=1e-5)


def test_every_layer_has_an_output_and_learns() -> None:
    decoder = QueryDecoder(3, 8, 2, 16, 0.0)
    memory = torch.randn(2, 7, 8)
    outputs = decoder(torch.randn(2, 5, 8), memory, torch.randn(2, 7, 8))
    assert outputs.shape == (3, 2, 5, 8)
    outputs.square().sum().backward()
    assert all(parameter.grad is not None for parameter in decoder.parameters())


def test_permuting_queries_or_memory() -> None:
    decoder = QueryDecoder(2, 8, 2, 16, 0.0).eval()
    query, memory, pos = torch.randn(1, 5, 8), torch.randn(1, 7, 8), torch.randn(1, 7, 8)
    expected = decoder(query, memory, pos)
    order, cells = torch.randperm(5), torch.randperm(7)
    got = decoder(query[:, order], memory[:, cells], pos[:, cells])
    torch.testing.assert_close(got, expected[:, :, order], rtol=1e-4, atol=1e-5)
