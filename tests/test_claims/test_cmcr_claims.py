"""The claims on CMCR: complete, consistent, and their configs differ in what they claim."""
from __future__ import annotations

from pathlib import Path

import pytest
from mmengine.config import Config

from mmcrossdistill.claims.papers.cmcr_claims import CLAIMS
from mmcrossdistill.claims.papers.cmcr_recipes import NETWORK_OF, SIZES
from mmcrossdistill.claims.papers.registry import RECIPES
from mmcrossdistill.claims.plan import claimed_recipes, obstacle
from mmcrossdistill.claims.recipe import needed

_ROOT = Path(__file__).resolve().parents[2]
_MEASURABLE = [claim for claim in CLAIMS if not obstacle(claim, RECIPES, _ROOT)]


def load(name: str) -> Config:
    """The config of a recipe."""
    return Config.fromfile(_ROOT / RECIPES[name].config, import_custom_modules=False)


def test_every_claim_of_the_paper_has_an_entry():
    assert {claim.id[:5] for claim in CLAIMS} == {f'CM-{number:02d}' for number in range(1, 10)}
    assert {claim.id[:5] for claim in _MEASURABLE} == {
        f'CM-{number:02d}' for number in range(1, 10)}


@pytest.mark.parametrize('name', [*NETWORK_OF])
def test_a_run_has_what_it_reads(name):
    config, recipe = load(name), RECIPES[name]
    data = config.train_dataloader.dataset
    reads = any(step.type == 'LoadWeakLabels' for step in data.pipeline)
    assert reads == ('weak_labels' in recipe.prepared) == bool(data.get('label_folder'))
    assert reads == (config.model.consistency is not None)
    for key in recipe.weights:
        part = config
        for place in key.split('.'):
            assert place in part, key
            part = part[place]


def test_every_training_is_claimed_about():
    used = {recipe.name for recipe in needed(claimed_recipes(_MEASURABLE), RECIPES)}
    assert set(NETWORK_OF) <= used


def test_rows_differ_from_the_full_method_in_their_part_alone():
    full = load('cmcr').model.to_dict()
    last = {'orthogonality', 'consistency'}
    parts = {
        'cmcr_pp': last | {'codebook', 'commitment', 'reconstruction', 'with_geometry',
                           'occupancy'},
        'cmcr_rec': last | {'codebook', 'commitment', 'with_geometry'},
        'cmcr_codebook': last | {'with_geometry'}, 'cmcr_geometry': last,
        'cmcr_own_codeword': {'commitment'},
        **{f'cmcr_codes{size}': {'codebook'} for size in SIZES}}
    assert parts.keys() == NETWORK_OF.keys() - {'cmcr'}
    for name, changed in parts.items():
        model = load(name).model.to_dict()
        assert {key for key in full if model[key] != full[key]} == changed, name
        row = Path(RECIPES[name].config.replace('minidrive_cmcr', 'cmcr_minkunet34'))
        paper = Config.fromfile(_ROOT / row).model
        assert {key for key in changed if paper[key] is None} == {
            key for key in changed if model[key] is None}, row
