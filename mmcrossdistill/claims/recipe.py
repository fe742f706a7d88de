"""What a run is: a config, the runs whose weights it takes, and how long it lasts."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Recipe:
    """One run, which all claims that need it share.

    Args:
        name: unique; also its folder.
        title: for people.
        config: path from the repository root.
        kind: 'train' (a training or a probe), 'corruptions' (a probe on corrupted images),
            'features' (numbers on a probe's encoder) or 'quantization' (how far points are from
            the voxels of the config; no weights).
        weights: config key to the recipe whose checkpoint it takes; the kinds that test a probe
            have the one key ``checkpoint``.
        options: overrides of the config, ``key=value``; for the other kinds, words of the command.
        quick_options: further ones on the tiny world.
        resumable: whether ``--resume`` continues an interrupted run.
        world: which one it reads: its sweeps, 'none', 'lidar' or 'all'.
        part: of the world without sweeps, if a training reads no other scenes.
        prepared: what was computed of that world, names of ``PREPARATIONS``.
        typical_s: seconds on one of two busy CPU cores.
    """

    name: str
    title: str
    config: str
    kind: str = 'train'
    weights: Mapping[str, str] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    quick_options: tuple[str, ...] = ()
    resumable: bool = False
    world: str = 'none'
    part: str = ''
    prepared: tuple[str, ...] = ()
    typical_s: float = 60.0


def needed(names: Sequence[str], recipes: Mapping[str, Recipe]) -> list[Recipe]:
    """List recipes with all that they need.

    Args:
        names: of recipes.
        recipes: all, by name.

    Returns:
        Each once, behind those whose weights it takes.

    Raises:
        KeyError: if a name is unknown.
        ValueError: if recipes need each other.
    """
    found: dict[str, Recipe] = {}

    def visit(name: str, waiting: tuple[str, ...]) -> None:
        """Add a recipe behind what it needs."""
        if name in waiting:
            raise ValueError(f'recipes need each other: {" -> ".join((*waiting, name))}')
        if name not in recipes:
            raise KeyError(f'{waiting[-1] if waiting else "a claim"} needs the recipe {name!r}, '
                           'which does not exist')
        if name not in found:
            for source in recipes[name].weights.values():
                visit(source, (*waiting, name))
            found[name] = recipes[name]

    for name in names:
        visit(name, ())
    return list(found.values())


def missing_configs(names: Sequence[str], recipes: Mapping[str, Recipe], root: Path) -> list[str]:
    """Name the configs that runs need and that are not there.

    Args:
        names: of recipes.
        recipes: all, by name.
        root: of the repository.

    Returns:
        Paths from the root.
    """
    return sorted({recipe.config for recipe in needed(names, recipes)
                   if not (root / recipe.config).is_file()})
