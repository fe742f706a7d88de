"""The claims of Collaborative Distillation; numbers of the paper are those of ViT-S/14."""
from __future__ import annotations

from collections.abc import Iterator

from mmcrossdistill.claims.claim import Claim, Quantity, Term

_LABELS = {
    'reference': 'before', 'stage2': 'after CD', 'stage1': 'stage 1 on clear days',
    'stage1_all': 'stage 1 on all data', 'stage2_no_stage1': 'stage 2 without stage 1',
    'stage2_no_stage1_strong': 'stage 2 without stage 1 on it',
    'stage2_2e': 'stage 2 for 2 epochs', 'stage2_2d_head': 'CD with a 2D head',
    'stage2_noise1': 'CD with noisy LiDAR', 'stage2_thin2': 'CD with thin LiDAR',
    'onestage_l2': 'one stage, L2', 'onestage_contrastive': 'one stage, contrastive',
    'onestage_contrastive_2e': 'one stage, contrastive, 2 epochs',
    'dinov2plus': 'continued self-supervision',
    'dinov2plus_3e': 'continued self-supervision, 3 epochs'}
_METRICS = {'seg': ('seg/{}/miou', 'mIoU (%)', False), 'depth': ('depth/{}/rmse', 'RMSE (m)', True)}
_WORDS = {
    'full': 'overall', 'day_clear': 'on clear days', 'day_rain': 'in rain', 'night': 'at night'}
_NAMES = {'seg': 'segmentation', 'depth': 'depth'}

_LONGER = 'Not in the paper, whose one epoch is 170 000 images; two of MiniDrive are 12 000.'


def _read(recipe: str, metric: str) -> Quantity:
    """Take one metric of one run."""
    return Quantity(_LABELS[recipe.split('/')[-1]], (Term(recipe, metric),))


def _compare(id_: str, table: str, text: str, task: str, run: str, worse: str, better: str,
             paper: tuple[float, float] | None, condition: str = 'full', note: str = '',
             prefix: str = '', extra: bool = False) -> Claim:
    """Claim that one encoder beats another under the same evaluation.

    Args:
        id_: of the claim.
        table: of the paper.
        text: of the claim.
        task: 'seg' or 'depth'.
        run: kind of evaluation, the first part of the recipe's name.
        worse: encoder A.
        better: encoder B.
        paper: its values of A and B, if it has them.
        condition: of the evaluation.
        note: on deviations.
        prefix: of the metric's key, for corrupted images.
        extra: see :class:`Claim`.
    """
    key, metric, lower = _METRICS[task]
    key = prefix + key.format(condition)
    return Claim(id_, table, text, _read(f'{run}/{worse}', key), _read(f'{run}/{better}', key),
                 metric, lower, paper, note, extra)


def _gain(task: str, weights: dict[str, float], label: str) -> Quantity:
    """Average the gain of CD over conditions; positive is better.

    Args:
        task: 'seg' or 'depth'.
        weights: of the conditions.
        label: of the quantity.
    """
    key, _, lower = _METRICS[task]
    sign = -1.0 if lower else 1.0
    return Quantity(label, tuple(
        Term(f'{task}_lp/{run}', key.format(condition), side * sign * weight)
        for condition, weight in weights.items()
        for run, side in (('stage2', 1.0), ('reference', -1.0))))


def _gains() -> Iterator[Claim]:
    """CD-01 to CD-08: after CD, everything is better, most so in adverse conditions."""
    paper = {'seg': ((50.5, 52.7), (46.8, 49.8), (27.7, 33.4)),
             'depth': ((8.14, 7.47), (8.79, 7.66), (9.40, 8.73))}
    adverse = {'seg': ('CD-04-seg', (2.2, 4.35)), 'depth': ('CD-04-depth', (0.67, 0.90))}
    conditions = ('day_clear', 'day_rain', 'night')
    for first, task in ((1, 'seg'), (5, 'depth')):
        for number, (condition, values) in enumerate(zip(conditions, paper[task], strict=True)):
            yield _compare(
                f'CD-{first + number:02d}', 'Table 1' if task == 'seg' else 'Table 2',
                f'CD improves the linear probe of {_NAMES[task]} {_WORDS[condition]}', task,
                f'{task}_lp', 'reference', 'stage2', values, condition)
        yield Claim(
            adverse[task][0], 'Table 1' if task == 'seg' else 'Table 2',
            f'CD improves {_NAMES[task]} more in rain and at night than on clear days',
            _gain(task, {'day_clear': 1.0}, 'gain on clear days'),
            _gain(task, {'day_rain': 0.5, 'night': 0.5}, 'mean gain in rain and at night'),
            f'gain of {_METRICS[task][1]}', False, adverse[task][1])
    tuned = {'seg': {'full': (35.2, 35.7), 'day_clear': (36.2, 36.8), 'day_rain': (33.9, 34.2),
                     'night': (22.4, 23.9)},
             'depth': {'full': (5.72, 5.70), 'day_clear': (5.46, 5.43), 'day_rain': (6.00, 5.97),
                       'night': (7.00, 6.98)}}
    notes = {'seg': 'The paper fine-tunes on 1 % of the scenes, MiniDrive on every tenth of 60.',
             'depth': ''}
    for task, values in tuned.items():
        few = ' on few labels' if task == 'seg' else ''
        for condition, numbers in values.items():
            yield _compare(
                f'CD-08-{task}-{condition}'.removesuffix('-full'),
                'Table 1' if task == 'seg' else 'Table 2',
                f'CD improves {_NAMES[task]} fine-tuned{few}, {_WORDS[condition]}', task,
                f'{task}_ft', 'reference', 'stage2', numbers, condition, notes[task])


