"""Written predictions, read by the official evaluator of nuScenes and by SemanticKITTI's rule."""
from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from mmengine.evaluator import Evaluator

from mmcrossdistill.datasets import PairedImageLidarDataset
from mmcrossdistill.datasets.semantickitti_classes import CLASSES, SUBMITTED_IDS
from mmcrossdistill.evaluation.metrics import ConditionSegMetric, PointPredictionWriter
from mmcrossdistill.registry import MODELS
from mmcrossdistill.structures import DistillDataSample
from mmcrossdistill.testing.tiny import collate

PIPELINE = [dict(type='LoadPoints'), dict(type='LoadPointLabels'), dict(type='PackDistillInputs')]


def score(samples: list[DistillDataSample], *metrics: Any, classes: tuple[str, ...],
          ) -> dict[str, float]:
    """Evaluate as a test loop does."""
    evaluator = Evaluator(list(metrics))
    evaluator.dataset_meta = dict(classes=classes)
    evaluator.process(samples)
    return evaluator.evaluate(len(samples))


def spoil(labels: torch.Tensor, num_classes: int) -> torch.Tensor:
    """Predictions of which two thirds are right."""
    wrong = torch.randint(num_classes, labels.shape)
    right = (torch.rand(labels.shape) < 2 / 3) & (labels != 255)
    return torch.where(right, labels, wrong)


@pytest.fixture
def devkit(minidrive_tiny: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The devkit on the tiny world, whose val has some of the official scenes."""
    nuscenes = pytest.importorskip('nuscenes.nuscenes')
    utils = pytest.importorskip('nuscenes.eval.lidarseg.utils')
    tables = nuscenes.NuScenes('v1.0-trainval', str(minidrive_tiny), verbose=False)
    official = utils.create_splits_scenes()['val']
    present = [scene['name'] for scene in tables.scene if scene['name'] in official]
    monkeypatch.setattr(utils, 'create_splits_scenes', lambda verbose=False: dict(val=present))
    return tables


def test_voxel_scores_are_those_of_the_devkit(devkit: Any, minidrive_tiny: Path,
                                              tmp_path: Path) -> None:
    from nuscenes.eval.lidarseg.evaluate import LidarSegEval
    from nuscenes.eval.lidarseg.validate_submission import validate_submission

    dataset = PairedImageLidarDataset(
        'nuscenes_infos_val.pkl', str(minidrive_tiny), pipeline=PIPELINE)
    model = MODELS.build(dict(
        type='VoxelSegmentor', backbone_3d=dict(type='VoxelRowSums'),
        data_preprocessor=dict(voxelizer=dict(voxel_size=0.5)))).eval()
    batch = collate([dataset[index] for index in range(len(dataset))])
    samples = model(**model.data_preprocessor(batch, False), mode='predict')
    for sample in samples:
        # Voxels decide for half of the points, so that no class has an IoU of 0.
        chance = torch.rand(len(sample.point_labels)) < 0.5
        sample.pred_point_labels = torch.where(
            chance, sample.pred_point_labels, spoil(sample.point_labels, 16))
    ours = score(
        samples, ConditionSegMetric(target='points'), PointPredictionWriter(str(tmp_path)),
        classes=dataset.metainfo['classes'])
    assert ours['predictions/files'] == len(dataset)

    validate_submission(devkit, str(tmp_path), 'val')
    theirs = LidarSegEval(devkit, str(tmp_path), 'val').evaluate()
    assert ours['seg3d/full/miou'] == pytest.approx(100 * theirs['miou'], rel=1e-6)
    named = {name: value for name, value in theirs['iou_per_class'].items()
             if not np.isnan(value)}
    assert len(named) > 8
    for name, value in named.items():
        assert ours[f'seg3d/full/iou_{name}'] == pytest.approx(100 * value, rel=1e-6)


@MODELS.register_module()
class VoxelRowSums(torch.nn.Module):
    """A voxel encoder that says something else in each voxel."""

    embed_dims = 6

    def forward(self, voxels: Any) -> torch.Tensor:
        return (voxels.coords[:, 1:].sum(1, keepdim=True) * torch.arange(1., 7.)).sin()


def test_semantickitti(tmp_path: Path) -> None:
    samples = []
    for scan in range(3):
        labels = torch.randint(15, (400,))  # four classes never occur
        labels[:30] = 255
        sample = DistillDataSample(metainfo=dict(token=f'08_00000{scan}'))
        sample.point_labels, sample.pred_point_labels = labels, spoil(labels, 16)
        samples.append(sample)
    ours = score(
        samples, ConditionSegMetric(num_classes=19, target='points', empty_iou=0.0),
        PointPredictionWriter(str(tmp_path), 'semantickitti'), classes=CLASSES)

    # The data set's rule, on its raw ids: unlabelled points (0) do not count.
    right, union = np.zeros(19), np.zeros(19)
    for scan, sample in enumerate(samples):
        path = tmp_path / f'sequences/08/predictions/00000{scan}.label'
        predicted = np.fromfile(path, np.uint32)
        truth = np.array([0 if label == 255 else SUBMITTED_IDS[label]
                          for label in sample.point_labels.tolist()])
        assert len(predicted) == 400
        for index, raw in enumerate(SUBMITTED_IDS):
            is_true, is_predicted = truth == raw, (predicted == raw) & (truth != 0)
            right[index] += (is_true & is_predicted).sum()
            union[index] += (is_true | is_predicted).sum()
    assert (union == 0).sum() == 3
    assert ours['seg3d/full/miou'] == pytest.approx(100 * (right / (union + 1e-15)).mean())


def test_what_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="file_format='waymo'"):
        PointPredictionWriter(str(tmp_path), 'waymo')
    with pytest.raises(KeyError, match='create_data.py nuscenes'):
        PointPredictionWriter(str(tmp_path)).process(
            None, [dict(token='a', pred_point_labels=torch.zeros(3, dtype=torch.long))])
