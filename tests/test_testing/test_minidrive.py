"""The tiny world for tests."""
from __future__ import annotations

import json
from pathlib import Path

from mmcrossdistill.testing.minidrive import make_tiny_world


def test_it_holds_every_split_and_condition(minidrive_tiny: Path) -> None:
    splits = json.loads((minidrive_tiny / 'splits.json').read_text())
    assert set(splits) == {'reference', 'unlabelled', 'probe', 'dev', 'val'}
    assert all(splits.values())
    assert make_tiny_world(minidrive_tiny) == minidrive_tiny  # finished: returns at once
