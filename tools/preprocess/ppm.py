"""Write where the moving points of the sweeps around each keyframe are at the keyframe's time.

One small file per keyframe, for LoadInterFrameCloud(alignment='ppm'). Killed and started again it
goes on where it stopped; parts can run side by side on several machines.

Examples:
    python tools/preprocess/ppm.py --root data/nuscenes --workers 16
    python tools/preprocess/ppm.py --root data/nuscenes --num-shards 8 --shard-id 0
"""
from __future__ import annotations

import argparse
import sys

from mmcrossdistill.preprocessing.command_line import exit_code_of
from mmcrossdistill.preprocessing.ppm import command


def main() -> int:
    """Parse the command line and write the records.

    Returns:
        Exit code.
    """
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    command.add_arguments(parser)
    args = parser.parse_args()
    return exit_code_of(lambda: command.run(args), 'ppm.py')


if __name__ == '__main__':
    sys.exit(main())
