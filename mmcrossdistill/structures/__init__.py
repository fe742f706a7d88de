"""Data containers that travel through the pipelines and models."""
from .correspondence import Correspondence
from .distill_data_sample import DistillDataSample
from .point_batch import PointBatch
from .regions import Regions
from .voxel_batch import VoxelBatch, VoxelGrid, cloud

__all__ = [
    'Correspondence', 'DistillDataSample', 'PointBatch', 'Regions', 'VoxelBatch', 'VoxelGrid',
    'cloud']
