"""Measuring features."""
from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.config import Config
from mmengine.model import BaseModel

from mmcrossdistill.demo.gallery import draw_pictures, feature_numbers
from mmcrossdistill.demo.steps import DemoOptions, build_chain
from mmcrossdistill.models.data_preprocessors import DistillDataPreprocessor
from mmcrossdistill.registry import MODELS
from mmcrossdistill.structures import Correspondence, DistillDataSample
from mmcrossdistill.testing.run_logs import write_scalars

CONDITIONS = ('day-clear', 'day-rain', 'night')


class _Views:
    """Two keyframes in three conditions with a front and a back camera; place 1 is richer."""

    def __init__(self) -> None:
        self.infos = [
            {'condition': condition, 'view_names': [camera], 'token': f'{place}-{condition}'}
            for condition in CONDITIONS for place in range(2)
            for camera in ('CAM_FRONT', 'CAM_BACK')]
        self.places = [{condition: 4 * i + row for i, condition in enumerate(CONDITIONS)}
                       for row in range(4)]

    def __len__(self) -> int:
        return len(self.infos)

    def get_data_info(self, row: int) -> dict:
        """Give the info of a view."""
        return self.infos[row]

    def __getitem__(self, row: int) -> dict:
        """Give a view; rain shifts the picture by 40, night redraws it."""
        place, condition = row % 4 // 2, row // 4
        rng = np.random.default_rng(place + (10 if condition == 2 else 0))
        image = rng.integers(0, 200, (1, 3, 4, 6)) + 40 * (condition == 1)
        sample = DistillDataSample(metainfo={'view_names': self.infos[row]['view_names']})
        index = torch.zeros(3, dtype=torch.int64)
        sample.corr = Correspondence(
            index, index, torch.rand(3, 2), label=torch.tensor([0, 1, 2]) * place,
            depth=torch.tensor([1.0, 3.0, 2.0]))
        return {'inputs': {'imgs': torch.tensor(image, dtype=torch.uint8),
                           'points': torch.ones(1, 4)}, 'data_samples': sample}


class _Pixels(BaseModel):
    """An encoder whose features are the pixels."""

    def __init__(self) -> None:
        super().__init__(DistillDataPreprocessor(mean=(0, 0, 0), std=(1, 1, 1)))
        self.backbone_2d = lambda imgs: (imgs,)
        self.backbone_2d.embed_dims = 3

    def forward(self, *args, **kwargs):
        """Not used."""
        raise NotImplementedError


def test_a_condition_that_changes_more_has_the_larger_gap():
    views = _Views()
    numbers = feature_numbers(views, views.places, [_Pixels(), _Pixels()])
    assert numbers['domain_gap']['before'] == numbers['domain_gap']['after']
    gap = numbers['domain_gap']['before']
    assert 0 < gap['day-rain'] < 0.5 < gap['night']
    assert numbers['effective_rank']['after']['night'] == pytest.approx(3, abs=0.1)
    assert numbers['places'] == 4


def test_all_pictures_of_a_finished_chain(tmp_path, repo_root, minidrive_tiny):
    """The quick world, whose conditions have one scene each, with networks of random weights."""
    options = DemoOptions(tmp_path / 'work', minidrive_tiny, quick=True)
    steps = build_chain(options, repo_root)
    for step in steps:
        if step.config is None or step.name == 'seg3d':
            continue
        model = Config.fromfile(step.config).model
        model.backbone_2d.init_cfg = None
        if 'stage1_checkpoint' in model:
            model.update(stage1_checkpoint=None, require_stage1=False)
        step.outputs[0].parent.mkdir(parents=True)
        torch.save({'state_dict': MODELS.build(model).state_dict()}, step.outputs[0])
    for name in ('reference', 'stage1', 'stage2'):
        write_scalars(options.work_dir / name, [{'loss': 1.0, 'iter': 1, 'step': 1}])
    files = tmp_path / 'files'
    files.mkdir()
    pictures, numbers = draw_pictures(options, steps, repo_root, files)
    names = ['world', 'feature_maps', 'conditions', 'segmentation', 'depth', 'losses']
    assert [picture.name for picture in pictures] == names
    assert {path.name for path in files.iterdir()} == {f'{name}.png' for name in names}
    assert all(Path(files, f'{name}.png').stat().st_size > 5000 for name in names)
    told = json.loads(json.dumps(numbers, allow_nan=False))
    for moment in ('before', 'after'):
        assert 0 <= told['conditions'][moment]['linear_separability'] <= 1
