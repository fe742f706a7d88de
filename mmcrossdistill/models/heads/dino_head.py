"""From features to prototype scores."""
from __future__ import annotations

import torch
import torch.nn.functional as F
from mmengine.model import BaseModule
from torch import Tensor, nn

from mmcrossdistill.registry import MODELS


@MODELS.register_module()
class DINOHead(BaseModule):
    """Three-layer perceptron to a bottleneck, then cosines to unit-norm prototypes.

    Source: DINO (Caron et al. 2021), appendix C; DINOv2 has the same head for CLS and patches.

    Args:
        in_channels: width C of the features.
        num_prototypes: K.
        hidden_channels: width of the two hidden layers.
        bottleneck_channels: width in which prototypes live.
        init_cfg: MMEngine initialisation.
    """

    def __init__(self, in_channels: int, num_prototypes: int = 65536, hidden_channels: int = 2048,
                 bottleneck_channels: int = 256, init_cfg: dict | None = None) -> None:
        super().__init__(init_cfg=init_cfg)
        self.mlp = nn.Sequential(
            nn.Linear(in_channels, hidden_channels), nn.GELU(),
            nn.Linear(hidden_channels, hidden_channels), nn.GELU(),
            nn.Linear(hidden_channels, bottleneck_channels))
        for layer in self.mlp[::2]:
            nn.init.trunc_normal_(layer.weight, std=0.02)
            nn.init.zeros_(layer.bias)
        # Only their direction counts, as with DINO's weight normalisation of fixed length one.
        self.prototypes = nn.Parameter(torch.randn(num_prototypes, bottleneck_channels))
        self.prototypes_learn = True

    def forward(self, feats: Tensor) -> Tensor:
        """Score features.

        Args:
            feats ((M, C) float): features; M may be 0.

        Returns:
            (M, K) float: cosines, in [-1, 1] up to rounding.
        """
        prototypes = self.prototypes
        if not self.prototypes_learn:
            # A zero gradient instead of none: DistributedDataParallel waits for every parameter.
            prototypes = prototypes.detach() + prototypes * 0.0
        return F.linear(F.normalize(self.mlp(feats), dim=-1), F.normalize(prototypes, dim=-1))
