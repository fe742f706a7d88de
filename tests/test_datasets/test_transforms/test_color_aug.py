"""Colour changes against Pillow's."""
from __future__ import annotations

import colorsys

import cv2
import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageOps

from mmcrossdistill.datasets.transforms import color_aug


@pytest.fixture
def image() -> np.ndarray:
    """Smooth random colours."""
    small = np.random.default_rng(0).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    return cv2.resize(small, (64, 48), interpolation=cv2.INTER_CUBIC)


@pytest.mark.parametrize('ours,theirs', [
    (color_aug.scale_brightness, ImageEnhance.Brightness),
    (color_aug.scale_contrast, ImageEnhance.Contrast),
    (color_aug.scale_saturation, ImageEnhance.Color)])
@pytest.mark.parametrize('factor', [0.0, 0.6, 1.0, 1.4])
def test_jitters_equal_pillow(image: np.ndarray, ours: object, theirs: object,
                              factor: float) -> None:
    expected = np.asarray(theirs(Image.fromarray(image)).enhance(factor)).astype(int)
    assert np.abs(ours(image, factor) - expected).max() <= 2


def test_grey_and_solarise_equal_pillow(image: np.ndarray) -> None:
    grey = np.asarray(Image.fromarray(image).convert('L')).astype(int)
    assert np.abs(color_aug.to_grey(image) - grey[..., None]).max() <= 1
    expected = np.asarray(ImageOps.solarize(Image.fromarray(image), 128))
    assert np.array_equal(color_aug.solarize(image), expected)


@pytest.mark.parametrize('turn', [-0.5, -0.1, 0.0, 0.1, 0.5])
def test_hue_turns_the_wheel(image: np.ndarray, turn: float) -> None:
    shifted = color_aug.shift_hue(image, turn)
    for row, column in ((5, 7), (20, 50), (40, 30)):
        hue, saturation, value = colorsys.rgb_to_hsv(*image[row, column] / 255.0)
        expected = 255 * np.array(colorsys.hsv_to_rgb((hue + turn) % 1, saturation, value))
        assert np.abs(shifted[row, column] - expected).max() <= 8  # eight bits of hue


def test_distortion_follows_the_seed_and_leaves_its_input(image: np.ndarray) -> None:
    kept, results = image.copy(), []
    for seed in (0, 0, 1):
        np.random.seed(seed)
        results.append(color_aug.distort_colors(image, 0.5, 0.2))
    assert np.array_equal(results[0], results[1]) and not np.array_equal(results[0], results[2])
    assert np.array_equal(image, kept) and results[0].dtype == np.uint8


def test_chances_are_those_asked_for(image: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = dict.fromkeys(('solarize', 'to_grey', 'shift_hue'), 0)
    for name in counts:
        def count(image: np.ndarray, *_: float, name: str = name) -> np.ndarray:
            counts[name] += 1
            return image
        monkeypatch.setattr(color_aug, name, count)
    monkeypatch.setattr(color_aug, 'scale_saturation', lambda image, factor: image)
    for _ in range(400):
        color_aug.distort_colors(image[:4, :4], 0.0, 0.5)
    assert abs(counts['solarize'] - 200) < 50 and abs(counts['to_grey'] - 80) < 40
    # Functions in the tuple of jitters are looked up at the call.
    assert abs(counts['shift_hue'] - 320) < 40
