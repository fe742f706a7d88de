"""Published checkpoints of 3D backbones into ours, and back."""
from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from mmcrossdistill.models.backbones.weights import read_state_dict
from mmcrossdistill.models.data_preprocessors import Voxelizer
from mmcrossdistill.utils.compat.checkpoint_loading import load_from_local

from . import minkunet_format, waffleiron_format
from .rename import Rename, rename_exactly

FORMATS = {'minkunet': 'minkunet34c', 'waffleiron': '48_768'}  # and their default presets
# Lightning checkpoints hold the image network too.
_POINT_PREFIXES = ('model_points.', 'model.')
_IMAGE_PREFIX = 'model_images.'


def to_ours(form: str, source: Path, out: Path, preset: str | None = None,
            voxelizer: dict[str, Any] | None = None) -> None:
    """Write a published checkpoint as one of ours.

    The backbone goes to ``backbone_3d.*``, the last layer to ``projector_3d.linear.*`` (or, with
    its batch norm, to ``head.*``); an image network in the same file is left out.

    Args:
        form: one of :data:`FORMATS`.
        source: the published file.
        out: ours.
        preset: of the backbone; the published one by default.
        voxelizer: arguments of the :class:`Voxelizer` the weights were trained with, for the meta;
            those of the file's own config by default. WaffleIron needs none.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if weights are missing or unknown, or the voxels of a MinkUNet are not.
    """
    state = _strip_prefixes(read_state_dict(source))
    state = rename_exactly(state, _groups(form, preset), True, str(source))
    meta: dict[str, Any] = {}
    if form == 'minkunet':
        setting = voxelizer if voxelizer is not None else _published_voxelizer(source)
        meta['voxel_grid'] = Voxelizer(**setting).grid.to_dict()
    out.parent.mkdir(parents=True, exist_ok=True)
    torch.save(dict(state_dict=state, meta=meta), out)


def to_published(form: str, source: Path, out: Path, preset: str | None = None) -> None:
    """Write the 3D side of one of our checkpoints as the published code reads it.

    Args:
        form: one of :data:`FORMATS`.
        source: our file.
        out: theirs.
        preset: of the backbone; the published one by default.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if weights are missing or unknown.
    """
    sides = ('backbone_3d.', 'projector_3d', 'head.')
    state = {name: value for name, value in read_state_dict(source).items()
             if name.startswith(sides)}
    state = rename_exactly(state, _groups(form, preset), False, str(source))
    content: dict[str, Any] = {waffleiron_format.container(state): state}
    if form == 'minkunet':
        grid = load_from_local(source, map_location='cpu').get('meta', {}).get('voxel_grid', {})
        content = dict(model_points=state, config=_published_config(grid))
    out.parent.mkdir(parents=True, exist_ok=True)
    torch.save(content, out)


def _groups(form: str, preset: str | None) -> list[list[Rename]]:
    """Tables of a format."""
    renames = dict(
        minkunet=minkunet_format.minkunet_renames, waffleiron=waffleiron_format.waffleiron_renames)
    return renames[form](preset or FORMATS[form])


def _strip_prefixes(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Take the point network out of a Lightning checkpoint."""
    state = {name: value for name, value in state.items() if not name.startswith(_IMAGE_PREFIX)}
    for prefix in _POINT_PREFIXES:
        if state and all(name.startswith(prefix) for name in state):
            return {name.removeprefix(prefix): value for name, value in state.items()}
    return state


def _published_voxelizer(source: Path) -> dict[str, Any]:
    """Read the voxels from the config in the file."""
    config = load_from_local(source, map_location='cpu').get('config', {})
    if not {'voxel_size', 'cylindrical_coordinates'} <= config.keys():
        raise ValueError(
            f'{source} does not say on which voxels it was trained; give --voxelizer '
            'voxel_size=0.1 coords=cylindrical (SLidR, OLIVINE) or what it was')
    coords = 'cylindrical' if config['cylindrical_coordinates'] else 'cartesian'
    return dict(voxel_size=config['voxel_size'], coords=coords)


def _published_config(grid: dict[str, Any]) -> dict[str, Any]:
    """Say the voxels as SLidR's configs do."""
    if not grid:
        return {}
    return dict(voxel_size=grid['voxel_size'][0],
                cylindrical_coordinates=grid['coords'] == 'cylindrical')
