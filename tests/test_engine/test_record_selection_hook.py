"""The training keyframes are stored, and the stored list selects them again."""
from __future__ import annotations

import logging
from pathlib import Path
from types import SimpleNamespace

import pytest
from mmengine.dataset import ConcatDataset, RepeatDataset

from mmcrossdistill.datasets import PairedImageLidarDataset
from mmcrossdistill.engine.hooks import RecordSelectionHook
from mmcrossdistill.engine.hooks.record_selection_hook import FILE


def probe(root: Path, **kwargs) -> PairedImageLidarDataset:
    """The data set of a probe."""
    return PairedImageLidarDataset(
        'nuscenes_infos_train.pkl', str(root), split='probe', **kwargs)


def record(dataset, work_dir: Path) -> list[str]:
    """Run the hook as a runner does."""
    runner = SimpleNamespace(
        train_dataloader=SimpleNamespace(dataset=dataset), work_dir=str(work_dir),
        logger=logging.getLogger('selection'))
    RecordSelectionHook().before_train(runner)
    return (work_dir / FILE).read_text().splitlines()


@pytest.mark.parametrize('wrap', [
    lambda dataset: dataset, lambda dataset: RepeatDataset(dataset, 3),
    lambda dataset: ConcatDataset([dataset, dataset], ignore_keys=['classes', 'palette'])])
def test_the_list_selects_the_same_keyframes(minidrive_tiny: Path, tmp_path: Path, wrap) -> None:
    few = probe(minidrive_tiny, fraction=0.5, view_mode='per_view')
    tokens = list(dict.fromkeys(
        few.get_data_info(index)['token'] for index in range(len(few))))
    scenes = {few.get_data_info(index)['scene_name'] for index in range(len(few))}
    lines = record(wrap(few), tmp_path)
    assert lines == [f'# {len(tokens)} keyframes of {len(scenes)} scenes', *tokens]
    again = probe(minidrive_tiny, tokens=str(tmp_path / FILE))
    assert [again.get_data_info(index)['token'] for index in range(len(again))] == tokens
    assert 0 < len(again) < len(probe(minidrive_tiny))
