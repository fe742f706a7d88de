"""Distillers: one file per method."""
from .base_distiller import DIRECTIONS, BaseDistiller
from .cloud_contrast import CloudContrast
from .cmcr import CMCR
from .collaborative_distiller import CollaborativeDistiller
from .depth_contrast import DepthContrast
from .image_to_lidar_distiller import ImageToLidarDistiller
from .point_contrast import PointContrast
from .ppkt import PPKT
from .scalr import ScaLR
from .self_distiller import SelfDistiller
from .simple_remedies import SimpleRemedies
from .slidr import SLidR

__all__ = [
    'CMCR', 'DIRECTIONS', 'PPKT', 'BaseDistiller', 'CloudContrast', 'CollaborativeDistiller',
    'DepthContrast', 'ImageToLidarDistiller', 'PointContrast', 'SLidR', 'ScaLR', 'SelfDistiller',
    'SimpleRemedies']
