"""Detection of 3D boxes in camera images."""
from __future__ import annotations

from typing import Any

from mmengine.model import BaseModel
from mmengine.structures import InstanceData
from torch import Tensor, nn

from mmcrossdistill.models.layers.feature_cache import FeatureCache
from mmcrossdistill.models.layers.grid_mask import GridMask
from mmcrossdistill.models.run_mode import check_mode
from mmcrossdistill.registry import MODELS
from mmcrossdistill.utils.optional import require


@MODELS.register_module()
class PETR(BaseModel):
    """A 2D encoder and a head that finds boxes in the maps of all cameras at once.

    Source: PETR (Liu et al., ECCV 2022); with a frozen ViT in Collaborative Distillation, App. B.6.

    Args:
        backbone_2d: config of the image encoder, of whose maps the last one is read; ``frozen`` is
            its own setting.
        head: config of the head; its ``in_channels`` is the width of the encoder.
        grid_mask: arguments of :class:`GridMask`; ``None`` makes no holes.
        cache_features: keep the maps of the training images in memory, so that later epochs skip
            a frozen encoder. Same results; useful only without image augmentation.
        data_preprocessor: config of the data preprocessor.
        init_cfg: MMEngine initialisation.

    Raises:
        ValueError: if features of a trainable encoder shall be cached, or the widths of encoder and
            head differ.
    """

    def __init__(
        self,
        backbone_2d: dict,
        head: dict,
        grid_mask: dict | None = None,
        cache_features: bool = False,
        data_preprocessor: dict | nn.Module | None = None,
        init_cfg: dict | None = None,
    ) -> None:
        if data_preprocessor is None:
            data_preprocessor = dict(type='MultiViewDataPreprocessor')
        if isinstance(data_preprocessor, dict):
            data_preprocessor = MODELS.build(data_preprocessor)
        super().__init__(data_preprocessor=data_preprocessor, init_cfg=init_cfg)
        self.backbone_2d = MODELS.build(backbone_2d)
        if cache_features and not self.backbone_2d.frozen:
            raise ValueError('cache_features=True needs backbone_2d.frozen=True')
        self.head = MODELS.build(head)
        if self.head.in_channels != self.backbone_2d.embed_dims:
            raise ValueError(
                f'head.in_channels={self.head.in_channels}, but backbone_2d gives '
                f'{self.backbone_2d.embed_dims} channels')
        self.grid_mask = None if grid_mask is None else GridMask(**grid_mask)
        self._cache = FeatureCache() if cache_features else None

    def extract_feats(self, imgs: Tensor, num_views: int) -> Tensor:
        """Encode images.

        Args:
            imgs ((B * V, 3, H, W) float): normalised images.
            num_views: V.

        Returns:
            (B * V, C, h, w) float: the last map.
        """
        if self.grid_mask is not None:
            imgs = self.grid_mask(imgs, num_views)
        if self._cache is not None and self.training:
            return self._cache(imgs, lambda views: self.backbone_2d(views)[-1])
        return self.backbone_2d(imgs)[-1]

    def forward(self, inputs: dict[str, Tensor], data_samples: list, mode: str = 'tensor',
                ) -> dict[str, Tensor] | list | tuple[Tensor, Tensor]:
        """Run the model.

        Args:
            inputs: output of the data preprocessor.
            data_samples: one per sample.
            mode: 'loss' for the losses, 'predict' for the samples with their detections,
                'tensor' for class scores and box codes.

        Raises:
            ValueError: if the mode is unknown.
        """
        check_mode(mode)
        imgs, img2lidar = inputs['imgs'], inputs['img2lidar']
        feats = self.extract_feats(imgs, img2lidar.shape[1])
        outputs = self.head(feats, img2lidar, tuple(imgs.shape[-2:]))
        if mode == 'loss':
            return self.head.loss(
                outputs, *zip(*(self._targets(sample) for sample in data_samples), strict=True))
        if mode == 'predict':
            return self._add_predictions(outputs, data_samples)
        return outputs

    @staticmethod
    def _targets(sample: Any) -> tuple[Tensor, Tensor]:
        """Read the boxes of one sample.

        Args:
            sample: DistillDataSample.

        Returns:
            boxes (N, 9) float32, labels (N,) int64.

        Raises:
            ValueError: if its boxes were not loaded.
        """
        if 'gt_instances_3d' not in sample:
            raise ValueError(
                f"sample {sample.metainfo.get('token')} has no boxes; add LoadBoxes to the "
                'pipeline and with_instances=True to the data set')
        return sample.gt_instances_3d.bboxes_3d, sample.gt_instances_3d.labels_3d

    def _add_predictions(self, outputs: tuple[Tensor, Tensor], data_samples: list) -> list:
        """Give each sample its detections in mmdet3d's form, which its metrics read.

        Args:
            outputs: of the head.
            data_samples: one per sample.
        """
        boxes_type = require('mmdet3d.structures', extra='det3d').LiDARInstance3DBoxes
        for sample, (boxes, scores, labels) in zip(
                data_samples, self.head.predict(outputs), strict=True):
            sample.pred_instances_3d = InstanceData(
                bboxes_3d=boxes_type(boxes, box_dim=boxes.shape[1], origin=(0.5, 0.5, 0.5)),
                scores_3d=scores, labels_3d=labels)
            sample.pred_instances = InstanceData()
        return data_samples
