"""Transformer decoder: queries that look at each other and at a memory."""
from __future__ import annotations

import torch
from torch import Tensor, nn


class QueryDecoderLayer(nn.Module):
    """Self-attention, cross-attention and a feed-forward network, each with residual and norm.

    Positions are added to queries and keys, never to values.
    Source: DETR (Carion et al., 2020), post-norm.

    Args:
        embed_dims: C.
        num_heads: attention heads.
        feedforward_channels: width of the hidden layer.
        dropout: of attention weights, hidden layer and branches.
    """

    def __init__(self, embed_dims: int, num_heads: int, feedforward_channels: int,
                 dropout: float) -> None:
        super().__init__()
        self.self_attn = nn.MultiheadAttention(
            embed_dims, num_heads, dropout=dropout, batch_first=True)
        self.cross_attn = nn.MultiheadAttention(
            embed_dims, num_heads, dropout=dropout, batch_first=True)
        self.ffn = nn.Sequential(
            nn.Linear(embed_dims, feedforward_channels), nn.ReLU(), nn.Dropout(dropout),
            nn.Linear(feedforward_channels, embed_dims))
        self.norms = nn.ModuleList(nn.LayerNorm(embed_dims) for _ in range(3))
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, query_pos: Tensor, memory: Tensor, keys: Tensor) -> Tensor:
        """Update the queries.

        Args:
            x ((B, Q, C) float): content of the queries.
            query_pos ((B, Q, C) float): their positions.
            memory ((B, K, C) float): values.
            keys ((B, K, C) float): values with their positions.
        """
        placed = x + query_pos
        found, _ = self.self_attn(placed, placed, x, need_weights=False)
        x = self.norms[0](x + self.dropout(found))
        found, _ = self.cross_attn(x + query_pos, keys, memory, need_weights=False)
        x = self.norms[1](x + self.dropout(found))
        return self.norms[2](x + self.dropout(self.ffn(x)))


class QueryDecoder(nn.Module):
    """Layers over one memory; the output of each goes through one more norm, which they share.

    Args:
        num_layers: L.
        embed_dims: C.
        num_heads: attention heads.
        feedforward_channels: width of the hidden layers.
        dropout: see :class:`QueryDecoderLayer`.
    """

    def __init__(self, num_layers: int, embed_dims: int, num_heads: int,
                 feedforward_channels: int, dropout: float) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            QueryDecoderLayer(embed_dims, num_heads, feedforward_channels, dropout)
            for _ in range(num_layers))
        self.post_norm = nn.LayerNorm(embed_dims)
        for parameter in self.parameters():
            if parameter.dim() > 1:
                nn.init.xavier_uniform_(parameter)

    def forward(self, query_pos: Tensor, memory: Tensor, memory_pos: Tensor) -> Tensor:
        """Decode; the queries start without content.

        Args:
            query_pos ((B, Q, C) float): positions of the queries.
            memory ((B, K, C) float): features.
            memory_pos ((B, K, C) float): their positions.

        Returns:
            (L, B, Q, C) float: the queries after each layer.
        """
        keys = memory + memory_pos
        x = torch.zeros_like(query_pos)
        outputs = []
        for layer in self.layers:
            x = layer(x, query_pos, memory, keys)
            outputs.append(self.post_norm(x))
        return torch.stack(outputs)
