"""Print versions and hardware: ``python tools/misc/collect_env.py``; paste it into bug reports."""
from __future__ import annotations

from mmcrossdistill.utils.collect_env import collect_env


def main() -> None:
    """Print one fact a line."""
    for name, value in collect_env().items():
        print(f'{name}: {value}')


if __name__ == '__main__':
    main()
