"""The linear head of the probes."""
from __future__ import annotations

from torch import Tensor, nn

from .row_batch_norm import RowBatchNorm


class LinearProbe(nn.Module):
    """An optional batch norm and one linear layer on rows.

    On an image the rows are the cells of the low-resolution map: a linear layer commutes with
    bilinear interpolation, so outputs are sampled at the pixels instead of features.
    Source: DINOv2 (batch norm and 1x1 convolution); ScaLR's 3D head (zero-initialised); SLidR's
    (no norm).

    Args:
        in_channels: width of the features.
        out_channels: classes, or 1 for depth.
        norm: 'BN' or ``None``.
        head_init: how the linear layer starts: 'zero', as ScaLR's; 'normal' with a standard
            deviation of 0.01 and no bias, as DINOv2's; 'uniform' within 1 / sqrt(in_channels),
            bias too, as the last convolution of SLidR.

    Raises:
        ValueError: if ``norm`` or ``head_init`` is unknown.
    """

    def __init__(self, in_channels: int, out_channels: int, norm: str | None = None,
                 head_init: str = 'normal') -> None:
        super().__init__()
        if norm not in (None, 'BN'):
            raise ValueError(f"norm must be 'BN' or None, got {norm!r}")
        if head_init not in ('zero', 'normal', 'uniform'):
            raise ValueError(
                f"head_init must be 'zero', 'normal' or 'uniform', got {head_init!r}")
        self.norm = nn.Identity() if norm is None else RowBatchNorm(in_channels)
        # PyTorch's own initialisation is the uniform one.
        self.linear = nn.Linear(in_channels, out_channels)
        if head_init != 'uniform':
            nn.init.normal_(self.linear.weight, std=0.0 if head_init == 'zero' else 0.01)
            nn.init.zeros_(self.linear.bias)

    def forward(self, rows: Tensor) -> Tensor:
        """Predict.

        Args:
            rows ((N, C) float): features.

        Returns:
            (N, K) float: one value per class, or the depth.
        """
        return self.linear(self.norm(rows))

    def on_map(self, feats: Tensor) -> Tensor:
        """Predict at the cells of feature maps.

        Args:
            feats ((B, C, h, w) float): feature maps.

        Returns:
            (B, K, h, w) float: maps of predictions, a view in channels_last order.
        """
        batch, _, height, width = feats.shape
        rows = self(feats.permute(0, 2, 3, 1).flatten(0, 2))
        return rows.view(batch, height, width, -1).permute(0, 3, 1, 2)
