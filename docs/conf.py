"""Settings of Sphinx."""
from __future__ import annotations

import re
from pathlib import Path

_VERSION = Path(__file__).resolve().parents[1] / 'mmcrossdistill' / 'version.py'

project = 'mmcrossdistill'
author = 'mmcrossdistill contributors'
release = re.search(r"__version__ = '(.+)'", _VERSION.read_text()).group(1)
extensions = ['myst_parser']
myst_enable_extensions = ['colon_fence', 'deflist']
myst_heading_anchors = 3
exclude_patterns = ['_build', 'benchmarks/*.md']
html_theme = 'furo'
html_static_path = ['_static']
html_title = f'{project} {release}'
