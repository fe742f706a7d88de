"""Convert published checkpoints of 3D backbones into ours, and back.

minkunet: SLidR, Seal, OLIVINE (MinkowskiEngine's kernels); waffleiron: WaffleIron, ScaLR.

Example:
    python tools/model_converters/convert_3d.py minkunet minkunet_slidr_1gpu.pt slidr.pth \\
        --voxelizer voxel_size=0.1 coords=cylindrical
    python tools/model_converters/convert_3d.py minkunet epoch_50.pth theirs.pt --to-published
"""
from __future__ import annotations

import argparse
import pickle
from pathlib import Path

from mmengine.config import DictAction

from mmcrossdistill.publishing.convert_3d import FORMATS, to_ours, to_published


def main() -> None:
    """Read the command line and convert."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('format', choices=sorted(FORMATS))
    parser.add_argument('source', type=Path, help='file to read')
    parser.add_argument('out', type=Path, help='file to write')
    parser.add_argument('--to-published', action='store_true', help='ours into theirs')
    parser.add_argument('--preset', help=f'of the backbone, by default of {FORMATS}')
    parser.add_argument('--voxelizer', nargs='+', action=DictAction,
                        help='key=value: voxels of the training, where the file does not say')
    args = parser.parse_args()
    try:
        if args.to_published:
            to_published(args.format, args.source, args.out, args.preset)
        else:
            to_ours(args.format, args.source, args.out, args.preset, args.voxelizer)
    except (FileNotFoundError, ValueError, pickle.UnpicklingError) as error:
        raise SystemExit(f'convert_3d.py: {error}') from error
    print(f'{args.out}')


if __name__ == '__main__':
    main()
