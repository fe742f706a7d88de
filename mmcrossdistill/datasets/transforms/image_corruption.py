"""Fog, noise and motion blur of five severities on images."""
from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from mmcv.transforms import BaseTransform

from mmcrossdistill.registry import TRANSFORMS

from .sample_seed import sample_generator

SEVERITIES = (1, 2, 3, 4, 5)
# One value per severity.
GAUSSIAN_SIGMAS = (0.08, 0.12, 0.18, 0.26, 0.38)  # on [0, 1]
FOG_STRENGTHS = (1.5, 2.0, 2.5, 2.5, 3.0)  # on [0, 1]
FOG_DECAYS = (2.0, 2.0, 1.7, 1.5, 1.4)
FOG_GREY_SHARES = (0.1, 0.2, 0.3, 0.4, 0.5)
BLUR_SHARES = (0.01, 0.02, 0.03, 0.04, 0.05)  # of the image's width
_GREY = 128


def check_severity(severity: int) -> None:
    """Insist on a severity that exists.

    Args:
        severity: 1 to 5.

    Raises:
        ValueError: if it is another number.
    """
    if severity not in SEVERITIES:
        raise ValueError(f'severity={severity!r} is not one of {SEVERITIES}')


def add_gaussian_noise(
    image: np.ndarray, severity: int, generator: np.random.Generator,
) -> np.ndarray:
    """Add independent noise to every value and clip.

    Source: imagecorruptions 1.1.2, ``gaussian_noise``; it cuts off fractions, so does this.

    Args:
        image ((H, W, 3) uint8): image.
        severity: 1 to 5.
        generator: of the noise.

    Returns:
        (H, W, 3) uint8: the noisy image.
    """
    noise = generator.standard_normal(image.shape, dtype=np.float32)
    noisy = image / np.float32(255) + np.float32(GAUSSIAN_SIGMAS[severity - 1]) * noise
    return (noisy.clip(0, 1) * 255).astype(np.uint8)


def plasma_fractal(size: int, decay: float, generator: np.random.Generator) -> np.ndarray:
    """Draw a cloudy texture by the diamond-square algorithm on a torus.

    Source: imagecorruptions 1.1.2. Its amplitude starts at 10000 and is divided twice by ``decay``
    from level to level; the start value drops out when the texture is brought to [0, 1].

    Args:
        size: side in pixels, a power of two, at least 2.
        decay (> 1): the larger, the smoother.
        generator: of the texture.

    Returns:
        (size, size) float32: in [0, 1], both values reached.
    """
    texture = np.zeros((size, size), dtype=np.float32)
    step, amplitude = size, 1.0

    def fill(rows: slice, columns: slice, total: np.ndarray) -> np.ndarray:
        """Set cells to the mean of their four neighbours plus noise."""
        noise = 2 * generator.random(total.shape, dtype=np.float32) - 1
        texture[rows, columns] = total / 4 + np.float32(amplitude) * noise
        return texture[rows, columns]

    while step >= 2:
        at, between = slice(0, None, step), slice(step // 2, None, step)
        corners = texture[at, at]
        across = corners + np.roll(corners, -1, axis=1)
        down = corners + np.roll(corners, -1, axis=0)
        centres = fill(between, between, across + np.roll(across, -1, axis=0))
        fill(at, between, across + centres + np.roll(centres, 1, axis=0))
        fill(between, at, down + centres + np.roll(centres, 1, axis=1))
        step, amplitude = step // 2, amplitude / decay ** 2
    texture -= texture.min()
    return texture / texture.max()


def add_fog(
    image: np.ndarray, severity: int, generator: np.random.Generator, with_grey: bool = True,
) -> np.ndarray:
    """Lay cloudy white over the image and, as the benchmark does, grey over both.

    Source: imagecorruptions 1.1.2, ``fog``; the grey is 3D_Corruptions_AD's.

    Args:
        image ((H, W, 3) uint8): image.
        severity: 1 to 5.
        generator: of the cloud.
        with_grey: whether the result is blended with grey.

    Returns:
        (H, W, 3) uint8: the foggy image.
    """
    height, width = image.shape[:2]
    size = 1 << (max(height, width) - 1).bit_length()
    cloud = plasma_fractal(size, FOG_DECAYS[severity - 1], generator)[:height, :width, None]
    strength = np.float32(FOG_STRENGTHS[severity - 1])
    values = image / np.float32(255)
    # Rescaled so that the brightest pixel under the thickest fog keeps its brightness.
    brightest = values.max()
    foggy = (values + strength * cloud) * (brightest / (brightest + strength))
    foggy = (foggy.clip(0, 1) * 255).astype(np.uint8)
    if not with_grey:
        return foggy
    share = FOG_GREY_SHARES[severity - 1]
    return (share * _GREY + (1 - share) * foggy).astype(np.uint8)


def blur_left_right(
    image: np.ndarray, severity: int, generator: np.random.Generator,
) -> np.ndarray:
    """Smear the image along its rows, as a car that passes sideways or a turning camera does.

    The kernel is a line whose weights rise or fall; how much is drawn per image. Its length is a
    share of the width, so blur at the original size, then resize.
    Source: 3D_Corruptions_AD, which calls imgaug 0.4 with int(share * width) as length; imgaug
    makes even lengths odd and takes none below 3.

    Args:
        image ((H, W, 3) uint8): image.
        severity: 1 to 5.
        generator: of the slope.

    Returns:
        (H, W, 3) uint8: the blurred image.
    """
    length = max(3, int(BLUR_SHARES[severity - 1] * image.shape[1])) | 1
    left = generator.uniform()
    kernel = np.linspace(left, 1 - left, length, dtype=np.float32)[None]
    return cv2.filter2D(np.ascontiguousarray(image), -1, kernel / kernel.sum())


IMAGE_CORRUPTIONS = {
    'fog': add_fog, 'gaussian_noise': add_gaussian_noise, 'motion_blur': blur_left_right}


@TRANSFORMS.register_module()
class CorruptImage(BaseTransform):
    """Corrupt every view; the same sample always gets the same corruption.

    Needs ``imgs``, ``view_names`` and ``token``; put it right after LoadImages, because fog and
    blur follow the size of the image. Pixels do not move, so pairs stay true. Severities share
    their random numbers: a stronger noise is the weaker one scaled.
    Source: Collaborative Distillation, Table 6, by the benchmark of Dong et al. (CVPR 2023).

    Args:
        corruption: 'fog', 'gaussian_noise' or 'motion_blur' (left-right).
        severity: 1 to 5.
        seed: of the random numbers.
        grey_fog: whether fog is blended with grey, as the benchmark does; without, it is
            imagecorruptions' fog.

    Raises:
        ValueError: if the corruption or the severity is unknown.
    """

    def __init__(
        self, corruption: str, severity: int, seed: int = 0, grey_fog: bool = True,
    ) -> None:
        if corruption not in IMAGE_CORRUPTIONS:
            raise ValueError(
                f'corruption={corruption!r} is not one of {sorted(IMAGE_CORRUPTIONS)}')
        check_severity(severity)
        self.corruption = corruption
        self.severity = severity
        self.seed = seed
        self.options = dict(with_grey=grey_fog) if corruption == 'fog' else {}

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Corrupt the views of one sample.

        Args:
            results: data dict.

        Raises:
            KeyError: if the sample has no token.
        """
        corrupt = IMAGE_CORRUPTIONS[self.corruption]
        results['imgs'] = [
            corrupt(image, self.severity,
                    sample_generator(results, self.seed, self.corruption, view), **self.options)
            for image, view in zip(results['imgs'], results['view_names'], strict=True)]
        return results
