"""Detection on the tiny world: hand-over, training, resuming, scoring, showing; overfitting."""
from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from mmdet3d.registry import TASK_UTILS
from mmengine.config import Config
from mmengine.registry import DefaultScope
from mmengine.runner import Runner
from mmengine.structures import InstanceData

from mmcrossdistill.apis.detection_frames import detect_frames
from mmcrossdistill.datasets.info_reading import read_infos
from mmcrossdistill.registry import MODELS
from mmcrossdistill.visualization.detections import predicted_boxes, read_submission
from tests.data.by_heart import learn_by_heart
from tests.data.detectors import CONFIGS, DETECTORS, GRID, tiny_detector

EPOCHS = 40  # of ten steps, to learn 20 frames by heart


@pytest.fixture(autouse=True)
def scope() -> Iterator[None]:
    """A runner of mmdet3d leaves its scope behind; other tests must not find it."""
    with DefaultScope.overwrite_default_scope('mmcrossdistill'):
        yield


def run_config(name: str, root: Path, work_dir: Path, **options: Any) -> Any:
    """A config for two epochs of two steps."""
    cfg = tiny_detector(name)
    cfg.merge_from_dict({
        'work_dir': str(work_dir), 'param_scheduler': [], 'log_level': 'WARNING',
        'visualizer.vis_backends': [], 'train_cfg.max_epochs': 2, 'train_cfg.val_interval': 2,
        'optim_wrapper.optimizer.lr': 1e-3, 'val_evaluator.data_root': str(root),
        'val_evaluator.ann_file': str(root / 'nuscenes_infos_val.pkl'),
        'test_evaluator.data_root': str(root),
        'test_evaluator.ann_file': str(root / 'nuscenes_infos_val.pkl'),
        'train_dataloader.dataset.fraction': 1.0, 'default_hooks.checkpoint.interval': 1,
        **options})
    for loader in (cfg.train_dataloader, cfg.val_dataloader, cfg.test_dataloader):
        loader.update(num_workers=0, persistent_workers=False)
        loader.dataset.data_root = str(root)
    return cfg


def save_pretrained(cfg: Any, path: Path) -> dict[str, torch.Tensor]:
    """A checkpoint as SLidR's pre-training leaves it, with its projection."""
    encoder = MODELS.build(dict(cfg.model.backbone_3d, out_channels=5))
    state = {f'backbone_3d.{key}': value for key, value in encoder.state_dict().items()}
    torch.save(dict(state_dict=state, meta=dict(
        voxel_grid=encoder.voxelizer.grid.to_dict(), intensity=dict(mean=0.0, std=1.0))), path)
    return state


@pytest.mark.parametrize('name', DETECTORS)
def test_training_from_a_checkpoint_resumes_to_the_same_weights_and_is_scored(
        minidrive_tiny: Path, tmp_path: Path, name: str) -> None:
    cfg = run_config(name, minidrive_tiny, tmp_path / 'whole')
    save_pretrained(cfg, tmp_path / 'slidr.pth')
    cfg.model.backbone_3d.init_cfg = dict(
        type='Pretrained', prefix='backbone_3d.', checkpoint=str(tmp_path / 'slidr.pth'))
    runner = Runner.from_cfg(cfg)
    runner.train()
    scores = runner.message_hub.log_scalars
    assert scores['val/det3d/full/mAP'].current() >= 0
    whole = torch.load(tmp_path / 'whole/epoch_2.pth', weights_only=False)
    assert whole['meta']['voxel_grid']['voxel_size'] == [0.1, 0.1, 0.2]
    assert whole['meta']['intensity'] == dict(mean=0.0, std=1.0)
    listed = (tmp_path / 'whole/train_keyframes.txt').read_text().splitlines()
    assert listed[0] == '# 4 keyframes of 2 scenes' and len(listed) == 5

    again = run_config(name, minidrive_tiny, tmp_path / 'again')
    again.update(resume=True, load_from=str(tmp_path / 'whole/epoch_1.pth'), val_cfg=None,
                 val_dataloader=None, val_evaluator=None)
    Runner.from_cfg(again).train()
    resumed = torch.load(tmp_path / 'again/epoch_2.pth', weights_only=False)
    for key, value in whole['state_dict'].items():
        torch.testing.assert_close(resumed['state_dict'][key], value, rtol=0, atol=0)


