"""Transforms from a keyframe's files to points, images and their pairs.

Every random augmentation draws from NumPy's global generator: MMEngine seeds it in each
data-loading worker, and a test seeds it with ``np.random.seed``. Corruptions draw from a generator
of the sample (``sample_seed.py``), so that a corrupted test set is the same set each time.
"""
from .boxes import CropBoxesToRange, LoadBoxes
from .cloud_views import PackCloudViews, TwoCloudViews
from .clouds import ForEachCloud
from .correspondence import CorrespondencePipeline
from .depth_aug import RandomColor, RandomCropFrame, RandomFlipFrame, RandomRotateFrame
from .depth_maps import CropBottomCenter, CropBox, LoadDepthMap, PackDepthInputs
from .formatting import PackDistillInputs
from .image_aug import CropResizeImages, RandomFlipImages, ResizeImages
from .image_corruption import CorruptImage
from .image_masks import MaskImages
from .image_zoom import ZoomCropImages
from .inter_frame import LoadInterFrameCloud
from .label_maps import LoadLabelMap, PairLabelledPixels
from .loading import LoadImages, LoadPoints
from .multi_crop import MaskGlobalCrops, MultiCropImages, PackMultiCropInputs
from .multi_view import PackMultiViewInputs
from .neighbors import FindNeighbors
from .occupancy_queries import SampleOccupancyQueries
from .panoptic_labels import LoadPanopticLabels
from .point_aug import RandomFlipPoints, RandomRotateZ, RandomScalePoints
from .point_corruption import CorruptPoints
from .point_intensity import StandardizeIntensity
from .point_labels import LoadPointLabels
from .point_sampling import CropPointsToRange, DropCuboids, LimitPoints, VoxelDownsample
from .regions import LoadSuperpixels
from .scan_corruption import CorruptScan
from .scored_points import FindNearestKept, RememberPoints
from .views import SelectViews
from .weak_labels import LoadWeakLabels

__all__ = [
    'CorrespondencePipeline', 'CorruptImage', 'CorruptPoints', 'CorruptScan', 'CropBottomCenter',
    'CropBox', 'CropBoxesToRange', 'CropPointsToRange', 'CropResizeImages', 'DropCuboids',
    'FindNearestKept', 'FindNeighbors', 'ForEachCloud', 'LimitPoints', 'LoadBoxes',
    'LoadDepthMap', 'LoadImages', 'LoadInterFrameCloud', 'LoadLabelMap', 'LoadPanopticLabels',
    'LoadPointLabels', 'LoadPoints', 'LoadSuperpixels', 'LoadWeakLabels', 'MaskGlobalCrops',
    'MaskImages', 'MultiCropImages', 'PackCloudViews', 'PackDepthInputs', 'PackDistillInputs',
    'PackMultiCropInputs', 'PackMultiViewInputs', 'PairLabelledPixels', 'RandomColor',
    'RandomCropFrame', 'RandomFlipFrame', 'RandomFlipImages', 'RandomFlipPoints',
    'RandomRotateFrame', 'RandomRotateZ', 'RandomScalePoints', 'RememberPoints', 'ResizeImages',
    'SampleOccupancyQueries', 'SelectViews', 'StandardizeIntensity', 'TwoCloudViews',
    'VoxelDownsample', 'ZoomCropImages'
]
