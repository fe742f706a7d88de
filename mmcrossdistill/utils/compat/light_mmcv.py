"""Say what to do where mmcv-lite is installed and mmcv's operators are needed.

Reason: there is no wheel of mmcv 2.1.0 for current torch, and compiling its operators takes 11 to
30 minutes on two cores. Pre-training, its probes and the demonstration use none of them, so they
are set up with mmcv-lite; mmdet3d and mmseg then fail with a bare "No module named 'mmcv.ops'".
Goes when: mmcv has wheels for the torch in use.
"""
from __future__ import annotations

OPERATORS_MODULE = 'mmcv.ops'
MISSING_OPERATORS = (
    'mmcv has no operators here: mmcv-lite is installed, which is enough for pre-training and its '
    'probes; run `make setup`, or pip uninstall mmcv-lite && MMCV_WITH_OPS=1 pip install '
    '--no-build-isolation mmcv==2.1.0')
