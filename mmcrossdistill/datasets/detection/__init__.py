"""Data sets of boxes, mmdet3d's with our selection of keyframes.

Not imported by ``mmcrossdistill.datasets``, because mmdet3d is needed here alone; configs name this
package in ``custom_imports``.
"""
from .balanced_frames import BalancedFrames
from .nuscenes_detection_dataset import NuScenesDetectionDataset

__all__ = ['BalancedFrames', 'NuScenesDetectionDataset']
