"""Print a config with its bases merged: ``python tools/misc/print_config.py CONFIG [--origin]``."""
from __future__ import annotations

import argparse

from mmengine.config import Config, DictAction

from mmcrossdistill.utils.config_origin import config_origins


def main() -> None:
    """Print the config, or for each key the file that sets it."""
    parser = argparse.ArgumentParser(description='Print a config with its bases merged')
    parser.add_argument('config', help='path of the config')
    parser.add_argument(
        '--origin', action='store_true', help='also list which file sets each key')
    parser.add_argument('--cfg-options', nargs='+', action=DictAction, help='overrides')
    args = parser.parse_args()
    cfg = Config.fromfile(args.config)
    cfg.merge_from_dict(args.cfg_options or {})
    print(cfg.pretty_text)
    if args.origin:
        for key, source in config_origins(args.config, args.cfg_options or {}).items():
            print(f'{key}: {source}')


if __name__ == '__main__':
    main()
