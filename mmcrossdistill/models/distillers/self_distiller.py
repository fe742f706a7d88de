"""Continued self-supervision on images alone, as DINOv2 was trained."""
from __future__ import annotations

from typing import Any

import torch
from mmengine.model import BaseModel
from torch import Tensor, nn

from mmcrossdistill.models.losses import sinkhorn_knopp
from mmcrossdistill.registry import MODELS


@MODELS.register_module()
class SelfDistiller(BaseModel):
    """A student ViT follows the moving average of itself over crops and masked patches (DINOv2+).

    Three losses: DINO on CLS tokens, iBOT on masked patches, KoLeo on the student's CLS tokens of
    each global crop. ``backbone_2d`` is the teacher, the network that DINOv2 publishes; a probe
    loads it as it loads stage 2 of CD (prefix ``backbone_2d.``). The student starts as its copy.
    The heads start at random, because DINOv2 publishes none. The mask token belongs to the
    student alone and stays out of the encoder's weights.

    ``ScheduleSelfDistillHook`` moves the teacher and sets its temperature.
    Source: DINOv2 (Oquab et al. 2024), section 4; the baseline of Collaborative Distillation,
    Tables 7 and H.

    Args:
        backbone_2d: config of a ViT with CLS token; ``feature='norm'`` is what DINOv2's losses see.
        dino_head: config of the head on CLS tokens.
        ibot_head: config of the head on patches.
        dino_loss: config of the loss over crops.
        ibot_loss: config of the loss over masked patches.
        koleo_loss: config of the loss that spreads CLS tokens.
        student_drop_path_rate: stochastic depth of the student; the teacher has none.
        data_preprocessor: config of the data preprocessor.
        init_cfg: MMEngine initialisation.
    """

    def __init__(
        self,
        backbone_2d: dict,
        dino_head: dict,
        ibot_head: dict,
        dino_loss: dict,
        ibot_loss: dict,
        koleo_loss: dict,
        student_drop_path_rate: float = 0.0,
        data_preprocessor: dict | nn.Module | None = None,
        init_cfg: dict | list[dict] | None = None,
    ) -> None:
        if data_preprocessor is None:
            data_preprocessor = dict(type='MultiCropDataPreprocessor')
        if isinstance(data_preprocessor, dict):
            data_preprocessor = MODELS.build(data_preprocessor)
        super().__init__(data_preprocessor=data_preprocessor, init_cfg=init_cfg)
        self.backbone_2d = MODELS.build(backbone_2d)
        self.dino_head = MODELS.build(dino_head)
        self.ibot_head = MODELS.build(ibot_head)
        student_backbone = dict(
            backbone_2d, checkpoint=None, init_cfg=None, drop_path_rate=student_drop_path_rate)
        self.student = nn.ModuleDict(dict(
            backbone_2d=MODELS.build(student_backbone),
            dino_head=MODELS.build(dino_head),
            ibot_head=MODELS.build(ibot_head)))
        self.mask_token = nn.Parameter(torch.zeros(1, 1, self.backbone_2d.embed_dims))
        self.dino_loss = MODELS.build(dino_loss)
        self.ibot_loss = MODELS.build(ibot_loss)
        self.koleo_loss = MODELS.build(koleo_loss)
        self.teacher_temperature = 0.07
        for teacher, student in self._pairs():
            teacher.requires_grad_(False)
            student.load_state_dict(teacher.state_dict())
        self.train(self.training)

    def _pairs(self) -> list[tuple[nn.Module, nn.Module]]:
        """Modules of the teacher with those of the student."""
        return [(getattr(self, name), module) for name, module in self.student.items()]

    def init_weights(self) -> None:
        """Initialise the teacher, then start the student from it."""
        super().init_weights()
        for teacher, student in self._pairs():
            student.load_state_dict(teacher.state_dict())

    def train(self, mode: bool = True) -> SelfDistiller:
        """Set the mode; the teacher stays in eval mode.

        Args:
            mode: training or evaluation.
        """
        super().train(mode)
        if hasattr(self, 'student'):
            for teacher, _ in self._pairs():
                teacher.eval()
        return self

    @torch.no_grad()
    def update_teacher(self, momentum: float) -> None:
        """Move the teacher towards the student.

        Args:
            momentum ([0, 1]): share of the teacher that stays.
        """
        for teacher, student in self._pairs():
            for slow, fast in zip(teacher.parameters(), student.parameters(), strict=True):
                slow.lerp_(fast, 1.0 - momentum)

    def let_prototypes_learn(self, learn: bool) -> None:
        """Hold or free the prototypes of the student's heads.

        Args:
            learn: whether they change.
        """
        for name in ('dino_head', 'ibot_head'):
            self.student[name].prototypes_learn = learn

    def forward(self, inputs: dict[str, Any], data_samples: list | None = None,
                mode: str = 'tensor') -> dict[str, Tensor] | tuple[Tensor, Tensor]:
        """Run the model.

        Args:
            inputs: output of the data preprocessor.
            data_samples: one per image.
            mode: 'loss' for the losses, 'tensor' for the teacher's map and CLS tokens of the
                global crops.

        Raises:
            ValueError: if the mode is unknown.
        """
        if mode == 'loss':
            return self.loss(**inputs)
        if mode == 'tensor':
            return self.backbone_2d.forward_tokens(inputs['global_crops'])
        raise ValueError(f"SelfDistiller has the modes 'loss' and 'tensor', got {mode!r}")

    def loss(self, global_crops: Tensor, local_crops: Tensor, masks: Tensor) -> dict[str, Tensor]:
        """Compute the three losses of B images.

        Args:
            global_crops ((2 * B, 3, H, W) float): crop 0 of all images, then crop 1.
            local_crops ((L * B, 3, h, w) float): in the same order.
            masks ((2 * B, P) bool): patches of the global crops hidden from the student.

        Returns:
            ``loss_dino``, ``loss_ibot`` and ``loss_koleo``.
        """
        cls_targets, patch_targets = self._teach(global_crops, masks)
        encoder, dino_head, ibot_head = self.student.values()
        patches, cls_global = encoder.forward_tokens(global_crops, masks, self.mask_token)
        _, cls_local = encoder.forward_tokens(local_crops)
        cls_global, cls_local = (
            tokens.unflatten(0, (count, -1)) for tokens, count in (
                (cls_global, 2), (cls_local, len(local_crops) * 2 // len(global_crops))))
        return dict(
            loss_dino=self.dino_loss(
                dino_head(torch.cat([cls_global, cls_local])), cls_targets.unflatten(0, (2, -1))),
            loss_ibot=self.ibot_loss(
                ibot_head(_read_masked(patches, masks)), patch_targets, masks),
            loss_koleo=sum(self.koleo_loss(tokens) for tokens in cls_global))

    @torch.no_grad()
    def _teach(self, global_crops: Tensor, masks: Tensor) -> tuple[Tensor, Tensor]:
        """Make the targets.

        Args:
            global_crops ((V, 3, H, W) float): crops, whole for the teacher.
            masks ((V, P) bool): patches hidden from the student.

        Returns:
            (V, K) float32: assignments of the CLS tokens.
            (M, K') float32: assignments of the masked patches.
        """
        patches, cls_tokens = self.backbone_2d.forward_tokens(global_crops)
        return (
            sinkhorn_knopp(self.dino_head(cls_tokens), self.teacher_temperature),
            sinkhorn_knopp(self.ibot_head(_read_masked(patches, masks)), self.teacher_temperature))


def _read_masked(maps: Tensor, masks: Tensor) -> Tensor:
    """Read feature maps at masked patches.

    Args:
        maps ((V, C, h, w) float): feature maps.
        masks ((V, h * w) bool): patches to read.

    Returns:
        (M, C) float: in the order of ``masks``.
    """
    return maps.flatten(2).transpose(1, 2)[masks]
