"""Positive pair mining on a real pair of sweeps with ground-truth flow."""
from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mmcrossdistill.preprocessing.ppm.mining import Scan, mine
from mmcrossdistill.preprocessing.ppm.settings import PpmSettings


@pytest.mark.real_data
def test_dynamic_points_come_nearer(real_data: Path) -> None:
    pytest.importorskip('pypatchworkpp')
    path = real_data / 'argoverse2' / '7fab2350_sweep_pair.npz'
    if not path.is_file():
        pytest.skip(f'{path} does not exist')
    pair = np.load(path)
    first, second = (np.column_stack([pair[f'points{i}'], pair[f'intensity{i}']]).astype(np.float32)
                     for i in (0, 1))
    to_key = pair['ego1_SE3_ego0'].astype(np.float64)
    # These clouds are in the frame of the ego vehicle, whose origin is near the road.
    settings = PpmSettings(sensor_height=0.33)
    record = mine([Scan(second, np.eye(4), 0.0), Scan(first, to_key, -0.1)], np.eye(4), settings)[1]
    xyz = first[:, :3] @ to_key[:3, :3].T + to_key[:3, 3]
    truth = first[:, :3] + pair['flow_0_to_1'].astype(np.float64)
    moved = record.apply(xyz)
    dynamic = pair['flow_dynamic'] & np.isfinite(moved[:, 0])
    before, after = (np.linalg.norm(places - truth, axis=1) for places in (xyz, moved))
    assert dynamic.sum() > 0.9 * pair['flow_dynamic'].sum()
    assert after[dynamic].mean() < 0.5 * before[dynamic].mean()
    assert (record.cluster[~pair['flow_dynamic']] > 0).mean() < 0.01
