"""Overlap of rotated boxes in bird's eye view, on any device.

Suppression needs none of ours: mmcv 2.1 compiles ``nms_rotated`` and ``box_iou_rotated`` for CPUs,
and mmdet3d's heads choose by the device of the boxes; a test holds both against this overlap.
"""
from .rotated_overlap import rotated_overlap

__all__ = ['rotated_overlap']