def _stage_1_data() -> Iterator[Claim]:
    """CD-11: clear days are the better data for stage 1."""
    for condition, paper in (('day_rain', (60.0, 61.1)), ('night', (42.8, 48.0))):
        key = f'seg3d/{condition}/miou'
        yield Claim(
            f'CD-11-{condition}', 'Table 5',
            f'stage 1 on clear days gives a better 3D encoder {_WORDS[condition]} than on all data',
            _read('seg3d_lp/stage1_all', key), _read('seg3d_lp/stage1', key), 'mIoU (%)', False,
            paper, 'Equal numbers of steps; in the paper equal numbers of epochs.')


def _corrupted() -> Iterator[Claim]:
    """CD-12 to CD-14: corrupted test images."""
    rows = (('CD-12', 'fog', 'fog', (43.4, 43.9), (8.94, 8.16)),
            ('CD-13', 'gaussian_noise', 'Gaussian noise', (28.4, 32.2), (10.76, 9.35)),
            ('CD-14', 'motion_blur', 'motion blur', (44.6, 47.1), (9.23, 8.69)))
    for id_, name, words, *papers in rows:
        for task, paper in zip(('seg', 'depth'), papers, strict=True):
            text, note = f'improves {_NAMES[task]} under {words}', 'Severity 3 of 5'
            run, prefix = f'{task}_lp_corrupted', f'{name}:'
            yield _compare(
                f'{id_}-{task}', 'Table 6', f'CD {text}', task, run, 'reference', 'stage2', paper,
                prefix=prefix, note=f'{note}; the paper does not name its severity.')
            yield _compare(
                f'{id_}-{task}-epochs', 'Table 6', f'CD with two epochs of stage 2 {text}', task,
                run, 'reference', 'stage2_2e', None, prefix=prefix,
                note=f'{note}. {_LONGER}', extra=True)


def _ablations() -> Iterator[Claim]:
    """CD-15 to CD-20: what does not replace CD, or harms it."""
    rows = (
        ('CD-15', 'Table 7', 'continued self-supervision on the same images gives less than CD',
         'dinov2plus', 'stage2', (49.4, 51.9), (8.21, 7.64), ''),
        ('CD-15-epochs', 'Table H', 'more epochs of it do not help',
         'dinov2plus_3e', 'dinov2plus', (48.7, 49.4), None,
         'Three epochs against one; in the paper 25 against one, with a better depth in domain.'),
        ('CD-16', 'Table 8', 'without stage 1, CD is far worse',
         'stage2_no_stage1', 'stage2', (32.2, 51.9), (9.53, 7.64), ''),
        ('CD-16-start', 'Table 8', 'without stage 1, CD is worse than the encoder it starts from',
         'stage2_no_stage1', 'reference', (32.2, 49.2), (9.53, 8.37),
         'DINOv2 is a strong start; that of MiniDrive knows much less than the 3D encoder, which '
         'is taught the classes of the probe.'),
        ('CD-16-strong', 'Table 8', 'without stage 1, CD is worse than a stronger start',
         'stage2_no_stage1_strong', 'stage2_2e', None, None,
         "Not in the paper. The start is MiniDrive's encoder after two epochs of CD."),
        ('CD-17', 'Table G', 'more epochs of stage 2 give more in domain',
         'stage2', 'stage2_2e', (51.9, 52.7), (7.64, 7.44), 'Two epochs; 25 in the paper.'),
        ('CD-18', 'Table J', 'a 2D head instead of the 3D head hurts',
         'stage2_2d_head', 'stage2', (45.3, 51.9), (7.94, 7.64), ''),
        ('CD-19-l2', 'Table K', 'one stage with the same loss is worse than two',
         'onestage_l2', 'stage2', (38.5, 51.9), (7.77, 7.64),
         'The paper does not say which loss its one-stage numbers belong to.'),
        ('CD-19-contrastive', 'Table K', 'one stage with a contrastive loss is worse than two',
         'onestage_contrastive', 'stage2', (38.5, 51.9), None,
         'The paper does not say which loss its one-stage numbers belong to.'),
        ('CD-19-epochs', 'Table K', 'one stage gets worse with more epochs',
         'onestage_contrastive_2e', 'onestage_contrastive', (30.1, 38.5), None,
         'Two epochs against one; in the paper five against one.'))
    too_long = {'CD-15-epochs', 'CD-16-strong', 'CD-19-contrastive', 'CD-19-epochs'}
    for id_, table, text, worse, better, seg, depth, note in rows:
        # Without depth where the probe's time is better spent.
        for task, paper in (('seg', seg), *([('depth', depth)] if depth else [])):
            yield _compare(f'{id_}-{task}', table, f'{text}: {_NAMES[task]}', task, f'{task}_lp',
                           worse, better, paper, note=note, extra=id_ in too_long)
    for name, words, metric in (('rank', 'fill fewer dimensions', 'effective_rank'),
                                ('variance', 'spread less', 'variance')):
        yield Claim(
            f'CD-19-collapse-{name}', 'Table K', f'the features of one-stage training {words}',
            _read('features/onestage_l2', f'{metric}/full'),
            _read('features/stage2', f'{metric}/full'),
            {'rank': 'effective rank', 'variance': 'variance of unit features'}[name],
            note='The paper speaks of collapse and gives no number.')
    key, metric, lower = _METRICS['seg']
    half = Quantity('half of the gain', tuple(
        Term(f'seg_lp/{run}', key.format('full'), 0.5) for run in ('reference', 'stage2')))
    for name, arm, words, value in (
            ('noise', 'stage2_noise1', 'noisy LiDAR (severity 1)', 51.6),
            ('thin', 'stage2_thin2', 'thin LiDAR (severity 2)', 51.7)):
        yield Claim(
            f'CD-20-{name}', 'Table B',
            f'with {words}, at least half of the gain in segmentation remains', half,
            _read(f'seg_lp/{arm}', key.format('full')), metric, lower, ((49.2 + 51.9) / 2, value),
            'Says little where CD brings no gain.', extra=name == 'thin')


