"""Tests of the class tables."""
from __future__ import annotations

from types import SimpleNamespace

import pytest

from mmcrossdistill.datasets.nuscenes_classes import (
    CLASSES,
    LABEL_MAP,
    NIGHT_EXCLUDED,
    PALETTE,
)
from mmcrossdistill.simulation.categories import CATEGORIES


def test_map_equals_the_devkit() -> None:
    lidarseg = pytest.importorskip('nuscenes.eval.lidarseg.utils')
    mapper = SimpleNamespace(ignore_class=dict(name='ignore'))
    coarse = lidarseg.LidarsegClassMapper.get_fine2coarse(mapper)
    for raw, name in enumerate(CATEGORIES):
        label = LABEL_MAP[raw]
        assert coarse[name] == ('ignore' if label == 255 else CLASSES[label])


def test_tables_fit() -> None:
    assert len(CLASSES) == len(set(CLASSES)) == len(PALETTE) == len(set(PALETTE)) == 16
    assert set(NIGHT_EXCLUDED) < set(CLASSES)
    assert sorted(set(LABEL_MAP.tolist())) == [*range(16), 255]
