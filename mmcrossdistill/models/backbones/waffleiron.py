"""WaffleIron, the 3D encoder of ScaLR and Collaborative Distillation."""
from __future__ import annotations

from collections.abc import Sequence

import torch
from mmengine.model import BaseModule
from torch import Tensor
from torch.utils.checkpoint import checkpoint as run_checkpointed

from mmcrossdistill.registry import MODELS
from mmcrossdistill.structures.point_batch import PointBatch

from .checkpoint_layout import Layout, translate_names
from .waffleiron_layers import NORMS, PointEmbedding, WaffleIronBlocks
from .waffleiron_planes import CONVOLUTIONS, PLANE_AXES, index_planes
from .weights import load_exactly, load_pretrained, read_state_dict

_SCALR = dict(
    depth=48, num_neighbors=16, norm='layer', grids=((256, 256), (256, 32), (256, 32)),
    point_range=(-64., -64., -8., 64., 64., 8.))
ARCHS = {
    # WaffleIron's SemanticKITTI and nuScenes models, then ScaLR's.
    '48_256': dict(
        depth=48, embed_dims=256, num_neighbors=16, norm='batch',
        grids=((250, 250), (250, 12), (250, 12)), point_range=(-50., -50., -3., 50., 50., 2.)),
    '48_384': dict(
        depth=48, embed_dims=384, num_neighbors=16, norm='batch',
        grids=((166, 166), (166, 16), (166, 16)), point_range=(-50., -50., -5., 50., 50., 5.)),
    '48_768': dict(embed_dims=768, **_SCALR),
    # Ours: a few milliseconds per cloud of MiniDrive on one core.
    'minidrive_tiny': dict(
        depth=6, embed_dims=64, num_neighbors=4, norm='layer',
        grids=((96, 96), (96, 16), (96, 16)), point_range=(-48., -48., -4., 48., 48., 12.)),
    'test_tiny': dict(
        depth=3, embed_dims=16, num_neighbors=4, norm='layer',
        grids=((16, 16), (16, 4), (16, 4)), point_range=(-48., -48., -4., 48., 48., 12.)),
}
# The head of the published networks is a part of the projector here.
_LAYOUTS = (Layout('ScaLR or WaffleIron', r'embed\.norm\.weight', unused=r'classif\.'),)


