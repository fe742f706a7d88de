"""Reading what runs left."""
from __future__ import annotations

import json

import pytest

from mmcrossdistill.claims.claim import Quantity, Term
from mmcrossdistill.claims.measure import read_metric, read_quantity
from mmcrossdistill.testing.run_logs import write_scalars

from .conftest import RECIPES


@pytest.fixture
def folder(tmp_path):
    """Results of all kinds."""
    write_scalars(tmp_path / 'a', [{'seg/night/miou': 30.0}, {'seg/night/miou': 40.0}])
    for name, file, content in (
            ('fog/b', 'results.json', {'cells': [
                {'corruption': 'clean', 'metrics': {'seg/full/miou': 90.0}},
                {'corruption': 'fog', 'metrics': {'seg/full/miou': 20.0}},
                {'corruption': 'fog', 'metrics': {'seg/full/miou': 10.0}}]}),
            ('features/b', 'numbers.json', {'variance': {'full': 0.25}}),
            ('grid', 'distances.json', [
                {'corner_mm': 90.0, 'num_points': 1, 'by_range': [
                    {'from_m': 0, 'to_m': 10, 'corner_mm': 90.0, 'num_points': 1}]},
                {'corner_mm': 30.0, 'num_points': 5, 'by_range': [
                    {'from_m': 0, 'to_m': 10, 'corner_mm': 20.0, 'num_points': 3},
                    {'from_m': 100, 'to_m': None, 'corner_mm': 45.0, 'num_points': 2}]}])):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / file).write_text(json.dumps(content))
    return tmp_path


def test_every_kind_of_run_is_read(folder):
    assert read_metric(folder / 'a', 'train', 'seg/night/miou') == 40
    assert read_metric(folder / 'fog/b', 'corruptions', 'fog:seg/full/miou') == 15
    assert read_metric(folder / 'features/b', 'features', 'variance/full') == 0.25
    # Means over points, whatever cloud they are in.
    assert read_metric(folder / 'grid', 'quantization', 'corner_mm/all') == 40
    assert read_metric(folder / 'grid', 'quantization', 'corner_mm/0-10') == 37.5


def test_a_quantity_is_a_sum(folder):
    quantity = Quantity('q', (Term('a', 'seg/night/miou', 0.5),
                              Term('fog/b', 'fog:seg/full/miou', -2.0)))
    assert read_quantity(quantity, RECIPES, folder) == 0.5 * 40 - 2 * 15


@pytest.mark.parametrize('name, kind, key', [
    ('a', 'train', 'seg/dusk/miou'), ('fog/b', 'corruptions', 'snow:seg/full/miou'),
    ('features/b', 'features', 'variance/dusk'), ('grid', 'quantization', 'corner_mm/10-20')])
def test_what_is_not_there_is_an_error(folder, name, kind, key):
    with pytest.raises(KeyError):
        read_metric(folder / name, kind, key)
