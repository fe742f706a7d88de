"""Map the codes of CMCR's codebook to the plane by t-SNE, coloured by the modality that uses them.

Writes the picture and, beside it, a json with the shares of the codes that images, points and both
use.

Example:
    python tools/visualization/vis_codebook.py \\
        --model "own codewords" cmcr/minidrive_cmcr_own_codeword own/epoch_2.pth \\
        --model "codeword of the point" cmcr/minidrive_cmcr cmcr/epoch_2.pth --out codebook.png
"""
from __future__ import annotations

import argparse
import json
from pathlib import Path

from mmcrossdistill.apis.codebooks import read_codebook
from mmcrossdistill.visualization.codebook_map import codebook_maps
from mmcrossdistill.visualization.image_grid import encode_png


def parse_args() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--model', nargs=3, action='append', required=True,
                        metavar=('TITLE', 'CONFIG', 'CHECKPOINT'), help='repeat for several')
    parser.add_argument('--out', type=Path, required=True, help='the PNG file')
    parser.add_argument('--seed', type=int, default=0, help='of t-SNE')
    return parser.parse_args()


def main() -> None:
    """Write the picture and the numbers."""
    args = parse_args()
    codebooks = [read_codebook(*model) for model in args.model]
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_bytes(encode_png(codebook_maps(codebooks, args.seed)))
    told = json.dumps({book.title: book.numbers() for book in codebooks}, indent=2)
    args.out.with_suffix('.json').write_text(told + '\n')
    print(told)
    print(args.out)


if __name__ == '__main__':
    main()
