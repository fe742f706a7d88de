"""Datasets and transforms."""
from .depth_files_dataset import DepthFilesDataset
from .paired_image_lidar_dataset import PairedImageLidarDataset

__all__ = ['DepthFilesDataset', 'PairedImageLidarDataset']
