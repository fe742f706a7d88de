"""Corrupted images, against imagecorruptions where it has the same corruption."""
from __future__ import annotations

import copy
import warnings
from collections.abc import Callable
from types import ModuleType
from typing import Any

import cv2
import numpy as np
import pytest

from mmcrossdistill.datasets.transforms import CorruptImage
from mmcrossdistill.datasets.transforms.image_corruption import (
    IMAGE_CORRUPTIONS,
    add_fog,
    add_gaussian_noise,
    blur_left_right,
    plasma_fractal,
)

# Blocks of 10 to 20 pixels.
IMAGE = cv2.resize(
    np.random.default_rng(0).integers(0, 256, (9, 8, 3), dtype=np.uint8), (160, 90),
    interpolation=cv2.INTER_NEAREST)


class OneValue:
    """A generator whose only number is given."""

    def __init__(self, value: float) -> None:
        self.value = value

    def uniform(self) -> float:
        """The number."""
        return self.value


@pytest.fixture
def imagecorruptions(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The package; its random numbers come from a generator with seed 0."""
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        package = pytest.importorskip('imagecorruptions')
    generator = np.random.default_rng(0)

    def uniform(low: float, high: float, size: tuple[int, ...]) -> np.ndarray:
        return low + (high - low) * generator.random(size, dtype=np.float32)

    def normal(size: tuple[int, ...], scale: float) -> np.ndarray:
        return scale * generator.standard_normal(size, dtype=np.float32)

    monkeypatch.setattr(np.random, 'uniform', uniform)
    monkeypatch.setattr(np.random, 'normal', normal)
    return package


@pytest.mark.parametrize('severity', [1, 2, 3, 4, 5])
@pytest.mark.parametrize('name, ours, options', [
    ('gaussian_noise', add_gaussian_noise, {}), ('fog', add_fog, dict(with_grey=False))])
def test_noise_and_fog_are_those_of_imagecorruptions(
        imagecorruptions: ModuleType, name: str, ours: Callable, options: dict, severity: int,
) -> None:
    theirs = imagecorruptions.corrupt(IMAGE, corruption_name=name, severity=severity)
    image = ours(IMAGE, severity, np.random.default_rng(0), **options)
    gap = np.abs(image.astype(int) - theirs)
    # Single precision may fall on the other side of a whole number.
    assert gap.max() <= 1 and (gap > 0).mean() < 1e-3


@pytest.mark.parametrize('severity, share', [(1, 0.1), (2, 0.2), (3, 0.3), (4, 0.4), (5, 0.5)])
def test_grey_is_blended_over_the_fog(severity: int, share: float) -> None:
    fog = add_fog(IMAGE, severity, np.random.default_rng(0), with_grey=False)
    grey = add_fog(IMAGE, severity, np.random.default_rng(0))
    assert np.array_equal(grey, np.floor(share * 128 + (1 - share) * fog))


def test_a_plasma_fractal_wraps_around_and_fills_its_range() -> None:
    texture = plasma_fractal(64, 2.0, np.random.default_rng(0))
    assert texture.min() == 0 and texture.max() == 1
    inner = np.abs(np.diff(texture, axis=1)).mean()
    seam = np.abs(texture[:, 0] - texture[:, -1]).mean()
    assert inner / 3 < seam < 3 * inner


@pytest.mark.parametrize('severity, length', [(1, 17), (2, 33), (3, 49), (4, 65), (5, 81)])
def test_blur_is_a_line_of_the_published_length(severity: int, length: int) -> None:
    dot = np.zeros((5, 1600, 3), dtype=np.uint8)
    dot[2, 800] = 255
    even = blur_left_right(dot, severity, OneValue(0.5))
    assert np.argwhere(even[:, :, 0]).tolist() == [
        [2, column] for column in range(800 - length // 2, 801 + length // 2)]
    assert set(even[2, :, 0]) == {0, round(255 / length)}
    # Weights 0.2 to 0.8: correlation puts the first weight on the right.
    slope = blur_left_right(dot, severity, OneValue(0.2))[2, :, 0].astype(float)
    ends = slope[800 + length // 2], slope[800 - length // 2]
    assert ends[0] / 255 == pytest.approx(0.4 / length, abs=0.5 / 255)
    assert ends[1] / 255 == pytest.approx(1.6 / length, abs=0.5 / 255)


def test_blur_of_a_narrow_image_keeps_imgaugs_smallest_kernel() -> None:
    dot = np.zeros((3, 40, 3), dtype=np.uint8)
    dot[1, 20] = 255
    assert np.count_nonzero(blur_left_right(dot, 1, OneValue(0.5))[:, :, 0]) == 3


@pytest.mark.parametrize('corruption', IMAGE_CORRUPTIONS)
def test_a_sample_always_gets_the_same_corruption(
        corruption: str, sample: dict[str, Any]) -> None:
    sample['token'] = 'keyframe'
    before = copy.deepcopy(sample)
    first = CorruptImage(corruption, 3)(copy.deepcopy(sample))['imgs']
    np.random.seed(5)
    again = CorruptImage(corruption, 3)(copy.deepcopy(sample))['imgs']
    other = CorruptImage(corruption, 3, seed=1)(copy.deepcopy(sample))['imgs']
    assert np.array_equal(first, again)
    assert all(image.dtype == np.uint8 and image.shape == old.shape
               for image, old in zip(first, before['imgs'], strict=True))
    assert not np.array_equal(first, other)
    swapped = copy.deepcopy(sample)
    for key in ('view_names', 'imgs'):
        swapped[key] = swapped[key][::-1]
    assert np.array_equal(CorruptImage(corruption, 3)(swapped)['imgs'][::-1], first)


@pytest.mark.parametrize('corruption', IMAGE_CORRUPTIONS)
def test_each_severity_is_stronger(corruption: str) -> None:
    def gap(severity: int) -> float:
        image = IMAGE_CORRUPTIONS[corruption](IMAGE, severity, np.random.default_rng(1))
        return np.abs(image.astype(float) - IMAGE).mean()

    gaps = [gap(severity) for severity in range(1, 6)]
    assert gaps == sorted(gaps) and gaps[0] > 1


def test_blank_images_pass() -> None:
    black = np.zeros((32, 40, 3), dtype=np.uint8)
    assert add_fog(black, 5, np.random.default_rng(0), with_grey=False).max() == 0


def test_unknown_settings_are_refused() -> None:
    with pytest.raises(ValueError, match="'snow' is not one of"):
        CorruptImage('snow', 1)
    with pytest.raises(ValueError, match='severity=6'):
        CorruptImage('fog', 6)
