"""All claims of all papers, and the runs that measure them."""
from __future__ import annotations

from . import cd_claims, cd_recipes, slidr_claims, slidr_recipes
from .claim import Claim
from .recipe import Recipe

CLAIMS: tuple[Claim, ...] = (*cd_claims.CLAIMS, *slidr_claims.CLAIMS)
RECIPES: dict[str, Recipe] = {**cd_recipes.RECIPES, **slidr_recipes.RECIPES}
