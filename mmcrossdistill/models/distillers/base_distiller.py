"""What every distiller shares: two branches, a pooler, a head and a direction."""
from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import torch
from mmengine.logging import print_log
from mmengine.model import BaseModel
from torch import Tensor, nn

from mmcrossdistill.models.layers.feature_cache import FeatureCache
from mmcrossdistill.models.poolers import FeaturePairs
from mmcrossdistill.registry import MODELS
from mmcrossdistill.structures import cloud

DIRECTIONS = ('image_to_lidar', 'lidar_to_image', 'both')


@MODELS.register_module()
class BaseDistiller(BaseModel):
    """Distillation between an image branch and a LiDAR branch.

    The direction decides which branch learns. The other one is frozen: eval mode (re-applied in
    :meth:`train`), no gradient, BatchNorm statistics fixed. Parameters that a backbone itself
    freezes at construction stay frozen in every direction.

    Args:
        backbone_2d: config of the image encoder; returns a tuple of maps, the last one is used.
        backbone_3d: config of the point encoder; ``backbone(PointBatch | VoxelBatch) -> (N, C)``.
        pooler: config of the pooler that makes the pairs.
        head: config of the head that makes the losses.
        projector_2d: config of a projector on the 2D map, or ``None``.
        projector_3d: config of a projector on the 3D rows, or ``None``.
        direction: 'image_to_lidar' (3D learns from images), 'lidar_to_image' or 'both'.
        cache_frozen_2d: keep the maps of training images in memory while the image branch is
            frozen, so that later epochs skip it. Same results; useful only where the pipeline does
            not augment images (ScaLR, CD).
        data_preprocessor: config of the data preprocessor.
        init_cfg: MMEngine initialisation.

    Attributes:
        directions: those that the method has.

    Raises:
        ValueError: if the method has no such ``direction``.
    """

    directions: tuple[str, ...] = DIRECTIONS

    def __init__(
        self,
        backbone_2d: dict,
        backbone_3d: dict,
        pooler: dict,
        head: dict,
        projector_2d: dict | None = None,
        projector_3d: dict | None = None,
        direction: str = 'image_to_lidar',
        cache_frozen_2d: bool = False,
        data_preprocessor: dict | nn.Module | None = None,
        init_cfg: dict | list[dict] | None = None,
    ) -> None:
        if data_preprocessor is None:
            data_preprocessor = dict(type='DistillDataPreprocessor')
        if isinstance(data_preprocessor, dict):
            data_preprocessor = MODELS.build(data_preprocessor)
        super().__init__(data_preprocessor=data_preprocessor, init_cfg=init_cfg)
        self.backbone_2d = MODELS.build(backbone_2d)
        self.backbone_3d = MODELS.build(backbone_3d)
        self.projector_2d = nn.Identity() if projector_2d is None else MODELS.build(projector_2d)
        self.projector_3d = nn.Identity() if projector_3d is None else MODELS.build(projector_3d)
        self.pooler = MODELS.build(pooler)
        self.head = MODELS.build(head)
        self._cache_2d = FeatureCache() if cache_frozen_2d else None
        self._frozen_by_design = {
            name for name, parameter in self.named_parameters() if not parameter.requires_grad}
        self.set_direction(direction)

    @property
    def branches(self) -> dict[str, tuple[nn.Module, nn.Module]]:
        """Modules of each branch by name ('2d', '3d')."""
        return {'2d': (self.backbone_2d, self.projector_2d),
                '3d': (self.backbone_3d, self.projector_3d)}

    @property
    def frozen_modules(self) -> tuple[nn.Module, ...]:
        """Modules that do not learn in the present direction."""
        return tuple(module for name in self.frozen_branches for module in self.branches[name])

    @property
    def frozen_branches(self) -> tuple[str, ...]:
        """Names of the branches that do not learn in the present direction."""
        return {'image_to_lidar': ('2d',), 'lidar_to_image': ('3d',), 'both': ()}[self.direction]

    def set_direction(self, direction: str) -> None:
        """Choose which branch learns.

        Under DistributedDataParallel the model must be wrapped again and the optimizer rebuilt
        afterwards (``GradientDirectionHook`` does both).

        Args:
            direction: one of ``directions``.

        Raises:
            ValueError: if it is not.
        """
        if direction not in self.directions:
            raise ValueError(
                f'direction must be one of {self.directions} for {type(self).__name__}, got '
                f'{direction!r}')
        self.direction = direction
        if self._cache_2d is not None:
            self._cache_2d.clear()
        frozen = {
            id(parameter) for module in self.frozen_modules for parameter in module.parameters()}
        for name, parameter in self.named_parameters():
            parameter.requires_grad_(
                name not in self._frozen_by_design and id(parameter) not in frozen)
            if not parameter.requires_grad:
                parameter.grad = None
        self.train(self.training)
        print_log(f'distillation direction: {direction}', logger='current')

    def train(self, mode: bool = True) -> BaseDistiller:
        """Set the mode; frozen branches stay in eval mode.

        Args:
            mode: training or evaluation.
        """
        super().train(mode)
        if hasattr(self, 'direction'):
            for module in self.frozen_modules:
                module.eval()
        return self

    def extract_2d(self, imgs: Tensor) -> Tensor:
        """Image features.

        Args:
            imgs ((B, 3, H, W) float): normalised images.

        Returns:
            (B, C, h, w) float: projected feature map.
        """
        if '2d' not in self.frozen_branches:
            return self._encode_2d(imgs)
        if self._cache_2d is not None and self.training:
            return self._cache_2d(imgs, self._encode_2d)
        with torch.no_grad():
            return self._encode_2d(imgs)

    def _encode_2d(self, imgs: Tensor) -> Tensor:
        """Backbone and projector of the image branch."""
        return self.projector_2d(self.backbone_2d(imgs)[-1])

    def extract_3d(self, points: Any) -> Tensor:
        """Point features.

        Args:
            points: batch of points as the 3D backbone takes it.

        Returns:
            (N, C) float: projected features.
        """
        with torch.no_grad() if '3d' in self.frozen_branches else nullcontext():
            return self.projector_3d(self.backbone_3d(points))

    def extract_pairs(self, inputs: dict[str, Any]) -> FeaturePairs:
        """Features of both sides at the pairs.

        Args:
            inputs: output of the data preprocessor.
        """
        imgs = inputs['imgs']
        return self.pooler(
            self.extract_2d(imgs), self.extract_3d(cloud(inputs)), inputs['corr'],
            tuple(imgs.shape[-2:]))

    def forward(self, inputs: dict[str, Any], data_samples: list | None = None,
                mode: str = 'tensor') -> dict[str, Tensor] | FeaturePairs:
        """Run the model.

        Args:
            inputs: output of the data preprocessor.
            data_samples: one per sample.
            mode: 'loss' for the losses, 'tensor' for the paired features.

        Raises:
            ValueError: if the mode is unknown.
        """
        if mode not in ('loss', 'tensor'):
            raise ValueError(f"a distiller has the modes 'loss' and 'tensor', got {mode!r}")
        pairs = self.extract_pairs(inputs)
        return self.head.loss(pairs, self.direction) if mode == 'loss' else pairs
