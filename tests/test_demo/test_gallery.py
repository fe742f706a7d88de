"""Measuring features."""
from __future__ import annotations

import numpy as np
import pytest
import torch
from mmengine.model import BaseModel

from mmcrossdistill.demo.gallery import feature_numbers
from mmcrossdistill.models.data_preprocessors import DistillDataPreprocessor
from mmcrossdistill.structures import Correspondence, DistillDataSample

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