def _longer() -> Iterator[Claim]:
    """CD-17-start: CD-01 to CD-03 with more steps, of which MiniDrive has few."""
    for condition in ('day_clear', 'day_rain', 'night'):
        yield _compare(
            f'CD-17-start-{condition}', 'Table 1',
            'CD with two epochs of stage 2 improves the linear probe of segmentation '
            f'{_WORDS[condition]}', 'seg', 'seg_lp', 'reference', 'stage2_2e', None, condition,
            _LONGER)


def _features() -> Iterator[Claim]:
    """CD-24: the conditions come closer."""
    for condition in ('day-rain', 'night'):
        key = f'domain_gap/{condition}'
        yield Claim(
            f'CD-24-{condition.replace("-", "_")}', 'Figure 3',
            f'CD brings the features {_WORDS[condition.replace("-", "_")]} closer to those of '
            'clear days', _read('features/reference', key), _read('features/stage2', key),
            'gap (0: none, 1: another place)', True,
            note='Patch features of the same places; the paper shows a t-SNE of CLS tokens.')


_UNMEASURED = (
    Claim('CD-09', 'Table A', 'the gain holds for every 2D encoder',
          note='MiniDrive has one tiny encoder; the configs for nuScenes are there.'),
    Claim('CD-10', 'Tables 3, C', 'CD improves linear probes outside its domain (KITTI, NYU depth, '
          'Cityscapes, ADE20K, ACDC)', note='Needs these data sets.'),
    Claim('CD-17-outside', 'Table G', 'more epochs of stage 2 cost outside the domain',
          note='Needs KITTI or NYU.', metric='RMSE (m), KITTI', lower_is_better=True,
          paper=(3.08, 2.80)),
    Claim('CD-21', 'Table D', 'with several data sets, too, stage 1 needs no adverse data',
          note='Needs several data sets.', metric='mIoU (%)', paper=(57.1, 57.5)),
    Claim('CD-22', 'Table E', 'CD gains more than encoders of LiDAR-taught detectors',
          note='Needs their checkpoints.', metric='mIoU (%)', paper=(44.9, 46.1)),
    Claim('CD-25', 'Table 4', 'CD helps video panoptic segmentation and depth in rain and at night',
          note='Needs Cityscapes-DVPS.', metric='VPQ, rain', paper=(25.8, 29.7)))

_CAMERA = Claim(
    'CD-23', 'Table F', 'CD helps a camera-based detector (PETR) with a frozen encoder',
    *(Quantity(label, (Term(f'petr/{encoder}', 'det3d/full/mAP', 100.0),))
      for label, encoder in (('before', 'reference'), ('after CD', 'stage2'))),
    'mAP (%)', paper=(10.6, 11.5), extra=True)

CLAIMS: tuple[Claim, ...] = tuple(sorted((
    *_gains(), *_stage_1_data(), *_corrupted(), *_ablations(), *_longer(), *_features(),
    _CAMERA, *_UNMEASURED),
    key=lambda claim: claim.id[:5]))
