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

import argparse
import sys

from mmcrossdistill.preprocessing.command_line import exit_code_of
from mmcrossdistill.preprocessing.superpixels import command


def main() -> int:
    """Parse the command line and write the maps.

    Returns:
        Exit code.
    """
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    command.add_arguments(parser)
    args = parser.parse_args()
    return exit_code_of(lambda: command.run(args), 'superpixels.py')


if __name__ == '__main__':
    sys.exit(main())
