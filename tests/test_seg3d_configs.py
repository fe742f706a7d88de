"""Rows of the tables on segmentation with few labels: published settings, label shares, grids."""
from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest
from mmengine.config import Config
from mmengine.optim import build_optim_wrapper
from torch import nn

ROOT = Path(__file__).resolve().parents[1] / 'configs'
FRACTIONS = {'ft1': 0.01, 'ft5': 0.05, 'ft10': 0.1, 'ft25': 0.25, 'ft100': 1.0}
ROWS = sorted(path for method in ('slidr', 'simple_remedies')
              for path in (ROOT / method / 'benchmarks').glob('*.py')
              if not path.stem.startswith('minidrive'))
OLIVINE = sorted((ROOT / 'olivine/benchmarks').glob('*.py'))
CMCR = sorted((ROOT / 'cmcr/benchmarks').glob('*.py'))


@lru_cache
def load(path: Path) -> Config:
    """A config, read once."""
    return Config.fromfile(path)


class Probe(nn.Module):
    """A model with the two parts that learn at their own rates."""

    def __init__(self) -> None:
        super().__init__()
        self.backbone_3d, self.head = nn.Linear(2, 2), nn.Linear(2, 2)


def rates(cfg: Config) -> tuple[float, float]:
    """Learning rates of the network and of the new layer."""
    model = Probe()
    groups = build_optim_wrapper(model, cfg.optim_wrapper).optimizer.param_groups
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    found = {names[id(parameter)].split('.')[0]: group['lr']
             for group in groups for parameter in group['params']}
    return found['backbone_3d'], found['head']


def test_every_row_of_the_tables_is_there() -> None:
    columns = ['nuscenes_lp', *(f'nuscenes_{share}' for share in FRACTIONS),
               *(f'semantickitti_{share}' for share in ('ft1', 'ft5', 'ft10'))]
    expected = {f'{column}_{row}' for row in ('random', 'ppkt', 'slidr', 'ppm', 'ppm_sam')
                for column in columns}
    expected |= {f'{column}_st_slidr' for column in columns[:7]}
    expected |= {f'{column}_{row}' for row in ('point_contrast', 'depth_contrast')
                 for column in (columns[0], columns[1], columns[3], columns[5], columns[6])}
    expected |= {f'minival_lp_{row}' for row in ('ppkt', 'slidr_no_superpixels', 'slidr')}
    expected |= {f'nuscenes_lp_{row}' for row in (
        'cartesian_10cm', 'cartesian_5cm', 'synced_x2', 'nearest')}
    assert {path.stem for path in ROWS} == expected


@pytest.mark.parametrize('path', ROWS, ids=lambda path: path.stem)
def test_a_row_has_its_published_setting(path: Path) -> None:
    cfg = load(path)
    data, share, row = path.stem.split('_', 2)
    train, model = cfg.train_dataloader, cfg.model
    kitti = data == 'semantickitti'
    assert model.freeze_backbone == (share == 'lp')
    assert train.dataset.get('fraction', 1.0) == FRACTIONS.get(share, 1.0)
    assert train.dataset.get('fraction_rule', 'scene_counter') == (
        'scan_slice' if kitti else 'scene_counter')
    assert train.batch_size == cfg.auto_scale_lr.base_batch_size == (10 if kitti else 16)
    assert cfg.train_cfg.max_epochs == (50 if row == 'st_slidr' else 100)
    assert rates(cfg) == pytest.approx(
        (0.05, 0.05) if share == 'lp' or row == 'random' else
        (0.05, 2.0) if kitti and row != 'st_slidr' else (0.02, 2.0))
    assert model.num_classes == cfg.val_evaluator.num_classes == (19 if kitti else 16)
    assert (train.dataset.get('split'), cfg.val_dataloader.dataset.get('split')) == (
        ('parametrizing', 'verifying') if data == 'minival' else (None, None))
    assert not any(step.type == 'VoxelDownsample' for step in cfg.val_dataloader.dataset.pipeline)


