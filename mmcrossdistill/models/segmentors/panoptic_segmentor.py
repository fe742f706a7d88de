"""Panoptic segmentation of points: classes, and the objects of some of them."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from mmcrossdistill.models.heads import InstanceMaps
from mmcrossdistill.models.layers.bev_grid import BevGrid
from mmcrossdistill.models.layers.bev_pooling import max_over_columns
from mmcrossdistill.models.layers.instance_grouping import group_objects
from mmcrossdistill.models.layers.instance_targets import InstanceTargets, instance_targets
from mmcrossdistill.registry import MODELS

from .voxel_segmentor import IGNORE_INDEX, VoxelSegmentor


class PanopticOutputs(NamedTuple):
    """What the network says.

    Args:
        scores ((V, K) float): class scores of the encoder's rows.
        maps: centres and offsets on the ground.
    """

    scores: Tensor
    maps: InstanceMaps


class PanopticTargets(NamedTuple):
    """What it shall say.

    Args:
        labels ((V,) int64): classes of the encoder's rows.
        instances: centres and offsets on the ground.
    """

    labels: Tensor
    instances: InstanceTargets


@MODELS.register_module()
class PanopticSegmentor(VoxelSegmentor):
    """Fine-tuning or probing of any 3D encoder for panoptic segmentation.

    Classes as :class:`VoxelSegmentor` finds them. For objects, the encoder's rows are compressed,
    their maxima over the cells of the ground make a map, and ``instance_head`` finds centres and
    offsets on it. Each point that is a thing moves by the offset of its cell to the nearest
    centre; the points of a centre choose one class together.
    Source: Panoptic-PolarNet (Zhou et al., CVPR 2021) on Cylinder3D, as CSC and CMCR fine-tune it.

    Args:
        backbone_3d: config of the 3D encoder.
        things: indices of the classes whose objects are told apart.
        bev_grid: arguments of :class:`~mmcrossdistill.models.layers.bev_grid.BevGrid`.
        instance_head: config of the head; ``in_channels`` is the width of the map, and it wraps
            as the grid does.
        sigma (> 0): width of the Gaussians of the centres, cells.
        grouping: ``threshold``, ``kernel_size`` and ``top_k`` of the centres, see
            :func:`~mmcrossdistill.models.layers.instance_grouping.find_centres`.
        num_classes: classes without the ignored one.
        kwargs: see :class:`VoxelSegmentor`.

    Raises:
        ValueError: if a thing is no class.
    """

    def __init__(
        self,
        backbone_3d: dict,
        *,
        things: Sequence[int],
        bev_grid: dict[str, Any],
        instance_head: dict[str, Any] | None = None,
        sigma: float = 5.0,
        grouping: dict[str, Any] | None = None,
        num_classes: int = 16,
        **kwargs: Any,
    ) -> None:
        super().__init__(backbone_3d, num_classes=num_classes, **kwargs)
        if not things or not set(things) <= set(range(num_classes)):
            raise ValueError(
                f'things must be some of the {num_classes} classes, got {list(things)}')
        self.things = tuple(things)
        self.grid = BevGrid(**bev_grid)
        self.sigma = sigma
        self.grouping = dict(grouping or {})
        self.instance_head = MODELS.build({
            'type': 'InstanceHead', 'circular': self.grid.wraps, **(instance_head or {})})
        self.compress = nn.Linear(
            self.head.linear.in_features, self.instance_head.in_channels)

    def compute_values(self, inputs: dict[str, Any]) -> PanopticOutputs:
        """Run the network.

        Args:
            inputs: output of the data preprocessor.
        """
        feats = self.encode(inputs)
        points = inputs['points']
        rows = slice(None) if 'voxels' not in inputs else inputs['voxels'].point_row
        view = max_over_columns(
            self.compress(feats), self._cells(points.coords[rows]), points.batch_idx[rows],
            points.batch_size, self.grid)
        return PanopticOutputs(self.head(feats), self.instance_head(view))

    def collect_target(self, inputs: dict[str, Any], data_samples: list) -> PanopticTargets:
        """Labels of the encoder's rows, centres and offsets.

        Args:
            inputs: output of the data preprocessor.
            data_samples: one per sample.

        Raises:
            ValueError: if a sample has no labels or no instances.
        """
        labels = super().collect_target(inputs, data_samples)
        if any('point_instances' not in sample for sample in data_samples):
            raise ValueError(
                'the points carry no instances; put LoadPanopticLabels in the pipeline in place '
                'of LoadPointLabels')
        points = inputs['points']
        classes, instances = (
            torch.cat([sample.get(key) for sample in data_samples]).to(points.coords.device)
            for key in ('point_labels', 'point_instances'))
        is_thing = torch.isin(classes, torch.tensor(self.things, device=classes.device))
        return PanopticTargets(labels, instance_targets(
            points.coords, points.batch_idx, instances.where(is_thing, 0),
            classes != IGNORE_INDEX, points.batch_size, self.grid, self.sigma))

    def compute_losses(self, values: PanopticOutputs, target: PanopticTargets,
                       ) -> dict[str, Tensor]:
        """Apply every loss.

        Args:
            values: what the network says.
            target: what it shall say.
        """
        return {**super().compute_losses(values.scores, target.labels),
                **self.instance_head.loss(values.maps, target.instances)}

    def add_predictions(self, values: PanopticOutputs, inputs: dict[str, Any],
                        data_samples: list) -> list:
        """Set ``pred_point_labels`` and ``pred_point_instances`` of each sample, all its points.

        Args:
            values: what the network says.
            inputs: output of the data preprocessor.
            data_samples: one per sample.
        """
        points, scores = inputs['points'], values.scores
        if 'voxels' in inputs:
            scores = scores[inputs['voxels'].inverse]
        counts = points.batch_idx.bincount(minlength=points.batch_size).tolist()
        for index, (sample, own, cells) in enumerate(zip(
                data_samples, scores.split(counts), self._cells(points.coords).split(counts),
                strict=True)):
            sample.pred_point_labels, sample.pred_point_instances = group_objects(
                own, cells, values.maps.heatmap[index, 0].float(),
                values.maps.offset[index].float(), self.grid, self.things, **self.grouping)
        return data_samples

    def _cells(self, coords: Tensor) -> Tensor:
        """Find the cells of points.

        Args:
            coords ((N, 3) float): metres.

        Returns:
            (N, 2) int64.
        """
        return self.grid.cells(self.grid.locate(coords[:, :2]))
