"""Write where the moving points of the sweeps around each keyframe are at the keyframe's time.

One small file per keyframe, for LoadInterFrameCloud(alignment='ppm'). Killed and started again it
goes on where it stopped; parts can run side by side on several machines.

Examples:
    python tools/preprocess/ppm.py --root data/nuscenes --workers 16
    python tools/preprocess/ppm.py --root data/nuscenes --num-shards 8 --shard-id 0
"""
from __future__ import annotations

import sys

from mmcrossdistill.preprocessing.command_line import run_command
from mmcrossdistill.preprocessing.ppm import command


def main() -> int:
    """Parse the command line and write the records.

    Returns:
        Exit code.
    """
    return run_command('ppm.py', __doc__, command.add_arguments, command.run)


if __name__ == '__main__':
    sys.exit(main())
