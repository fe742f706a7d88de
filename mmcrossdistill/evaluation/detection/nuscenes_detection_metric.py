"""nuScenes' detection scores, over everything and by condition."""
from __future__ import annotations

import logging
import mmap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from mmdet3d.evaluation.metrics import NuScenesMetric
from mmengine.logging import print_log
from nuscenes import NuScenes
from nuscenes.eval.common.data_classes import EvalBoxes
from nuscenes.eval.detection.evaluate import DetectionEval

from mmcrossdistill.evaluation.metrics.conditions import ALL, format_table, group_by_condition
from mmcrossdistill.evaluation.nuscenes_errors import MEAN_ERRORS
from mmcrossdistill.registry import METRICS


@METRICS.register_module()
class NuScenesDetectionMetric(NuScenesMetric):
    """mAP, NDS and the five errors of the official evaluator, and mAP by condition.

    mmdet3d's metric writes the submission; the devkit reads and scores it unmodified. Keys:
    ``det3d/full/mAP``, ``/NDS``, ``/mATE``, ``/mASE``, ``/mAOE``, ``/mAVE``, ``/mAAE``,
    ``/AP_<class>`` and, for each condition of the infos, ``det3d/<condition>/mAP`` and
    ``/AP_<class>``. The mean of a condition is over the classes that have a box there to find; the
    official one over all ten.

    Args:
        data_root: folder of the tables.
        ann_file: infos of the scored frames, all of a split.
        eval_set: official split that the scenes of the infos belong to, 'val' or 'train'.
        kwargs: see mmdet3d; ``jsonfile_prefix`` is the folder that keeps the submission.
    """

    def __init__(self, data_root: str, ann_file: str, eval_set: str = 'val', **kwargs: Any) -> None:
        super().__init__(data_root, ann_file, **{'prefix': 'det3d', **kwargs})
        self.eval_set = eval_set

    def _evaluate_single(
        self, result_path: str, classes: Sequence[str] | None = None,
        result_name: str = 'pred_instances_3d',
    ) -> dict[str, float]:
        """Score one submission.

        Args:
            result_path: its json file; the devkit's summary is written beside it.
            classes: unused; the devkit knows its ten.
            result_name: unused.

        Returns:
            Values by key, without the prefix.

        Raises:
            ValueError: if other frames were predicted than the split has.
        """
        if not _has_boxes(result_path):
            return self._scores_without_boxes()
        tables = NuScenes(version=self.version, dataroot=self.data_root, verbose=False)
        try:
            evaluation = DetectionEval(
                tables, config=self.eval_detection_configs, result_path=result_path,
                eval_set=self.eval_set, output_dir=str(Path(result_path).parent), verbose=False)
        except AssertionError as error:
            raise ValueError(
                f'{result_path}: the devkit refuses the results for the split {self.eval_set!r} of '
                f'{self.data_root} ({error}); predict every keyframe of {self.ann_file}, without '
                'fraction, scenes or conditions, and let eval_set be its split') from error
        summary = evaluation.main(render_curves=False)
        scores = {f'{ALL}/mAP': summary['mean_ap'], f'{ALL}/NDS': summary['nd_score']}
        scores |= {f'{ALL}/{MEAN_ERRORS[name]}': value
                   for name, value in summary['tp_errors'].items()}
        scores |= {f'{ALL}/AP_{name}': value for name, value in summary['mean_dist_aps'].items()}
        scores |= self._scores_by_condition(evaluation)
        _log(scores)
        return scores

    def _scores_without_boxes(self) -> dict[str, float]:
        """Score a submission without any box, which the devkit refuses, by its definitions."""
        print_log('no box was predicted in any frame: all precisions are 0, all errors 1',
                  logger='current', level=logging.WARNING)
        groups = group_by_condition(
            (info.get('condition'), info['token']) for info in self.data_infos)
        names = self.eval_detection_configs.class_names
        return {f'{condition}/mAP': 0.0 for condition in groups} | {f'{ALL}/NDS': 0.0} | {
            f'{ALL}/{name}': 1.0 for name in MEAN_ERRORS.values()} | {
            f'{ALL}/AP_{name}': 0.0 for name in names}

    def _scores_by_condition(self, evaluation: DetectionEval) -> dict[str, float]:
        """Let the devkit score the frames of each condition alone.

        Args:
            evaluation: of all frames; its boxes are replaced.

        Returns:
            Values by key.
        """
        groups = group_by_condition(
            (info.get('condition'), info['token']) for info in self.data_infos)
        truth, predicted, scores = evaluation.gt_boxes, evaluation.pred_boxes, {}
        for condition, tokens in groups.items():
            if condition == ALL:
                continue
            evaluation.gt_boxes = _restrict(truth, tokens)
            evaluation.pred_boxes = _restrict(predicted, tokens)
            precisions = evaluation.evaluate()[0].serialize()['mean_dist_aps']
            present = {box.detection_name for box in evaluation.gt_boxes.all}
            found = {name: value for name, value in precisions.items() if name in present}
            scores |= {f'{condition}/AP_{name}': value for name, value in found.items()}
            if found:
                scores[f'{condition}/mAP'] = float(np.mean(list(found.values())))
        return scores


def _has_boxes(result_path: str) -> bool:
    """Tell whether a submission has any box, without parsing what may be a gigabyte.

    Args:
        result_path: its json file.
    """
    with open(result_path, 'rb') as file, mmap.mmap(
            file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(b'"detection_name"') >= 0


def _restrict(boxes: EvalBoxes, tokens: Sequence[str]) -> EvalBoxes:
    """Keep the boxes of some frames.

    Args:
        boxes: of all frames.
        tokens: of the frames.
    """
    part = EvalBoxes()
    for token in tokens:
        part.add_boxes(token, boxes[token])
    return part


def _log(scores: dict[str, float]) -> None:
    """Write a table of the average precisions, one column per condition.

    Args:
        scores: values by key.
    """
    columns = [key.split('/')[0] for key in scores if key.endswith('/mAP')]
    names = [key.split('/')[1] for key in scores if key.startswith(f'{ALL}/AP_')]
    rows = {name.removeprefix('AP_'): [
        f'{scores[key]:.3f}' if (key := f'{column}/{name}') in scores else '-'
        for column in columns] for name in ['mAP', *names]}
    print_log(format_table('AP', columns, rows), logger='current')
