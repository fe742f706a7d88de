"""Classes of pixels that a labeller guessed."""
from __future__ import annotations

from typing import Any

from mmcv.transforms import BaseTransform

from mmcrossdistill.datasets.weak_label_files import read_weak_labels
from mmcrossdistill.registry import TRANSFORMS


@TRANSFORMS.register_module()
class LoadWeakLabels(BaseTransform):
    """Read the class of each pixel of every view.

    Needs ``imgs`` as loaded (LoadImages) and ``images``, whose ``label_path`` comes from the
    dataset's ``label_folder``; adds ``label_maps``, a list of (H, W) uint8, 255 where unlabelled.
    ``CorrespondencePipeline(with_pixel_labels=True)`` gives every pair the class of its pixel and
    drops the maps: the pairs carry the classes through all that follows. What changes the images
    before moves the maps along.
    Source: OLIVINE looks labels up at the original pixels.

    Args:
        num_classes: of the labels; a file with another class is refused.
    """

    def __init__(self, num_classes: int) -> None:
        self.num_classes = num_classes

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Read the labels of one sample.

        Args:
            results: data dict.

        Raises:
            KeyError: if the dataset names no folder.
            ValueError: if labels do not fit their image or hold an unknown class.
        """
        maps = []
        for view, picture in zip(results['view_names'], results['imgs'], strict=True):
            image = results['images'][view]
            if 'label_path' not in image:
                raise KeyError(
                    "LoadWeakLabels needs label_folder of the dataset, e.g. "
                    "label_folder='weak_labels/seem'; tools/preprocess/weak_labels.py writes it")
            labels = read_weak_labels(image['label_path'], self.num_classes)
            if labels.shape != picture.shape[:2]:
                raise ValueError(
                    f"weak labels {image['label_path']} have the size {labels.shape}, their image "
                    f"{image['img_path']} {picture.shape[:2]}; put LoadWeakLabels right after "
                    'LoadImages, or write the labels again')
            maps.append(labels)
        results['label_maps'] = maps
        return results
