"""The registry of claims on image-to-LiDAR pre-training: consistent, complete, affordable."""
from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest
from mmengine.config import Config

from mmcrossdistill.claims.comparisons.method_benchmark import RANDOM, plan_benchmark
from mmcrossdistill.claims.comparisons.pretraining_3d import BENCHMARK
from mmcrossdistill.claims.options import RunOptions
from mmcrossdistill.claims.papers.registry import RECIPES
from mmcrossdistill.claims.papers.slidr_claims import CLAIMS
from mmcrossdistill.claims.papers.slidr_recipes import NETWORK_OF
from mmcrossdistill.claims.plan import build_steps, claimed_recipes, estimate_s, obstacle
from mmcrossdistill.claims.recipe import needed

_ROOT = Path(__file__).resolve().parents[2]
_MEASURABLE = [claim for claim in CLAIMS if not obstacle(claim, RECIPES, _ROOT)]
_NEEDED = needed(claimed_recipes(_MEASURABLE), RECIPES)


def test_every_claim_of_the_papers_has_an_entry():
    assert {claim.id[:5] for claim in CLAIMS} == {
        *(f'SL-{number:02d}' for number in range(1, 8)),
        *(f'SR-{number:02d}' for number in range(1, 8))}


@pytest.mark.parametrize('recipe', _NEEDED, ids=lambda recipe: recipe.name)
def test_a_run_hands_weights_to_keys_that_exist(recipe):
    config = Config.fromfile(_ROOT / recipe.config, import_custom_modules=False)
    keys = [*recipe.weights, *(option.split('=')[0] for option in recipe.options)]
    for key in keys:
        part = config
        for name in key.split('.'):
            assert name in part, key
            part = part[name]
    if recipe.kind == 'train':
        superpixels = any(step.get('type') == 'LoadSuperpixels'
                          for step in config.train_dataloader.dataset.pipeline)
        assert superpixels == ('superpixels' in recipe.prepared)


def test_probes_read_the_voxels_of_their_pretraining():
    names = [recipe.name for recipe in _NEEDED if recipe.name in NETWORK_OF]
    assert {'slidr', 'ppkt', 'cartesian_10cm', 'cartesian_5cm'} <= set(names)
    for name in names:
        network, grids = NETWORK_OF[name], []
        for recipe in (RECIPES[name], RECIPES[f'lp3d/{name}'], RECIPES[f'ft3d_5/{name}']):
            model = Config.fromfile(_ROOT / recipe.config).model
            grid = dict(model.data_preprocessor.get('voxelizer') or {})
            grid.pop('type', None)
            grids.append((grid, model.backbone_3d.get('preset'), model.backbone_3d.get('arch')))
        assert grids[0] == grids[1] == grids[2], name
        assert (grids[0][0].get('coords'), grids[0][0].get('voxel_size')) == {
            'cylindrical': ('cylindrical', 0.1), 'cartesian_10cm': ('cartesian', 0.1),
            'cartesian_5cm': ('cartesian', 0.05), 'waffleiron': (None, None)}[network]


def test_metrics_are_those_of_the_evaluation():
    for claim in _MEASURABLE:
        for side in (claim.worse, claim.better):
            for term in side.terms:
                run = term.recipe.split('/')[0]
                expected = {'quantization': 'corner_mm/', 'second_5': 'det3d/full/'}
                assert run in expected or run.startswith(('lp3d', 'ft3d_'))
                assert term.metric.startswith(expected.get(run, 'seg3d/full/'))


@pytest.fixture
def options(monkeypatch):
    """Three seeds; configs are read once."""
    monkeypatch.setattr(Config, 'fromfile', lru_cache(Config.fromfile))
    return RunOptions(Path('work'), Path('data/minidrive'))


@pytest.mark.parametrize('methods,hours', [
    (['ppkt', 'slidr', 'simple_remedies', 'scalr'], 3), (list(BENCHMARK.methods), 4)])
def test_the_benchmark_takes_an_evening_on_two_cores(options, methods, hours):
    """By the typical times."""
    if not (_ROOT / RECIPES['ppm'].config).is_file():
        pytest.skip(f'{RECIPES["ppm"].config} does not exist yet')
    steps = plan_benchmark(BENCHMARK, [RANDOM, *methods], options, _ROOT)
    assert estimate_s(steps, jobs=2) <= hours * 3600


def test_claims_and_benchmark_share_their_runs(options):
    claimed = {step.name: step for step in build_steps(
        claimed_recipes(_MEASURABLE), RECIPES, options, _ROOT)}
    shared = plan_benchmark(BENCHMARK, [RANDOM, 'ppkt', 'slidr'], options, _ROOT)
    assert all(claimed[step.name] == step for step in shared)
