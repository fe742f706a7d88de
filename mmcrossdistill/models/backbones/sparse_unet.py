"""The sparse residual U-Net of SLidR and most methods after it."""
from __future__ import annotations

from collections.abc import Sequence

import torch
from mmengine.model import BaseModule
from torch import Tensor, nn

from mmcrossdistill.models.layers.sparse_conv import SparseTensor
from mmcrossdistill.registry import MODELS
from mmcrossdistill.structures import VoxelBatch

from .sparse_unet_blocks import ConvNorm, Decoder, Encoder
from .voxel_backbone import TrainedOnGrid, check_voxels
from .weights import load_pretrained

NUM_LEVELS = 4
PRESETS = {
    'minkunet34c': dict(
        stem_width=32, planes=(32, 64, 128, 256, 256, 128, 96, 96),
        depths=(2, 3, 4, 6, 2, 2, 2, 2)),
    # Ours, for MiniDrive on CPUs and for tests.
    'tiny': dict(
        stem_width=16, planes=(16, 32, 64, 64, 64, 64, 48, 48), depths=(1,) * 8),
    'test_tiny': dict(stem_width=8, planes=(8, 8, 16, 16, 16, 8, 8, 8), depths=(1,) * 8),
}


@MODELS.register_module()
class SparseUNet(TrainedOnGrid, BaseModule):
    """3D encoder: Res16UNet34C by default.

    A stem of one 3^3 convolution; four times a 2^3 convolution of stride 2 and residual blocks;
    four times the way back by an inverse convolution, concatenation [up, skip] and residual blocks;
    and, where ``out_channels`` is given, a linear layer. Coarse voxels are aligned to the absolute
    index 0, also where indices are negative.
    Source: SLidR (Sautier et al., CVPR 2022), after MinkowskiEngine's Res16UNet34C; published
    weights go in by ``tools/model_converters/minkunet.py``.

    Args:
        in_channels: features per voxel; SLidR has the intensity alone.
        out_channels: width of the last layer, which SLidR normalises and compares with pixels;
            ``None`` leaves the layer to a projector or head, so that the same weights serve
            pre-training and downstream tasks.
        preset: ``'minkunet34c'``, ``'tiny'`` or ``'test_tiny'``: the values of the arguments
            below that are ``None``.
        stem_width: width of the stem.
        planes: widths of the four levels down, then of the four up.
        depths: residual blocks of the same levels.
        bn_momentum: of the norms outside the residual branches; SLidR pre-trains with 0.05 and
            fine-tunes with 0.02.
        block_bn_momentum: of the norms inside them, which SLidR's setting does not reach.
        init_cfg: MMEngine initialisation.

    Raises:
        ValueError: if the preset is unknown or ``planes`` and ``depths`` do not have 8 numbers.
    """

    def __init__(
        self,
        in_channels: int = 1,
        out_channels: int | None = None,
        preset: str = 'minkunet34c',
        stem_width: int | None = None,
        planes: Sequence[int] | None = None,
        depths: Sequence[int] | None = None,
        bn_momentum: float = 0.05,
        block_bn_momentum: float = 0.1,
        init_cfg: dict | None = None,
    ) -> None:
        super().__init__(init_cfg=init_cfg)
        if preset not in PRESETS:
            raise ValueError(
                f'unknown SparseUNet preset {preset!r}; choose one of {sorted(PRESETS)}')
        given = dict(stem_width=stem_width, planes=planes, depths=depths)
        setting = PRESETS[preset] | {
            key: value for key, value in given.items() if value is not None}
        planes, depths, stem = setting['planes'], setting['depths'], setting['stem_width']
        if not len(planes) == len(depths) == 2 * NUM_LEVELS:
            raise ValueError(
                f'planes and depths need {2 * NUM_LEVELS} numbers, got {planes} and {depths}')
        self.in_channels = in_channels
        momenta = (bn_momentum, block_bn_momentum)
        self.stem = ConvNorm('submanifold', in_channels, stem, 0, bn_momentum)
        widths = [stem, *planes[:NUM_LEVELS]]
        self.encoders = nn.ModuleList(
            Encoder(widths[level], widths[level + 1], depths[level], level, momenta)
            for level in range(NUM_LEVELS))
        self.decoders = nn.ModuleList()
        width = widths[-1]
        for step in range(NUM_LEVELS):
            level, out = NUM_LEVELS - 1 - step, planes[NUM_LEVELS + step]
            self.decoders.append(Decoder(
                width, widths[level], out, depths[NUM_LEVELS + step], level, momenta))
            width = out
        self.final = nn.Identity() if out_channels is None else nn.Linear(width, out_channels)
        self.embed_dims: int = out_channels or width

    def init_weights(self) -> None:
        """Initialise; a checkpoint of type 'Pretrained' must fit exactly, as must its grid."""
        super().init_weights()
        load_pretrained(self)

    def forward(self, voxels: VoxelBatch) -> Tensor:
        """Encode the voxels.

        Args:
            voxels: the batch.

        Returns:
            (V, C) float: features, in the order of the voxels.

        Raises:
            ValueError: if the batch has no voxels, other features or another grid than the weights
                were trained on.
        """
        check_voxels(self, voxels)
        x = self.stem(SparseTensor(voxels.feats, voxels.coords, voxels.batch_size))
        skips = []
        for encoder in self.encoders:
            skips.append(x)
            x = encoder(x)
        for decoder in self.decoders:
            x = decoder(x, skips.pop())
        with torch.autocast(x.feats.device.type, enabled=False):
            return self.final(x.feats.float())
