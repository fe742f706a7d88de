"""Metrics that report by condition."""
from .condition_depth_metric import ConditionDepthMetric
from .condition_seg_metric import ConditionSegMetric
from .depth_map_metric import DepthMapMetric

__all__ = ['ConditionDepthMetric', 'ConditionSegMetric', 'DepthMapMetric']
