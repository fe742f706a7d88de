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

import argparse
import sys

from mmcrossdistill.preprocessing.command_line import exit_code_of
from mmcrossdistill.preprocessing.weak_labels import command


def main() -> int:
    """Parse the command line and write the maps.

    Returns:
        Exit code.
    """
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    command.add_arguments(parser)
    args = parser.parse_args()
    return exit_code_of(lambda: command.run(args), 'weak_labels.py')


if __name__ == '__main__':
    sys.exit(main())