def test_the_tools_test_write_and_show(
        minidrive_tiny: Path, tmp_path: Path, repo_root: Path) -> None:
    cfg = run_config('centerpoint', minidrive_tiny, tmp_path)
    cfg.dump(tmp_path / 'detector.py')
    model = MODELS.build(cfg.model)
    torch.save(dict(state_dict=model.state_dict(), meta={}), tmp_path / 'epoch_1.pth')

    def run(tool: str, *args: Any) -> str:
        done = subprocess.run(
            [sys.executable, str(repo_root / 'tools' / tool), *map(str, args)], cwd=repo_root,
            capture_output=True, text=True, timeout=120,
            env={'PYTHONPATH': str(repo_root), 'OMP_NUM_THREADS': '1', 'PATH': '/usr/bin:/bin'})
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    run('test.py', tmp_path / 'detector.py', tmp_path / 'epoch_1.pth', '--out',
        tmp_path / 'scores.json', '--predictions', tmp_path / 'boxes')
    scores = json.loads((tmp_path / 'scores.json').read_text())
    assert {'det3d/full/NDS', 'det3d/night/mAP'} <= scores.keys()
    results = tmp_path / 'boxes/pred_instances_3d/results_nusc.json'
    assert len(json.loads(results.read_text())['results']) == 6
    run('visualization/vis_detections.py', '--infos', minidrive_tiny / 'nuscenes_infos_val.pkl',
        '--results', results, '--out', tmp_path / 'boxes.html', '--count', 1)
    assert (tmp_path / 'boxes.html').read_text().count('data:image/png') == 2

    infos = read_infos(str(minidrive_tiny / 'nuscenes_infos_val.pkl'))['data_list']
    tokens = [info['token'] for info in infos[1:3]]
    found = detect_frames(tmp_path / 'detector.py', tmp_path / 'epoch_1.pth', tokens, device='cpu')
    submission = read_submission(results)
    compared = 0
    for info in infos[1:3]:
        own = found[info['token']]
        # The submission leaves out what is beyond the range of its class.
        written = predicted_boxes(submission[info['token']], info)
        for place, name, score in zip(
                written.places, written.names, written.scores, strict=True):
            away = np.abs(own.places[:, :6] - place[:6]).max(axis=1)
            row = away.argmin()
            assert away[row] < 1e-3 and own.names[row] == name
            assert own.scores[row] == pytest.approx(score, rel=1e-5)
            compared += 1
    assert compared > 1
    with pytest.raises(KeyError, match='no keyframe none'):
        detect_frames(tmp_path / 'detector.py', tmp_path / 'epoch_1.pth', ['none'], device='cpu')


def test_every_box_has_an_anchor_of_second() -> None:
    """Cells are 0.8 m: a cone anywhere, of any yaw, must not be background."""
    rng = np.random.default_rng(0)
    model = tiny_detector('second').model
    generator = TASK_UTILS.build(model.pts_bbox_head.anchor_generator)
    anchors = generator.grid_anchors([(GRID, GRID)], device='cpu')[0][..., :7]
    lattice = np.stack(np.meshgrid(*[np.arange(-42, 43, 14)] * 2), axis=-1).reshape(-1, 2)
    count = len(lattice)
    for row, (size, assigner) in enumerate(zip(
            generator.sizes, model.train_cfg.pts.assigner, strict=True)):
        own = anchors[:, :, :, row].reshape(-1, 7)
        boxes = np.concatenate([
            lattice + rng.uniform(-0.4, 0.4, (count, 2)), np.full((count, 1), own[0, 2]),
            np.tile(size, (count, 1)), rng.uniform(-np.pi, np.pi, (count, 1))], axis=1)
        result = TASK_UTILS.build(assigner).assign(
            InstanceData(priors=own), InstanceData(
                bboxes_3d=torch.from_numpy(boxes).float(),
                labels_3d=torch.zeros(count, dtype=torch.int64)))
        assert set(result.gt_inds[result.gt_inds > 0].tolist()) == set(range(1, count + 1))


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_centerpoint_learns_twenty_frames_by_heart(twenty_frames: Path, tmp_path: Path) -> None:
    cfg = Config.fromfile(CONFIGS / 'minidrive_centerpoint_random.py')
    data = cfg.train_dataloader.dataset
    data.update(split=None, fraction=1.0, pipeline=[
        step for step in data.pipeline if step.type not in ('GlobalRotScaleTrans', 'RandomFlip3D')])
    infos = str(twenty_frames / 'nuscenes_infos_train.pkl')
    for loader in (cfg.train_dataloader, cfg.val_dataloader, cfg.test_dataloader):
        loader.dataset.update(data_root=str(twenty_frames), ann_file='nuscenes_infos_train.pkl')
    for evaluator in (cfg.val_evaluator, cfg.test_evaluator):
        evaluator.update(data_root=str(twenty_frames), ann_file=infos, eval_set='train')
    before, after = learn_by_heart(cfg, tmp_path, EPOCHS, 0.03, 'det3d/full/mAP')
    assert before < 0.01 and after > 0.5
