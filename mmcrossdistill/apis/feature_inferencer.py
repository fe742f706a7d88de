"""Features of images and points by one call."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mmengine.config import Config, ConfigDict
from mmengine.dataset import pseudo_collate
from mmengine.infer import BaseInferencer
from mmengine.model import BaseModel
from torch import Tensor

from mmcrossdistill.registry import SCOPE
from mmcrossdistill.structures import VoxelBatch, cloud

from .encoders import encode_images, load_encoders
from .feature_picture import feature_picture
from .frame_features import FrameFeatures
from .frame_pipeline import FramePipeline, PreparedFrame
from .model_index import find_config

# What follows a backbone: the beginning of the name of the model's head.
STAGES = {'projector': 'projector', 'semantic': 'semantic_projector', 'backbone': None}


class FeatureInferencer(BaseInferencer):
    """Extract features of images and / or points with the encoders of any config.

    Works with every config whose model has a ``backbone_2d`` or a ``backbone_3d``: distillers give
    features of both modalities in one space, probes those of their encoder.

    Args:
        config_or_name: path of a config, its name (:func:`~.model_index.list_models`) or a config.
        checkpoint: file that a training of the config wrote; ``None`` takes the weights that the
            config names.
        device: e.g. 'cpu' or 'cuda:0'; the best one by default.
        show_progress: whether a call shows a progress bar.

    Raises:
        FileNotFoundError: if the config or the checkpoint does not exist.
        ValueError: if they do not fit each other.

    Example:
        >>> inferencer = FeatureInferencer('cd/minidrive_stage2', 'epoch_1.pth')  # doctest: +SKIP
        >>> frame = dict(imgs=['front.jpg'], points='sweep.bin', num_pts_feats=5)
        >>> features = inferencer(frame)['predictions'][0]                      # doctest: +SKIP
        >>> features.feats_2d.shape, features.feats_3d.shape                    # doctest: +SKIP
        (torch.Size([1, 128, 16, 28]), torch.Size([8213, 128]))
        >>> similarity = features.similarity_to_pixel(0, (60.5, 40.5))         # doctest: +SKIP
    """

    forward_kwargs = {'stage'}
    visualize_kwargs = {'return_vis'}

    def __init__(self, config_or_name: str | Path | Config,
                 checkpoint: str | Path | None = None, device: str | torch.device | None = None,
                 show_progress: bool = False) -> None:
        if not isinstance(config_or_name, (Config, ConfigDict)):
            config_or_name = Config.fromfile(find_config(config_or_name))
        super().__init__(config_or_name, None if checkpoint is None else str(checkpoint),
                         device, SCOPE, show_progress)

    def __call__(self, inputs: Any, return_datasamples: bool = False, batch_size: int = 1,
                 **kwargs: Any) -> dict[str, list]:
        """Extract features.

        Args:
            inputs: one frame or a list of them, see :func:`~.frame.read_frame`; a folder's name
                stands for the images in it.
            return_datasamples: unused, here for MMEngine's signature.
            batch_size: frames encoded at once.
            kwargs: ``stage='projector'`` (default) for the space that both modalities share,
                ``'semantic'`` for that of OLIVINE's semantic heads, or ``'backbone'`` for the
                encoders' own features; ``return_vis=True`` for pictures.

        Returns:
            ``predictions``, one :class:`~.frame_features.FrameFeatures` per frame, and
            ``visualization``, one (H, W, 3) uint8 picture per frame, empty by default.

        Raises:
            ValueError: if an argument is unknown, the model has no such heads or a frame has
                nothing that the model encodes.
        """
        return super().__call__(inputs, return_datasamples, batch_size, **kwargs)

    @torch.no_grad()
    def forward(self, inputs: dict[str, Any], stage: str = 'projector') -> list[FrameFeatures]:
        """Encode one batch.

        Args:
            inputs: collated output of the pipeline.
            stage: one of :data:`STAGES`.

        Returns:
            One element per frame.

        Raises:
            ValueError: if the stage is unknown, the model has no such heads or a frame has
                nothing that the model encodes.
        """
        if stage not in STAGES:
            raise ValueError(f'stage must be one of {tuple(STAGES)}, got {stage!r}')
        if stage == 'semantic' and any(
                getattr(self.model, f'semantic_projector_{modality}', None) is None
                for modality in ('2d', '3d')):
            raise ValueError(
                f"{type(self.model).__name__} has no semantic heads of both modalities; take "
                "stage='projector', or a config of OLIVINE with decoupled heads")
        prepared: list[PreparedFrame] = inputs['frames']
        batch = self.model.data_preprocessor(inputs, False)['inputs']
        views = [len(item.frame.imgs) for item in prepared]
        clouds = [len(points) for points in inputs['inputs']['points']]
        maps, vectors = self._encode_images(batch, sum(views), stage)
        rows = self._encode_points(batch, sum(clouds), stage)
        return [
            _pick(item, *(None if side is None else side.split(counts)[number]
                          for side, counts in ((maps, views), (vectors, views), (rows, clouds))))
            for number, item in enumerate(prepared)]

    def _encode_images(self, batch: dict[str, Any], count: int, stage: str
                       ) -> tuple[Tensor | None, Tensor | None]:
        """Maps and one vector per image, if the model has a 2D encoder and there are images."""
        if count == 0 or not hasattr(self.model, 'backbone_2d'):
            return None, None
        maps, vectors = encode_images(self.model.backbone_2d, batch['imgs'])
        return self._through_head(maps, stage, '2d').float().cpu(), vectors.float().cpu()

    def _encode_points(self, batch: dict[str, Any], count: int, stage: str) -> Tensor | None:
        """Rows of all points, if the model has a 3D encoder and there are points."""
        if count == 0 or not hasattr(self.model, 'backbone_3d'):
            return None
        encoded = cloud(batch)
        rows = self.model.backbone_3d(encoded)
        if isinstance(encoded, VoxelBatch):
            rows = rows[encoded.inverse]
        return self._through_head(rows, stage, '3d').float().cpu()

    def _through_head(self, feats: Tensor, stage: str, modality: str) -> Tensor:
        """Apply the head of a stage, if the model has one."""
        head = STAGES[stage] and getattr(self.model, f'{STAGES[stage]}_{modality}', None)
        return feats if head is None else head(feats)

    def visualize(self, inputs: list, preds: Sequence[FrameFeatures], return_vis: bool = False,
                  ) -> list[np.ndarray]:
        """Draw the features as colours.

        Args:
            inputs: the frames as given.
            preds: their features.
            return_vis: whether to draw at all.

        Returns:
            One (H, W, 3) uint8 picture per frame.
        """
        return [feature_picture(features) for features in preds] if return_vis else []

    def postprocess(self, preds: list[FrameFeatures], visualization: list[np.ndarray],
                    return_datasample: bool = False) -> dict[str, list]:
        """Pack the results as MMEngine's inferencers do.

        Args:
            preds: features.
            visualization: pictures.
            return_datasample: unused.

        Returns:
            See :meth:`__call__`.
        """
        return dict(predictions=preds, visualization=visualization)

    def _init_model(self, cfg: Config, weights: str | None, device: str | torch.device = 'cpu',
                    ) -> BaseModel:
        """Build the model with its weights."""
        return load_encoders(cfg, weights).to(device)

    def _init_pipeline(self, cfg: Config) -> Callable[[Any], dict[str, Any]]:
        """Make what prepares one frame."""
        return FramePipeline(cfg)

    def _init_collate(self, cfg: Config) -> Callable[[Sequence[dict]], dict]:
        """Lists, not stacks: clouds and numbers of views differ."""
        return pseudo_collate

    def _init_visualizer(self, cfg: Config) -> None:
        """None: pictures are arrays, no run is logged."""
        return None


def _pick(prepared: PreparedFrame, maps: Tensor | None, vectors: Tensor | None,
          rows: Tensor | None) -> FrameFeatures:
    """Give every point of the frame its row.

    Args:
        prepared: the frame.
        maps ((V, C, h, w) float): of its images, or ``None``.
        vectors ((V, C) float): of its images, or ``None``.
        rows ((N', C) float): of the points that the model saw, or ``None``.

    Raises:
        ValueError: if nothing of the frame was encoded.
    """
    with_images = maps is not None and len(maps) > 0
    with_points = rows is not None and len(rows) > 0
    if not with_images and not with_points:
        raise ValueError('the frame has neither images nor points that this model encodes')
    feats_3d = valid = None
    if with_points:
        valid = torch.from_numpy(prepared.valid_points)
        feats_3d = rows[torch.from_numpy(prepared.point_rows)] * valid[:, None]
    return FrameFeatures(
        prepared.frame, prepared.input_size, maps if with_images else None,
        vectors if with_images else None, feats_3d, valid)
