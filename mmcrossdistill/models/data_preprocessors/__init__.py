"""Data preprocessors."""
from .distill_data_preprocessor import DistillDataPreprocessor
from .multi_crop_data_preprocessor import MultiCropDataPreprocessor
from .voxelizer import Voxelizer

__all__ = ['DistillDataPreprocessor', 'MultiCropDataPreprocessor', 'Voxelizer']
