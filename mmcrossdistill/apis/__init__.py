"""What a notebook calls: features of images and points by one call."""
from .feature_inferencer import FeatureInferencer
from .frame import Frame, read_frame
from .frame_features import FrameFeatures, Similarity
from .model_index import find_config, list_models

__all__ = [
    'FeatureInferencer', 'Frame', 'FrameFeatures', 'Similarity', 'find_config', 'list_models',
    'read_frame']
