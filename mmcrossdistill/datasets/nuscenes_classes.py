"""The 16 classes of nuScenes lidarseg."""
from __future__ import annotations

from .label_tables import build_label_map

CLASSES = (
    'barrier', 'bicycle', 'bus', 'car', 'construction_vehicle', 'motorcycle', 'pedestrian',
    'traffic_cone', 'trailer', 'truck', 'driveable_surface', 'other_flat', 'sidewalk', 'terrain',
    'manmade', 'vegetation')

# Classes whose objects are counted one by one; the others are stuff.
THINGS = CLASSES[:10]

# RGB, the colours that mmdet3d and the nuScenes lidarseg challenge papers use.
PALETTE = (
    (255, 120, 50), (255, 192, 203), (255, 255, 0), (0, 150, 245), (0, 255, 255), (255, 127, 0),
    (255, 0, 0), (255, 240, 150), (135, 60, 0), (160, 32, 240), (255, 0, 255), (139, 137, 137),
    (75, 0, 75), (150, 240, 80), (230, 230, 250), (0, 175, 0))

# Too rare at night in real nuScenes to be scored there (CD, App. C.3: 13 classes at night).
NIGHT_EXCLUDED = ('bus', 'trailer', 'construction_vehicle')

# Raw lidarseg ids of each class; every other id (noise, animal, debris, ego, ...) is ignored.
_RAW_IDS = {
    'barrier': (9,), 'bicycle': (14,), 'bus': (15, 16), 'car': (17,),
    'construction_vehicle': (18,), 'motorcycle': (21,), 'pedestrian': (2, 3, 4, 6),
    'traffic_cone': (12,), 'trailer': (22,), 'truck': (23,), 'driveable_surface': (24,),
    'other_flat': (25,), 'sidewalk': (26,), 'terrain': (27,), 'manmade': (28,),
    'vegetation': (30,)}

LABEL_MAP = build_label_map(_RAW_IDS, 32)
