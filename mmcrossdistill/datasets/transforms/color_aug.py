"""Random changes of colour and sharpness, as self-supervision uses them."""
from __future__ import annotations

import cv2
import numpy as np


def scale_brightness(image: np.ndarray, factor: float) -> np.ndarray:
    """Multiply every value.

    Args:
        image ((H, W, 3) uint8): RGB.
        factor (>= 0): 1 changes nothing.
    """
    return cv2.LUT(image, _table(np.arange(256) * factor))


def scale_contrast(image: np.ndarray, factor: float) -> np.ndarray:
    """Stretch values away from the image's mean grey.

    Args:
        image ((H, W, 3) uint8): RGB.
        factor (>= 0): 1 changes nothing, 0 gives a grey image.
    """
    mean = round(float(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).mean()))
    return cv2.LUT(image, _table(mean + (np.arange(256) - mean) * factor))


def scale_saturation(image: np.ndarray, factor: float) -> np.ndarray:
    """Stretch colours away from grey.

    Args:
        image ((H, W, 3) uint8): RGB.
        factor (>= 0): 1 changes nothing, 0 gives a grey image.
    """
    return cv2.addWeighted(image, factor, to_grey(image), 1 - factor, 0)


def shift_hue(image: np.ndarray, turn: float) -> np.ndarray:
    """Turn the colour wheel.

    Args:
        image ((H, W, 3) uint8): RGB.
        turn ([-0.5, 0.5]): 0 changes nothing; half a turn gives the opposite colours.
    """
    hsv = cv2.cvtColor(image, cv2.COLOR_RGB2HSV_FULL)
    hsv[..., 0] += np.uint8(round(turn * 256) % 256)  # wraps around, as the wheel does
    return cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB_FULL)


def to_grey(image: np.ndarray) -> np.ndarray:
    """Give the luminance to all three channels.

    Args:
        image ((H, W, 3) uint8): RGB.
    """
    return cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)


def solarize(image: np.ndarray, threshold: int = 128) -> np.ndarray:
    """Invert bright values.

    Args:
        image ((H, W, 3) uint8): RGB.
        threshold: smallest value that is inverted.
    """
    return np.where(image >= threshold, 255 - image, image)


def distort_colors(image: np.ndarray, blur_prob: float, solarize_prob: float) -> np.ndarray:
    """Draw DINO's photometric augmentation and apply it.

    Jitter of brightness and contrast (0.4), saturation (0.2) and hue (0.1) in random order with
    probability 0.8, grey with 0.2, then blur (sigma 0.1-2 pixels) and solarisation.
    Source: BYOL (Grill et al. 2020), appendix B; DINO; DINOv2.

    Args:
        image ((H, W, 3) uint8): RGB.
        blur_prob ([0, 1]): chance of the blur.
        solarize_prob ([0, 1]): chance of the solarisation.

    Returns:
        (H, W, 3) uint8: a new image.
    """
    if np.random.rand() < 0.8:
        jitters = (
            (scale_brightness, np.random.uniform(0.6, 1.4)),
            (scale_contrast, np.random.uniform(0.6, 1.4)),
            (scale_saturation, np.random.uniform(0.8, 1.2)),
            (shift_hue, np.random.uniform(-0.1, 0.1)))
        for index in np.random.permutation(len(jitters)):
            jitter, amount = jitters[index]
            image = jitter(image, amount)
    if np.random.rand() < 0.2:
        image = to_grey(image)
    if np.random.rand() < blur_prob:
        image = cv2.GaussianBlur(image, (9, 9), np.random.uniform(0.1, 2.0))
    if np.random.rand() < solarize_prob:
        image = solarize(image)
    return image


def _table(values: np.ndarray) -> np.ndarray:
    """Round and clip to uint8.

    Args:
        values ((256,) float): new value of each value.
    """
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)
