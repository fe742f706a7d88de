"""Poolers: from feature maps and pairs to rows of paired features."""
from .correspondence_pooler import CorrespondencePooler, FeaturePairs
from .superpixel_pooler import SuperpixelPooler

__all__ = ['CorrespondencePooler', 'FeaturePairs', 'SuperpixelPooler']
