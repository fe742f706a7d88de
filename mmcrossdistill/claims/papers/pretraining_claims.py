"""What claims on pre-trainings of 3D encoders share; numbers of the papers are on nuScenes."""
from __future__ import annotations

from collections.abc import Mapping

from mmcrossdistill.claims.claim import Claim, Quantity, Term

from .downstream_recipes import METHODS

MIOU = 'seg3d/full/miou'
UNIT = 'mIoU (%)'
RUNS = {'lp': ('lp3d', 'a linear probe'), 'ft': ('ft3d_5', 'fine-tuning on few labels')}
FEW_LABELS = 'The paper fine-tunes on 1 % of 700 scenes, MiniDrive on 5 % of 60.'

# Network, metric, its factor and its name, of each evaluation of the downstream recipes.
_DOWNSTREAM = {
    'centerpoint_5': ('voxelnet', 'det3d/full/mAP', 100.0, 'mAP (%)'),
    'second_5': ('voxelnet', 'det3d/full/mAP', 100.0, 'mAP (%)'),
    'panoptic_5': ('cylinder3d', 'panoptic/full/pq', 1.0, 'PQ (%)')}


def read(run: str, encoder: str, label: str) -> Quantity:
    """Take the mIoU of one evaluation.

    Args:
        run: kind of evaluation.
        encoder: pre-training, or random network.
        label: for people.
    """
    return Quantity(label, (Term(f'{run}/{encoder}', MIOU),))


def compare(labels: Mapping[str, str], id_: str, table: str, text: str, run: str, worse: str,
            better: str, paper: tuple[float, float] | None, note: str = '') -> Claim:
    """Claim that one pre-training beats another under the same evaluation.

    Args:
        labels: of the pre-trainings, for people.
        id_: see :class:`Claim`.
        table: see :class:`Claim`.
        text: see :class:`Claim`.
        run: kind of evaluation.
        worse: pre-training.
        better: pre-training.
        paper: see :class:`Claim`.
        note: see :class:`Claim`.
    """
    return Claim(id_, table, text, read(run, worse, labels[worse]),
                 read(run, better, labels[better]), UNIT, paper=paper, note=note)


def gain(run: str, better: str, worse: str, label: str, metrics: tuple[str, ...] = (MIOU,),
         ) -> Quantity:
    """Take the difference of two encoders, averaged over metrics.

    Args:
        run: kind of evaluation.
        better: encoder.
        worse: encoder, subtracted.
        label: for people.
        metrics: see :class:`Term`.
    """
    share = 1 / len(metrics)
    return Quantity(label, tuple(
        Term(f'{run}/{encoder}', metric, sign * share) for metric in metrics
        for encoder, sign in ((better, 1.0), (worse, -1.0))))


def downstream(id_: str, table: str, text: str, run: str, worse: str, better: str,
               paper: tuple[float, float] | None, note: str) -> Claim:
    """Claim that one pre-training beats another, or random weights, on few labels of another task.

    Such claims are measured only if named: their pre-trainings serve nothing else.

    Args:
        id_: see :class:`Claim`.
        table: see :class:`Claim`.
        text: see :class:`Claim`.
        run: kind of evaluation, of the downstream recipes.
        worse: method, or 'random'.
        better: method.
        paper: see :class:`Claim`.
        note: see :class:`Claim`.
    """
    network, metric, factor, unit = _DOWNSTREAM[run]
    sides = (Quantity(
        'random' if method == 'random' else METHODS[method][0],
        (Term(f'{run}/{method}_{network}', metric, factor),)) for method in (worse, better))
    return Claim(id_, table, text, *sides, unit, paper=paper, note=note, extra=True)
