"""The benchmarks on tiny sizes: they check both ways themselves before they time them."""
from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
import torch


def test_cd_step_reports_every_part(run_tool, tmp_path: Path) -> None:
    out = tmp_path / 'cd_step.json'
    run_tool(
        'benchmarks/cd_step.py', '--repeats', '1', '--batch-size', '1', '--out', out, '--configs',
        'configs/cd/minidrive_stage1.py', 'configs/cd/minidrive_stage2.py', '--cfg-options',
        'model.backbone_2d.arch=test_tiny', 'model.backbone_3d.arch=test_tiny',
        'model.projector_3d.in_channels=16', 'model.projector_3d.out_channels=32')
    report = json.loads(out.read_text())
    assert '--batch-size 1' in report['command'] and report['threads'] == 1
    always = {'preprocess', '2d_forward', '3d_forward', 'projector_forward',
              'sampling_loss_forward', 'sampling_loss_backward', 'optimizer'}
    assert report['stage1']['parts_ms'].keys() == always | {'projector_backward', '3d_backward'}
    assert report['stage2']['parts_ms'].keys() == always | {'2d_backward'}
    for stage, direction in (('stage1', 'image_to_lidar'), ('stage2', 'lidar_to_image')):
        found = report[stage]
        assert found['direction'] == direction and found['pairs'] > 1000 and found['data_ms'] > 0
        assert found['overhead_share'] == pytest.approx(
            found['step_ms'] / found['floor_ms'] - 1, abs=0.01)
        mixed = report[f'amp_{stage}']
        assert mixed['optim_wrapper'] == 'BFloat16OptimWrapper'
        first = mixed['first_loss']
        assert first['amp'] != first['float32'], 'the same precision twice'
        assert first['amp'] == pytest.approx(first['float32'], rel=0.01)
    assert report['sampling']['ms'].keys() == report['sampling']['peak_mb'].keys()
    assert report['waffleiron']['max_relative_difference'] < 1e-5


def test_compiled_blocks_give_the_same_features(run_tool, tmp_path: Path) -> None:
    out = tmp_path / 'compiled_vit.json'
    run_tool('benchmarks/compiled_vit.py', '--arch', 'test_tiny', '--height', '32', '--width', '64',
             '--batch-size', '1', '--repeats', '1', '--out', out)
    report = json.loads(out.read_text())
    assert report['max_difference'] < 1e-3
    for name in ('forward', 'forward_backward'):
        assert report[name]['ms'].keys() == {'plain', 'compiled'}


def test_kept_memory_saves_page_faults(run_tool, tmp_path: Path, monkeypatch) -> None:
    for name in [name for name in os.environ if name.startswith(('MALLOC_', 'GLIBC_'))]:
        monkeypatch.delenv(name)
    out = tmp_path / 'kept_memory.json'
    run_tool('benchmarks/kept_memory.py', '--loads', 'class_contrast', '--repeats', '5',
             '--rounds', '1', '--out', out)
    report = json.loads(out.read_text())
    assert '--load' not in report['command'].split()
    found = report['class_contrast']
    # A step works in 16 blocks of 4 MiB, 1024 pages each; those of one step share many.
    freed, kept = (found[way]['faults'] for way in ('freed', 'kept'))
    assert freed > 2 * 1024 and freed > 5 * kept


def test_allocators_train_alike(run_tool, tmp_path: Path) -> None:
    out = tmp_path / 'allocators.json'
    # Of libraries that are surely here, one that allocates nothing.
    maths = next(line.split()[-1] for line in Path('/proc/self/maps').read_text().splitlines()
                 if '/libm.so' in line or '/libm-' in line)
    run_tool('benchmarks/allocators.py', 'tests/data/toy_config.py', '--preload', maths,
             '--steps', '4', '--rounds', '1', '--train-args',
             '--cfg-options train_cfg.max_epochs=3', '--out', out)
    report = json.loads(out.read_text())
    assert report['steps'] == 4
    for name in ('C library', Path(maths).name):
        assert report[name]['ms_per_step'] > 0 and report[name]['peak_mb'] > 0


def test_superpixel_pooling_equals_one_hot_matrices(run_tool, tmp_path: Path) -> None:
    out = tmp_path / 'pooling.json'
    run_tool(
        'benchmarks/superpixel_pooling.py', '--repeats', '1', '--views', '1', '--superpixels', '20',
        '--channels', '8', '--pairs', '500', '--out', out)
    report = json.loads(out.read_text())
    assert 10 < report['regions'] <= 20
    assert report['ms'].keys() == report['peak_mb'].keys() and len(report['ms']) == 4


