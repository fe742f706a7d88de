"""Write the regions of all images of a data set: SLIC superpixels, SAM masks, or label maps.

One lossless PNG per image (16 bit where there are more than 256 regions). Killed and started again
it goes on where it stopped; parts can run side by side on several machines.

Examples:
    python tools/preprocess/superpixels.py --root data/nuscenes --workers 16
    python tools/preprocess/superpixels.py --root data/nuscenes --method sam \\
        --checkpoint weights/sam-vit-huge --device cuda --num-shards 8 --shard-id 0
    python tools/preprocess/superpixels.py --root data/nuscenes --method semantic-png --labels maps
"""
from __future__ import annotations

import sys

from mmcrossdistill.preprocessing.command_line import run_command
from mmcrossdistill.preprocessing.superpixels import command


def main() -> int:
    """Parse the command line and write the maps.

    Returns:
        Exit code.
    """
    return run_command('superpixels.py', __doc__, command.add_arguments, command.run)


if __name__ == '__main__':
    sys.exit(main())
