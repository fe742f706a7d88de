"""Pre-training by the MiniDrive configs on the tiny world, resumed too, and on real frames."""
from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from mmcrossdistill.datasets import PairedImageLidarDataset
from mmcrossdistill.datasets.region_files import write_regions
from mmcrossdistill.preprocessing import frames_infos
from mmcrossdistill.preprocessing.superpixels import command
from mmcrossdistill.utils.run_config import build_runner, load_run_config, set_resume

SMALL = {
    'model.backbone_3d.preset': 'test_tiny', 'train_dataloader.num_workers': 1,
    'train_dataloader.batch_size': 2, 'visualizer.vis_backends': [], 'log_level': 'WARNING'}
IMAGES = {
    'model.backbone_2d.arch': 'test_tiny', 'model.backbone_2d.init_cfg': None,
    'model.projector_2d.in_channels': 32, 'model.projector_3d.in_channels': 8}
OPTIONS = {
    'slidr/minidrive_slidr.py': IMAGES,
    # Fewer pairs than there are: they are drawn.
    'ppkt/minidrive_ppkt.py': IMAGES | {'model.num_pairs': 200},
    # Its averages of classes go on, and count from the second step.
    'olivine/minidrive_olivine.py': IMAGES | {
        'model.semantic_projector_2d.in_channels': 32,
        'model.semantic_projector_3d.in_channels': 8,
        'model.consistency.warm_up': 1, 'model.consistency.freeze': False},
    # It has a queue and a second encoder to resume.
    'depth_contrast/minidrive_depth_contrast.py': {'model.embed_dims': 8},
    # So do its averages of codes; pairs are drawn.
    'cmcr/minidrive_cmcr.py': IMAGES | {
        'model.num_pairs': 200, 'model.codebook.num_codes': 32, 'model.consistency.warm_up': 1,
        'model.consistency.freeze': False},
}


def write_superpixels(root: Path, out: Path, *options: str) -> None:
    """Run the superpixels tool's command."""
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    command.run(parser.parse_args(['--root', str(root), '--out', str(out), *options]))


