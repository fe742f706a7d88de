"""Depth maps from bins: DINOv2's linear head for KITTI and NYU."""
from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mmcrossdistill.models.layers.linear_probe import LinearProbe
from mmcrossdistill.models.segmentors.base_probe import BaseProbe
from mmcrossdistill.registry import MODELS


def resize_maps(depth: Tensor, size: tuple[int, int]) -> Tensor:
    """Resize maps bilinearly.

    Args:
        depth ((B, h, w) float): metres.
        size: (H, W) wanted.

    Returns:
        (B, H, W) float: metres.
    """
    return F.interpolate(depth[:, None], size=size, mode='bilinear')[:, 0]


@MODELS.register_module()
class DenseDepther(BaseProbe):
    """A linear layer from patch and CLS token to depth bins, and the expected depth.

    Each patch token is joined by the CLS token. The bins are uniform from the least
    to the greatest depth; their weights are ReLU(logits) + 0.1, normalised, computed on a map
    ``upsample`` times finer than the patches (the linear layer commutes with the bilinear
    upsampling, so it works on the patches). An image padded to whole patches is predicted as if
    the map covered the image alone, as in the published code.
    Source: Monocular-Depth-Estimation-Toolbox and DINOv2's linear evaluation with one layer.

    Args:
        backbone_2d: config of a ViT; ``feature`` and ``pad_to_patch`` are its own settings.
        max_depth: of the last bin, metres.
        min_depth: of the first bin, metres.
        num_bins: number of bins.
        upsample: factor from patches to the map of the bins.
        losses: see :class:`BaseProbe`; SigLoss + 0.5 DepthGradientLoss by default.
        flip_test: whether to average the predictions of an image and its mirror image.
        freeze_backbone: linear probing if true, fine-tuning if false.
        data_preprocessor: config of the data preprocessor.
        init_cfg: MMEngine initialisation.
    """

    def __init__(
        self,
        backbone_2d: dict,
        max_depth: float,
        min_depth: float = 1e-3,
        num_bins: int = 256,
        upsample: int = 4,
        losses: dict[str, dict] | None = None,
        flip_test: bool = True,
        freeze_backbone: bool = True,
        data_preprocessor: dict | nn.Module | None = None,
        init_cfg: dict | None = None,
    ) -> None:
        if losses is None:
            losses = dict(
                loss_depth=dict(type='SigLoss'), loss_grad=dict(type='DepthGradientLoss'))
        super().__init__(
            'backbone_2d', backbone_2d, num_bins, losses, None, 'normal', freeze_backbone,
            data_preprocessor, init_cfg)
        self.head = LinearProbe(
            self.backbone_2d.embed_dims + self.backbone_2d.cls_dims, num_bins)
        # PyTorch's own initialisation, as published.
        self.head.linear.reset_parameters()
        self.upsample = upsample
        self.flip_test = flip_test
        self.min_depth = min_depth
        self.max_depth = max_depth
        self.register_buffer(
            'bins', torch.linspace(min_depth, max_depth, num_bins), persistent=False)

    def compute_values(self, inputs: Tensor) -> Tensor:
        """Predict maps.

        Args:
            inputs ((B, 3, H, W) float): normalised images.

        Returns:
            (B, upsample * h, upsample * w) float: metres.
        """
        with torch.set_grad_enabled(torch.is_grad_enabled() and not self.freeze_backbone):
            patches, cls = self.backbone_2d.forward_tokens(inputs)
        cls_map = cls[..., None, None].expand(-1, -1, *patches.shape[-2:])
        feats = torch.cat([patches, cls_map], dim=1)
        weights = F.interpolate(
            self.head.on_map(feats), scale_factor=self.upsample, mode='bilinear').relu() + 0.1
        return torch.einsum('bkhw,k->bhw', weights, self.bins) / weights.sum(dim=1)

    def collect_target(self, inputs: Tensor, data_samples: list) -> Tensor:
        """Stack the measured maps.

        Args:
            inputs: unused.
            data_samples: one per image.

        Returns:
            (B, H, W) float: metres, 0 where there is no measurement.
        """
        return torch.stack([sample.depth_map for sample in data_samples])

    def compute_losses(self, values: Tensor, target: Tensor) -> dict[str, Tensor]:
        """Apply every loss at the size of the measurements.

        Args:
            values ((B, h, w) float): metres.
            target ((B, H, W) float): metres.
        """
        return super().compute_losses(resize_maps(values, tuple(target.shape[-2:])), target)

    def add_predictions(self, values: Tensor, inputs: Tensor, data_samples: list) -> list:
        """Set ``pred_depth_map`` at the size of the images, clamped to the range of the bins.

        Args:
            values ((B, h, w) float): metres.
            inputs ((B, 3, H, W) float): normalised images.
            data_samples: one per image.
        """
        size = tuple(inputs.shape[-2:])
        maps = self._finish(values, size)
        if self.flip_test:
            mirrored = self._finish(self.compute_values(inputs.flip(-1)), size).flip(-1)
            maps = (maps + mirrored) / 2
        for sample, depth in zip(data_samples, maps, strict=True):
            sample.pred_depth_map = depth
        return data_samples

    def _finish(self, values: Tensor, size: tuple[int, int]) -> Tensor:
        """Resize and clamp maps.

        Args:
            values ((B, h, w) float): metres.
            size: (H, W) of the images.
        """
        return resize_maps(values, size).clamp(self.min_depth, self.max_depth)
