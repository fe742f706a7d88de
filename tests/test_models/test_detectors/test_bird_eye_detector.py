"""mmdet3d's SECOND of KITTI around our encoder, by a config of a few lines."""
from __future__ import annotations

from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.registry import DefaultScope
from mmengine.structures import InstanceData

from mmcrossdistill.registry import MODELS

CONFIG = """
_base_ = 'mmdet3d::second/second_hv_secfpn_8xb6-80e_kitti-3d-3class.py'
custom_imports = dict(imports=['mmcrossdistill.models.detectors'])
model = dict(
    type='mmcrossdistill.BirdEyeDetector',
    data_preprocessor=dict(voxel=False, voxel_layer=None),
    voxel_encoder=None,
    middle_encoder=None,
    backbone_3d=dict(
        type='mmcrossdistill.VoxelNet', voxel_size=(0.05, 0.05, 0.1),
        point_range=(0, -40, -3, 70.4, 40, 1), widths=(4, 4, 4, 4), last_width=4),
    # Narrower than theirs, for the test.
    backbone=dict(in_channels=8, layer_nums=[1, 1], out_channels=[8, 8]),
    neck=dict(in_channels=[8, 8], out_channels=[8, 8]),
    bbox_head=dict(in_channels=16, feat_channels=16))
"""


def test_an_installed_config_of_second_takes_our_encoder(tmp_path: Path) -> None:
    from mmdet3d.structures import Det3DDataSample, LiDARInstance3DBoxes
    path = tmp_path / 'second.py'
    path.write_text(CONFIG)
    cfg = Config.fromfile(path)
    with DefaultScope.overwrite_default_scope('mmdet3d'):
        model = MODELS.build(cfg.model)
        with pytest.raises(ValueError, match='set both to None'):
            MODELS.build(dict(cfg.model, middle_encoder=dict(type='SparseEncoder')))
        points = torch.rand(500, 4) * torch.tensor([60.0, 40.0, 2.0, 1.0]) - torch.tensor(
            [0.0, 20.0, 1.8, 0.0])
        sample = Det3DDataSample(metainfo=dict(box_type_3d=LiDARInstance3DBoxes))
        sample.gt_instances_3d = InstanceData(
            bboxes_3d=LiDARInstance3DBoxes(torch.tensor([[20.0, 3.0, -1.7, 3.9, 1.6, 1.5, 0.2]])),
            labels_3d=torch.tensor([2]))
        batch = model.data_preprocessor(dict(
            inputs=dict(points=[points]), data_samples=[sample]), True)
        losses = model(**batch, mode='loss')
        total = sum(sum(values) for values in losses.values())
        total.backward()
        assert torch.isfinite(total)
        assert all(parameter.grad is not None for parameter in model.backbone_3d.parameters())
        predicted = model.eval()(**batch, mode='predict')[0].pred_instances_3d
    assert len(predicted.bboxes_3d) == len(predicted.scores_3d)
