"""Scores of boxes by the official evaluators.

Not imported by ``mmcrossdistill.evaluation``, because mmdet3d is needed here alone; configs name
this package in ``custom_imports``.
"""
from .nuscenes_detection_metric import NuScenesDetectionMetric

__all__ = ['NuScenesDetectionMetric']
