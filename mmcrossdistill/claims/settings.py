"""What numbers depend on besides the code and the seed of the training."""
from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from mmengine.config import Config

from mmcrossdistill.simulation.plan import GENERATOR

from .options import RunOptions
from .recipe import Recipe, needed


def settings_digest(names: Sequence[str], recipes: Mapping[str, Recipe], options: RunOptions,
                    root: Path) -> str:
    """Hash the world and the configs of some runs and of all that they need.

    Runs of other seeds, in other folders or on other machines have the same digest.

    Args:
        names: of the recipes.
        recipes: all, by name.
        options: of the run.
        root: of the repository.

    Returns:
        Sixteen hexadecimal digits.
    """
    parts = [(recipe.name, recipe.kind, Config.fromfile(
        root / recipe.config, import_custom_modules=False).to_dict(), sorted(
            recipe.weights.items()), recipe.options, recipe.world, recipe.prepared)
        for recipe in sorted(needed(names, recipes), key=lambda recipe: recipe.name)]
    content = json.dumps([GENERATOR, options.seed, options.quick, parts], sort_keys=True,
                         default=str)
    return hashlib.sha256(content.encode()).hexdigest()[:16]
