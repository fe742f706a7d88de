"""Overlap and suppression of rotated boxes in bird's eye view, on any device."""
from .bev_boxes import bev_iou, bev_nms
from .rotated_overlap import rotated_overlap

__all__ = ['bev_iou', 'bev_nms', 'rotated_overlap']
