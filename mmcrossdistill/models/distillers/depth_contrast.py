"""DepthContrast on driving scans."""
from __future__ import annotations

import copy
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mmcrossdistill.models.layers.gather_rows import gather_uneven_rows
from mmcrossdistill.registry import MODELS
from mmcrossdistill.structures import PointBatch, VoxelBatch

from .cloud_contrast import CloudContrast


@MODELS.register_module()
class DepthContrast(CloudContrast):
    """One vector per cloud: two views of a scan agree, other scans are negatives (MoCo).

    The key encoder is a moving average of the query encoder; its vectors of past batches wait in a
    queue. Our LiDAR version: of the two networks that the original trains together only the voxel
    network, as SLidR evaluates, and SLidR's augmentations; no code of it is public. Keys are not
    shuffled between GPUs.
    Source: DepthContrast (Zhang et al., ICCV 2021), within-format loss.

    Args:
        loss: config of an :class:`InfoNCELoss`.
        embed_dims: width of the backbone's rows.
        hidden_dims: width of the two hidden layers of the head.
        out_dims: width of the vectors.
        queue_size (> 0): past vectors.
        momentum: of the moving average, per step.
        kwargs: see :class:`CloudContrast`.

    Raises:
        ValueError: if ``queue_size`` is not positive or ``momentum`` not in [0, 1].
    """

    queue: Tensor
    queue_start: Tensor

    def __init__(self, loss: dict, embed_dims: int, hidden_dims: int = 256, out_dims: int = 128,
                 queue_size: int = 65536, momentum: float = 0.999, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if queue_size <= 0 or not 0 <= momentum <= 1:
            raise ValueError(
                f'queue_size must be positive and momentum in [0, 1], got {queue_size} and '
                f'{momentum}')
        self.loss_module = MODELS.build(loss)
        self.momentum = momentum
        self.head = nn.Sequential(
            nn.Linear(embed_dims, hidden_dims), nn.ReLU(inplace=True),
            nn.Linear(hidden_dims, hidden_dims), nn.ReLU(inplace=True),
            nn.Linear(hidden_dims, out_dims))
        self.key_encoder = copy.deepcopy(self._query_encoder()).requires_grad_(False)
        self.register_buffer('queue', F.normalize(torch.randn(queue_size, out_dims), dim=1))
        self.register_buffer('queue_start', torch.zeros((), dtype=torch.int64))

    def _query_encoder(self) -> nn.ModuleDict:
        """The modules that the key encoder follows."""
        return nn.ModuleDict(dict(
            backbone_3d=self.backbone_3d, projector_3d=self.projector_3d, head=self.head))

    def init_weights(self) -> None:
        """Initialise; both encoders start equal."""
        super().init_weights()
        self.key_encoder.load_state_dict(self._query_encoder().state_dict())

    def loss(self, views: tuple[PointBatch | VoxelBatch, PointBatch | VoxelBatch],
             matches: Tensor) -> dict[str, Tensor]:
        """Contrast the clouds' vectors with the queue, then move the queue on.

        Args:
            views: both views of all clouds.
            matches ((M, 2) int64): unused; a whole cloud is one row here.
        """
        query = self.embed(self._query_encoder(), views[0])
        with torch.no_grad():
            self._follow()
            key = self.embed(self.key_encoder, views[1])
        count = len(query)
        # Other clouds of the batch are no negatives: their keys are younger than the queue's.
        mask = torch.arange(count + len(self.queue), device=query.device) >= count
        result = self.loss_module.contrast(query, torch.cat([key, self.queue.clone()]), mask=mask)
        self._enqueue(gather_uneven_rows(key)[0])
        return dict(
            loss_contrast=result.loss, accuracy=result.accuracy, chance=result.chance)

    @staticmethod
    def embed(encoder: nn.ModuleDict, cloud: PointBatch | VoxelBatch) -> Tensor:
        """Make one vector per cloud: the maximum over its rows, then the head.

        Args:
            encoder: backbone, projector and head.
            cloud: what the backbone reads.

        Returns:
            (B, D) float: l2-normalised.
        """
        rows = encoder['projector_3d'](encoder['backbone_3d'](cloud))
        index = cloud.coords[:, 0] if isinstance(cloud, VoxelBatch) else cloud.batch_idx
        pooled = rows.new_zeros(cloud.batch_size, rows.shape[1]).scatter_reduce(
            0, index[:, None].expand_as(rows), rows, 'amax', include_self=False)
        return F.normalize(encoder['head'](pooled).float(), dim=1)

    @torch.no_grad()
    def _follow(self) -> None:
        """Move the key encoder towards the query encoder."""
        for key, query in zip(self.key_encoder.parameters(),
                              self._query_encoder().parameters(), strict=True):
            key.lerp_(query, 1 - self.momentum)

    @torch.no_grad()
    def _enqueue(self, keys: Tensor) -> None:
        """Replace the oldest vectors.

        Args:
            keys ((B, D) float): of all processes.
        """
        size = len(self.queue)
        keys = keys[-size:]
        place = (self.queue_start + torch.arange(len(keys), device=keys.device)) % size
        self.queue[place] = keys
        self.queue_start.copy_((self.queue_start + len(keys)) % size)
