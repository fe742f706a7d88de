"""The two parts that SLidR makes of nuScenes' training scenes."""
from __future__ import annotations

from collections.abc import Sequence

# Numbers of the 100 scenes that SLidR keeps aside to choose hyper-parameters ("mini-val").
_VERIFYING = (
    8, 9, 19, 29, 32, 42, 45, 49, 52, 54, 56, 66, 67, 73, 131, 152, 166, 168, 183, 190, 194, 208,
    210, 211, 241, 243, 248, 259, 260, 261, 287, 292, 297, 305, 306, 350, 352, 358, 361, 365, 368,
    377, 388, 391, 395, 413, 427, 428, 438, 444, 452, 453, 459, 463, 464, 475, 513, 533, 544, 575,
    587, 589, 642, 652, 658, 669, 678, 687, 701, 703, 706, 710, 715, 726, 735, 740, 758, 786, 790,
    804, 806, 847, 856, 868, 882, 897, 899, 976, 996, 1012, 1015, 1016, 1018, 1020, 1024, 1044,
    1058, 1094, 1098, 1107)
VERIFYING = frozenset(f'scene-{number:04d}' for number in _VERIFYING)
NAMED_SPLITS = ('parametrizing', 'verifying')


def named_scenes(split: str, scenes: Sequence[str]) -> list[str]:
    """Pick the scenes of a named part.

    Of the 700 official training scenes, 'verifying' has 100 and 'parametrizing' the other 600, on
    which SLidR, PPKT, ST-SLidR and Simple Remedies pre-train.
    Source: SLidR, Sec. 4.1 and its code.

    Args:
        split: one of ``NAMED_SPLITS``.
        scenes: names of the training scenes.

    Returns:
        Those of the part, in their order.
    """
    wanted = split == 'verifying'
    return [scene for scene in scenes if (scene in VERIFYING) == wanted]
