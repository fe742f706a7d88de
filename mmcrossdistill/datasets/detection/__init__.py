"""Data sets of boxes, mmdet3d's with our selection of keyframes.

Not imported by ``mmcrossdistill.datasets``, because mmdet3d is needed here alone; configs name this
package in ``custom_imports``.
"""
from .balanced_frames import BalancedFrames
from .crop_points_to_image import CropPointsToImage
from .kitti_detection_dataset import KittiDetectionDataset
from .nuscenes_detection_dataset import NuScenesDetectionDataset
from .paste_objects import PasteObjects

__all__ = [
    'BalancedFrames', 'CropPointsToImage', 'KittiDetectionDataset', 'NuScenesDetectionDataset',
    'PasteObjects']
