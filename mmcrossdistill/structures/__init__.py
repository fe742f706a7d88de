"""Data containers that travel through the pipelines and models."""
from .correspondence import Correspondence
from .distill_data_sample import DistillDataSample
from .image_masks import ImageMasks
from .occupancy_queries import OccupancyQueries
from .point_batch import PointBatch
from .regions import Regions
from .voxel_batch import VoxelBatch, VoxelGrid, cloud

__all__ = [
    'Correspondence', 'DistillDataSample', 'ImageMasks', 'OccupancyQueries', 'PointBatch',
    'Regions', 'VoxelBatch', 'VoxelGrid', 'cloud']
