"""Table: how published ResNet checkpoints name their parameters, translated to torchvision's.

Layouts are tried in this order.
"""
from __future__ import annotations

import re

from .checkpoint_layout import Layout

# Hugging Face's name -> torchvision's, for the convolution and for the norm.
_HF_NAMES = {'convolution': 'conv', 'normalization': 'bn'}
_HF_SHORTCUT = {'convolution': '0', 'normalization': '1'}


def _main_path(match: re.Match) -> str:
    """Name a layer of a bottleneck; Hugging Face counts stages and layers from zero."""
    stage, block, layer, kind = match.groups()
    return f'layer{int(stage) + 1}.{block}.{_HF_NAMES[kind]}{int(layer) + 1}.'


def _shortcut(match: re.Match) -> str:
    """Name a layer of a bottleneck's shortcut."""
    stage, block, kind = match.groups()
    return f'layer{int(stage) + 1}.{block}.downsample.{_HF_SHORTCUT[kind]}.'


RESNET_LAYOUTS = (
    # MoCo keeps the trained encoder beside its momentum copy and its queue.
    Layout('MoCo', r'conv1\.weight', unused=r'fc\.', prefix=r'(?:.+\.)?encoder_q\.'),
    Layout(
        'Hugging Face', r'embedder\.embedder\.convolution\.weight',
        renames=(
            (r'^embedder\.embedder\.convolution\.', 'conv1.'),
            (r'^embedder\.embedder\.normalization\.', 'bn1.'),
            (r'^encoder\.stages\.(\d)\.layers\.(\d+)\.layer\.(\d)\.(convolution|normalization)\.',
             _main_path),
            (r'^encoder\.stages\.(\d)\.layers\.(\d+)\.shortcut\.(convolution|normalization)\.',
             _shortcut))),
    Layout('DINO, torchvision, timm or mmpretrain', r'layer1\.0\.conv1\.weight', unused=r'fc\.'),
)
