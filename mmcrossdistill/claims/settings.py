"""What numbers depend on besides the code and the seed of the training."""
from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mmengine.config import Config

from mmcrossdistill.simulation.plan import GENERATOR

from .options import RunOptions
from .recipe import Recipe, needed


class SettingsDigest:
    """Hashes the world and the configs of some runs and of all that they need.

    Runs of other seeds, in other folders or on other machines have the same digest. Claims share
    runs, so each config is read once.

    Args:
        recipes: all, by name.
        options: of the run.
        root: of the repository.
    """

    def __init__(self, recipes: Mapping[str, Recipe], options: RunOptions, root: Path) -> None:
        self.recipes, self.options, self.root = recipes, options, root
        self._configs: dict[str, dict[str, Any]] = {}

    def __call__(self, names: Sequence[str]) -> str:
        """Hash.

        Args:
            names: of the recipes.

        Returns:
            Sixteen hexadecimal digits.
        """
        parts = [(recipe.name, recipe.kind, self._read(recipe.config),
                  sorted(recipe.weights.items()), recipe.options, recipe.world, recipe.prepared)
                 for recipe in sorted(
                     needed(names, self.recipes), key=lambda recipe: recipe.name)]
        content = json.dumps([GENERATOR, self.options.seed, self.options.quick, parts,
                              *(['amp'] if self.options.amp else [])],
                             sort_keys=True, default=str)
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    def _read(self, config: str) -> dict[str, Any]:
        """Read a config, or take what was read."""
        if config not in self._configs:
            self._configs[config] = Config.fromfile(
                self.root / config, import_custom_modules=False).to_dict()
        return self._configs[config]
