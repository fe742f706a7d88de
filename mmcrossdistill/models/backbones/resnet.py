"""mmpretrain's ResNet as a 2D encoder."""
from __future__ import annotations

from collections.abc import Sequence

import torch
from mmengine.model import BaseModule
from torch import Tensor, nn

from mmcrossdistill.registry import MODELS
from mmcrossdistill.utils.optional import require

from .checkpoint_layout import translate_names
from .resnet_layouts import RESNET_LAYOUTS
from .weights import load_exactly, load_pretrained, read_state_dict


def _dilate(model: nn.Module, output_stride: int) -> None:
    """Trade strides of the late stages for dilation, as torchvision does.

    The first block of such a stage keeps the dilation of the stage before; mmpretrain's own
    ``dilations`` would change it too and shift the receptive fields that SLidR uses.

    Args:
        model: mmpretrain's ResNet with bottlenecks of stride (1, 2, 2, 2).
        output_stride: 4, 8, 16 or 32.
    """
    stride, dilation = 4, 1
    for name in model.res_layers[1:]:
        stage = getattr(model, name)
        before = dilation
        if stride < output_stride:
            stride *= 2
        else:
            dilation *= 2
            stage[0].downsample[0].stride = (1, 1)
            for conv in (stage[0].conv1, stage[0].conv2):
                conv.stride = (1, 1)
        for index, block in enumerate(stage):
            applied = before if index == 0 else dilation
            block.conv2.dilation = block.conv2.padding = (applied, applied)


@MODELS.register_module()
class ResNet(BaseModule):
    """2D encoder: mmpretrain's ResNet with bottlenecks, torchvision's parameter names.

    Source: Collaborative Distillation (MoCoV2 and DINO ResNet-50, stride 32); SLidR (stride 4).

    Args:
        depth: 50, 101 or 152.
        checkpoint: path of a checkpoint in one of the layouts of :mod:`.resnet_layouts`.
        output_stride: 4, 8, 16 or 32; below 32 the late strides become dilation.
        out_indices: stages whose maps are returned, 0 to 3.
        frozen: evaluation mode without gradient, kept through ``train()``.
        norm_eval: batch norms use and keep their running statistics in training.
        gradient_checkpointing: recompute blocks in the backward pass instead of storing them.
        init_cfg: MMEngine initialisation.

    Raises:
        ValueError: if a setting is unknown or the checkpoint does not fit.
    """

    def __init__(
        self,
        depth: int = 50,
        checkpoint: str | None = None,
        output_stride: int = 32,
        out_indices: Sequence[int] = (3,),
        frozen: bool = False,
        norm_eval: bool = False,
        gradient_checkpointing: bool = False,
        init_cfg: dict | None = None,
    ) -> None:
        super().__init__(init_cfg=init_cfg)
        if depth not in (50, 101, 152):
            raise ValueError(f'depth must be 50, 101 or 152, got {depth}')
        if output_stride not in (4, 8, 16, 32):
            raise ValueError(f'output_stride must be 4, 8, 16 or 32, got {output_stride}')
        backbones = require('mmpretrain.models.backbones', extra='vit')
        self.model = backbones.ResNet(
            depth, out_indices=tuple(out_indices), norm_eval=norm_eval,
            with_cp=gradient_checkpointing)
        _dilate(self.model, output_stride)
        if checkpoint is not None:
            state = translate_names(read_state_dict(checkpoint), RESNET_LAYOUTS, checkpoint)
            load_exactly(self.model, state, checkpoint)
            # Else MMEngine's init_weights() would draw mmpretrain's weights over the loaded ones.
            self.model.is_init = True
        self.frozen = frozen
        self.embed_dims: int = 256 * 2 ** max(out_indices)
        # Stages after the last output do not run: no gradient, and no parameter DDP waits for.
        for index in range(max(out_indices) + 1, 4):
            getattr(self.model, self.model.res_layers[index]).requires_grad_(False)
        if frozen:
            self.requires_grad_(False)
            self.eval()

    def init_weights(self) -> None:
        """Initialise; a checkpoint of type 'Pretrained' must fit exactly."""
        super().init_weights()
        load_pretrained(self)

    def train(self, mode: bool = True) -> ResNet:
        """Set the training mode, except where frozen.

        Args:
            mode: whether to train.
        """
        return super().train(mode and not self.frozen)

    def forward(self, imgs: Tensor) -> tuple[Tensor, ...]:
        """Encode images.

        Args:
            imgs ((B, 3, H, W) float): normalised images.

        Returns:
            (B, C, h, w) float: one feature map per entry of ``out_indices``.
        """
        with torch.set_grad_enabled(torch.is_grad_enabled() and not self.frozen):
            return self.model(imgs)
