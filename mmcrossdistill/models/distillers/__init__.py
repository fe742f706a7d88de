"""Distillers: one file per method."""
from .base_distiller import DIRECTIONS, BaseDistiller
from .cloud_contrast import CloudContrast
from .cmcr import CMCR
from .collaborative_distiller import CollaborativeDistiller
from .depth_contrast import DepthContrast
from .image_to_lidar_distiller import ImageToLidarDistiller
from .olivine import OLIVINE
from .point_contrast import PointContrast
from .ppkt import PPKT
from .scalr import ScaLR
from .self_distiller import SelfDistiller
from .simple_remedies import SimpleRemedies
from .slidr import SLidR

__all__ = [
    'BaseDistiller', 'CMCR', 'CloudContrast', 'CollaborativeDistiller', 'DIRECTIONS',
    'DepthContrast', 'ImageToLidarDistiller', 'OLIVINE', 'PPKT', 'PointContrast', 'SLidR', 'ScaLR',
    'SelfDistiller', 'SimpleRemedies'
]
