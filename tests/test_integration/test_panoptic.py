"""Panoptic segmentors by the configs on tiny worlds: trained, resumed, tested, learnt by heart."""
from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from mmengine.config import Config
from mmengine.dataset import pseudo_collate

from mmcrossdistill.registry import DATASETS, MODELS
from mmcrossdistill.utils.run_config import (
    add_prediction_writer,
    build_runner,
    load_run_config,
    set_checkpoint,
    set_resume,
)

QUIET = {'visualizer.vis_backends': [], 'log_level': 'WARNING'}
SMALL = QUIET | {
    'model.backbone_3d.preset': 'test_tiny', 'model.bev_grid.size': (32, 24),
    'model.instance_head.channels': (8, 8), 'train_dataloader.num_workers': 1,
    'val_dataloader.num_workers': 1, 'test_dataloader.num_workers': 1,
    'train_cfg.max_epochs': 2, 'train_cfg.val_interval': 2}
ROOTS = tuple(f'{part}_dataloader.dataset.data_root' for part in ('train', 'val', 'test'))


def on(root: Path, **options: Any) -> dict[str, Any]:
    """Options of a small run on a world."""
    return SMALL | dict.fromkeys(ROOTS, str(root)) | options


def train(config: Path, work_dir: Path, options: dict[str, Any],
          resume: Path | None = None) -> tuple[dict[str, torch.Tensor], dict[str, float]]:
    """Train by a config; return the weights and the last losses."""
    cfg = load_run_config(
        str(config), str(work_dir), options | {'experiment_name': work_dir.name})
    set_resume(cfg, None if resume is None else str(resume))
    runner = build_runner(cfg)
    runner.train()
    losses = {name: float(value.current()) for name, value in
              runner.message_hub.log_scalars.items() if name.startswith('train/loss')}
    return {name: value.clone() for name, value in runner.model.state_dict().items()}, losses


def test_a_resumed_run_equals_an_uninterrupted_one_and_is_tested(
        repo_root: Path, minidrive_tiny: Path, tmp_path: Path) -> None:
    config = repo_root / 'configs/panoptic/minidrive_ft5_random.py'
    # Half of the two scenes of the split: most classes are absent.
    options = on(minidrive_tiny, **{'train_dataloader.dataset.fraction': 0.5})
    whole, losses = train(config, tmp_path / 'whole', options)
    assert {'train/loss_ce', 'train/loss_lovasz', 'train/loss_heatmap',
            'train/loss_offset'} <= losses.keys()
    assert all(value > 0 for value in losses.values())
    resumed, _ = train(config, tmp_path / 'resumed', options, tmp_path / 'whole/epoch_1.pth')
    first = torch.load(tmp_path / 'whole/epoch_1.pth', weights_only=False)['state_dict']
    moved = {name.split('.')[0] for name in whole if not torch.equal(first[name], whole[name])}
    assert moved == {'backbone_3d', 'compress', 'head', 'instance_head'}
    for name, value in whole.items():
        torch.testing.assert_close(resumed[name], value, rtol=1e-5, atol=1e-6, msg=name)

    cfg = load_run_config(str(config), str(tmp_path / 'test'), options)
    set_checkpoint(cfg, str(tmp_path / 'whole/epoch_2.pth'))
    add_prediction_writer(cfg, str(tmp_path / 'submission'))
    metrics = build_runner(cfg).test()
    assert 0 <= metrics['panoptic/full/pq'] <= 100 and 'panoptic/night/pq' in metrics
    files = list((tmp_path / 'submission/panoptic/val').glob('*_panoptic.npz'))
    assert len(files) == metrics['predictions/files'] == 6


@pytest.mark.parametrize('config', [
    'nuscenes_ft1_random', 'nuscenes_ft5_cmcr', 'semantickitti_ft1_random',
    'minidrive_ft5_minkunet', 'minidrive_quick'])
