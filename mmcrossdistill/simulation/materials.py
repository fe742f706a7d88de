"""Surface materials: class, colours, texture kind, gloss, LiDAR reflectivity and emission."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from .categories import INDEX

# Texture kinds, evaluated at hit points in object coordinates by ``textures.py``.
TEXTURES: tuple[str, ...] = (
    'plain', 'bands', 'stripes', 'brick', 'windows', 'foliage', 'panels', 'tiles', 'road', 'grass')


@dataclass(frozen=True)
class MaterialArrays:
    """All materials of one world as columns; row = material index.

    Args:
        raw_class ((K,) uint8): nuScenes lidarseg index.
        color ((K, 3) float32): linear base colour.
        color2 ((K, 3) float32): second colour of the texture.
        texture ((K,) int32): index into ``TEXTURES``.
        scale ((K,) float32): size of the texture's period (m).
        roughness ((K,) float32): strength of the brightness noise.
        gloss ((K,) float32): share of mirrored surroundings at normal incidence.
        reflectivity ((K,) float32): LiDAR return of a perpendicular hit, 0 to 1.
        emission ((K, 3) float32): radiance at night.
    """

    raw_class: np.ndarray
    color: np.ndarray
    color2: np.ndarray
    texture: np.ndarray
    scale: np.ndarray
    roughness: np.ndarray
    gloss: np.ndarray
    reflectivity: np.ndarray
    emission: np.ndarray


class MaterialTable:
    """Collects the materials of one world while it is built."""

    def __init__(self) -> None:
        self._rows: list[tuple] = []

    def add(self, category: str, color: Sequence[float], color2: Sequence[float] | None = None,
            texture: str = 'plain', scale: float = 1.0, roughness: float = 0.25,
            gloss: float = 0.0, reflectivity: float | None = None,
            emission: Sequence[float] = (0.0, 0.0, 0.0)) -> int:
        """Add one material.

        Args:
            category: official nuScenes category name, the label of every hit.
            color ((3,) float): linear base colour, 0 to 1.
            color2 ((3,) float): second colour; a darker base colour when None.
            texture: one of ``TEXTURES``.
            scale (> 0): texture period (m).
            roughness (>= 0): strength of the brightness noise.
            gloss (0 to 1): mirrored share at normal incidence.
            reflectivity (0 to 1): LiDAR return; follows the colour's brightness when None.
            emission ((3,) float): radiance at night.

        Returns:
            The material's index.
        """
        color = tuple(float(c) for c in color)
        if color2 is None:
            color2 = tuple(0.6 * c for c in color)
        if reflectivity is None:
            reflectivity = 0.06 + 0.3 * sum(color) / 3
        self._rows.append((INDEX[category], color, tuple(color2), TEXTURES.index(texture), scale,
                           roughness, gloss, reflectivity, tuple(emission)))
        return len(self._rows) - 1

    def arrays(self) -> MaterialArrays:
        """Return the table as columns."""
        dtypes = {'raw_class': np.uint8, 'texture': np.int32}
        columns = zip(*self._rows, strict=True)
        return MaterialArrays(**{
            field.name: np.array(column, dtype=dtypes.get(field.name, np.float32))
            for field, column in zip(fields(MaterialArrays), columns, strict=True)})


# Paints shared by vehicles, clothes, walls and street furniture: a colour must not give the class.
PAINTS = np.array([
    (.75, .75, .74), (.55, .56, .57), (.28, .29, .30), (.05, .05, .06), (.02, .02, .02),
    (.45, .04, .04), (.25, .02, .03), (.04, .08, .32), (.03, .16, .42), (.35, .48, .60),
    (.05, .20, .08), (.16, .22, .10), (.60, .42, .06), (.62, .20, .03), (.38, .28, .18),
    (.22, .13, .08), (.50, .44, .34), (.62, .57, .48), (.12, .28, .28), (.30, .10, .25)],
    dtype=np.float32)


def random_paint(rng: np.random.Generator) -> np.ndarray:
    """Draw a jittered colour from the shared paints.

    Args:
        rng: random state.

    Returns:
        (3,) float32: linear colour.
    """
    paint = PAINTS[rng.integers(len(PAINTS))]
    return np.clip(paint * rng.uniform(0.7, 1.3) + rng.normal(0, 0.015, 3), 0.01, 0.9)
