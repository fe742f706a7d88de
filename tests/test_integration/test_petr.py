"""PETR by its real configs on MiniDrive: trains, resumes, is scored by the official evaluator."""
from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from mmengine.dataset import pseudo_collate
from mmengine.registry import DefaultScope
from mmengine.runner import Runner

from mmcrossdistill.models.layers.box_code import encode_boxes
from mmcrossdistill.preprocessing import frames_infos
from mmcrossdistill.registry import DATASETS, METRICS, MODELS
from mmcrossdistill.utils.run_config import build_runner, load_run_config, set_resume

CONFIG = 'configs/petr/minidrive_petr.py'
TINY = {
    'model.backbone_2d.arch': 'test_tiny', 'model.backbone_2d.init_cfg': None,
    'model.head.in_channels': 32, 'model.head.embed_dims': 32,
    'model.head.num_layers': 2, 'model.head.num_queries': 20, 'model.head.dropout': 0.1,
    'visualizer.vis_backends': [], 'log_level': 'WARNING', 'train_cfg.max_epochs': 2,
    'train_cfg.val_interval': 2, 'param_scheduler': []}


@pytest.fixture(autouse=True)
def scope() -> Iterator[None]:
    """A metric of mmdet3d may leave its scope behind; other tests must not find it."""
    with DefaultScope.overwrite_default_scope('mmcrossdistill'):
        yield


def options_for(root: Path, size: tuple[int, int] = (32, 64)) -> dict[str, Any]:
    """Overrides that point the config to a MiniDrive world."""
    options: dict[str, Any] = dict(TINY)
    for loader, step in (('train_dataloader', 3), ('val_dataloader', 1), ('test_dataloader', 1)):
        options |= {
            f'{loader}.num_workers': 0, f'{loader}.dataset.data_root': str(root),
            f'{loader}.dataset.pipeline.{step + 1}.size': size}
    for name in ('val_evaluator', 'test_evaluator'):
        options |= {f'{name}.data_root': str(root),
                    f'{name}.ann_file': str(root / 'nuscenes_infos_val.pkl')}
    return options


def make_runner(repo_root: Path, work_dir: Path, options: dict[str, Any],
                config: str = CONFIG, resume: str | None = None) -> Runner:
    """Runner of the real config with overrides."""
    cfg = load_run_config(str(repo_root / config), str(work_dir), options | {
        'experiment_name': work_dir.name})
    set_resume(cfg, resume)
    return build_runner(cfg)


@pytest.fixture(scope='module')
def trained(repo_root: Path, minidrive_tiny: Path, tmp_path_factory: Any) -> Runner:
    """Two epochs on the tiny world, and the scores of its official evaluation."""
    work_dir = tmp_path_factory.mktemp('petr') / 'straight'
    with DefaultScope.overwrite_default_scope('mmcrossdistill'):
        runner = make_runner(repo_root, work_dir, options_for(minidrive_tiny) | {
            'val_evaluator.jsonfile_prefix': str(work_dir / 'official')})
        runner.train()
    return runner


def scores_of(runner: Runner) -> dict[str, float]:
    """Last scores of a run."""
    hub = runner.message_hub.log_scalars
    return {key.removeprefix('val/'): value.current() for key, value in hub.items()
            if key.startswith('val/') and 'time' not in key}


def test_the_official_evaluator_reads_the_written_detections(
        trained: Runner, minidrive_tiny: Path, tmp_path: Path) -> None:
    from nuscenes import NuScenes
    from nuscenes.eval.detection.config import config_factory
    from nuscenes.eval.detection.evaluate import NuScenesEval
    (written,) = Path(trained.work_dir, 'official').rglob('results_nusc.json')
    official = NuScenesEval(
        NuScenes('v1.0-trainval', str(minidrive_tiny), verbose=False),
        config_factory('detection_cvpr_2019'), str(written), 'val', str(tmp_path), verbose=False)
    metrics, _ = official.evaluate()
    ours = scores_of(trained)
    assert ours['det3d/full/NDS'] == pytest.approx(metrics.serialize()['nd_score'], abs=1e-4)
    assert ours['det3d/full/mAP'] == pytest.approx(metrics.mean_ap, abs=1e-4)


def test_true_boxes_are_scored_as_perfect(
        repo_root: Path, minidrive_tiny: Path, tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch) -> None:
    """From the infos through codes and mmdet3d's boxes to the global frame of the devkit."""
    cfg = load_run_config(str(repo_root / CONFIG), cfg_options=options_for(minidrive_tiny) | {
        'model.head.position_range': [-99, -99, -99, 99, 99, 99]})
    cfg.val_dataloader.dataset.pipeline.insert(0, dict(type='LoadBoxes'))
    dataset, model = DATASETS.build(cfg.val_dataloader.dataset), MODELS.build(cfg.model).eval()
    metric = METRICS.build(dict(cfg.val_evaluator, jsonfile_prefix=str(tmp_path)))
    metric.dataset_meta = dataset.metainfo
    present = set()
    for item in dataset:
        batch = model.data_preprocessor(pseudo_collate([item]))
        truth = item['data_samples'].gt_instances_3d
        logits = torch.full((len(truth), 10), -9.0).scatter(1, truth.labels_3d[:, None], 9.0)
        codes = encode_boxes(truth.bboxes_3d.nan_to_num())
        monkeypatch.setattr(
            model.head, 'forward', lambda *args, out=(logits, codes): tuple(
                value[None, None] for value in out))
        model.head.max_boxes = len(truth)
        (sample,) = model(**batch, mode='predict')
        metric.process({}, [sample.to_dict()])
        near = truth.bboxes_3d[:, :2].norm(dim=1) < 25
        present |= set(truth.labels_3d[near].tolist())
    metric.evaluate(len(dataset))
    (summary,) = tmp_path.rglob('metrics_summary.json')
    scores = json.loads(summary.read_text())
    assert len(present) >= 5
    for label in present:
        name = dataset.metainfo['classes'][label]
        assert scores['label_aps'][name]['0.5'] > 0.99, name
        errors = scores['label_tp_errors'][name]
        assert errors['trans_err'] < 0.01 and errors['scale_err'] < 0.01
        assert name == 'traffic_cone' or errors['orient_err'] < 0.01