def test_a_step_of_every_kind_of_config(
        config: str, repo_root: Path, minidrive_tiny: Path) -> None:
    cfg = Config.fromfile(repo_root / f'configs/panoptic/{config}.py')
    model = cfg.model
    model.backbone_3d.update(preset='test_tiny', init_cfg=None)
    model.instance_head.update(channels=(8, 8), in_channels=8)
    model.bev_grid.size = (32, 24)
    model = MODELS.build(model).train()
    batch = pseudo_collate([minidrive_sample(minidrive_tiny, model.head.linear.out_features)])
    losses = model(**model.data_preprocessor(batch, True), mode='loss')
    sum(losses.values()).backward()
    assert all(torch.isfinite(loss) and loss > 0 for loss in losses.values())
    assert all(p.grad is not None for p in model.parameters())


def minidrive_sample(root: Path, num_classes: int) -> dict[str, Any]:
    """The first keyframe, whatever the data set of the config."""
    sample = DATASETS.build(dict(
        type='PairedImageLidarDataset', ann_file='nuscenes_infos_train.pkl', data_root=str(root),
        pipeline=[dict(type='LoadPoints'), dict(type='LoadPanopticLabels'),
                  dict(type='PackDistillInputs')]))[0]
    assert sample['data_samples'].point_labels.unique()[-2] < num_classes
    return sample


def test_weights_come_from_a_pretraining(repo_root: Path, tmp_path: Path) -> None:
    distiller = Config.fromfile(repo_root / 'configs/slidr/minidrive_slidr_cylinder3d.py').model
    distiller.backbone_3d.preset = 'test_tiny'
    distiller.projector_3d.in_channels = 16
    distiller.backbone_2d.init_cfg = None
    trained = MODELS.build(distiller)
    torch.save(dict(state_dict=trained.state_dict(), meta={}), tmp_path / 'epoch_2.pth')
    model = Config.fromfile(repo_root / 'configs/panoptic/minidrive_ft5_slidr.py').model
    model.backbone_3d.preset = 'test_tiny'
    model.backbone_3d.init_cfg.checkpoint = str(tmp_path / 'epoch_2.pth')
    model = MODELS.build(model)
    before = model.head.linear.weight.clone()
    model.init_weights()
    own = trained.backbone_3d.state_dict()
    assert all(torch.equal(value, own[name])
               for name, value in model.backbone_3d.state_dict().items())
    assert before.shape == model.head.linear.weight.shape


def test_every_row_of_the_table_is_there(repo_root: Path) -> None:
    rows = {path.stem for path in (repo_root / 'configs/panoptic').glob('nuscenes_*.py')}
    starts = {'random': None, 'slidr': 'slidr_cylinder3d', 'olivine': 'olivine_cylinder3d',
              'slidr_dinov2': 'slidr_cylinder3d_dinov2_vits', 'cmcr': 'cmcr_cylinder3d'}
    assert rows == {f'nuscenes_ft{share}_{row}' for share in (1, 5) for row in starts}
    for name in rows:
        cfg = Config.fromfile(repo_root / f'configs/panoptic/{name}.py')
        _, share, row = name.split('_', 2)
        assert cfg.train_dataloader.dataset.fraction == int(share[2:]) / 100
        init = cfg.model.backbone_3d.get('init_cfg')
        if starts[row] is None:
            assert init is None
            continue
        pretraining = next((repo_root / 'configs').glob(f'*/{starts[row]}.py'))
        epochs = Config.fromfile(pretraining).train_cfg.max_epochs
        assert init.checkpoint == f'work_dirs/{starts[row]}/epoch_{epochs}.pth'
        assert init.prefix == 'backbone_3d.'


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_twenty_frames_are_learnt_by_heart(
        repo_root: Path, twenty_frames: Path, tmp_path: Path) -> None:
    options = QUIET | dict.fromkeys(ROOTS, str(twenty_frames))
    cfg = load_run_config(
        str(repo_root / 'configs/panoptic/minidrive_overfit.py'), str(tmp_path), options)
    runner = build_runner(cfg)
    assert len(runner.train_dataloader.dataset) == len(runner.test_dataloader.dataset) == 20
    start = runner.test()['panoptic/full/pq']
    runner.train()
    assert start < 5 and runner.test()['panoptic/full/pq'] > 50
