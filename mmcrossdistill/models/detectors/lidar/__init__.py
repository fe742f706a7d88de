"""Detectors of mmdet3d around our 3D encoders.

Not imported by ``mmcrossdistill.models``, because mmdet3d and mmcv's operators are needed here
alone; configs name this package in ``custom_imports``.
"""
from .bird_eye_detector import BirdEyeDetector
from .bird_eye_encoder import BirdEyeEncoder
from .bird_eye_points_detector import BirdEyePointsDetector
from .point_proposal_head import PointProposalHead
from .pv_rcnn import BirdEyePVRCNN
from .voxel_point_features import VoxelPointFeatures

__all__ = [
    'BirdEyeDetector', 'BirdEyeEncoder', 'BirdEyePVRCNN', 'BirdEyePointsDetector',
    'PointProposalHead', 'VoxelPointFeatures']
