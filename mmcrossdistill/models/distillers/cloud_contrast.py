"""What the methods share that contrast two views of a cloud, without images."""
from __future__ import annotations

from abc import abstractmethod
from typing import Any

from mmengine.model import BaseModel
from torch import Tensor, nn

from mmcrossdistill.registry import MODELS
from mmcrossdistill.structures import PointBatch, VoxelBatch


class CloudContrast(BaseModel):
    """A 3D encoder that learns from two augmented views of each cloud.

    Args:
        backbone_3d: config of the point encoder.
        projector_3d: config of a projector on its rows, or ``None``.
        data_preprocessor: config of a :class:`CloudViewsDataPreprocessor`.
        init_cfg: MMEngine initialisation.
    """

    def __init__(
        self,
        backbone_3d: dict,
        projector_3d: dict | None = None,
        data_preprocessor: dict | nn.Module | None = None,
        init_cfg: dict | list[dict] | None = None,
    ) -> None:
        if data_preprocessor is None:
            data_preprocessor = dict(type='CloudViewsDataPreprocessor')
        if isinstance(data_preprocessor, dict):
            data_preprocessor = MODELS.build(data_preprocessor)
        super().__init__(data_preprocessor=data_preprocessor, init_cfg=init_cfg)
        self.backbone_3d = MODELS.build(backbone_3d)
        self.projector_3d = nn.Identity() if projector_3d is None else MODELS.build(projector_3d)

    def extract_3d(self, cloud: PointBatch | VoxelBatch) -> Tensor:
        """Features of the rows of a batch.

        Args:
            cloud: what the 3D backbone reads.

        Returns:
            (N, C) float: projected features.
        """
        return self.projector_3d(self.backbone_3d(cloud))

    @abstractmethod
    def loss(self, views: tuple[PointBatch | VoxelBatch, PointBatch | VoxelBatch],
             matches: Tensor) -> dict[str, Tensor]:
        """Compute the losses.

        Args:
            views: both views of all clouds.
            matches ((M, 2) int64): rows of both of the points that both have.
        """

    def forward(self, inputs: dict[str, Any], data_samples: list | None = None,
                mode: str = 'tensor') -> dict[str, Tensor] | tuple[Tensor, Tensor]:
        """Run the model.

        Args:
            inputs: output of the data preprocessor.
            data_samples: one per sample.
            mode: 'loss' for the losses, 'tensor' for the features of both views.

        Raises:
            ValueError: if the mode is unknown.
        """
        if mode == 'loss':
            return self.loss(inputs['views'], inputs['matches'])
        if mode == 'tensor':
            return tuple(self.extract_3d(view) for view in inputs['views'])
        raise ValueError(
            f"{type(self).__name__} has the modes 'loss' and 'tensor', got {mode!r}")
