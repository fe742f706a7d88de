"""Datasets and transforms."""
from .depth_files_dataset import DepthFilesDataset
from .nuimages_dataset import NuImagesDataset
from .paired_image_lidar_dataset import PairedImageLidarDataset
from .semantickitti_dataset import SemanticKittiDataset

__all__ = [
    'DepthFilesDataset', 'NuImagesDataset', 'PairedImageLidarDataset', 'SemanticKittiDataset']
