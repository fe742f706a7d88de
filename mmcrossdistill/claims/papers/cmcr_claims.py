"""The claims of CMCR; its numbers are those on nuScenes."""
from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from mmcrossdistill.claims.claim import Claim, Quantity, Term

from .cmcr_recipes import SIZES
from .pretraining_claims import FEW_LABELS, RUNS, compare, downstream

_LABELS = {
    'ppkt': 'PPKT', 'slidr': 'SLidR', 'olivine': 'OLIVINE', 'cmcr': 'CMCR',
    'cmcr_pp': 'contrast', 'cmcr_rec': 'with reconstructions', 'cmcr_codebook': 'with codebook',
    'cmcr_geometry': 'with geometry', **{f'cmcr_codes{size}': f'{size} codes' for size in SIZES}}
_compare = partial(compare, _LABELS)


def _against_others() -> Iterator[Claim]:
    """CM-01: better than contrasts alone."""
    own = {'lp': 51.23, 'ft': 51.76}
    others = {'ppkt': {'lp': 35.90, 'ft': 37.80}, 'slidr': {'lp': 38.80, 'ft': 38.30},
              'olivine': {'lp': 50.09, 'ft': 50.58}}
    for other, values in others.items():
        for key, (run, words) in RUNS.items():
            notes = [FEW_LABELS] if key == 'ft' else []
            notes += ['The number of OLIVINE is its own.'] if other == 'olivine' else []
            notes += ['The voxels differ, as in the papers: cylindrical and Cartesian.']
            yield _compare(
                f'CM-01-{other}-{key}', 'Table 2', f'CMCR beats {_LABELS[other]}: {words}', run,
                other, 'cmcr', (values[key], own[key]), ' '.join(notes))


def _components() -> Iterator[Claim]:
    """CM-02 to CM-05: what each part adds."""
    rows = (
        ('CM-02', 'reconstructions add to the contrast', 'cmcr_pp', 'cmcr_rec',
         {'lp': (38.5, 43.4), 'ft': (40.4, 43.8)}),
        ('CM-03', 'the codebook adds to contrast and reconstructions', 'cmcr_rec',
         'cmcr_codebook', {'lp': (43.4, 45.6), 'ft': (43.8, 44.5)}),
        ('CM-04', 'geometry adds to these', 'cmcr_codebook', 'cmcr_geometry',
         {'lp': (45.6, 46.3), 'ft': (44.5, 45.7)}),
        ('CM-05', 'the full method, with orthogonality and consistency, is best',
         'cmcr_geometry', 'cmcr', {'lp': (46.3, 51.2), 'ft': (45.7, 51.7)}),
        ('CM-05-all', 'the full method beats the contrast alone', 'cmcr_pp', 'cmcr',
         {'lp': (38.5, 51.2), 'ft': (40.4, 51.7)}))
    for id_, text, worse, better, paper in rows:
        for key, (run, words) in RUNS.items():
            yield _compare(f'{id_}-{key}', 'Table 6', f'{text}: {words}', run, worse, better,
                           paper[key], FEW_LABELS if key == 'ft' else '')


def _codebook() -> Iterator[Claim]:
    """CM-06 and CM-07: size and use of the codebook."""
    for size, value in zip(SIZES, (45.3, 48.1, 49.5, 47.6), strict=True):
        yield _compare(
            f'CM-06-{size}', 'Table 7', f'512 codes beat {size}: a linear probe', 'lp3d',
            f'cmcr_codes{size}', 'cmcr', (value, 51.2))
    yield Claim(
        'CM-07', 'Figure 6', 'more codes are used by both modalities if both are held to the code '
        'of the point',
        *(Quantity(label, (Term(recipe, 'codebook/joint'),)) for label, recipe in (
            ('each to its own code', 'cmcr_own_codeword'),
            ('both to the code of the point', 'cmcr'))),
        'share of the used codes', note='The paper shows a picture without numbers; a code counts '
        'where each modality has a tenth of its features.')


def _reach() -> Iterator[Claim]:
    """CM-08 and CM-09: other tasks."""
    no_csc = 'Of the paper 5 % of nuScenes, where SLidR has no row; CSC has 45.3 and 38.2.'
    for run, words, value in (('centerpoint_5', 'CenterPoint', 46.6), ('second_5', 'SECOND', 39.4)):
        for worse, other in (('random', 'random weights'), ('slidr', 'SLidR')):
            yield downstream(
                f'CM-08-{words.lower()}-{worse}', 'Table 4', f'CMCR gives {words} a better start '
                f'than {other} on few labels', run, worse, 'cmcr', None,
                f'{no_csc} CMCR has {value} mAP.')
    for worse, other, value in (('random', 'random weights', 20.9), ('slidr', 'SLidR', 21.6)):
        yield downstream(
            f'CM-09-{worse}', 'Table 5', f'CMCR gives panoptic segmentation a better start than '
            f'{other} on few labels', 'panoptic_5', worse, 'cmcr', (value, 24.0),
            'Numbers of 5 % of nuScenes.')


CLAIMS: tuple[Claim, ...] = (*_against_others(), *_components(), *_codebook(), *_reach())
