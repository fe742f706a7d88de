"""Data preprocessors."""
from .cloud_views_data_preprocessor import CloudViewsDataPreprocessor
from .distill_data_preprocessor import DistillDataPreprocessor
from .multi_crop_data_preprocessor import MultiCropDataPreprocessor
from .multi_view_data_preprocessor import MultiViewDataPreprocessor
from .voxelizer import Voxelizer

__all__ = [
    'CloudViewsDataPreprocessor', 'DistillDataPreprocessor', 'MultiCropDataPreprocessor',
    'MultiViewDataPreprocessor', 'Voxelizer']
