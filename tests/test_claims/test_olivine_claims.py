"""The claims on OLIVINE: complete, consistent, and their configs differ in what they claim."""
from __future__ import annotations

from pathlib import Path

import pytest
from mmengine.config import Config

from mmcrossdistill.claims.papers.olivine_claims import CLAIMS
from mmcrossdistill.claims.papers.olivine_recipes import NETWORK_OF
from mmcrossdistill.claims.papers.registry import RECIPES
from mmcrossdistill.claims.plan import claimed_recipes, obstacle
from mmcrossdistill.claims.recipe import needed
from mmcrossdistill.evaluation.corruption_grid import list_cells

_ROOT = Path(__file__).resolve().parents[2]
_MEASURABLE = [claim for claim in CLAIMS if not obstacle(claim, RECIPES, _ROOT)]


def load(name: str) -> Config:
    """The config of a recipe."""
    return Config.fromfile(_ROOT / RECIPES[name].config, import_custom_modules=False)


def test_every_claim_of_the_paper_has_an_entry():
    assert {claim.id[:5] for claim in CLAIMS} == {f'OL-{number:02d}' for number in range(1, 13)}
    assert {claim.id[:5] for claim in _MEASURABLE} == {
        *(f'OL-{number:02d}' for number in range(1, 12))}


@pytest.mark.parametrize('name', [
    recipe.name for recipe in needed(claimed_recipes(_MEASURABLE), RECIPES)
    if recipe.kind == 'train'])
def test_a_run_has_what_it_reads(name):
    config, recipe = load(name), RECIPES[name]
    for key in recipe.weights:
        part = config
        for place in key.split('.'):
            assert place in part, key
            part = part[place]
    data = config.train_dataloader.dataset
    reads = any(step.type == 'LoadWeakLabels' for step in data.pipeline)
    assert reads == ('weak_labels' in recipe.prepared) == bool(data.get('label_folder'))


def test_scanners_fail_in_all_ways_alike():
    (claim,) = (claim for claim in _MEASURABLE if claim.id == 'OL-10-scanner')
    for side, name in ((claim.worse, 'ppkt'), (claim.better, 'olivine')):
        assert side.total(lambda term: 30.0) == pytest.approx(30.0)
        asked = RECIPES[f'scanner/{name}'].options[1:]
        assert [term.metric.split(':')[0] for term in side.terms] == list(asked)
        assert [cell.corruption for cell in list_cells(asked, [3])][1:] == list(asked)
        assert len(set(asked)) == 5


def test_every_training_is_claimed_about():
    used = {recipe.name for recipe in needed(claimed_recipes(_MEASURABLE), RECIPES)}
    assert set(NETWORK_OF) <= used


def test_rows_differ_from_the_full_method_in_their_part_alone():
    full = load('olivine').model.to_dict()
    parts = {
        'olivine_baseline': {'class_contrast', 'consistency', 'pair_sampler',
                             'semantic_projector_2d', 'semantic_projector_3d'},
        'olivine_wcd': {'consistency', 'pair_sampler'},
        'olivine_scr': {'class_contrast', 'pair_sampler', 'semantic_projector_2d'},
        'olivine_wcd_scr': {'pair_sampler'}, 'olivine_wcd_dcas': {'consistency'},
        'olivine_true_labels': set(),
        'olivine_shared_heads': {'semantic_projector_2d', 'semantic_projector_3d'},
        'olivine_deterministic': {'consistency'}, 'olivine_density': {'pair_sampler'},
        'olivine_category': {'pair_sampler'}}
    assert parts.keys() == NETWORK_OF.keys() - {'olivine'}
    for name, changed in parts.items():
        model = load(name).model.to_dict()
        assert {key for key in full if model[key] != full[key]} == changed, name
        row = Path(RECIPES[name].config.replace('minidrive_', ''))
        paper = Config.fromfile(_ROOT / row).model
        assert {key for key in changed if paper[key] is None} == {
            key for key in changed if model[key] is None}, row
