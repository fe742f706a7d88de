"""A probe on a grid of the tiny world, with interruption; what a user calls."""
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from mmengine.config import Config

from mmcrossdistill.evaluation import corruption_run
from mmcrossdistill.evaluation.corruption_grid import GridCell, corrupt_dataset
from mmcrossdistill.registry import MODELS
from mmcrossdistill.utils.config_check import ConfigError
from mmcrossdistill.utils.run_config import load_run_config

CONFIG = 'configs/cd/benchmarks/minidrive_seg_lp.py'


@pytest.fixture(scope='module')
def options(minidrive_tiny: Path) -> dict[str, Any]:
    """Overrides for a test of a second."""
    return {
        'model.backbone_2d.arch': 'test_tiny', 'model.backbone_2d.init_cfg': None,
        'test_dataloader.dataset.data_root': str(minidrive_tiny),
        'test_dataloader.dataset.indices': 6, 'test_dataloader.num_workers': 0,
        'visualizer.vis_backends': [], 'log_level': 'WARNING'}


@pytest.fixture(scope='module')
def cfg(repo_root: Path, options: dict[str, Any]) -> Config:
    """Config of the probe."""
    return load_run_config(str(repo_root / CONFIG), 'unused', options)


@pytest.fixture(scope='module')
def checkpoint(cfg: Config, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A probe of random weights, whose predictions depend on the image."""
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp('probe') / 'probe.pth'
    model = MODELS.build(cfg.model)
    torch.nn.init.normal_(model.head.linear.weight, std=1.0)
    torch.save(dict(state_dict=model.state_dict(), meta={}), path)
    return str(path)


def corrupted(cfg: Config, corruptions: list[str], severities: list[int]) -> dict:
    """Test data of a grid."""
    return corrupt_dataset(cfg.test_dataloader.dataset, corruptions, severities)


def values(results: dict[str, Any]) -> dict[str, float]:
    """Accuracy of each cell."""
    return {f'{cell["corruption"]}{cell["severity"]}': cell['metrics']['seg/full/acc']
            for cell in results['cells']}


def test_an_interrupted_grid_goes_on(
        cfg: Config, checkpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cells, seed = corrupted(cfg, ['gaussian_noise', 'fog'], [1, 5]), dict(seed=0)
    whole = corruption_run.run_grid(cfg, checkpoint, cells, tmp_path / 'whole', seed, say=str)
    assert len(set(values(whole).values())) == 5
    build, count = corruption_run.build_runner, iter(range(10))

    def interrupt(runner_cfg: Config) -> Any:
        if next(count) == 2:
            raise KeyboardInterrupt
        return build(runner_cfg)

    monkeypatch.setattr(corruption_run, 'build_runner', interrupt)
    with pytest.raises(KeyboardInterrupt):
        corruption_run.run_grid(cfg, checkpoint, cells, tmp_path / 'part', seed, say=str)
    assert len(json.loads((tmp_path / 'part' / 'results.json').read_text())['cells']) == 2
    lines: list[str] = []
    resumed = corruption_run.run_grid(
        cfg, checkpoint, cells, tmp_path / 'part', seed, say=lines.append)
    assert next(count) == 6
    assert lines[0].startswith('2 of 5 results taken') and lines[-1].startswith('3/3 fog/5')
    assert values(resumed) == values(whole)
    # A part of the grid: nothing to do, nothing lost.
    few = dict(list(cells.items())[:2])
    part = corruption_run.run_grid(cfg, checkpoint, few, tmp_path / 'part', seed, say=str)
    assert values(part) == {key: values(whole)[key] for key in ('clean0', 'gaussian_noise1')}
    kept = json.loads((tmp_path / 'part' / 'results.json').read_text())
    assert values(kept) == values(whole)
    for other in (dict(seed=1), dict(sets='/data/nuScenes-C')):
        with pytest.raises(RuntimeError, match='another checkpoint, config or source'):
            corruption_run.run_grid(cfg, checkpoint, cells, tmp_path / 'part', other, say=str)


def test_a_wrong_cell_stops_before_the_first_test(
        cfg: Config, checkpoint: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match='targets'):
        corruption_run.run_grid(
            cfg, checkpoint, corrupted(cfg, ['fog', 'points_gaussian_noise'], [1]), tmp_path,
            dict(seed=0))
    assert not list(tmp_path.iterdir())
    with pytest.raises(ConfigError, match='test_dataloader'):
        corruption_run.tested_dataset(Config(dict(test_dataloader=None)))


def test_results_do_not_depend_on_the_workers(
        cfg: Config, checkpoint: str, tmp_path: Path) -> None:
    cells, seed = corrupted(cfg, ['fog'], [2]), dict(seed=0)
    del cells[GridCell()]
    one = corruption_run.run_grid(cfg, checkpoint, cells, tmp_path / 'one', seed, say=str)
    other = Config(cfg.to_dict())
    other.test_dataloader.num_workers = 2
    other.test_dataloader.batch_size = 2
    two = corruption_run.run_grid(other, checkpoint, cells, tmp_path / 'two', seed, say=str)
    assert one['cells'][0]['metrics'] == pytest.approx(two['cells'][0]['metrics'])
    assert one['fingerprint'] == two['fingerprint']
