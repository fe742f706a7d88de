"""The runs that the claims on OLIVINE need on MiniDrive."""
from __future__ import annotations

from mmcrossdistill.claims.recipe import Recipe

from .pretraining_recipes import pretraining, scanner_test, with_evaluations

NETWORK = 'cylindrical'
_LABELS = ('weak_labels',)
_ABLATIONS = {
    'table_5': {
        'baseline': 'OLIVINE without labels', 'wcd': 'OLIVINE, contrast of classes alone',
        'scr': 'OLIVINE, consistency alone', 'wcd_scr': 'OLIVINE without DCAS',
        'wcd_dcas': 'OLIVINE without consistency'},
    'table_6': {
        'true_labels': 'OLIVINE with true labels', 'shared_heads': 'OLIVINE with shared heads',
        'deterministic': 'OLIVINE with centres of classes in place of distributions',
        'density': 'OLIVINE, density-aware sampling alone',
        'category': 'OLIVINE, category-aware sampling alone'}}

_TRAININGS = (
    pretraining('olivine', 'OLIVINE', 'olivine', 11, _LABELS),
    *(pretraining(f'olivine_{row}', title, f'olivine/{table}', 11,
                  () if row in ('baseline', 'true_labels') else _LABELS)
      for table, rows in _ABLATIONS.items() for row, title in rows.items()))

RECIPES: dict[str, Recipe] = with_evaluations(NETWORK, _TRAININGS) | {
    recipe.name: recipe for recipe in (
        scanner_test(NETWORK, 'ppkt', 'PPKT'), scanner_test(NETWORK, 'olivine', 'OLIVINE'))}
NETWORK_OF: dict[str, str] = {training.name: NETWORK for training in _TRAININGS}
