"""Head of PETR: image features with 3D positions, learnt queries, boxes."""
from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from mmengine.model import BaseModule
from torch import Tensor, nn

from mmcrossdistill.models.layers.box_code import CODE_SIZE, pick_boxes
from mmcrossdistill.models.layers.position_encoder import PositionEncoder3D, inverse_sigmoid
from mmcrossdistill.models.layers.query_decoder import QueryDecoder
from mmcrossdistill.models.layers.sine_encoding import encode_sine
from mmcrossdistill.registry import MODELS

# Share of foreground that the class scores start from.
_PRIOR = 0.01


@MODELS.register_module()
class PETRHead(BaseModule):
    """Detect boxes in the feature maps of several cameras.

    The features of all views, made position-aware, are the memory of a transformer decoder. Each
    query is a learnt reference point in the box range; its box is an offset from that point.
    Source: PETR (Liu et al., ECCV 2022) 3.3-3.5. The branches of the decoder layers have weights
    of their own here.

    Args:
        in_channels: width of the feature maps.
        num_classes: C.
        num_queries: Q.
        embed_dims: width of the decoder, a multiple of 4 and of ``num_heads``.
        num_layers: decoder layers.
        num_heads: attention heads.
        feedforward_channels: hidden width of the decoder.
        dropout: of the decoder.
        num_depths: points per image cell, see :class:`PositionEncoder3D`.
        depth_start: see :class:`PositionEncoder3D`.
        position_range: see :class:`PositionEncoder3D`; detections outside it are dropped.
        box_range: lower, then upper bounds of the box centres, metres.
        with_view_encoding: see :class:`PositionEncoder3D`.
        max_boxes: most detections of a sample.
        loss: config of the loss.
        init_cfg: MMEngine initialisation.
    """

    def __init__(
        self,
        in_channels: int,
        num_classes: int = 10,
        num_queries: int = 900,
        embed_dims: int = 256,
        num_layers: int = 6,
        num_heads: int = 8,
        feedforward_channels: int = 2048,
        dropout: float = 0.1,
        num_depths: int = 64,
        depth_start: float = 1.0,
        position_range: Sequence[float] = (-61.2, -61.2, -10.0, 61.2, 61.2, 10.0),
        box_range: Sequence[float] = (-51.2, -51.2, -5.0, 51.2, 51.2, 3.0),
        with_view_encoding: bool = True,
        max_boxes: int = 300,
        loss: dict | None = None,
        init_cfg: dict | None = None,
    ) -> None:
        super().__init__(init_cfg=init_cfg)
        self.in_channels = in_channels
        self.input_proj = nn.Linear(in_channels, embed_dims)
        self.position_encoder = PositionEncoder3D(
            embed_dims, num_depths, depth_start, position_range, with_view_encoding)
        self.reference_points = nn.Parameter(torch.rand(num_queries, 3))
        self.sine_dims = embed_dims // 2
        self.query_mlp = nn.Sequential(
            nn.Linear(3 * self.sine_dims, embed_dims), nn.ReLU(),
            nn.Linear(embed_dims, embed_dims))
        self.decoder = QueryDecoder(
            num_layers, embed_dims, num_heads, feedforward_channels, dropout)
        self.class_branches = nn.ModuleList(
            self._branch(embed_dims, num_classes, True) for _ in range(num_layers))
        self.box_branches = nn.ModuleList(
            self._branch(embed_dims, CODE_SIZE, False) for _ in range(num_layers))
        for branch in self.class_branches:
            nn.init.constant_(branch[-1].bias, -math.log((1 - _PRIOR) / _PRIOR))
        bounds = torch.tensor(box_range, dtype=torch.float32)
        self.register_buffer('lower', bounds[:3], persistent=False)
        self.register_buffer('extent', bounds[3:] - bounds[:3], persistent=False)
        self.register_buffer(
            'center_range', torch.tensor(position_range, dtype=torch.float32), persistent=False)
        self.max_boxes = max_boxes
        self.loss_module = MODELS.build({'type': 'SetDetectionLoss', **(loss or {})})

    @staticmethod
    def _branch(embed_dims: int, out_channels: int, with_norm: bool) -> nn.Sequential:
        """Two hidden layers and a linear one.

        Args:
            embed_dims: width.
            out_channels: values per query.
            with_norm: whether the hidden layers are normalised.
        """
        layers: list[nn.Module] = []
        for _ in range(2):
            layers += [nn.Linear(embed_dims, embed_dims),
                       *([nn.LayerNorm(embed_dims)] if with_norm else []), nn.ReLU()]
        return nn.Sequential(*layers, nn.Linear(embed_dims, out_channels))

    def forward(
        self, feats: Tensor, img2lidar: Tensor, image_size: tuple[int, int],
    ) -> tuple[Tensor, Tensor]:
        """Decode the maps of B samples with V views.

        Args:
            feats ((B * V, C_in, h, w) float): feature maps.
            img2lidar ((B, V, 4, 4) float): see
                :func:`~mmcrossdistill.models.layers.camera_frustum.frustum_points`.
            image_size: (H, W) in pixels.

        Returns:
            class scores (L, B, Q, C), and box codes (L, B, Q, 10) in metres, float32, of each
            decoder layer.
        """
        batch = len(img2lidar)
        memory = self.input_proj(feats.permute(0, 2, 3, 1))
        memory = memory.unflatten(0, img2lidar.shape[:2]).flatten(1, 3)
        places = self.position_encoder(img2lidar, tuple(feats.shape[-2:]), image_size)
        query_pos = self.query_mlp(encode_sine(self.reference_points, self.sine_dims))
        outputs = self.decoder(
            query_pos.expand(batch, -1, -1), memory, places.flatten(1, 3).to(memory.dtype))
        logits = torch.stack([
            branch(x) for branch, x in zip(self.class_branches, outputs, strict=True)])
        codes = torch.stack([
            branch(x) for branch, x in zip(self.box_branches, outputs, strict=True)])
        return logits, self._place(codes)

    def _place(self, codes: Tensor) -> Tensor:
        """Turn offsets from the reference points into centres in metres.

        Args:
            codes ((L, B, Q, 10) float): output of the branches.

        Returns:
            (L, B, Q, 10) float32.
        """
        codes = codes.float()
        unit = (codes[..., :3] + inverse_sigmoid(self.reference_points.float())).sigmoid()
        return torch.cat([unit * self.extent + self.lower, codes[..., 3:]], dim=-1)

    def loss(
        self, outputs: tuple[Tensor, Tensor], boxes: Sequence[Tensor], labels: Sequence[Tensor],
    ) -> dict[str, Tensor]:
        """Compute the losses of all decoder layers.

        Args:
            outputs: of :meth:`forward`.
            boxes (B of (N, 9) float): see :class:`SetDetectionLoss`.
            labels (B of (N,) int64): classes.
        """
        return self.loss_module(*outputs, boxes, labels)

    def predict(self, outputs: tuple[Tensor, Tensor]) -> list[tuple[Tensor, Tensor, Tensor]]:
        """Detections of the last decoder layer.

        Args:
            outputs: of :meth:`forward`.

        Returns:
            Per sample boxes (K, 9), scores (K,) and labels (K,), see
            :func:`~mmcrossdistill.models.layers.box_code.pick_boxes`.
        """
        return [
            pick_boxes(logits, codes, self.max_boxes, self.center_range)
            for logits, codes in zip(outputs[0][-1], outputs[1][-1], strict=True)]
