"""MinkUNet34 as SLidR, Seal and OLIVINE publish it, with MinkowskiEngine's kernels."""
from __future__ import annotations

import re

import torch
from torch import Tensor

from mmcrossdistill.models.backbones.sparse_unet import PRESETS, SparseUNet

from .rename import Rename

# Ours on the left; {name} stands for what differs between parameters of one kind.
_RULES = (
    (r'stem\.conv\.weight', 'conv0p1s1.kernel'),
    (r'stem\.norm\.(?P<rest>.+)', 'bn0.bn.{rest}'),
    (r'encoders\.(?P<level>\d)\.down\.conv\.weight', 'conv{up}p{stride}s2.kernel'),
    (r'encoders\.(?P<level>\d)\.down\.norm\.(?P<rest>.+)', 'bn{up}.bn.{rest}'),
    (r'encoders\.(?P<level>\d)\.blocks\.(?P<rest>.+)', 'block{up}.{rest}'),
    (r'decoders\.(?P<step>\d)\.up\.conv\.weight', 'convtr{fourth}p{coarse}s2.kernel'),
    (r'decoders\.(?P<step>\d)\.up\.norm\.(?P<rest>.+)', 'bntr{fourth}.bn.{rest}'),
    (r'decoders\.(?P<step>\d)\.blocks\.(?P<rest>.+)', 'block{fifth}.{rest}'),
)
_INSIDE_BLOCKS = (
    (r'(block\d\.\d+\.conv[12])\.weight', r'\1.kernel'),
    (r'(block\d\.\d+\.norm[12])\.(.+)', r'\1.bn.\2'),
    (r'(block\d\.\d+)\.shortcut\.0\.weight', r'\1.downsample.0.kernel'),
    (r'(block\d\.\d+)\.shortcut\.1\.(.+)', r'\1.downsample.1.bn.\2'),
)


def swap_kernel_axes(kernel: Tensor) -> Tensor:
    """Turn MinkowskiEngine's order of a cubic kernel into ours, or ours into MinkowskiEngine's.

    There axis 0 runs fastest along the flat index, here axis 2. Odd kernels are centred and even
    ones begin at the voxel itself in both.

    Args:
        kernel ((k^3, C_in, C_out) float): one matrix per kernel element.
    """
    size = round(kernel.shape[0] ** (1 / 3))
    cube = kernel.reshape(size, size, size, *kernel.shape[1:])
    return cube.transpose(0, 2).reshape(kernel.shape)


def minkunet_renames(preset: str) -> list[list[Rename]]:
    """List the parameters of the backbone, of the last layer, and of OLIVINE's second one.

    Args:
        preset: of :class:`SparseUNet`.

    Raises:
        ValueError: if it is unknown.
    """
    if preset not in PRESETS:
        raise ValueError(f'unknown preset {preset!r}; choose one of {sorted(PRESETS)}')
    with torch.device('meta'):
        state = SparseUNet(preset=preset).state_dict()
    backbone = []
    for name, value in state.items():
        layout = ()
        if value.ndim == 3:
            layout = (swap_kernel_axes, swap_kernel_axes)
        elif name.endswith('shortcut.0.weight'):
            layout = (Tensor.t, Tensor.t)
        backbone.append(Rename(f'backbone_3d.{name}', _their_name(name), *layout))
    return [backbone, _last_layer('projector_3d', 'final'),
            _last_layer('projector_3d_class_level', 'final_class_level')]


def _their_name(name: str) -> str:
    """Name a parameter of the backbone as the published files do."""
    match, template = next(
        (match, template) for pattern, template in _RULES if (match := re.fullmatch(pattern, name)))
    level, step = (int(match.groupdict().get(key) or 0) for key in ('level', 'step'))
    theirs = template.format(
        rest=match.groupdict().get('rest'), up=level + 1, stride=2 ** level, fourth=step + 4,
        fifth=step + 5, coarse=2 ** (4 - step))
    for pattern, replacement in _INSIDE_BLOCKS:
        theirs = re.sub(f'^{pattern}$', replacement, theirs)
    return theirs


def _last_layer(ours: str, theirs: str) -> list[Rename]:
    """A 1x1 convolution with bias is a linear layer."""
    return [
        Rename(f'{ours}.linear.weight', f'{theirs}.kernel', Tensor.t, Tensor.t),
        Rename(f'{ours}.linear.bias', f'{theirs}.bias', Tensor.flatten,
               lambda bias: bias.unsqueeze(0))]
