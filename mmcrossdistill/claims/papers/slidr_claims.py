"""The claims of SLidR and Simple Remedies; numbers of the papers are those on nuScenes."""
from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from mmcrossdistill.claims.claim import Claim, Quantity, Term

from .pretraining_claims import FEW_LABELS, MIOU, RUNS, UNIT, compare, downstream, gain, read
from .slidr_recipes import NETWORK_OF

_LABELS = {
    'point_contrast': 'PointContrast', 'depth_contrast': 'DepthContrast', 'ppkt': 'PPKT',
    'slidr': 'SLidR', 'slidr_context_head': 'SLidR, context-rich head',
    'cartesian_10cm': 'Cartesian, 10 cm', 'cartesian_5cm': 'Cartesian, 5 cm',
    'synced_x2': 'twice the synced data', 'nearest': 'unsynced, nearest image',
    'ego': 'unsynced, own motion', 'ppm': 'unsynced, PPM', 'scalr': 'ScaLR'}
_OURS = 'LiDAR version of our own.'
_compare = partial(compare, _LABELS)


def _read(run: str, encoder: str) -> Quantity:
    """Take the mIoU of one evaluation."""
    return read(run, encoder, _LABELS[encoder])


def _random(run: str, method: str) -> Quantity:
    """Take the evaluation of the random network that a method starts from."""
    return read(run, f'random_{NETWORK_OF[method]}', 'random')


def _against_random() -> Iterator[Claim]:
    """SL-01: every pre-training helps."""
    papers = {
        'point_contrast': (21.9, 32.5), 'depth_contrast': (22.1, 31.7), 'ppkt': (36.4, 37.8),
        'slidr': (38.8, 38.3)}
    starts = {'lp': 8.1, 'ft': 30.3}
    for method, values in papers.items():
        for (key, (run, words)), value in zip(RUNS.items(), values, strict=True):
            notes = [FEW_LABELS] if key == 'ft' else []
            notes += [_OURS] if 'contrast' in method else []
            yield Claim(
                f'SL-01-{method}-{key}', 'Table 2',
                f'{_LABELS[method]} gives a better network than random weights: {words}',
                _random(run, method), _read(run, method), UNIT, paper=(starts[key], value),
                note=' '.join(notes))


def _between_methods() -> Iterator[Claim]:
    """SL-02 to SL-07: what makes SLidR better, and where."""
    yield _compare('SL-02-lp', 'Table 2', 'SLidR beats PPKT: a linear probe', 'lp3d', 'ppkt',
                   'slidr', (36.4, 38.8))
    yield _compare('SL-02-ft', 'Table 2', 'SLidR beats PPKT: fine-tuning on few labels', 'ft3d_5',
                   'ppkt', 'slidr', (37.8, 38.3), FEW_LABELS)
    for better, value in (('ppkt', 36.4), ('slidr', 38.8)):
        for worse, other in (('point_contrast', 21.9), ('depth_contrast', 22.1)):
            yield _compare(
                f'SL-03-{better}-{worse}', 'Table 2',
                f'{_LABELS[better]}, which learns from images, beats {_LABELS[worse]}: a linear '
                'probe', 'lp3d', worse, better, (other, value), _OURS)
    yield Claim('SL-04-dilation', 'Table 1', 'a dilated image encoder beats a strided one at the '
                'same loss on pixels', metric=UNIT, paper=(34.7, 36.6),
                note="MiniDrive's image encoder is a ViT, which has no strides; the configs for "
                     'nuScenes are there.')
    yield _compare('SL-04-superpixels', 'Table 1', 'superpixels beat pixels at the same image '
                   'encoder: a linear probe', 'lp3d', 'ppkt', 'slidr', (36.6, 39.2),
                   'The same runs as SL-02.')
    yield Claim(
        'SL-05', 'Table 3', 'the gain over random weights shrinks as labels grow',
        gain('ft3d_100', 'slidr', 'random_cylindrical', 'gain with all labels'),
        gain('ft3d_5', 'slidr', 'random_cylindrical', 'gain with few labels'),
        f'gain of {UNIT}', paper=(0.4, 8.7), note=FEW_LABELS)
    yield Claim('SL-06', 'Table 2', 'the gain carries over to another data set',
                metric='mIoU (%), SemanticKITTI 1 %', paper=(39.5, 44.6),
                note='Needs SemanticKITTI.')
    yield downstream('SL-06-detection', 'Table 4', 'the gain over random weights carries over to '
                     'detection', 'second_5', 'random', 'slidr', None,
                     'The paper: PointRCNN on 5 % of KITTI, +1.7 mAP; here SECOND.')
    yield _compare('SL-07', 'Section 3.3', 'an image head that sees the surroundings of a pixel '
                   'degenerates', 'lp3d', 'slidr_context_head', 'slidr', None,
                   'The paper gives no number; the layout of the head is ours.')


