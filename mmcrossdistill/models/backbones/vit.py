"""Vision transformers of timm as 2D encoders."""
from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from mmengine.model import BaseModule
from torch import Tensor
from torch.utils.checkpoint import checkpoint as run_checkpointed

from mmcrossdistill.registry import MODELS

from .vit_archs import build_timm_vit
from .vit_pos_embed import RESIZE_MODES, resize_pos_embed
from .vit_weights import load_vit_checkpoint
from .weights import load_pretrained

FEATURES = ('prenorm', 'norm')


@MODELS.register_module()
class ViT(BaseModule):
    """2D encoder: patch tokens of a timm ViT as a feature map, for any input size.

    The position embedding is stored at its native size and resized in the forward pass, so
    checkpoints load unchanged and gradients reach it. CLS and register tokens take part in the
    attention and are left out of the map.

    ``feature='prenorm'`` gives the tokens of the last block before the final norm, which ScaLR and
    Collaborative Distillation compare with the 3D features. The final norm then gets no gradient:
    its parameters are frozen, which keeps the published values for probes that use
    ``feature='norm'`` and keeps DistributedDataParallel from waiting for them. Blocks after the
    last of ``out_indices`` are not run and are frozen for the same reason.
    Source: DINOv2 (Oquab et al.); Collaborative Distillation, section 4.1.

    Args:
        arch: timm model name, ``'minidrive_tiny'`` or ``'test_tiny'``.
        checkpoint: path of a checkpoint in one of the layouts of :mod:`.vit_layouts`, ``None`` for
            random weights.
        feature: ``'prenorm'`` or ``'norm'``.
        pos_embed_resize: ``'dinov2'`` (DINO, iBOT, DINOv2 without registers, Depth Anything),
            ``'antialias'`` (DINOv2 with registers, timm) or ``'plain'`` (Hugging Face,
            mmpretrain); rotary positions (DINOv3) need none.
        frozen: evaluation mode without gradient, kept through ``train()``.
        gradient_checkpointing: recompute blocks in the backward pass instead of storing them.
        drop_path_rate: stochastic depth of the last block.
        out_indices: blocks whose tokens are returned; ``None`` is the last one.
        arch_overrides: further arguments of timm's model.
        pad_to_patch: pad images of any size with zeros, as much before as after, to multiples of
            the patch size; the maps then cover the padded images. DINOv2's dense tasks do so.
        init_cfg: MMEngine initialisation; a checkpoint of type 'Pretrained' must fit exactly.

    Raises:
        ValueError: if a setting is unknown or the checkpoint does not fit.
    """

    def __init__(
        self,
        arch: str = 'vit_small_patch14_dinov2',
        checkpoint: str | None = None,
        feature: str = 'prenorm',
        pos_embed_resize: str = 'dinov2',
        frozen: bool = False,
        gradient_checkpointing: bool = False,
        drop_path_rate: float = 0.0,
        out_indices: Sequence[int] | None = None,
        arch_overrides: dict | None = None,
        pad_to_patch: bool = False,
        init_cfg: dict | None = None,
    ) -> None:
        super().__init__(init_cfg=init_cfg)
        if feature not in FEATURES:
            raise ValueError(f'feature must be one of {FEATURES}, got {feature!r}')
        if pos_embed_resize not in RESIZE_MODES:
            raise ValueError(
                f'pos_embed_resize must be one of {sorted(RESIZE_MODES)}, '
                f'got {pos_embed_resize!r}')
        self.model = build_timm_vit(arch, drop_path_rate, arch_overrides)
        # timm has drawn its weights; without this mark MMEngine's init_weights() would let timm
        # draw them again, over a loaded checkpoint.
        self.model.is_init = True
        if checkpoint is not None:
            load_vit_checkpoint(self.model, checkpoint)
        self.feature = feature
        self.pos_embed_resize = pos_embed_resize
        self.pad_to_patch = pad_to_patch
        self.frozen = frozen
        self.gradient_checkpointing = gradient_checkpointing
        depth = len(self.model.blocks)
        wanted = (depth - 1,) if out_indices is None else tuple(out_indices)
        if not wanted or any(not -depth <= index < depth for index in wanted):
            raise ValueError(f'out_indices {wanted} must lie in the {depth} blocks of {arch}')
        self.out_indices = tuple(index % depth for index in wanted)
        self.embed_dims: int = self.model.embed_dim
        self.cls_dims: int = self.embed_dims
        self.patch_size: tuple[int, int] = self.model.patch_embed.patch_size
        if feature == 'prenorm':
            self.model.norm.requires_grad_(False)
        self.model.blocks[max(self.out_indices) + 1:].requires_grad_(False)
        if frozen:
            self.requires_grad_(False)
            self.eval()

    def init_weights(self) -> None:
        """Initialise; a checkpoint of type 'Pretrained' must fit exactly."""
        super().init_weights()
        load_pretrained(self)

    def train(self, mode: bool = True) -> ViT:
        """Set the training mode, except where frozen.

        Args:
            mode: whether to train.
        """
        return super().train(mode and not self.frozen)

    def forward(self, imgs: Tensor) -> tuple[Tensor, ...]:
        """Encode images.

        Args:
            imgs ((B, 3, H, W) float): normalised images; H and W are multiples of the patch.

        Returns:
            (B, C, h, w) float: one feature map per entry of ``out_indices``.

        Raises:
            ValueError: if H or W is no multiple of the patch size and ``pad_to_patch`` is off.
        """
        imgs = self._pad(imgs)
        grid = self._grid(imgs)
        return tuple(self._to_map(tokens, grid) for tokens in self._encode(imgs, grid))

    def forward_tokens(
        self, imgs: Tensor, masks: Tensor | None = None, mask_token: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        """Encode images into the last feature map and the CLS token.

        Args:
            imgs ((B, 3, H, W) float): normalised images.
            masks ((B, h * w) bool): patches whose content is replaced, before positions are added.
            mask_token ((1, 1, C) float): what replaces them; it belongs to the pre-training, no
                published encoder needs it. Given with ``masks``.

        Returns:
            (B, C, h, w) float: feature map of the last of ``out_indices``.
            (B, C) float: its CLS token.

        Raises:
            ValueError: if the model has no CLS token or the size does not fit.
        """
        if self.model.cls_token is None:
            raise ValueError('this ViT has no CLS token; call the model itself for the maps')
        imgs = self._pad(imgs)
        grid = self._grid(imgs)
        tokens = self._encode(imgs, grid, masks, mask_token)[-1]
        return self._to_map(tokens, grid), tokens[:, 0]

    def _pad(self, imgs: Tensor) -> Tensor:
        """Pad to multiples of the patch size, if that is wanted.

        Args:
            imgs ((B, 3, H, W) float): normalised images.

        Returns:
            (B, 3, H', W') float: of an odd number of zeros the larger half comes after.
        """
        if not self.pad_to_patch:
            return imgs
        rows, columns = (-size % patch for size, patch in zip(
            imgs.shape[-2:], self.patch_size, strict=True))
        return F.pad(imgs, (columns // 2, columns - columns // 2, rows // 2, rows - rows // 2))

    def _grid(self, imgs: Tensor) -> tuple[int, int]:
        """Number of patches along each side.

        Args:
            imgs ((B, 3, H, W) float): images.

        Returns:
            Grid (h, w).

        Raises:
            ValueError: if a side is no multiple of the patch size.
        """
        height, width = imgs.shape[-2:]
        patch_h, patch_w = self.patch_size
        if height % patch_h or width % patch_w:
            fitting = (-(-height // patch_h) * patch_h, -(-width // patch_w) * patch_w)
            raise ValueError(
                f'image size {(height, width)} is no multiple of the patch size '
                f'{self.patch_size}; resize the images, e.g. to {fitting}')
        return height // patch_h, width // patch_w

    def _embed(self, imgs: Tensor, grid: tuple[int, int], masks: Tensor | None,
               mask_token: Tensor | None) -> Tensor:
        """Make the input tokens: CLS, registers, patches, with positions.

        Args:
            imgs ((B, 3, H, W) float): images.
            grid: number of patches (h, w).
            masks ((B, h * w) bool): patches to replace.
            mask_token ((1, 1, C) float): what replaces them.

        Returns:
            (B, P + h * w, C) float: tokens with P prefix tokens first.
        """
        model = self.model
        patches = model.patch_embed.norm(model.patch_embed.proj(imgs).flatten(2).transpose(1, 2))
        if masks is not None:
            patches = torch.where(masks.unsqueeze(-1), mask_token.to(patches.dtype), patches)
        prefix = [token for token in (model.cls_token, model.reg_token) if token is not None]
        prefix = torch.cat(prefix, dim=1) if prefix else None
        if model.pos_embed is not None:
            embedded = 0 if model.no_embed_class else model.num_prefix_tokens
            patches = patches + resize_pos_embed(
                model.pos_embed[:, embedded:], model.patch_embed.grid_size, grid,
                self.pos_embed_resize)
            if embedded:
                prefix = prefix + model.pos_embed[:, :embedded]
        if prefix is not None:
            prefix = prefix.to(patches.dtype).expand(patches.shape[0], -1, -1)
            patches = torch.cat([prefix, patches], dim=1)
        return model.norm_pre(patches)

    def _encode(self, imgs: Tensor, grid: tuple[int, int], masks: Tensor | None = None,
                mask_token: Tensor | None = None) -> list[Tensor]:
        """Run the blocks.

        Args:
            imgs ((B, 3, H, W) float): images.
            grid: number of patches (h, w).
            masks ((B, h * w) bool): patches to replace.
            mask_token ((1, 1, C) float): what replaces them.

        Returns:
            (B, P + h * w, C) float: all tokens after each of ``out_indices``, in their order.
        """
        with torch.set_grad_enabled(torch.is_grad_enabled() and not self.frozen):
            tokens = self._embed(imgs, grid, masks, mask_token)
            rope = getattr(self.model, 'rope', None)
            positions = {} if rope is None else dict(rope=rope.get_embed(shape=grid))
            recompute = self.gradient_checkpointing and torch.is_grad_enabled()
            outputs = {}
            for index, block in enumerate(self.model.blocks[:max(self.out_indices) + 1]):
                tokens = run_checkpointed(block, tokens, use_reentrant=False, **positions) \
                    if recompute else block(tokens, **positions)
                if index in self.out_indices:
                    outputs[index] = (
                        self.model.norm(tokens) if self.feature == 'norm' else tokens)
        return [outputs[index] for index in self.out_indices]

    def _to_map(self, tokens: Tensor, grid: tuple[int, int]) -> Tensor:
        """Shape the patch tokens as a map.

        Args:
            tokens ((B, P + h * w, C) float): prefix and patch tokens.
            grid: number of patches (h, w).

        Returns:
            (B, C, h, w) float: a view in channels_last order.
        """
        patches = tokens[:, self.model.num_prefix_tokens:]
        return patches.unflatten(1, grid).permute(0, 3, 1, 2)
