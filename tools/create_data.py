"""Generate MiniDrive, or write the info files of a data set.

Examples:
    python tools/create_data.py minidrive --out data/minidrive --size small
    python tools/create_data.py nuscenes --root data/minidrive
    python tools/create_data.py nuimages --root data/nuimages --workers 8
    python tools/create_data.py frames --root my_frames
    python tools/create_data.py kitti --root data/kitti/training
    python tools/create_data.py semantickitti --root data/semantickitti
    python tools/create_data.py pandaset --root data/pandaset
"""
from __future__ import annotations

import argparse
import importlib
import sys

from mmcrossdistill.preprocessing.command_line import exit_code_of

SOURCES = {
    'minidrive': ('mmcrossdistill.simulation.command', 'generate the MiniDrive world'),
    'nuscenes': ('mmcrossdistill.preprocessing.nuscenes_infos', 'infos of nuScenes or MiniDrive'),
    'nuimages': ('mmcrossdistill.preprocessing.nuimages_infos', 'infos and labels of nuImages'),
    'frames': ('mmcrossdistill.preprocessing.frames_infos', 'infos of folders with a frame.json'),
    'kitti': ('mmcrossdistill.preprocessing.kitti_infos', 'infos of KITTI object frames'),
    'semantickitti': (
        'mmcrossdistill.preprocessing.semantickitti_infos', 'infos of SemanticKITTI'),
    'pandaset': (
        'mmcrossdistill.preprocessing.pandaset_infos', 'infos and point files of PandaSet')}


def main() -> int:
    """Parse the command line and run the source.

    Returns:
        Exit code.
    """
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest='source', required=True)
    chosen = sys.argv[1] if len(sys.argv) > 1 else None
    for name, (module_name, summary) in SOURCES.items():
        command = commands.add_parser(name, help=summary, description=summary)
        # Only the chosen source is imported: the others may need packages that are not installed.
        if name == chosen:
            module = importlib.import_module(module_name)
            module.add_arguments(command)
            command.set_defaults(run=module.run)
    args = parser.parse_args()
    return exit_code_of(lambda: args.run(args), f'create_data.py {args.source}')


if __name__ == '__main__':
    sys.exit(main())
