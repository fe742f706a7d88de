"""CenterPoint and SECOND from the real configs, around our encoder."""
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from mmengine.registry import DefaultScope
from mmengine.structures import InstanceData
from torch import Tensor

from mmcrossdistill.registry import MODELS
from tests.data.detectors import DETECTORS, GRID, LOW, tiny_detector

CAR = (4.6, 2.0, 1.7, 0.3, 2.0, 1.0)  # length, width, height, yaw, velocity


@pytest.fixture(autouse=True)
def scope() -> Iterator[None]:
    """The configs are mmdet3d's; other tests must not find its scope."""
    with DefaultScope.overwrite_default_scope('mmdet3d'):
        yield


def build(name: str) -> torch.nn.Module:
    """A small detector."""
    model = MODELS.build(tiny_detector(name).model)
    # The first scores are low, as in training; all boxes would be compared otherwise.
    model.init_weights()
    return model


def make_batch(*frames: tuple[Tensor, list[tuple[float, float]]]) -> dict:
    """Clouds and cars at (x, y), as the data loader gives them."""
    from mmdet3d.structures import Det3DDataSample, LiDARInstance3DBoxes
    samples = []
    for _, cars in frames:
        boxes = torch.tensor([[x, y, -1.5, *CAR] for x, y in cars]).reshape(-1, 9)
        sample = Det3DDataSample(metainfo=dict(box_type_3d=LiDARInstance3DBoxes))
        sample.gt_instances_3d = InstanceData(
            bboxes_3d=LiDARInstance3DBoxes(boxes, box_dim=9),
            labels_3d=torch.zeros(len(cars), dtype=torch.long))
        samples.append(sample)
    return dict(inputs=dict(points=[points for points, _ in frames]), data_samples=samples)


def cloud(count: int = 400) -> Tensor:
    """Points around the origin: x, y, z, intensity, ring."""
    places = torch.randn(count, 3) * torch.tensor([20.0, 20.0, 1.0])
    return torch.cat([places, torch.rand(count, 2) * 30], dim=1)


@pytest.mark.parametrize('name', DETECTORS)
def test_a_step_is_finite_and_reaches_every_part(name: str) -> None:
    model = build(name)
    # An empty cloud and a frame without boxes are a part of the batch.
    batch = model.data_preprocessor(make_batch(
        (cloud(), [(10.0, -20.0), (-30.0, 5.0)]), (cloud(0), [(3.0, 3.0)]), (cloud(), [])), True)
    losses = model(**batch, mode='loss')
    total = sum(value for values in losses.values()
                for value in (values if isinstance(values, list) else [values]))
    assert torch.isfinite(total) and total > 0
    total.backward()
    for part in (model.backbone_3d, model.pts_backbone, model.pts_neck, model.pts_bbox_head):
        assert any(parameter.grad.abs().sum() > 0 for parameter in part.parameters())


@pytest.mark.parametrize('name', DETECTORS)
def test_predictions_of_usual_and_empty_clouds(name: str) -> None:
    model = build(name).eval()
    batch = model.data_preprocessor(make_batch((cloud(), []), (cloud(0), [])))
    with torch.no_grad():
        first, second = model(**batch, mode='predict')
        # Alone, the empty cloud makes a batch without any voxel.
        alone = model(**model.data_preprocessor(make_batch((cloud(0), []))), mode='predict')[0]
    for sample in (first, second, alone):
        boxes = sample.pred_instances_3d
        assert len(boxes.bboxes_3d) == len(boxes.scores_3d) == len(boxes.labels_3d)
    assert len(alone.pred_instances_3d.scores_3d) == len(second.pred_instances_3d.scores_3d)


def test_a_car_and_its_points_are_in_the_same_cell_of_head_and_map() -> None:
    model = build('centerpoint').eval()
    x, y = 31.0, -12.0
    points = torch.tensor([x, y, -1.0, 20.0, 0.0]) + torch.randn(60, 5) * 0.05
    batch = make_batch((points, [(x, y)]))
    with torch.no_grad():
        view = model.encode_clouds(batch['inputs']['points'])
        far = model.encode_clouds([points + torch.tensor([0.0, 200.0, 0, 0, 0])])
    assert view.shape == (1, 8, GRID, GRID) and not far.any()
    heatmap = model.pts_bbox_head.get_targets(
        [sample.gt_instances_3d for sample in batch['data_samples']])[0][0][0, 0]
    row, column = divmod(int(heatmap.argmax()), GRID)
    assert (row, column) == (int((y - LOW) / 0.8), int((x - LOW) / 0.8))
    rows, columns = view[0].abs().sum(0).nonzero(as_tuple=True)
    # The receptive field of the sparse layers reaches one or two cells.
    assert (rows - row).abs().max() <= 2 and (columns - column).abs().max() <= 2
    assert view[0, :, row, column].any()


def test_anchors_are_in_the_middle_of_the_same_cells() -> None:
    head = build('second').pts_bbox_head
    anchors = head.prior_generator.grid_anchors([(GRID, GRID)], device='cpu')[0]
    assert anchors.shape == (1, GRID, GRID, 10, 2, 9)
    torch.testing.assert_close(
        anchors[0, 5, 77, 0, 0, :2], torch.tensor([LOW + 77.5 * 0.8, LOW + 5.5 * 0.8]))


def test_what_is_not_fit_is_refused(tmp_path: Path) -> None:
    model = tiny_detector('centerpoint').model
    with pytest.raises(ValueError, match='set both to None'):
        MODELS.build(dict(model, pts_voxel_encoder=dict(type='HardSimpleVFE')))
    with pytest.raises(ValueError, match='out_channels=None'):
        MODELS.build(dict(model, backbone_3d=dict(model.backbone_3d, out_channels=8)))
    with pytest.raises(ValueError, match='bird_eye_view.*got SparseUNet'):
        MODELS.build(dict(model, backbone_3d=dict(
            type='mmcrossdistill.SparseUNet', preset='test_tiny')))
    encoder = MODELS.build(model.backbone_3d)
    path = tmp_path / 'epoch_1.pth'
    torch.save(dict(
        meta=dict(intensity=dict(mean=18.0, std=22.0), voxel_grid=encoder.voxelizer.grid.to_dict()),
        state_dict={f'backbone_3d.{key}': value for key, value in encoder.state_dict().items()},
    ), path)
    detector = MODELS.build(dict(model, backbone_3d=dict(model.backbone_3d, init_cfg=dict(
        type='Pretrained', prefix='backbone_3d.', checkpoint=str(path)))))
    with pytest.raises(ValueError, match='mean=18.0, std=22.0, here it is of mean=0.0'):
        detector.init_weights()
