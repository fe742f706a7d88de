"""Several clouds in one sample: transforms for each, then one after the other."""
from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from mmcv.transforms import BaseTransform

from mmcrossdistill.registry import TRANSFORMS
from mmcrossdistill.structures import Correspondence

IGNORED = 255
_VIEW_KEYS = ('imgs', 'label_maps', 'view_names', 'view_cam2img', 'view_lidar2cam')


@TRANSFORMS.register_module()
class ForEachCloud(BaseTransform):
    """Apply transforms of points and pairs to the keyframe's cloud and to the inter-frame cloud.

    Each cloud draws its own augmentation and gets pairs with its own views. Afterwards ``points``
    holds the clouds one after the other and ``cloud_sizes`` their sizes, ``corr`` the pairs of both
    with ``cloud_idx`` (0 for the keyframe's cloud, 1 for the other). Transforms that drop points or
    look for neighbours belong inside; those of images come later and move all pairs. Without
    ``inter_frame`` (LoadInterFrameCloud) there is one cloud, and nothing else changes.
    Source: Simple Remedies: both clouds go through the 3D network, which doubles the batch.

    Args:
        transforms: for one cloud, CorrespondencePipeline among them.
    """

    def __init__(
        self, transforms: Sequence[Mapping[str, Any] | Callable[[dict], dict]],
    ) -> None:
        self.transforms = [TRANSFORMS.build(step) if isinstance(step, Mapping) else step
                           for step in transforms]

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Transform the clouds of one sample.

        Args:
            results: data dict.

        Raises:
            ValueError: if no transform makes pairs.
        """
        inter = results.pop('inter_frame', None)
        clouds = [dict(view_rows=results.pop('key_view_rows', np.arange(len(results['imgs']))))]
        if inter is not None:
            clouds.append(inter)
            if 'point_labels' in results:
                inter['point_labels'] = np.full(len(inter['points']), IGNORED, dtype=np.int64)
        parts = [self._run(results, cloud) for cloud in clouds]
        for key in ('points', 'neighbors', 'point_labels'):
            if key in parts[0]:
                results[key] = np.concatenate([part[key] for part in parts])
        results['cloud_sizes'] = tuple(len(part['points']) for part in parts)
        pairs = []
        for index, (part, cloud) in enumerate(zip(parts, clouds, strict=True)):
            corr = part['corr']
            rows = torch.from_numpy(np.asarray(cloud['view_rows'], dtype=np.int64))
            pairs.append(replace(
                corr, view_idx=rows[corr.view_idx],
                cloud_idx=torch.full((len(corr),), index, dtype=torch.int64)))
        results['corr'] = Correspondence.cat(
            pairs, results['cloud_sizes'], [0] * len(pairs))
        return results

    def _run(self, results: dict[str, Any], cloud: dict[str, Any]) -> dict[str, Any]:
        """Apply the transforms to one cloud.

        Args:
            results: data dict.
            cloud: what is its own: ``view_rows`` and, unless it is the keyframe's, ``points``.

        Returns:
            A data dict of its own; images are shared.
        """
        part = {**results, **cloud}
        for key in _VIEW_KEYS:
            if key in part:
                values = part[key]
                part[key] = (values[cloud['view_rows']] if isinstance(values, np.ndarray)
                             else [values[row] for row in cloud['view_rows']])
        for step in self.transforms:
            part = step(part)
        if 'corr' not in part:
            raise ValueError('ForEachCloud needs CorrespondencePipeline among its transforms')
        return part
