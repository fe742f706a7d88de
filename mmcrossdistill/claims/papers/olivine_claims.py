"""The claims of OLIVINE; its numbers are those on nuScenes."""
from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from mmcrossdistill.claims.claim import Claim, Quantity, Term

from .olivine_recipes import NETWORK
from .pretraining_claims import FEW_LABELS, MIOU, RUNS, UNIT, compare, downstream, gain
from .pretraining_recipes import SCANS

_LABELS = {
    'ppkt': 'PPKT', 'slidr': 'SLidR', 'olivine': 'OLIVINE', 'olivine_baseline': 'no labels',
    'olivine_wcd': 'WCD', 'olivine_scr': 'SCR', 'olivine_wcd_scr': 'WCD and SCR',
    'olivine_wcd_dcas': 'WCD and DCAS', 'olivine_true_labels': 'true labels',
    'olivine_shared_heads': 'shared heads', 'olivine_deterministic': 'centres of classes',
    'olivine_density': 'density-aware sampling', 'olivine_category': 'category-aware sampling'}
_compare = partial(compare, _LABELS)
_LP_ONLY = 'The paper gives the numbers of fine-tuning alone.'


def _against_others() -> Iterator[Claim]:
    """OL-01: better than pre-trainings without labels."""
    own = {'lp': 50.09, 'ft': 50.58}
    others = {'ppkt': {'lp': 35.90, 'ft': 37.80}, 'slidr': {'lp': 38.80, 'ft': 38.30}}
    for other, values in others.items():
        for key, (run, words) in RUNS.items():
            yield _compare(
                f'OL-01-{other}-{key}', 'Table 1', f'OLIVINE beats {_LABELS[other]}: {words}', run,
                other, 'olivine', (values[key], own[key]), FEW_LABELS if key == 'ft' else '')
    yield _compare('OL-01-slidr-ft100', 'Table 1', 'OLIVINE beats SLidR: fine-tuning on all labels',
                   'ft3d_100', 'slidr', 'olivine', (74.79, 76.54))


def _components() -> Iterator[Claim]:
    """OL-02 to OL-04: what each part adds to the linear probe."""
    rows = (
        ('OL-02', 'contrast of classes (WCD) adds to the contrast of pairs', 'baseline', 'wcd',
         (36.87, 42.10)),
        ('OL-02-scr', 'contrast of classes (WCD) adds to consistency', 'scr', 'wcd_scr',
         (40.58, 44.76)),
        ('OL-03', 'consistency (SCR) adds to the contrast of pairs', 'baseline', 'scr',
         (36.87, 40.58)),
        ('OL-03-wcd', 'consistency (SCR) adds to the contrast of classes', 'wcd', 'wcd_scr',
         (42.10, 44.76)),
        ('OL-04', 'the sampling (DCAS) adds to the contrast of classes', 'wcd', 'wcd_dcas',
         (42.10, 44.15)),
        ('OL-04-scr', 'the sampling (DCAS) adds to contrast and consistency', 'wcd_scr', '',
         (44.76, 47.30)),
        ('OL-04-all', 'all parts together add most', 'baseline', '', (36.87, 47.30)))
    for id_, text, worse, better, paper in rows:
        yield _compare(id_, 'Table 5', f'{text}: a linear probe', 'lp3d', f'olivine_{worse}',
                       f'olivine_{better}' if better else 'olivine', paper)


def _choices() -> Iterator[Claim]:
    """OL-05 to OL-08: labels, heads, distributions, sampling."""
    rows = (
        ('OL-05-true', 'Table 6a', 'true labels beat weak ones', 'olivine', 'olivine_true_labels',
         (46.12, 57.72)),
        ('OL-05-weak', 'Table 6a', 'weak labels beat none', 'olivine_baseline', 'olivine',
         (37.89, 46.12)),
        ('OL-06', 'Table 6b', 'heads of their own for the two levels beat shared heads',
         'olivine_shared_heads', 'olivine', (42.59, 46.12)),
        ('OL-07', 'Table 6c', 'distributions of the classes beat their centres',
         'olivine_deterministic', 'olivine', (44.15, 46.12)),
        ('OL-08-density', 'Table 6d', 'density-aware sampling beats equal chances',
         'olivine_wcd_scr', 'olivine_density', (44.91, 45.33)),
        ('OL-08-category', 'Table 6d', 'category-aware sampling beats density-aware sampling',
         'olivine_density', 'olivine_category', (45.33, 45.74)),
        ('OL-08-both', 'Table 6d', 'density and category together beat category alone',
         'olivine_category', 'olivine', (45.74, 46.12)))
    for id_, table, text, worse, better, paper in rows:
        for key, (run, words) in RUNS.items():
            few = key == 'ft'
            yield _compare(f'{id_}-{key}', table, f'{text}: {words}', run, worse, better,
                           paper if few else None, FEW_LABELS if few else _LP_ONLY)
    yield Claim('OL-05-vfm', 'Table 12', 'labels of a better foundation model give a better '
                'network: SEEM against Grounded-SAM', metric=UNIT, paper=(47.30, 50.09),
                note='Needs the labels of both on nuScenes; the configs are there.')


def _reach() -> Iterator[Claim]:
    """OL-09 to OL-12: more labels, other networks and data, cost."""
    yield Claim(
        'OL-09', 'Table 1', 'the gain over random weights shrinks as labels grow',
        gain('ft3d_100', 'olivine', f'random_{NETWORK}', 'gain with all labels'),
        gain('ft3d_5', 'olivine', f'random_{NETWORK}', 'gain with few labels'), f'gain of {UNIT}',
        paper=(1.88, 20.28), note=FEW_LABELS)
    yield Claim('OL-09-waffleiron', 'Table 7', 'so it does on a stronger network, WaffleIron',
                metric=f'gain of {UNIT}', paper=(0.61, 16.88),
                note='The config for nuScenes is there.')
    yield Claim('OL-10', 'Table 8', 'the network bears corruptions of the LiDAR better than that '
                'of PPKT', metric='mCE (%), nuScenes-C', lower_is_better=True,
                paper=(105.64, 90.85), note='Needs nuScenes-C.')
    yield Claim(
        'OL-10-scanner', 'Table 8', 'the network bears failures of the scanner better than that of '
        'PPKT: a linear probe',
        *(Quantity(_LABELS[name], tuple(
            Term(f'scanner/{name}', f'{scan}:{MIOU}', 1 / len(SCANS)) for scan in SCANS))
          for name in ('ppkt', 'olivine')), UNIT,
        note='Mean over five corruptions of Robo3D at three severities. The paper fine-tunes, and '
             'has fog, wet ground and snow, too.')
    yield Claim('OL-11', 'Table 3', 'the gain over SLidR carries over to six more data sets',
                metric='mIoU (%), ScribbleKITTI 1 %', paper=(39.60, 44.91),
                note='Needs these data sets.')
    for worse, words in (('random', 'over random weights'), ('slidr', 'over SLidR')):
        yield downstream(
            f'OL-11-detection-{worse}', 'Table 4', f'the gain {words} carries over to detection',
            'second_5', worse, 'olivine', {'random': (66.3, 68.3), 'slidr': (67.3, 68.3)}[worse],
            "Numbers of KITTI with all labels; MiniDrive has 5 % and nuScenes' classes.")
    yield Claim('OL-12', 'Table 9', 'pre-training needs less memory than that of SLidR',
                metric='GPU memory (GB)', lower_is_better=True, paper=(10.7, 8.1),
                note='Needs a GPU and nuScenes.')


CLAIMS: tuple[Claim, ...] = (*_against_others(), *_components(), *_choices(), *_reach())
