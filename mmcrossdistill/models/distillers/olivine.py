"""OLIVINE: pixels and points, and the classes that a vision foundation model sees in them."""
from __future__ import annotations

from typing import Any

from torch import Tensor

from mmcrossdistill.models.poolers import FeaturePairs
from mmcrossdistill.registry import MODELS
from mmcrossdistill.structures import Correspondence, cloud

from .ppkt import PPKT


@MODELS.register_module()
class OLIVINE(PPKT):
    """PPKT, with weak labels that tell which pixels a point resembles.

    Three losses, of which each of the last two can be left out:

    - the contrast of PPKT between drawn pairs (L_PPNCE);
    - a contrast in which all pixels of the point's class are right (WCD, L_sup), between pairs that
      a sampler draws (DCAS);
    - the divergence of every paired point from the von Mises-Fisher distribution of its class (SCR,
      L_kl).

    The last two read features through heads of their own. The pairs carry the classes
    (``LoadWeakLabels``, or true labels of points).
    Source: OLIVINE (Zhang and Hou, NeurIPS 2024), Fig. 2. Its released code draws pairs once over
    the batch of a GPU, as here, and those of L_PPNCE with equal chances.

    Args:
        class_contrast: config of a :class:`SupervisedContrastLoss`, or ``None``.
        consistency: config of a :class:`VMFConsistencyLoss`, or ``None``.
        pair_sampler: config of the :class:`PairSampler` of ``class_contrast``.
        semantic_projector_2d: config of the semantic image head, which only ``class_contrast``
            reads.
        semantic_projector_3d: config of the semantic head on the 3D rows. Without semantic heads
            all losses share ``projector_2d`` and ``projector_3d`` (Table 6b).
        kwargs: see :class:`PPKT`.

    Raises:
        ValueError: if a sampler or a head is missing or would be without use, or the losses know
            different numbers of classes.
    """

    def __init__(
        self,
        class_contrast: dict | None = None,
        consistency: dict | None = None,
        pair_sampler: dict | None = None,
        semantic_projector_2d: dict | None = None,
        semantic_projector_3d: dict | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        given = {name for name, part in dict(
            class_contrast=class_contrast, consistency=consistency, pair_sampler=pair_sampler,
            semantic_projector_2d=semantic_projector_2d,
            semantic_projector_3d=semantic_projector_3d).items() if part is not None}
        _check_parts(given)
        self.class_contrast = _build(class_contrast)
        self.consistency = _build(consistency)
        self.pair_sampler = _build(pair_sampler)
        self.semantic_projector_2d = _build(semantic_projector_2d)
        self.semantic_projector_3d = _build(semantic_projector_3d)
        if {'class_contrast', 'consistency'} <= given:
            counts = self.class_contrast.num_classes, self.consistency.num_classes
            if counts[0] != counts[1]:
                raise ValueError(
                    f'class_contrast.num_classes={counts[0]}, consistency.num_classes={counts[1]}: '
                    'both are the number of classes of the labels')

    def forward(self, inputs: dict[str, Any], data_samples: list | None = None,
                mode: str = 'tensor') -> dict[str, Tensor] | FeaturePairs:
        """Run the model.

        Args:
            inputs: output of the data preprocessor.
            data_samples: one per sample.
            mode: 'loss' for the losses, 'tensor' for the features of PPKT's pairs.

        Raises:
            KeyError: if a loss needs classes and the pairs have none.
        """
        if mode != 'loss':
            return super().forward(inputs, data_samples, mode)
        corr, size = inputs['corr'], tuple(inputs['imgs'].shape[-2:])
        maps, rows = self.encode_2d(inputs['imgs']), self.backbone_3d(cloud(inputs))
        feats_2d, feats_3d = self.projector_2d(maps), self.projector_3d(rows)
        losses = self.head.loss(
            self.pooler(feats_2d, feats_3d, self.draw_pairs(corr), size), self.direction)
        if self.class_contrast is None and self.consistency is None:
            return losses
        if corr.label is None:
            raise KeyError(
                'OLIVINE needs the class of each pair: add LoadWeakLabels after LoadImages, '
                'CorrespondencePipeline(with_pixel_labels=True) and label_folder of the dataset; '
                'tools/preprocess/weak_labels.py writes the labels')
        if self.semantic_projector_2d is not None:
            feats_2d = self.semantic_projector_2d(maps)
        if self.semantic_projector_3d is not None:
            feats_3d = self.semantic_projector_3d(rows)
        if self.class_contrast is not None:
            drawn = corr.select(self.pair_sampler(_places(inputs, corr), corr.label))
            pairs = self.pooler(feats_2d, feats_3d, drawn, size)
            losses['loss_class_contrast'] = self.class_contrast(
                pairs.feat_3d, pairs.feat_2d, drawn.label)
        if self.consistency is not None:
            result = self.consistency(feats_3d.index_select(0, corr.point_idx), corr.label)
            losses |= dict(loss_consistency=result.loss, kappa=result.kappa,
                           warm_up_left=result.warm_up_left)
        return losses


def _check_parts(given: set[str]) -> None:
    """Refuse parts that miss another one, or that nothing would train.

    Args:
        given: names of the parts.

    Raises:
        ValueError: if there are such.
    """
    heads = given & {'semantic_projector_2d', 'semantic_projector_3d'}
    if len(given & {'class_contrast', 'pair_sampler'}) == 1:
        raise ValueError('class_contrast and pair_sampler belong together: give both or neither')
    if 'class_contrast' in given and len(heads) == 1:
        raise ValueError(
            'class_contrast compares semantic_projector_2d with semantic_projector_3d: give both, '
            'or neither to share the other heads')
    if 'class_contrast' not in given and 'semantic_projector_2d' in given:
        raise ValueError('semantic_projector_2d learns from class_contrast alone: set it to None')
    if heads and not given & {'class_contrast', 'consistency'}:
        raise ValueError(
            'semantic_projector_3d has no loss: set it to None, or give class_contrast or '
            'consistency')


def _build(config: dict | None) -> Any:
    """Build a part, if there is one."""
    return None if config is None else MODELS.build(config)


def _places(inputs: dict[str, Any], corr: Correspondence) -> Tensor:
    """Find where the points of the pairs are; of a voxel, the point that represents it.

    Args:
        inputs: output of the data preprocessor.
        corr: pairs.

    Returns:
        (M, 3) float: x, y, z in the lidar frame, metres.
    """
    rows = corr.point_idx
    if 'voxels' in inputs:
        rows = inputs['voxels'].point_row.index_select(0, rows)
    return inputs['points'].coords.index_select(0, rows)