@pytest.mark.parametrize('path', OLIVINE, ids=lambda path: path.stem)
def test_a_row_of_olivine_has_its_published_setting(path: Path) -> None:
    cfg = load(path)
    data, share, _ = path.stem.split('_')
    assert cfg.train_dataloader.dataset.get('fraction', 1.0) == (
        int(share.removeprefix('ft')) / 100 if share != 'lp' else 1.0)
    assert cfg.train_cfg.max_epochs == cfg.train_cfg.val_interval == (
        100 if share == 'ft1' else 50)
    assert cfg.model.freeze_backbone == (share == 'lp')
    assert rates(cfg) == pytest.approx((0.05, 0.05 if share == 'lp' else 2.0))
    assert cfg.auto_scale_lr.base_batch_size == (10 if data == 'semantickitti' else 16)
    start = Path(cfg.model.backbone_3d.init_cfg.checkpoint)
    pretraining = load(ROOT / 'olivine' / f'{start.parent.name}.py')
    assert start.name == f'epoch_{pretraining.train_cfg.max_epochs}.pth'
    grids = [model.data_preprocessor.voxelizer for model in (cfg.model, pretraining.model)]
    assert {(grid.coords, grid.voxel_size) for grid in grids} == {('cylindrical', 0.1)}


@pytest.mark.parametrize('path', CMCR, ids=lambda path: path.stem)
def test_a_row_of_cmcr_has_its_published_setting(path: Path) -> None:
    cfg = load(path)
    data, share, _ = path.stem.split('_')
    assert cfg.train_dataloader.dataset.get('fraction', 1.0) == FRACTIONS.get(share, 1.0)
    assert cfg.train_cfg.max_epochs == 100
    assert cfg.model.freeze_backbone == (share == 'lp')
    assert rates(cfg) == pytest.approx((0.05, 0.05 if share == 'lp' else 2.0))
    assert cfg.auto_scale_lr.base_batch_size == (10 if data == 'semantickitti' else 16)
    pretraining = load(ROOT / 'cmcr/cmcr_minkunet34.py')
    assert cfg.model.backbone_3d.init_cfg.checkpoint == (
        f'work_dirs/cmcr_minkunet34/epoch_{pretraining.train_cfg.max_epochs}.pth')
    grids = [model.data_preprocessor.voxelizer for model in (cfg.model, pretraining.model)]
    assert {(grid.coords, grid.voxel_size) for grid in grids} == {('cartesian', 0.1)}


def test_every_row_of_cmcr_is_there() -> None:
    assert {path.stem.removesuffix('_cmcr') for path in CMCR} == {
        'nuscenes_lp', *(f'nuscenes_{share}' for share in FRACTIONS), 'semantickitti_ft1'}


def test_every_row_of_olivine_is_there() -> None:
    assert {path.stem.removesuffix('_olivine') for path in OLIVINE} == {
        'nuscenes_lp', *(f'nuscenes_ft{share}' for share in (1, 5, 10, 25, 100)),
        *(f'semantickitti_ft{share}' for share in (1, 5, 10, 20, 100))}


@pytest.mark.parametrize('path', ROWS, ids=lambda path: path.stem)
def test_a_row_starts_from_its_own_pretraining_on_its_own_grid(path: Path) -> None:
    model, row = load(path).model, path.stem.split('_', 2)[2]
    start = model.backbone_3d.init_cfg
    assert (start is None) == (row == 'random')
    if start is not None:
        assert Path(start.checkpoint).parent.name.removesuffix('_minkunet34') == row
    cartesian = path.parent.parent.name == 'simple_remedies' and row != 'st_slidr'
    grid = model.data_preprocessor.voxelizer
    assert (grid.coords, grid.voxel_size) == (
        ('cartesian', 0.1 if row == 'cartesian_10cm' else 0.05) if cartesian
        else ('cylindrical', 0.1))
