"""Heads: what turns pairs into losses, and features into what a loss compares."""
from .contrast_head import ContrastHead
from .dino_head import DINOHead
from .distill_head import DistillHead
from .image_reconstruction_head import ImageReconstructionHead
from .instance_head import InstanceHead, InstanceMaps
from .occupancy_head import OccupancyHead
from .petr_head import PETRHead

__all__ = [
    'ContrastHead', 'DINOHead', 'DistillHead', 'ImageReconstructionHead', 'InstanceHead',
    'InstanceMaps', 'OccupancyHead', 'PETRHead']