@MODELS.register_module()
class WaffleIron(BaseModule):
    """3D encoder made of point-wise layers and depth-wise 2D convolutions on three planes.

    Parameter names and shapes are the published ones, so official checkpoints load; their
    ``classif`` head belongs to the projector and is left out. Clouds are concatenated, not padded:
    in training, batch norms therefore see real points only, while the published code counts its
    padding (no difference in evaluation, nor with layer norm elsewhere than in the embedding).
    Points outside ``point_range`` count for the border cells (:func:`.waffleiron_planes.
    index_planes`).
    Source: WaffleIron (Puy et al., ICCV 2023); ScaLR (CVPR 2024) for ``norm='layer'``.

    Args:
        arch: ``'48_256'``, ``'48_384'`` (WaffleIron), ``'48_768'`` (ScaLR), ``'minidrive_tiny'``
            or ``'test_tiny'``: the values of the arguments below that are ``None``.
        in_channels: values per point.
        embed_dims: width.
        depth: number of spatial-mix / channel-mix pairs.
        grids: cells (H, W) of the planes (x, y), (x, z), (y, z).
        point_range: x, y, z minimum, then maximum, metres.
        num_neighbors: neighbours in the embedding, the point itself excluded.
        norm: ``'layer'`` or ``'batch'``.
        drop_path: probability that a cloud skips a block.
        convolution: ``'dense'``, ``'sparse'`` (only where points need it, equal up to rounding) or
            ``'auto'``: on CPU sparse on planes with few occupied cells, several times faster
            there; dense on accelerators.
        gradient_checkpointing: recompute blocks in the backward pass instead of storing them; with
            ``norm='batch'`` running statistics then move twice per step.
        checkpoint: path of a checkpoint of WaffleIron or ScaLR, or of one of our own.
        init_cfg: MMEngine initialisation.

    Raises:
        ValueError: if a setting is unknown or malformed, or the checkpoint does not fit.
    """

    def __init__(
        self,
        arch: str = '48_768',
        in_channels: int = 5,
        embed_dims: int | None = None,
        depth: int | None = None,
        grids: Sequence[tuple[int, int]] | None = None,
        point_range: Sequence[float] | None = None,
        num_neighbors: int | None = None,
        norm: str | None = None,
        drop_path: float = 0.0,
        convolution: str = 'auto',
        gradient_checkpointing: bool = False,
        checkpoint: str | None = None,
        init_cfg: dict | None = None,
    ) -> None:
        super().__init__(init_cfg=init_cfg)
        if arch not in ARCHS:
            raise ValueError(f'unknown WaffleIron arch {arch!r}; choose one of {sorted(ARCHS)}')
        given = dict(
            embed_dims=embed_dims, depth=depth, grids=grids, point_range=point_range,
            num_neighbors=num_neighbors, norm=norm)
        setting = ARCHS[arch] | {key: value for key, value in given.items() if value is not None}
        if setting['norm'] not in NORMS:
            raise ValueError(f'norm must be one of {sorted(NORMS)}, got {setting["norm"]!r}')
        if len(setting['grids']) != len(PLANE_AXES) or len(setting['point_range']) != 6:
            raise ValueError(
                f'WaffleIron needs {len(PLANE_AXES)} grids and 6 range limits, got grids='
                f'{setting["grids"]}, point_range={setting["point_range"]}')
        if convolution not in CONVOLUTIONS:
            raise ValueError(f'convolution must be one of {CONVOLUTIONS}, got {convolution!r}')
        self.convolution = convolution
        self.embed_dims: int = setting['embed_dims']
        self.depth: int = setting['depth']
        self.grids = tuple(tuple(grid) for grid in setting['grids'])
        self.point_range = tuple(setting['point_range'])
        self.num_neighbors: int = setting['num_neighbors']
        self.gradient_checkpointing = gradient_checkpointing
        self.embed = PointEmbedding(in_channels, self.embed_dims)
        self.waffleiron = WaffleIronBlocks(
            self.embed_dims, self.depth, setting['norm'], drop_path)
        if checkpoint is not None:
            state = translate_names(read_state_dict(checkpoint), _LAYOUTS, checkpoint)
            load_exactly(self, state, checkpoint)

    def init_weights(self) -> None:
        """Initialise; a checkpoint of type 'Pretrained' must fit exactly."""
        super().init_weights()
        load_pretrained(self)

    def forward(self, points: PointBatch) -> Tensor:
        """Encode the points.

        Args:
            points: the batch, with at least ``num_neighbors`` neighbours per point, nearest first.

        Returns:
            (N, C) float: features, in the order of the points.

        Raises:
            ValueError: if the batch has no or too few neighbours.
        """
        if points.neighbors is None or points.neighbors.shape[1] < self.num_neighbors:
            found = 0 if points.neighbors is None else points.neighbors.shape[1]
            raise ValueError(
                f'WaffleIron needs {self.num_neighbors} neighbours per point, the batch has '
                f'{found}; add FindNeighbors(num_neighbors={self.num_neighbors}) to the pipeline')
        planes = index_planes(points, self.grids, self.point_range, self.convolution)
        tokens = self.embed(points.feats, points.neighbors[:, :self.num_neighbors])
        recompute = self.gradient_checkpointing and torch.is_grad_enabled()
        for depth in range(self.depth):
            if recompute:
                tokens = run_checkpointed(
                    self.waffleiron.layer, depth, tokens, planes, points.batch_idx,
                    use_reentrant=False)
            else:
                tokens = self.waffleiron.layer(depth, tokens, planes, points.batch_idx)
        return tokens
