"""Segmentation probes and encoders."""
from .base_probe import BaseProbe
from .panoptic_segmentor import PanopticSegmentor
from .pixel_probe import PixelProbe
from .pixel_segmentor import PixelSegmentor
from .point_segmentor import PointSegmentor
from .seg_depth_encoder import SegDepthEncoder
from .voxel_segmentor import VoxelSegmentor

__all__ = [
    'BaseProbe', 'PanopticSegmentor', 'PixelProbe', 'PixelSegmentor', 'PointSegmentor',
    'SegDepthEncoder', 'VoxelSegmentor']
