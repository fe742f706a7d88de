"""The 19 classes of SemanticKITTI's single-scan benchmark."""
from __future__ import annotations

from .label_tables import build_label_map

# Raw ids of each class; moving objects count as their class. The first id stands for the class in
# submissions. Every other id (unlabelled, outlier, other structure, other object) is ignored.
_RAW_IDS = {
    'car': (10, 252), 'bicycle': (11,), 'motorcycle': (15,), 'truck': (18, 258),
    'other_vehicle': (20, 13, 16, 256, 257, 259), 'person': (30, 254), 'bicyclist': (31, 253),
    'motorcyclist': (32, 255), 'road': (40, 60), 'parking': (44,), 'sidewalk': (48,),
    'other_ground': (49,), 'building': (50,), 'fence': (51,), 'vegetation': (70,), 'trunk': (71,),
    'terrain': (72,), 'pole': (80,), 'traffic_sign': (81,)}

CLASSES = tuple(_RAW_IDS)
# Classes whose objects are counted one by one; the others are stuff.
THINGS = CLASSES[:8]
SUBMITTED_IDS = tuple(ids[0] for ids in _RAW_IDS.values())
LABEL_MAP = build_label_map(_RAW_IDS, 260)

# RGB, the colours of the data set's own tools.
PALETTE = (
    (100, 150, 245), (100, 230, 245), (30, 60, 150), (80, 30, 180), (0, 0, 255), (255, 30, 30),
    (255, 40, 200), (150, 30, 90), (255, 0, 255), (255, 150, 255), (75, 0, 75), (175, 0, 75),
    (255, 200, 0), (255, 120, 50), (0, 175, 0), (135, 60, 0), (150, 240, 80), (255, 240, 150),
    (255, 0, 0))
