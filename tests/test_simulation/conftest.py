"""One world, built once for all tests of the simulation."""
from __future__ import annotations

import pytest

from mmcrossdistill.simulation.raycast import StillScene
from mmcrossdistill.simulation.world import World, build_world

WORLD_SEED = 2  # a bent street with a crossing, green light


@pytest.fixture(scope='session')
def world() -> World:
    """A world with moving traffic."""
    return build_world(WORLD_SEED)


@pytest.fixture(scope='session')
def still(world: World) -> StillScene:
    """Its still geometry."""
    return StillScene(world.still)
