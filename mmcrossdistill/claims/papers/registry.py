"""All claims of all papers, and the runs that measure them."""
from __future__ import annotations

from mmcrossdistill.claims.claim import Claim
from mmcrossdistill.claims.recipe import Recipe

from . import (
    cd_claims,
    cd_recipes,
    cmcr_claims,
    cmcr_recipes,
    downstream_recipes,
    olivine_claims,
    olivine_recipes,
    slidr_claims,
    slidr_recipes,
)

CLAIMS: tuple[Claim, ...] = (
    *cd_claims.CLAIMS, *slidr_claims.CLAIMS, *olivine_claims.CLAIMS, *cmcr_claims.CLAIMS)
RECIPES: dict[str, Recipe] = {
    **cd_recipes.RECIPES, **slidr_recipes.RECIPES, **olivine_recipes.RECIPES,
    **cmcr_recipes.RECIPES, **downstream_recipes.RECIPES}
# The network of each pre-training of a 3D encoder, whose random start it is compared with.
NETWORK_OF: dict[str, str] = {
    **slidr_recipes.NETWORK_OF, **olivine_recipes.NETWORK_OF, **cmcr_recipes.NETWORK_OF,
    **downstream_recipes.NETWORK_OF}
