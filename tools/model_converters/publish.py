"""Write the encoders of a checkpoint for timm, Hugging Face, mmpretrain and mmdet3d.

Example:
    python tools/model_converters/publish.py configs/cd/stage2_vits.py \\
        work_dirs/stage2_vits/epoch_1.pth --out published/cd_vits
"""
from __future__ import annotations

import argparse
from pathlib import Path

from mmengine.config import DictAction

from mmcrossdistill.publishing.publish import FORMATS, publish
from mmcrossdistill.utils import run_config


def main() -> None:
    """Read the command line and publish."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('config', help='of the run, or of a probe on its encoder')
    parser.add_argument('checkpoint', help='of the run')
    parser.add_argument('--out', type=Path, required=True, help='a folder per format goes here')
    parser.add_argument('--formats', nargs='+', choices=FORMATS,
                        help='by default all that can express the encoders')
    parser.add_argument('--image-size', nargs=2, type=int, metavar=('H', 'W'),
                        help='where features are the same as ours (default: of the config)')
    parser.add_argument('--cfg-options', nargs='+', action=DictAction, help='key=value overrides')
    args = parser.parse_args()
    try:
        cfg = run_config.load_run_config(args.config, cfg_options=args.cfg_options)
        publish(cfg, args.config, args.checkpoint, args.out, args.formats,
                tuple(args.image_size) if args.image_size else None)
    except (*run_config.USER_ERRORS, ValueError) as error:
        raise SystemExit(f'publish.py: {error}') from error


if __name__ == '__main__':
    main()
