"""Operations on point sets by torch alone, for devices for which mmcv has no kernel.

mmcv's functions reach them on the CPU (:mod:`mmcrossdistill.utils.compat.cpu_point_ops` decides, by
device, in one place), so mmdet3d's point-based detectors run unchanged.
"""
from .ball_query import query_ball, query_ball_stacked
from .boxes import find_box, pool_points_in_boxes
from .furthest_points import sample_furthest_points

__all__ = [
    'find_box', 'pool_points_in_boxes', 'query_ball', 'query_ball_stacked',
    'sample_furthest_points']