def test_sparse_conv_reports_network_and_convolutions(run_here, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    scan, out = tmp_path / 'scan.bin', tmp_path / 'sparse_conv.json'
    (rng.random((500, 4)) * [8, 8, 2, 1]).astype(np.float32).tofile(scan)
    threads = torch.get_num_threads()
    status, _ = run_here(
        'benchmarks/sparse_conv.py', '--scans', scan, '--voxel-size', '0.4', '--preset',
        'test_tiny', '--threads', '1', '--repeats', '1', '--out', out)
    torch.set_num_threads(threads)
    assert status == 0
    report = json.loads(out.read_text())
    assert report['scans'] == ['scan.bin'] and 300 < report['num_voxels'] <= 500
    (network,) = report['network']
    assert network['threads'] == 1 and network['forward_backward_cpu_s'] > 0
    assert sum(report['profile_percent_1_thread'].values()) == pytest.approx(100, abs=0.5)
    assert report['same_with_threads'] == dict.fromkeys(
        ('output', 'input_gradient', 'weight_gradient'), True)
    rows = report['convolutions_forward']
    assert sum(row['layers'] for row in rows) == 1 + 2 * 4 + 2 * 8
    assert {row['kind'] for row in rows} == {'submanifold', 'strided', 'inverse'}
    for clock in ('cpu_ms', 'wall_ms'):
        assert all(row[clock].keys() == {'ours_1_threads'} for row in rows)
        assert all(row[clock]['ours_1_threads'] > 0 for row in rows)


def test_olivines_losses_equal_straightforward_statements(run_tool, tmp_path: Path) -> None:
    out = tmp_path / 'olivine.json'
    run_tool(
        'benchmarks/olivine_losses.py', '--repeats', '1', '--pairs', '300', '--labelled', '2000',
        '--classes', '5', '--channels', '32', '--out', out)
    parts = json.loads(out.read_text())['parts']
    assert parts.keys() == {'class_contrast', 'consistency', 'density'}
    assert all(part['max_difference'] < 1e-4 and part['ms'].keys() == part['peak_mb'].keys()
               for part in parts.values())


def test_codebook_agrees_with_all_distances_and_loops(run_tool, tmp_path: Path) -> None:
    out = tmp_path / 'codebook.json'
    run_tool('benchmarks/codebook.py', '--repeats', '1', '--rows', '600', '--pairs', '50',
             '--codes', '8', '32', '--channels', '6', '--out', out)
    report = json.loads(out.read_text())
    assert [size['codes'] for size in report['sizes']] == [8, 32]
    for size in report['sizes']:
        assert size['ms'].keys() == size['peak_mb'].keys() == {
            'lookup', 'lookup_all_distances', 'update', 'update_loop'}
        assert size['lookup_ratio'] > 0 and size['update_ratio'] > 0


def test_point_ops_agree_with_all_distances(run_tool, tmp_path: Path) -> None:
    out = tmp_path / 'point_ops.json'
    run_tool('benchmarks/point_ops.py', '--repeats', '1', '--points', '512', '--boxes', '8',
             '--out', out)
    report = json.loads(out.read_text())
    assert (report['centers'], report['keypoints'], report['box_grid']) == (128, 64, 8 * 216)
    assert len(report['ms']) == 6


def test_data_benchmarks_report_every_part(run_tool, tmp_path: Path) -> None:
    out = tmp_path / 'report.json'
    run_tool('benchmarks/data_pairs.py', '--repeats', '1', '--out', out)
    report = json.loads(out.read_text())
    assert report['transforms_ms'].keys() >= {'CorrespondencePipeline', 'FindNeighbors'}
    assert report['sample_without_decode_ms'] > report['projection_ms'] > 0
    run_tool('benchmarks/data_neighbors.py', '--repeats', '1', '--points', '500', '--out', out)
    (times,) = json.loads(out.read_text())['ms_by_points'].values()
    assert len(times) == 5 and min(times.values()) > 0


def test_waffleiron_is_timed_by_kind_of_convolution(run_tool, tmp_path: Path) -> None:
    out = tmp_path / 'report.json'
    run_tool('benchmarks/waffleiron_speed.py', '--arch', 'test_tiny', '--points', '300',
             '--repeats', '1', '--out', out)
    report = json.loads(out.read_text())
    assert min(report[f'{name}_ms'] for name in ('embedding', 'dense', 'sparse', 'auto')) > 0
