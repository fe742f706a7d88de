"""Write a class for every pixel of all images of a data set: weak labels, for OLIVINE and CMCR.

One 8-bit PNG per image, 255 where no class is known, and the names of the classes in settings.json.
Killed and started again it goes on where it stopped; parts can run side by side on several
machines.

Examples:
    python tools/preprocess/weak_labels.py --root data/nuscenes --method grounded-sam \\
        --detector weights/grounding-dino-tiny --checkpoint weights/sam-vit-huge --device cuda
    python tools/preprocess/weak_labels.py --root data/nuscenes --method png --labels camseg \\
        --table seem --workers 16
    python tools/preprocess/weak_labels.py --root data/minidrive --method minidrive --accuracy 0.8
"""
from __future__ import annotations

import sys

from mmcrossdistill.preprocessing.command_line import run_command
from mmcrossdistill.preprocessing.weak_labels import command


def main() -> int:
    """Parse the command line and write the maps.

    Returns:
        Exit code.
    """
    return run_command('weak_labels.py', __doc__, command.add_arguments, command.run)


if __name__ == '__main__':
    sys.exit(main())