def _quantization() -> Iterator[Claim]:
    """SR-01: how far points are from the lower corner of their voxels."""
    def read(network: str, label: str) -> Quantity:
        """Take the mean distance."""
        return Quantity(label, (Term(f'quantization/{network}', 'corner_mm/all'),))

    def growth(network: str, label: str) -> Quantity:
        """Take how much farther points are in voxels far away."""
        return Quantity(label, tuple(
            Term(f'quantization/{network}', f'corner_mm/{metres}', sign)
            for metres, sign in (('40-50', 1.0), ('0-10', -1.0))))

    unit = 'quantisation error (mm)'
    cylindrical, ten, five = 'cylindrical, 10 cm', 'Cartesian, 10 cm', 'Cartesian, 5 cm'
    yield Claim('SR-01-cartesian', 'Table 1', 'points are nearer to Cartesian voxels than to '
                'cylindrical ones', read('cylindrical', cylindrical), read('cartesian_10cm', ten),
                unit, True, (229.2, 96.5), 'No training; the clouds are those of the world.')
    yield Claim('SR-01-size', 'Table 1', 'half the voxel size halves the distance',
                read('cartesian_10cm', ten), read('cartesian_5cm', five), unit, True, (96.5, 48.2))
    yield Claim('SR-01-growth', 'Figure 3', 'the distance grows with the range in cylindrical '
                'voxels, not in Cartesian ones', growth('cylindrical', cylindrical),
                growth('cartesian_10cm', ten), f'{unit}, 40 to 50 m against 0 to 10 m', True)


def _spatial() -> Iterator[Claim]:
    """SR-02: Cartesian voxels, and smaller ones."""
    yield _compare('SR-02-cartesian', 'Table 1', 'Cartesian voxels beat cylindrical ones at the '
                   'same loss: a linear probe', 'lp3d', 'slidr', 'cartesian_10cm', (38.8, 40.8))
    yield _compare('SR-02-size', 'Table 1', 'voxels of 5 cm beat those of 10 cm: a linear probe',
                   'lp3d', 'cartesian_10cm', 'cartesian_5cm', (40.8, 41.2))


def _temporal() -> Iterator[Claim]:
    """SR-03 to SR-07: unsynced data need alignment, and with it they help."""
    yield _compare('SR-03-nearest', 'Table 2', 'unsynced data with the nearest images give less '
                   'than as many synced data', 'lp3d', 'nearest', 'synced_x2', (41.5, 41.6))
    yield _compare('SR-03-ppm', 'Table 2', 'PPM beats the nearest images', 'lp3d', 'nearest',
                   'ppm', (41.5, 45.2))
    yield _compare('SR-03-ego', 'Section 4.2', 'PPM beats a compensation of the own motion alone',
                   'lp3d', 'ego', 'ppm', None, 'The paper gives no number.')
    yield _compare('SR-03-unsynced', 'Table 2', 'unsynced data aligned by PPM beat as many synced '
                   'data', 'lp3d', 'synced_x2', 'ppm', (41.6, 45.2))
    yield Claim(
        'SR-04', 'Tables 1, 2', 'doubling the batch of synced data brings less than half of what '
        'PPM brings', _read('lp3d', 'synced_x2'),
        Quantity('half of the gain of PPM', tuple(
            Term(f'lp3d/{encoder}', MIOU, 0.5) for encoder in ('cartesian_5cm', 'ppm'))),
        UNIT, paper=(41.6, (41.2 + 45.2) / 2))
    yield _compare('SR-05', 'Table 3', 'Simple Remedies beat SLidR: fine-tuning on few labels',
                   'ft3d_5', 'slidr', 'ppm', (38.2, 42.7), FEW_LABELS)
    yield Claim('SR-05-kitti', 'Tables 3, 4', 'Simple Remedies beat SLidR on SemanticKITTI and in '
                'detection on KITTI', metric='mIoU (%), SemanticKITTI 1 %', paper=(44.6, 50.3),
                note='Needs these data sets.')
    yield Claim('SR-06', 'Table 3', 'regions of SAM beat SLIC', metric=UNIT, paper=(45.2, 48.0),
                note='Needs the weights of SAM; the config for nuScenes is there.')
    small = tuple(f'seg3d/full/iou_{name}' for name in ('bicycle', 'pedestrian', 'traffic_cone'))
    yield Claim(
        'SR-07', 'Table 5', 'small classes gain most: bicycle, pedestrian and traffic cone against '
        'the mean over all', gain('ft3d_5', 'ppm', 'slidr', 'gain over all classes'),
        gain('ft3d_5', 'ppm', 'slidr', 'mean gain of the small classes', small),
        f'gain of {UNIT}', paper=(4.4, 12.3), note=FEW_LABELS)


CLAIMS: tuple[Claim, ...] = (
    *_against_random(), *_between_methods(), *_quantization(), *_spatial(), *_temporal())
