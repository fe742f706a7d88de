"""Poolers: from feature maps and pairs to rows of paired features."""
from .correspondence_pooler import CorrespondencePooler, FeaturePairs

__all__ = ['CorrespondencePooler', 'FeaturePairs']
