"""From the data dict to what the model's data preprocessor reads."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from mmcv.transforms import BaseTransform

from mmcrossdistill.registry import TRANSFORMS
from mmcrossdistill.structures import Correspondence, DistillDataSample, Regions

META_KEYS = (
    'token', 'lidar_token', 'sample_idx', 'condition', 'scene_name', 'view_names', 'img_paths',
    'img_shape', 'ori_shape')


def stack_images(results: dict[str, Any]) -> torch.Tensor:
    """Stack the views of a sample.

    Args:
        results: data dict.

    Returns:
        (V, 3, H, W) uint8; of shape (0, 3, 1, 1) without images.

    Raises:
        ValueError: if the views differ in size.
    """
    imgs = results.get('imgs')
    if not imgs:
        return torch.zeros((0, 3, 1, 1), dtype=torch.uint8)
    sizes = {image.shape[:2] for image in imgs}
    if len(sizes) > 1:
        raise ValueError(
            f"the views of sample {results.get('token')} have the sizes {sorted(sizes)}; add "
            'ResizeImages or CropResizeImages')
    return torch.from_numpy(np.stack([
        np.ascontiguousarray(image.transpose(2, 0, 1)) for image in imgs]))


@TRANSFORMS.register_module()
class PackDistillInputs(BaseTransform):
    """Pack one sample.

    A sample without images has ``imgs`` of shape (0, 3, 1, 1), without pairs an empty ``corr``, so
    that 3D-only pipelines pass the same data preprocessor. Of several clouds (ForEachCloud) the
    metainfo keeps ``cloud_sizes``.

    Args:
        meta_keys: keys copied to the metainfo of the data sample when present.
    """

    def __init__(self, meta_keys: Sequence[str] = META_KEYS) -> None:
        self.meta_keys = meta_keys

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Pack.

        Args:
            results: data dict.

        Returns:
            ``inputs`` {'points': (N, 4) float32, 'imgs': (V, 3, H, W) uint8, 'neighbors': (N, K)
            int64 if found, 'regions': Regions if loaded, 'masks': ImageMasks and 'queries':
            OccupancyQueries if drawn} and ``data_samples``, a DistillDataSample, whose pairs know
            their region then.

        Raises:
            ValueError: if neighbours and points disagree, or the views differ in size.
        """
        points = results['points']
        inputs = dict(points=torch.from_numpy(points), imgs=stack_images(results))
        if 'neighbors' in results:
            if len(results['neighbors']) != len(points):
                raise ValueError(
                    f"{len(results['neighbors'])} rows of neighbours, {len(points)} points; put "
                    'FindNeighbors after every transform that drops points')
            inputs['neighbors'] = torch.from_numpy(results['neighbors'])
        inputs |= {key: results[key] for key in ('masks', 'queries') if key in results}
        results['img_shape'] = tuple(inputs['imgs'].shape[-2:])
        sample = DistillDataSample(
            metainfo={key: results[key] for key in self.meta_keys if key in results})
        corr = results.get('corr', Correspondence.empty())
        if 'region_maps' in results:
            superpixels = np.stack(results['region_maps']).astype(np.int32)
            inputs['regions'], corr = Regions.build(torch.from_numpy(superpixels), corr)
        sample.corr = corr
        if 'cloud_sizes' in results:
            sample.set_metainfo(dict(cloud_sizes=results['cloud_sizes']))
        if 'point_labels' in results:
            sample.point_labels = torch.from_numpy(results['point_labels'])
        if 'point_instances' in results:
            sample.point_instances = torch.from_numpy(results['point_instances'])
        if 'scored_rows' in results:
            sample.scored_rows = torch.from_numpy(results['scored_rows'])
            sample.point_labels = torch.from_numpy(results['scored_labels'])
        return dict(inputs=inputs, data_samples=sample)
