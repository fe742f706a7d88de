"""What point features say about the places around them."""
from __future__ import annotations

import torch
import torch.nn.functional as F
from mmengine.model import BaseModule
from torch import Tensor, nn

from mmcrossdistill.models.layers.rank_mean import mean_over_ranks
from mmcrossdistill.models.layers.scatter import scatter_sum
from mmcrossdistill.registry import MODELS
from mmcrossdistill.structures import OccupancyQueries
from mmcrossdistill.structures.occupancy_queries import FAR, INSIDE


@MODELS.register_module()
class OccupancyHead(BaseModule):
    """A perceptron tells from a point's feature whether a place near it is occupied.

    Places without a point within the radius of the neighbourhood teach nothing; most of them are
    far ones, in free space (``far_places_used``).
    Source: CMCR (Zhang and Hou, IJCV 2025) 4.4 and Eq. 16; the perceptron is that of ALSO (Boulch
    et al., CVPR 2023) and of CMCR's released code, with a ReLU between all of its layers.

    Args:
        in_channels: width of the point features.
        hidden_channels: width of the perceptron.
        num_layers (> 1): linear layers.
        mean_over: 'query', each place counts once, by the mean over its points (Eq. 16); 'pair',
            each pair of a place and a point counts once (ALSO and the released code).
        loss_weight: multiplies the loss.
        intensity_weight: weight of a second output, the intensity of the return at near places,
            by its absolute error as ALSO and the released code have it; 0 leaves it out (paper).
        init_cfg: MMEngine initialisation.

    Raises:
        ValueError: if a setting is unknown or out of range.
    """

    def __init__(self, in_channels: int = 64, hidden_channels: int = 128, num_layers: int = 4,
                 mean_over: str = 'query', loss_weight: float = 1.0,
                 intensity_weight: float = 0.0, init_cfg: dict | None = None) -> None:
        super().__init__(init_cfg=init_cfg)
        if mean_over not in ('query', 'pair'):
            raise ValueError(f"mean_over must be 'query' or 'pair', got {mean_over!r}")
        if num_layers < 2:
            raise ValueError(f'num_layers must be at least 2, got {num_layers}')
        self.mean_over = mean_over
        self.loss_weight = loss_weight
        self.intensity_weight = intensity_weight
        widths = [in_channels + 3, *[hidden_channels] * (num_layers - 1)]
        layers: list[nn.Module] = []
        for width, following in zip(widths, widths[1:], strict=False):
            layers += [nn.Linear(width, following), nn.ReLU(inplace=True)]
        self.layers = nn.Sequential(
            *layers, nn.Linear(hidden_channels, 2 if intensity_weight else 1))

    def forward(self, feats: Tensor, queries: OccupancyQueries) -> Tensor:
        """Judge every pair of a place and a point.

        Args:
            feats ((N, C) float): point features.
            queries: the places.

        Returns:
            (P, 1) float: logits of occupancy; (P, 2) with intensities.
        """
        near = feats.index_select(0, queries.point_idx)
        return self.layers(torch.cat([near, queries.offset.to(near.dtype)], dim=1))

    def loss(self, feats: Tensor, queries: OccupancyQueries, intensity: Tensor,
             ) -> dict[str, Tensor]:
        """Compare with what the rays say.

        Args:
            feats ((N, C) float): point features.
            queries: the places.
            intensity ((N',) float): of the points that ``queries.source`` names.

        Returns:
            ``loss_occupancy``, () float32, a zero with gradient without pairs; ``loss_intensity``
            where it has a weight; ``occupancy_accuracy``, the share of pairs that are judged
            right; ``far_places_used``, the share of far places that have a point near them.
        """
        output = self(feats, queries)
        with torch.autocast(output.device.type, enabled=False):
            output = output.float()
            kind = queries.kind.index_select(0, queries.query_idx)
            occupied = (kind == INSIDE).float()
            entropy = F.binary_cross_entropy_with_logits(output[:, 0], occupied, reduction='none')
            points = scatter_sum(
                torch.ones_like(entropy)[:, None], queries.query_idx, len(queries))[:, 0]
            weight = torch.ones_like(entropy)
            if self.mean_over == 'query':
                weight = points.index_select(0, queries.query_idx).reciprocal()
            losses = dict(loss_occupancy=_weighted_mean(entropy, weight) * self.loss_weight)
            if self.intensity_weight:
                truth = intensity.float().index_select(
                    0, queries.source).index_select(0, queries.query_idx)
                losses['loss_intensity'] = _weighted_mean(
                    (output[:, 1] - truth).abs(), weight * (kind != FAR)) * self.intensity_weight
            with torch.no_grad():
                right = (output[:, 0] > 0) == (occupied > 0)
                losses['occupancy_accuracy'] = right.sum() / max(len(right), 1)
                far = queries.kind == FAR
                losses['far_places_used'] = (far & (points > 0)).sum() / far.sum().clamp_min(1)
            return losses


def _weighted_mean(values: Tensor, weight: Tensor) -> Tensor:
    """Average over all ranks.

    Args:
        values ((P,) float32): of this rank.
        weight ((P,) float32): of each value.

    Returns:
        () float32: a zero with gradient without values.
    """
    total = mean_over_ranks(weight.sum())
    return (values * weight).sum() / total.clamp_min(torch.finfo(total.dtype).eps)
