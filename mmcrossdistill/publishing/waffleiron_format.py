"""WaffleIron as WaffleIron and ScaLR publish it."""
from __future__ import annotations

import torch
from torch import Tensor

from mmcrossdistill.models.backbones.waffleiron import ARCHS, WaffleIron

from .rename import Rename


def waffleiron_renames(preset: str) -> list[list[Rename]]:
    """List the parameters of the backbone and of the heads that the files may have.

    The backbone has the published names. A last layer (``classif``) alone is ScaLR's projection to
    the width of the image features, or WaffleIron's classifier; with a batch norm before it, it is
    ScaLR's classifier.

    Args:
        preset: arch of :class:`WaffleIron`.

    Raises:
        ValueError: if it is unknown.
    """
    if preset not in ARCHS:
        raise ValueError(f'unknown preset {preset!r}; choose one of {sorted(ARCHS)}')
    with torch.device('meta'):
        names = WaffleIron(preset).state_dict()
    classifier = _last_layer('head.linear', 'classif.1') + [
        Rename(f'head.norm.{name}', f'classif.0.{name}')
        for name in torch.nn.BatchNorm1d(1).state_dict()]
    return [[Rename(f'backbone_3d.{name}', name) for name in names],
            _last_layer('projector_3d.linear', 'classif'), classifier]


def _last_layer(ours: str, theirs: str) -> list[Rename]:
    """A 1x1 convolution is a linear layer."""
    return [Rename(f'{ours}.weight', f'{theirs}.weight', lambda weight: weight.squeeze(2),
                   lambda weight: weight.unsqueeze(2)),
            Rename(f'{ours}.bias', f'{theirs}.bias')]


def container(state: dict[str, Tensor]) -> str:
    """Choose the key under which the published code looks for the weights.

    Args:
        state: tensors by the published names.
    """
    return 'net' if 'classif.1.weight' in state else 'model_point'
