"""The comparison of pre-trainings by detection and panoptic segmentation."""
from __future__ import annotations

import json
from pathlib import Path

import pytest
from mmengine.config import Config

from mmcrossdistill.claims.comparisons.downstream_3d import BENCHMARK
from mmcrossdistill.claims.comparisons.method_benchmark import (
    RANDOM,
    list_rows,
    plan_benchmark,
    read_results,
    summarise,
)
from mmcrossdistill.claims.options import RunOptions
from mmcrossdistill.claims.papers.downstream_recipes import METHODS, NETWORK_OF, RECIPES, TASKS
from mmcrossdistill.claims.papers.registry import CLAIMS

ROOT = Path(__file__).resolve().parents[2]
METHODS_AND_RANDOM = [RANDOM, *METHODS]


def load(name: str) -> Config:
    """The config of a recipe."""
    return Config.fromfile(ROOT / RECIPES[name].config, import_custom_modules=False)


@pytest.mark.parametrize('name', RECIPES)
def test_a_run_hands_weights_to_keys_that_exist(name):
    config, recipe = load(name), RECIPES[name]
    for key in [*recipe.weights, *(option.split('=')[0] for option in recipe.options)]:
        part = config
        for place in key.split('.'):
            assert place in part, key
            part = part[place]


@pytest.mark.parametrize('encoder', NETWORK_OF)
def test_detectors_take_the_network_that_was_trained(encoder):
    """The same arguments but for the projection, which only pre-training has."""
    def network(config: Config) -> dict:
        """Arguments of the 3D encoder."""
        left_out = ('init_cfg', 'out_channels', '_scope_')
        found = {key: value for key, value in config.model.backbone_3d.items()
                 if key not in left_out}
        return found | {'type': found['type'].split('.')[-1]}

    trained = network(load(encoder))
    for run, *_ in TASKS[NETWORK_OF[encoder]]:
        assert network(load(f'{run}/{encoder}')) == trained
        assert network(load(f'{run}/random_{NETWORK_OF[encoder]}')) == trained


def test_a_pre_training_has_what_it_reads():
    for encoder in NETWORK_OF:
        steps = {step['type'] for step in load(encoder).train_dataloader.dataset.pipeline}
        assert ('LoadWeakLabels' in steps) == ('weak_labels' in RECIPES[encoder].prepared)
        assert ('LoadSuperpixels' in steps) == ('superpixels' in RECIPES[encoder].prepared)


def test_another_world_reaches_datasets_and_official_evaluator():
    options = RunOptions(Path('work'), Path('elsewhere/world'), seeds=1)
    steps = {step.name: step for step in plan_benchmark(
        BENCHMARK, [RANDOM, 'slidr'], options, ROOT)}
    assert 'seed0/slidr_cylinder3d' in steps
    for name in ('seed0/centerpoint_5/slidr_voxelnet', 'seed0/panoptic_5/random_cylinder3d'):
        words = ' '.join(steps[name].command)
        assert 'train_dataloader.dataset.data_root=elsewhere/world' in words
    words = ' '.join(steps['seed0/second_5/slidr_voxelnet'].command)
    assert 'val_evaluator.data_root=elsewhere/world' in words
    assert 'val_evaluator.ann_file=elsewhere/world/nuscenes_infos_val.pkl' in words


def test_results_of_each_network(tmp_path):
    for row in list_rows(BENCHMARK, METHODS_AND_RANDOM):
        for run, *_ in TASKS[row.network]:
            logs = tmp_path / f'work/seed0/{run}/{row.encoder}/1/vis_data'
            logs.mkdir(parents=True)
            scores = {'det3d/full/mAP': 0.2, 'det3d/full/NDS': 0.3, 'panoptic/full/pq': 40.0}
            (logs / 'scalars.json').write_text(json.dumps(scores) + '\n')
    options = RunOptions(Path('work'), Path('data'), seeds=1)
    (tmp_path / 'configs').symlink_to(ROOT / 'configs')
    found = read_results(BENCHMARK, METHODS_AND_RANDOM, options, tmp_path, {})
    rows = summarise(BENCHMARK, found, False)['rows']
    assert len(rows) == 8
    by_network = {row['network']: row for row in rows if row['method'] == 'cmcr'}
    detection, panoptic = by_network["SECOND's encoder"], by_network['Cylinder3D']
    assert detection['second_nds']['mean'] == pytest.approx(30.0)
    assert panoptic['panoptic_pq']['mean'] == 40.0 and 'second_nds' not in panoptic


def test_claims_on_downstream_tasks_are_measured_only_by_name():
    own = [claim for claim in CLAIMS if set(claim.recipes) & RECIPES.keys()]
    assert {claim.id[:5] for claim in own} == {'SL-06', 'OL-11', 'CM-08', 'CM-09'}
    assert all(claim.extra for claim in own)
