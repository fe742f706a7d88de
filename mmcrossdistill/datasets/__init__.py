"""Datasets and transforms."""
from .paired_image_lidar_dataset import PairedImageLidarDataset

__all__ = ['PairedImageLidarDataset']
