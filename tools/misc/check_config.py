"""Check configs without building them: ``python tools/misc/check_config.py CONFIG ...``."""
from __future__ import annotations

import argparse
import sys

from mmengine.config import Config, DictAction

from mmcrossdistill.utils.config_check import check_config


def main() -> int:
    """Print the problems of each config; the exit status is 1 if there is any."""
    parser = argparse.ArgumentParser(description='Check types, arguments and keys of configs')
    parser.add_argument('configs', nargs='+', help='paths of configs')
    parser.add_argument('--cfg-options', nargs='+', action=DictAction, help='overrides')
    args = parser.parse_args()
    failed = False
    for filename in args.configs:
        try:
            cfg = Config.fromfile(filename)
        except (OSError, SyntaxError, KeyError, TypeError) as error:
            problems = [f'cannot be read: {error}']
        else:
            cfg.merge_from_dict(args.cfg_options or {})
            problems = check_config(cfg)
        failed = failed or bool(problems)
        print(f'{filename}: {f"{len(problems)} problems" if problems else "ok"}')
        for problem in problems:
            print(f'  {problem}')
    return int(failed)


if __name__ == '__main__':
    sys.exit(main())
