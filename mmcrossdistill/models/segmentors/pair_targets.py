"""What the pairs of a batch are supervised with."""
from __future__ import annotations

from typing import Any

from torch import Tensor


def pair_labels(inputs: dict[str, Any]) -> Tensor:
    """Take the labels of the pairs.

    Args:
        inputs: output of the data preprocessor.

    Returns:
        (M,) int64: classes; 255 is ignored.

    Raises:
        ValueError: if the pairs carry none.
    """
    if inputs['corr'].label is None:
        raise ValueError(
            'the pairs carry no labels; add LoadPointLabels and '
            'CorrespondencePipeline(with_labels=True) to the pipeline')
    return inputs['corr'].label


def pair_depths(inputs: dict[str, Any]) -> Tensor:
    """Take the depths of the pairs.

    Args:
        inputs: output of the data preprocessor.

    Returns:
        (M,) float: z in the camera frame, metres.

    Raises:
        ValueError: if the pairs carry none.
    """
    if inputs['corr'].depth is None:
        raise ValueError(
            'the pairs carry no depth; add CorrespondencePipeline to the pipeline, which makes it')
    return inputs['corr'].depth


def split_by_sample(values: Tensor, data_samples: list) -> tuple[Tensor, ...]:
    """Cut rows of a batch into those of each sample's pairs.

    Args:
        values ((M, ...) any): one row per pair of the batch.
        data_samples: one per sample.
    """
    return values.split([len(sample.corr) for sample in data_samples])
