"""Two-dimensional maps of codes, coloured by the modality that uses them."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from .tsne import draw_maps, embed_tsne

# Those of the paper's figure, in shades that readers who do not see red and green tell apart.
USER_COLOURS = {'images': '#d55e00', 'points': '#0072b2', 'both': '#5cb85c'}
_UNUSED = 'none'


@dataclass(frozen=True, eq=False)
class UsedCodes:
    """The codes of one codebook.

    Args:
        title: of the model.
        codes ((V, C) float): all codes.
        users ((V,) str): who uses each: a key of ``USER_COLOURS``, or 'none'.
    """

    title: str
    codes: np.ndarray
    users: np.ndarray

    def numbers(self) -> dict[str, float]:
        """Count who uses the codes.

        Returns:
            ``used``, the share of all codes that somebody uses, and by user the share of these.
        """
        used = self.users != _UNUSED
        return {'used': float(used.mean())} | {
            name: float((self.users == name).sum() / max(used.sum(), 1)) for name in USER_COLOURS}


def codebook_maps(codebooks: Sequence[UsedCodes], seed: int = 0) -> Figure:
    """Draw one t-SNE map of the used codes per codebook, with the share of jointly used ones.

    Source: CMCR (Zhang and Hou, IJCV 2025) Fig. 6.

    Args:
        codebooks: each with at least 4 used codes.
        seed: of t-SNE.

    Returns:
        The figure.

    Raises:
        ValueError: if a codebook has fewer used codes.
    """
    maps = []
    for book in codebooks:
        used = book.users != _UNUSED
        if used.sum() < 4:
            raise ValueError(
                f'{book.title}: {used.sum()} of {len(used)} codes are used, a map needs 4; take a '
                'checkpoint of a trained model')
        numbers = book.numbers()
        maps.append((f'{book.title}\n{used.sum()} of {len(used)} codes used, '
                     f'{100 * numbers["both"]:.0f} % of them by both modalities',
                     embed_tsne(book.codes[used], seed=seed), book.users[used]))
    return draw_maps(maps, USER_COLOURS)
