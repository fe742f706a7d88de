"""Official nuScenes categories with their lidarseg indices, attributes and visibility levels."""
from __future__ import annotations

# Row i is lidarseg index i. Source: category.json of nuScenes-lidarseg v1.0.
CATEGORIES: tuple[str, ...] = (
    'noise', 'animal', 'human.pedestrian.adult', 'human.pedestrian.child',
    'human.pedestrian.construction_worker', 'human.pedestrian.personal_mobility',
    'human.pedestrian.police_officer', 'human.pedestrian.stroller', 'human.pedestrian.wheelchair',
    'movable_object.barrier', 'movable_object.debris', 'movable_object.pushable_pullable',
    'movable_object.trafficcone', 'static_object.bicycle_rack', 'vehicle.bicycle',
    'vehicle.bus.bendy', 'vehicle.bus.rigid', 'vehicle.car', 'vehicle.construction',
    'vehicle.emergency.ambulance', 'vehicle.emergency.police', 'vehicle.motorcycle',
    'vehicle.trailer', 'vehicle.truck', 'flat.driveable_surface', 'flat.other', 'flat.sidewalk',
    'flat.terrain', 'static.manmade', 'static.other', 'static.vegetation', 'vehicle.ego')

INDEX: dict[str, int] = {name: index for index, name in enumerate(CATEGORIES)}

ATTRIBUTES: tuple[str, ...] = (
    'vehicle.moving', 'vehicle.stopped', 'vehicle.parked', 'cycle.with_rider',
    'cycle.without_rider', 'pedestrian.sitting_lying_down', 'pedestrian.standing',
    'pedestrian.moving')

VISIBILITY: tuple[tuple[str, str, str], ...] = (
    ('1', 'v0-40', 'visibility of whole object is between 0 and 40%'),
    ('2', 'v40-60', 'visibility of whole object is between 40 and 60%'),
    ('3', 'v60-80', 'visibility of whole object is between 60 and 80%'),
    ('4', 'v80-100', 'visibility of whole object is between 80 and 100%'))


def attribute_of(category: str, moving: bool, parked: bool) -> str | None:
    """Choose the attribute that nuScenes gives an object.

    Args:
        category: official category name.
        moving: whether the object moves at this moment.
        parked: whether it stands for the whole scene.

    Returns:
        The attribute's name; None for cones and barriers, which carry none.
    """
    if category.startswith('human.'):
        return 'pedestrian.moving' if moving else 'pedestrian.standing'
    if category in ('vehicle.bicycle', 'vehicle.motorcycle'):
        return 'cycle.without_rider' if parked else 'cycle.with_rider'
    if category.startswith('vehicle.'):
        return 'vehicle.moving' if moving else ('vehicle.parked' if parked else 'vehicle.stopped')
    return None
