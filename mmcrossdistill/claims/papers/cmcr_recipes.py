"""The runs that the claims on CMCR need on MiniDrive."""
from __future__ import annotations

from mmcrossdistill.claims.recipe import Recipe

from .pretraining_recipes import pretraining, with_evaluations

NETWORK = 'cartesian_10cm'
SIZES = (128, 256, 1024, 2048)
_LABELS = ('weak_labels',)

# Without labels, and with.
_PARTS = {
    'pp': ('the contrast of CMCR alone', 9),
    'rec': ('CMCR, contrast and reconstructions', 10),
    'codebook': ('CMCR, contrast, reconstructions and codebook', 12),
    'geometry': ('CMCR without orthogonality and consistency', 12)}
_CHOICES = {
    **{f'codes{size}': f'CMCR with {size} codes' for size in SIZES},
    'own_codeword': 'CMCR, each modality held to its own codeword'}

_TRAININGS = (
    pretraining('cmcr', 'CMCR', 'cmcr', 12, _LABELS),
    *(pretraining(f'cmcr_{row}', title, 'cmcr', minutes)
      for row, (title, minutes) in _PARTS.items()),
    *(pretraining(f'cmcr_{row}', title, 'cmcr', 12, _LABELS) for row, title in _CHOICES.items()))

RECIPES: dict[str, Recipe] = with_evaluations(NETWORK, _TRAININGS)
NETWORK_OF: dict[str, str] = {training.name: NETWORK for training in _TRAININGS}
