"""Metrics, and files for the official evaluators."""
from .condition_depth_metric import ConditionDepthMetric
from .condition_seg_metric import ConditionSegMetric
from .depth_map_metric import DepthMapMetric
from .kitti_metric import KittiMetric
from .panoptic_metric import PanopticMetric
from .panoptic_prediction_writer import PanopticPredictionWriter
from .point_prediction_writer import PointPredictionWriter

__all__ = [
    'ConditionDepthMetric', 'ConditionSegMetric', 'DepthMapMetric', 'KittiMetric',
    'PanopticMetric', 'PanopticPredictionWriter', 'PointPredictionWriter']
