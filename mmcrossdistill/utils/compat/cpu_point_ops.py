"""Give mmcv's operations on points a path for the CPU.

Reason: mmcv 2.1 has CUDA kernels alone for furthest point sampling, ball query, grouping,
gathering, pooling of points in boxes and the search for a point's box, so that mmdet3d's PointRCNN
and PV-RCNN cannot run on CPUs, not even for a test. Here, and nowhere else, the device of the
tensors decides: CUDA tensors go to mmcv's kernels as before, others to
:mod:`mmcrossdistill.models.layers.point_ops`.
Goes when: mmcv has these kernels for the CPU (not in mmcv 2.1.0).
"""
from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor

EXTENSION = 'mmcv._ext'
SAMPLING = 'mmcv.ops.furthest_point_sample'
BOXES = 'mmcv.ops.points_in_boxes'


def _by_device(on_cuda: Callable, elsewhere: Callable) -> Callable:
    """Make a function that chooses by the device of its tensors.

    Args:
        on_cuda: mmcv's function.
        elsewhere: the same for other devices.
    """
    @wraps(on_cuda)
    def chosen(*args: Any, **kwargs: Any) -> Any:
        is_cuda = any(getattr(value, 'is_cuda', False) for value in args)
        return (on_cuda if is_cuda else elsewhere)(*args, **kwargs)

    return chosen


def add_cpu_kernels() -> None:
    """Wrap the kernels that fill their output; called once, after the extension is imported."""
    extension = sys.modules[EXTENSION]
    for kernel in _KERNELS:
        setattr(extension, kernel.__name__, _by_device(
            getattr(extension, kernel.__name__), kernel))


def add_cpu_sampling() -> None:
    """Wrap furthest point sampling, which allocates on CUDA; called once, after its import."""
    function = sys.modules[SAMPLING].FurthestPointSampling
    function.forward = staticmethod(_by_device(function.forward, sample_forward))


def add_cpu_boxes() -> None:
    """Wrap the search for boxes, which sets the CUDA device; called once, after its import."""
    module = sys.modules[BOXES]
    module.points_in_boxes_part = _by_device(module.points_in_boxes_part, points_in_boxes_part)
    module.points_in_boxes_all = _by_device(
        module.points_in_boxes_all, module.points_in_boxes_cpu)


# The signatures below, names included, are those by which mmcv 2.1 calls. Our layers are imported
# at the first call: here it would be too early, mmcv may be imported by a module that they need.


def sample_forward(ctx: Any, points: Tensor, count: int) -> Tensor:
    """Choose ``count`` of (B, N, 3) points."""
    from mmcrossdistill.models.layers.point_ops import sample_furthest_points
    chosen = sample_furthest_points(points, count).int()
    ctx.mark_non_differentiable(chosen)
    return chosen


def points_in_boxes_part(points: Tensor, boxes: Tensor) -> Tensor:
    """Find the first of (B, T, 7) boxes around each of (B, N, 3) points, else -1."""
    from mmcrossdistill.models.layers.point_ops import find_box
    return find_box(points, boxes)


def ball_query_forward(centers: Tensor, points: Tensor, out: Tensor, min_radius: float,
                       max_radius: float, nsample: int, **sizes: int) -> None:
    """Fill ``out`` ((B, M, K) int32) with neighbours."""
    from mmcrossdistill.models.layers.point_ops import query_ball
    for cloud, around, rows in zip(points, centers, out, strict=True):
        rows.copy_(query_ball(cloud, around, max_radius, nsample, min_radius)[0])


def stack_ball_query_forward(centers: Tensor, center_counts: Tensor, points: Tensor,
                             point_counts: Tensor, out: Tensor, max_radius: float,
                             nsample: int) -> None:
    """Fill ``out`` ((M, K) int32) with neighbours, -1 in front where there are none."""
    from mmcrossdistill.models.layers.point_ops import query_ball_stacked
    found, empty = query_ball_stacked(
        points, point_counts, centers, center_counts, max_radius, nsample)
    out.copy_(found)
    out[empty, 0] = -1


def group_points_forward(feats: Tensor, indices: Tensor, out: Tensor, **sizes: int) -> None:
    """Fill ``out`` ((B, C, M, K)) with the features at (B, M, K) indices."""
    gather_points_forward(feats, indices.flatten(1), out.flatten(2))


def group_points_backward(grad: Tensor, indices: Tensor, out: Tensor, **sizes: int) -> None:
    """Add the gradients (B, C, M, K) to those of the features."""
    gather_points_backward(grad.flatten(2), indices.flatten(1), out)


def gather_points_forward(feats: Tensor, indices: Tensor, out: Tensor, **sizes: int) -> None:
    """Fill ``out`` ((B, C, M)) with the features at (B, M) indices."""
    out.copy_(feats.gather(2, _per_channel(indices, feats)))


def gather_points_backward(grad: Tensor, indices: Tensor, out: Tensor, **sizes: int) -> None:
    """Add the gradients (B, C, M) to those of the features."""
    out.scatter_add_(2, _per_channel(indices, out), grad)


def stack_group_points_forward(feats: Tensor, feat_counts: Tensor, indices: Tensor,
                               index_counts: Tensor, out: Tensor, **sizes: int) -> None:
    """Fill ``out`` ((M, C, K)) with the features at (M, K) indices within clouds."""
    out.copy_(feats[_stacked(indices, index_counts, feat_counts)].transpose(1, 2))


def stack_group_points_backward(grad: Tensor, indices: Tensor, index_counts: Tensor,
                                feat_counts: Tensor, out: Tensor, **sizes: int) -> None:
    """Add the gradients (M, C, K) to those of the features."""
    rows = _stacked(indices, index_counts, feat_counts).flatten()
    out.index_add_(0, rows, grad.transpose(1, 2).flatten(0, 1))


def roipoint_pool3d_forward(points: Tensor, boxes: Tensor, feats: Tensor, out: Tensor,
                            empty: Tensor) -> None:
    """Fill ``out`` ((B, T, K, 3 + C)) with the points of each box, and the flags of empty ones."""
    from mmcrossdistill.models.layers.point_ops import pool_points_in_boxes
    pooled, without = pool_points_in_boxes(points, feats, boxes, out.shape[2])
    out.copy_(pooled)
    empty.copy_(without)


def _per_channel(indices: Tensor, feats: Tensor) -> Tensor:
    """Repeat (B, M) indices for the channels of (B, C, N) features."""
    return indices.long().unsqueeze(1).expand(-1, feats.shape[1], -1)


def _stacked(indices: Tensor, index_counts: Tensor, feat_counts: Tensor) -> Tensor:
    """Make rows of all clouds out of rows within clouds."""
    starts = feat_counts.cumsum(0) - feat_counts
    return indices.long() + starts.repeat_interleave(index_counts.long()).unsqueeze(1)


_KERNELS = (
    ball_query_forward, stack_ball_query_forward, group_points_forward, group_points_backward,
    gather_points_forward, gather_points_backward, stack_group_points_forward,
    stack_group_points_backward, roipoint_pool3d_forward)