def test_the_frozen_encoder_is_untouched(trained: Runner) -> None:
    encoder = trained.model.backbone_2d
    assert not any(parameter.requires_grad for parameter in encoder.parameters())
    assert len(trained.model._cache) > 0
    assert not encoder.training


def test_resumed_equals_straight(
        trained: Runner, repo_root: Path, minidrive_tiny: Path, tmp_path: Path) -> None:
    options = options_for(minidrive_tiny)
    work_dir = tmp_path / 'resumed'
    make_runner(repo_root, work_dir, options | {
        'train_cfg.max_epochs': 1, 'val_evaluator': None, 'val_dataloader': None,
        'val_cfg': None}).train()
    resumed = make_runner(repo_root, work_dir, options, resume='auto')
    resumed.train()
    for ours, theirs in zip(
            resumed.model.state_dict().values(), trained.model.state_dict().values(), strict=True):
        torch.testing.assert_close(ours, theirs)


def test_a_fraction_may_lack_classes_and_boxes(
        repo_root: Path, minidrive_tiny: Path, tmp_path: Path) -> None:
    """One frame of the training data, in a range that holds hardly any of its boxes."""
    runner = make_runner(repo_root, tmp_path / 'few', options_for(minidrive_tiny) | {
        'train_dataloader.dataset.fraction': 0.25, 'train_cfg.max_epochs': 1,
        'train_dataloader.dataset.fraction_rule': 'random',
        'train_dataloader.dataset.pipeline.1.box_range': [-9, -9, -5, 9, 9, 3],
        'val_evaluator': None, 'val_dataloader': None, 'val_cfg': None})
    runner.train()
    (frame,) = list(runner.train_dataloader.dataset)
    labels = frame['data_samples'].gt_instances_3d.labels_3d
    assert len(labels.unique()) < 10
    assert torch.isfinite(torch.as_tensor(runner.message_hub.get_scalar('train/loss').current()))


@pytest.mark.slow
def test_two_processes_score_as_one(
        trained: Runner, minidrive_tiny: Path, tmp_path: Path, repo_root: Path) -> None:
    """tools/test.py through its launcher."""
    options = options_for(minidrive_tiny)
    out = tmp_path / 'metrics.json'
    done = subprocess.run(
        ['bash', 'tools/dist_test.sh', CONFIG, str(Path(trained.work_dir, 'epoch_2.pth')), '2',
         '--work-dir', str(tmp_path), '--out', str(out), '--cfg-options',
         *(f'{key}={value}' for key, value in options.items() if not key.startswith('train_'))],
        cwd=repo_root, capture_output=True, text=True, timeout=280, env=dict(
            os.environ, PYTHONPATH=str(repo_root), OMP_NUM_THREADS='1', PYTHON=sys.executable))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert json.loads(out.read_text()) == pytest.approx(scores_of(trained), nan_ok=True)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_twenty_frames_are_learnt_by_heart(
        repo_root: Path, tmp_path: Path, twenty_frames: Path) -> None:
    options = {'visualizer.vis_backends': [], 'log_level': 'WARNING'}
    for loader in ('train_dataloader', 'val_dataloader', 'test_dataloader'):
        options[f'{loader}.dataset.data_root'] = str(twenty_frames)
    for name in ('val_evaluator', 'test_evaluator'):
        options |= {f'{name}.data_root': str(twenty_frames),
                    f'{name}.ann_file': str(twenty_frames / 'nuscenes_infos_train.pkl')}
    runner = make_runner(
        repo_root, tmp_path / 'run', options, 'configs/petr/minidrive_petr_overfit.py')
    assert len(runner.train_dataloader.dataset) == 20
    before = runner.val()
    runner.train()
    assert before['det3d/full/mAP'] < 0.02 and scores_of(runner)['det3d/full/mAP'] > 0.5


@pytest.mark.slow
@pytest.mark.real_data
def test_learns_two_real_keyframes_by_heart(
        repo_root: Path, real_data: Path, tmp_path: Path) -> None:
    root = real_data / 'nuscenes'
    infos = frames_infos.build_infos(root, tmp_path)
    runner = make_runner(repo_root, tmp_path / 'run', {
        'model.backbone_2d.arch': 'test_tiny', 'model.backbone_2d.checkpoint': None,
        'model.head.in_channels': 32, 'train_dataloader.dataset.pipeline.4.size': (32, 64),
        'train_dataloader.dataset.data_root': str(root),
        'train_dataloader.dataset.ann_file': str(infos), 'visualizer.vis_backends': [],
        'log_level': 'WARNING'}, 'configs/petr/frames_petr_vits.py')
    runner.train()
    history = runner.message_hub.get_scalar('train/loss').data[0]
    assert len(history) == 400 and history[-1] < 0.1 * history[0]
