"""Small detectors from the real configs."""
from __future__ import annotations

from pathlib import Path

from mmengine.config import Config

CONFIGS = Path(__file__).resolve().parents[2] / 'configs' / 'detection'
DETECTORS = ('centerpoint', 'second')
GRID = 128  # cells along each side, 0.8 m each
LOW = -51.2


def tiny_detector(name: str) -> Config:
    """The config on MiniDrive with few channels; the grid and the cells stay.

    Args:
        name: one of ``DETECTORS``.
    """
    cfg = Config.fromfile(CONFIGS / f'minidrive_{name}_random.py')
    cfg.merge_from_dict({
        'model.backbone_3d.widths': (4, 4, 4, 4), 'model.backbone_3d.last_width': 4,
        'model.pts_backbone.in_channels': 8, 'model.pts_backbone.out_channels': [4, 4],
        'model.pts_backbone.layer_nums': [1, 1], 'model.pts_neck.in_channels': [4, 4],
        'model.pts_neck.out_channels': [4, 4], 'model.pts_bbox_head.in_channels': 8})
    # Untrained scores are all alike: few boxes are compared.
    if name == 'second':
        cfg.model.pts_bbox_head.feat_channels = 8
        cfg.model.test_cfg.pts.nms_pre = 20
    else:
        cfg.model.pts_bbox_head.bbox_coder.max_num = 20
        cfg.model.pts_bbox_head.share_conv_channel = 4
        cfg.model.pts_bbox_head.separate_head.head_conv = 4
    return cfg
