"""Reading MMEngine's scalars."""
from __future__ import annotations

import numpy as np
import pytest

from mmcrossdistill.chain.run_logs import last_validation, loss_history, read_scalars
from mmcrossdistill.testing.run_logs import write_scalars


def test_the_last_validation_counts(tmp_path):
    write_scalars(tmp_path, [{'seg/night/miou': 1.0, 'step': 1}, {'loss': 2.0, 'step': 5},
                             {'seg/night/miou': 3.0, 'time': 0.1, 'step': 2},
                             {'loss': 1.0, 'step': 6}])
    assert last_validation(tmp_path, 'seg') == {'night/miou': 3.0}


def test_a_metric_that_was_never_logged_is_named(tmp_path):
    write_scalars(tmp_path, [{'seg3d/night/miou': 1.0, 'step': 1}])
    with pytest.raises(ValueError, match='"seg/"'):
        last_validation(tmp_path, 'seg')


def test_a_resumed_run_gives_one_curve(tmp_path):
    write_scalars(tmp_path, [{'loss': 3.0, 'iter': 10, 'step': 10},
                             {'loss': 9.0, 'iter': 20, 'step': 20}], '20260101_000000')
    write_scalars(tmp_path, [{'loss': 2.0, 'iter': 20, 'step': 20},
                             {'seg/full/miou': 2.0, 'step': 1},
                             {'loss': 1.0, 'iter': 30, 'step': 30}], '20260101_010000')
    steps, values = loss_history(tmp_path)
    np.testing.assert_array_equal(steps, [10, 20, 30])
    np.testing.assert_array_equal(values, [3, 2, 1])


def test_a_run_without_logs_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match='LocalVisBackend'):
        read_scalars(tmp_path)
