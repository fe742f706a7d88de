"""CMCR: what both modalities share, and what each has alone."""
from __future__ import annotations

from typing import Any

import torch.nn.functional as F
from torch import Tensor, nn

from mmcrossdistill.models.heads.image_reconstruction_head import fill_hidden
from mmcrossdistill.models.layers.codebook import Codebook
from mmcrossdistill.models.poolers import FeaturePairs
from mmcrossdistill.registry import MODELS
from mmcrossdistill.structures import ImageMasks, cloud

from .ppkt import PPKT


@MODELS.register_module()
class CMCR(PPKT):
    """PPKT's contrast of shared features, and reconstructions that need specific ones too.

    Images are seen with hidden patches (``MaskImages``); pairs in them take no part in the
    contrast. Shared features of both modalities are quantised by one codebook. Codes and specific
    features together paint the whole image and tell which places along the rays of the scan are
    occupied (``SampleOccupancyQueries``); in hidden patches the codes of points take the place of
    those of pixels. Each part is left out where its config is ``None``, and has its own weight; a
    modality has specific features where it has something to reconstruct, made by a projector like
    the shared one.
    Source: CMCR (Zhang and Hou, IJCV 2025) Eq. 17. Where the released code differs is said in
    configs/cmcr/README.md.

    Args:
        num_pairs: see :class:`PPKT`.
        codebook: config of the :class:`Codebook`.
        commitment: config of a :class:`CommitmentLoss`.
        code_contrast: config of a :class:`CodeContrastLoss`.
        reconstruction: config of an :class:`ImageReconstructionHead`.
        with_geometry: whether codes of points help to paint hidden patches.
        occupancy: config of an :class:`OccupancyHead`.
        orthogonality: config of an :class:`OrthogonalityLoss`.
        orthogonal_modalities: of '2d' and '3d', those whose features it separates, as far as they
            have specific ones.
        consistency: config of OLIVINE's :class:`VMFConsistencyLoss`, on the shared features of the
            points of all visible pairs; the pairs carry weak labels (``LoadWeakLabels``).
        kwargs: see :class:`PPKT`; the pooler is a :class:`CorrespondencePooler`.

    Raises:
        ValueError: if a part needs another one that is left out, or a modality is unknown.
    """

    def __init__(
        self,
        num_pairs: int | None = 2048,
        codebook: dict | None = None,
        commitment: dict | None = None,
        code_contrast: dict | None = None,
        reconstruction: dict | None = None,
        with_geometry: bool = False,
        occupancy: dict | None = None,
        orthogonality: dict | None = None,
        orthogonal_modalities: tuple[str, ...] = ('2d', '3d'),
        consistency: dict | None = None,
        **kwargs: Any,
    ) -> None:
        for name, part, needed_name, needed in (
                ('commitment', commitment, 'codebook', codebook),
                ('code_contrast', code_contrast, 'codebook', codebook),
                ('with_geometry', with_geometry or None, 'reconstruction', reconstruction),
                ('orthogonality', orthogonality, 'reconstruction or occupancy',
                 reconstruction or occupancy),
                ('reconstruction', reconstruction, 'projector_2d', kwargs.get('projector_2d')),
                ('occupancy', occupancy, 'projector_3d', kwargs.get('projector_3d'))):
            if part is not None and needed is None:
                raise ValueError(f'CMCR.{name} needs {needed_name}, which is None; leave both out')
        if not {'2d', '3d'} >= set(orthogonal_modalities):
            raise ValueError(
                f"CMCR.orthogonal_modalities are of '2d' and '3d', got {orthogonal_modalities}")
        super().__init__(num_pairs=num_pairs, **kwargs)
        self.codebook: Codebook | None = _build(codebook)
        self.commitment = _build(commitment)
        self.code_contrast = _build(code_contrast)
        self.reconstruction = _build(reconstruction)
        self.with_geometry = with_geometry
        self.occupancy = _build(occupancy)
        self.orthogonality = _build(orthogonality)
        self.orthogonal_modalities = orthogonal_modalities
        self.consistency = _build(consistency)
        self.specific_2d = None if reconstruction is None else _build(kwargs['projector_2d'])
        self.specific_3d = None if occupancy is None else _build(kwargs['projector_3d'])

    def forward(self, inputs: dict[str, Any], data_samples: list | None = None,
                mode: str = 'tensor') -> dict[str, Tensor] | FeaturePairs:
        """Run the model.

        Args:
            inputs: output of the data preprocessor.
            data_samples: one per sample.
            mode: 'loss' for the losses, 'tensor' for the paired shared features of whole images.

        Raises:
            ValueError: if the mode is unknown.
        """
        return self.loss(inputs) if mode == 'loss' else super().forward(inputs, data_samples, mode)

    def loss(self, inputs: dict[str, Any]) -> dict[str, Tensor]:
        """Compute the losses, then move the codebook once.

        Args:
            inputs: output of the data preprocessor.

        Returns:
            One loss for each part, and numbers for the log.

        Raises:
            KeyError: if the pipeline lacks what a part needs.
        """
        self._check(inputs)
        imgs, corr, masks = inputs['imgs'], inputs['corr'], inputs.get('masks')
        maps = self.encode_2d(imgs if masks is None else masks.hide(imgs))
        points = self.backbone_3d(cloud(inputs))
        shared_2d, shared_3d = self.projector_2d(maps), self.projector_3d(points)
        pairs = self.pooler(
            shared_2d, shared_3d, self.draw_pairs(corr), tuple(imgs.shape[-2:]))
        losses = self.head.loss(pairs, self.direction)
        if self.consistency is not None:
            found = self.consistency(shared_3d.index_select(0, corr.point_idx), corr.label)
            losses |= dict(loss_consistency=found.loss, kappa=found.kappa,
                           warm_up_left=found.warm_up_left)
        codes_3d = None
        if self.occupancy is not None or self.with_geometry:
            unit_3d, codes_3d = self._quantize(shared_3d)
        if self.occupancy is not None:
            specific_3d = self.specific_3d(points)
            losses |= self._separate('3d', unit_3d, specific_3d)
            losses |= self.occupancy.loss(
                codes_3d + specific_3d, inputs['queries'], inputs['points'].feats[:, 0])
        if self.reconstruction is not None:
            losses |= self._paint(imgs, shared_2d, self.specific_2d(maps), codes_3d, masks)
        if self.codebook is not None:
            losses |= self._commit(pairs)
        return losses

    def _check(self, inputs: dict[str, Any]) -> None:
        """Miss nothing later that the pipeline should have brought.

        Args:
            inputs: output of the data preprocessor.

        Raises:
            KeyError: if something is not there.
        """
        for part, there, remedy in (
                ('with_geometry', not self.with_geometry or 'masks' in inputs,
                 'MaskImages before PackDistillInputs'),
                ('occupancy', self.occupancy is None or 'queries' in inputs,
                 'SampleOccupancyQueries before PackDistillInputs'),
                ('consistency', self.consistency is None or inputs['corr'].label is not None,
                 'LoadWeakLabels and CorrespondencePipeline(with_pixel_labels=True)')):
            if not there:
                raise KeyError(f'CMCR.{part} needs {remedy} in the pipeline, or leave it out')

    def _quantize(self, shared: Tensor) -> tuple[Tensor, Tensor]:
        """Give shared features norm 1, and codes in their place.

        Args:
            shared ((N, C) float): shared features.

        Returns:
            (N, C) float32: unit features, and their codes with their gradient; without a codebook
            the features again.
        """
        unit = F.normalize(shared.float(), dim=1)
        return unit, unit if self.codebook is None else self.codebook.quantize(unit)

    def _separate(self, modality: str, unit: Tensor, specific: Tensor) -> dict[str, Tensor]:
        """Hold shared and specific features of one modality apart.

        Args:
            modality: '2d' or '3d'.
            unit ((N, C) float32): shared features.
            specific ((N, C) float): specific features.
        """
        if self.orthogonality is None or modality not in self.orthogonal_modalities:
            return {}
        return {f'loss_orthogonality_{modality}': self.orthogonality(unit, specific)}

    def _paint(self, imgs: Tensor, shared: Tensor, specific: Tensor, codes_3d: Tensor | None,
               masks: ImageMasks | None) -> dict[str, Tensor]:
        """Reconstruct the images.

        Args:
            imgs ((B, 3, H, W) float): whole, normalised.
            shared ((B, C, h, w) float): shared maps of the masked images.
            specific ((B, C, h, w) float): specific maps.
            codes_3d ((N, C) float32): quantised point features, used with geometry.
            masks: hidden patches, used with geometry.
        """
        size = tuple(imgs.shape[-2:])
        shared, specific = (
            self.reconstruction.resize(maps, size) for maps in (shared, specific))
        grid = tuple(shared.shape[-2:])
        shared, specific = (maps.permute(0, 2, 3, 1).flatten(0, 2) for maps in (shared, specific))
        unit, codes = self._quantize(shared)
        losses = self._separate('2d', unit, specific)
        if self.with_geometry:
            codes = fill_hidden(codes, codes_3d, masks.hidden, size, grid)
        maps = (codes + specific).unflatten(0, (len(imgs), *grid)).permute(0, 3, 1, 2)
        statistics = self.data_preprocessor
        target = (imgs * statistics.std + statistics.mean) / 255
        return losses | self.reconstruction.loss(maps, target)

    def _commit(self, pairs: FeaturePairs) -> dict[str, Tensor]:
        """Hold the drawn pairs to their codes, then let the codes follow them.

        Args:
            pairs: shared features of both modalities.
        """
        feats = [F.normalize(rows.float(), dim=1) for rows in (pairs.feat_2d, pairs.feat_3d)]
        index = [self.codebook.assign(rows) for rows in feats]
        losses = {}
        if self.commitment is not None:
            losses['loss_commitment'] = self.commitment(*feats, *map(self.codebook.read, index))
        if self.code_contrast is not None:
            losses['loss_code_contrast'] = self.code_contrast(*feats, self.codebook.codes.clone())
        if self.training:
            self.codebook.update(*zip(feats, index, strict=True))
        return losses | self.codebook.usage()


def _build(part: dict | None) -> nn.Module | None:
    """Build a part, if there is one."""
    return None if part is None else MODELS.build(part)
