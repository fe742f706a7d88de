"""The grid of corruptions and what it does to pipelines of real configs."""
from __future__ import annotations

from pathlib import Path

import pytest
from mmengine.config import Config

from mmcrossdistill.evaluation.corruption_grid import (
    TRANSFORM_OF,
    GridCell,
    corrupt_dataset,
    corrupt_pipeline,
    list_cells,
    suitable_corruptions,
)
from mmcrossdistill.registry import TRANSFORMS
from mmcrossdistill.utils.config_check import ConfigError


def pipeline(repo_root: Path, name: str) -> list[dict]:
    """Test pipeline of a data set config."""
    cfg = Config.fromfile(repo_root / 'configs' / '_base_' / 'datasets' / name)
    return cfg.test_dataloader.dataset.pipeline


def test_the_grid_starts_with_the_clean_data() -> None:
    names = [cell.name for cell in list_cells(['fog', 'points_gaussian_noise'], [1, 4])]
    assert names == ['clean', 'fog/1', 'fog/4', 'points_gaussian_noise/1',
                     'points_gaussian_noise/4']
    assert [cell.severity for cell in list_cells(['fog', 'scan_crosstalk'])] == [
        0, 1, 2, 3, 4, 5, 1, 2, 3]


@pytest.mark.parametrize('config', ['nuscenes_seg2d.py', 'nuscenes_depth2d.py'])
def test_images_are_corrupted_at_their_original_size(repo_root: Path, config: str) -> None:
    clean = pipeline(repo_root, config)
    before = [dict(step) for step in clean]
    names = suitable_corruptions(clean)
    assert names == ['fog', 'gaussian_noise', 'motion_blur']
    for name in names:
        steps = corrupt_pipeline(clean, GridCell(name, 4), seed=7)
        types = [step['type'] for step in steps]
        place = types.index('CorruptImage')
        assert types[place - 1] == 'LoadImages' and 'ResizeImages' in types[place:]
        transform = TRANSFORMS.build(steps.pop(place))
        assert (transform.corruption, transform.severity, transform.seed) == (name, 4, 7)
        assert steps == before
    assert clean == before


def test_points_are_corrupted_behind_their_labels(repo_root: Path) -> None:
    clean = pipeline(repo_root, 'nuscenes_seg3d.py')
    assert suitable_corruptions(clean) == ['points_density_decrease', 'points_gaussian_noise']
    types = [step['type'] for step in
             corrupt_pipeline(clean, GridCell('points_density_decrease', 1), 0)]
    assert types[:3] == ['LoadPoints', 'LoadPointLabels', 'CorruptPoints']
    datasets = corrupt_dataset(
        dict(data_root='here', pipeline=clean), ['scan_beam_missing'], [3], seed=5)
    cell, dataset = list(datasets.items())[1]
    assert cell.name == 'scan_beam_missing/3' and dataset['data_root'] == 'here'
    assert dataset['pipeline'][2] == dict(
        type='CorruptScan', corruption='beam_missing', severity=3, seed=5)
    assert dataset['pipeline'][:2] + dataset['pipeline'][3:] == clean


def test_every_corruption_can_be_built() -> None:
    for name in TRANSFORM_OF:
        step = corrupt_pipeline(
            [dict(type='LoadImages'), dict(type='LoadPoints')], GridCell(name, 1), 0)
        assert any(hasattr(TRANSFORMS.build(cfg), 'severity') for cfg in step)


def test_what_cannot_be_tested_is_refused(repo_root: Path) -> None:
    seg2d = pipeline(repo_root, 'nuscenes_seg2d.py')
    with pytest.raises(ConfigError, match='targets of its pixels'):
        corrupt_pipeline(seg2d, GridCell('points_gaussian_noise', 1), 0)
    with pytest.raises(ConfigError, match='corrupted already'):
        corrupt_pipeline(
            corrupt_pipeline(seg2d, GridCell('fog', 1), 0), GridCell('motion_blur', 1), 0)
    with pytest.raises(ConfigError, match='needs LoadImages'):
        corrupt_pipeline(pipeline(repo_root, 'nuscenes_seg3d.py'), GridCell('fog', 1), 0)
    with pytest.raises(ConfigError, match="corruptions \\['snow'\\]"):
        list_cells(['snow'])
    with pytest.raises(ConfigError, match='fog has no severities \\[0, 6\\]'):
        list_cells(['fog'], [6, 0])
    with pytest.raises(ConfigError, match='scan_crosstalk has no severities \\[4\\]'):
        list_cells(['fog', 'scan_crosstalk'], [3, 4])
