"""Keep mmpretrain importable beside transformers 5.

Reason: mmpretrain 1.2 defines its BLIP, OFA and other multi-modal models whenever transformers is
installed, on names that transformers 5 no longer has; ``import mmpretrain.models`` then raises
``TypeError: NoneType takes no arguments``. We need its ResNet only.
Goes when: mmpretrain supports transformers 5.
"""
from __future__ import annotations

import sys
from importlib import metadata

DEPENDENCY_MODULE = 'mmpretrain.utils.dependency'


def switch_off_multimodal() -> None:
    """Let mmpretrain register placeholders for its multi-modal models under transformers >= 5.

    Called right after ``mmpretrain.utils.dependency`` is imported.
    """
    try:
        major = int(metadata.version('transformers').split('.')[0])
    except metadata.PackageNotFoundError:
        return
    if major >= 5:
        sys.modules[DEPENDENCY_MODULE].WITH_MULTIMODAL = False
