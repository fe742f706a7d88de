"""Parameters of positive pair mining."""
from __future__ import annotations

from dataclasses import dataclass

GROUND_METHODS = ('patchwork', 'ransac')
CLUSTER_METHODS = ('components', 'hdbscan')


@dataclass(frozen=True)
class PpmSettings:
    """Everything that the records depend on.

    The paper names the steps; their parameters stand in a supplement that is not public. What comes
    from elsewhere is named, the rest is ours.

    Args:
        max_gap: sweeps further away from the keyframe than this get no record, seconds (ours).
        ground: 'patchwork' (Patchwork++) or 'ransac' (one plane per cloud).
        sensor_height: of the LiDAR above the road, metres (nuScenes: 1.84).
        clustering: 'components' (connected voxels of the fused cloud, ours) or 'hdbscan'.
        cell: side of these voxels in x and y, metres; touching voxels join points 0.2 to 0.4 m
            apart (ICP-Flow and SegContrast: eps 0.25; this one is ours).
        cell_height: their side in z, larger since rings are far apart (ours).
        min_cluster_size: of HDBSCAN, and of a cluster that can move, points (ICP-Flow: 20).
        max_range: points further away are static, metres (Patchwork++: 80).
        max_extent: longer clusters are static, metres; a bus of 13 m at 20 m/s fits (ours).
        max_height: higher clusters are static, metres (ours).
        min_height: lower ones too, mostly one ring on a wall, metres (ours).
        max_bottom: and those that start higher above the road, metres (ours).
        min_displacement: a cluster moves if it moves further than this within the window, metres,
        min_speed: and faster than this, m/s,
        min_gain: and its scans fit better after the registration, by this share of the distance to
            the nearest neighbours that they had before (spec of the three: ours).
        dof: of the registration, in the level frame of the ego vehicle: 3 (turn about z, and
            level translation) or 4 (up and down too, of which the rings of a LiDAR say little).
        iterations: most of one registration.
        max_distance: neighbours further apart do not match, metres (ours).
        yaw_rate_prior: standard deviation of the turn rate, rad/s, of which few points say little
            (ours).
        max_residual: a cluster with a larger mean distance of its matches fails, metres (ICP-Flow:
            0.2; sparse scans have more),
        min_overlap: so does one of which fewer points find a match, share (ours),
        max_deviation: and one whose matches say too little of the motion: standard deviation of
            the displacement at the ends of the window, metres (ours).
    """

    max_gap: float = 0.25
    ground: str = 'patchwork'
    sensor_height: float = 1.84
    clustering: str = 'components'
    cell: float = 0.2
    cell_height: float = 0.5
    min_cluster_size: int = 20
    max_range: float = 80.0
    max_extent: float = 24.0
    max_height: float = 5.0
    min_height: float = 0.15
    max_bottom: float = 1.5
    min_displacement: float = 0.3
    min_speed: float = 0.5
    min_gain: float = 0.3
    dof: int = 3
    iterations: int = 12
    max_distance: float = 0.5
    yaw_rate_prior: float = 0.3
    max_residual: float = 0.25
    min_overlap: float = 0.5
    max_deviation: float = 0.1

    def __post_init__(self) -> None:
        """Check the choices.

        Raises:
            ValueError: if one is unknown.
        """
        for name, choices in (('ground', GROUND_METHODS), ('clustering', CLUSTER_METHODS),
                              ('dof', (3, 4))):
            if getattr(self, name) not in choices:
                raise ValueError(f'{name}={getattr(self, name)!r} is not one of {choices}')