def write_labels(root: Path, ann_file: str, out: Path, num_classes: int, **options: Any) -> None:
    """Write classes of squares, some without one."""
    dataset = PairedImageLidarDataset(
        ann_file, data_root=str(root), label_folder=str(out), **options)
    for item in dataset:
        for image in item['images'].values():
            squares = np.random.randint(num_classes + 1, size=(
                image['height'] // 16 + 1, image['width'] // 16 + 1))
            squares[squares == num_classes] = 255
            labels = squares.repeat(16, axis=0).repeat(16, axis=1)
            write_regions(
                Path(image['label_path']), labels[:image['height'], :image['width']])


@pytest.fixture(scope='module')
def labels(minidrive_tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with weak labels of the tiny world."""
    out = tmp_path_factory.mktemp('labels')
    write_labels(minidrive_tiny, 'nuscenes_infos_train.pkl', out, 16)
    return out


@pytest.fixture(scope='module')
def superpixels(minidrive_tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with superpixels of the tiny world."""
    out = tmp_path_factory.mktemp('superpixels')
    write_superpixels(minidrive_tiny, out, '--segments', '30')
    return out


def train(config: Path, work_dir: Path, options: dict[str, Any],
          resume: Path | None = None) -> dict[str, torch.Tensor]:
    """Train by a config; return the weights."""
    options = options | {'experiment_name': f'{work_dir.name}-{config.stem}'}
    cfg = load_run_config(str(config), str(work_dir), options)
    set_resume(cfg, None if resume is None else str(resume))
    runner = build_runner(cfg)
    runner.train()
    loss = runner.message_hub.get_scalar('train/loss_contrast').mean()
    assert torch.isfinite(torch.as_tensor(loss)) and loss > 0
    return {name: value.clone() for name, value in runner.model.state_dict().items()}


@pytest.mark.parametrize('config', OPTIONS)
def test_a_resumed_run_equals_an_uninterrupted_one(
        config: str, repo_root: Path, minidrive_tiny: Path, superpixels: Path, labels: Path,
        tmp_path: Path) -> None:
    options = SMALL | OPTIONS[config] | {
        'train_dataloader.dataset.data_root': str(minidrive_tiny), 'train_cfg.max_epochs': 2}
    if 'slidr' in config:
        options['train_dataloader.dataset.region_folder'] = str(superpixels)
    if config.startswith(('olivine', 'cmcr')):
        options['train_dataloader.dataset.label_folder'] = str(labels)
    path = repo_root / 'configs' / config
    whole = train(path, tmp_path / 'whole', options)
    resumed = train(path, tmp_path / 'resumed', options, tmp_path / 'whole' / 'epoch_1.pth')
    first = torch.load(tmp_path / 'whole' / 'epoch_1.pth', weights_only=False)['state_dict']
    moved = {name.split('.')[0] for name in whole if not torch.equal(first[name], whole[name])}
    assert 'backbone_3d' in moved and 'backbone_2d' not in moved
    for name, value in whole.items():
        torch.testing.assert_close(resumed[name], value, rtol=1e-5, atol=1e-6, msg=name)


def on_real_frames(config: Path, real_data: Path, tmp_path: Path, options: dict) -> None:
    """Superpixels and pre-training on two keyframes of nuScenes."""
    root = real_data / 'nuscenes'
    infos = frames_infos.build_infos(root, tmp_path)
    write_superpixels(
        root, tmp_path / 'slic', '--ann-file', str(infos), '--data-prefix', 'pts=', 'img=',
        '--max-side', '400', '--check-images', '0')
    train(config, tmp_path / 'run', options | {
        'visualizer.vis_backends': [], 'log_level': 'WARNING',
        'train_dataloader.dataset.data_root': str(root),
        'train_dataloader.dataset.ann_file': str(infos),
        'train_dataloader.dataset.region_folder': str(tmp_path / 'slic')})


@pytest.mark.real_data
def test_classes_on_real_keyframes_of_nuscenes(
        repo_root: Path, real_data: Path, tmp_path: Path) -> None:
    root = real_data / 'nuscenes'
    infos = frames_infos.build_infos(root, tmp_path)
    write_labels(root, str(infos), tmp_path / 'labels', 13, data_prefix=dict(pts='', img=''))
    weights = train(repo_root / 'configs/olivine/frames_olivine.py', tmp_path / 'run', TINY_REAL | {
        'visualizer.vis_backends': [], 'log_level': 'WARNING',
        'model.semantic_projector_2d.in_channels': 32,
        'model.semantic_projector_3d.in_channels': 8,
        'train_dataloader.dataset.data_root': str(root),
        'train_dataloader.dataset.ann_file': str(infos),
        'train_dataloader.dataset.label_folder': str(tmp_path / 'labels')})
    assert (weights['consistency.classes.times_seen'] > 0).sum() > 5


TINY_REAL = {
    'model.backbone_2d': dict(_delete_=True, type='ViT', arch='test_tiny', feature='prenorm'),
    'model.projector_2d.in_channels': 32, 'model.projector_3d.in_channels': 8,
    'model.backbone_3d.preset': 'test_tiny'}
INTER_FRAME = 'train_dataloader.dataset.pipeline.2'


@pytest.mark.real_data
@pytest.mark.parametrize('config,options', [
    ('slidr/frames_slidr.py', {}),
    # One of the two keyframes has a sweep; the records of PPM are tested where they are made.
    ('simple_remedies/frames_ppm.py', {
        f'{INTER_FRAME}.alignment': 'ego', f'{INTER_FRAME}.record_folder': None}),
    ('cmcr/frames_cmcr.py', {'model.reconstruction.cell_size': 8})])
def test_real_keyframes_of_nuscenes(
        config: str, options: dict, repo_root: Path, real_data: Path, tmp_path: Path) -> None:
    on_real_frames(repo_root / 'configs' / config, real_data, tmp_path, TINY_REAL | options)


@pytest.mark.real_data
@pytest.mark.slow
def test_slidr_at_the_published_sizes(repo_root: Path, real_data: Path, tmp_path: Path) -> None:
    on_real_frames(repo_root / 'configs/slidr/frames_slidr.py', real_data, tmp_path,
                   {'model.backbone_2d.checkpoint': None})
