"""Tests of tools/visualization/ on the tiny world, with encoders of random weights."""
from __future__ import annotations

import json
import urllib.request
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from mmengine.config import Config

from mmcrossdistill.registry import MODELS

PROBES = {'seg': 'cd/benchmarks/minidrive_seg_lp', 'depth': 'cd/benchmarks/minidrive_depth_lp'}


@pytest.fixture(scope='module')
def checkpoints(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Files of both probes with random weights."""
    folder = tmp_path_factory.mktemp('probes')
    for task, name in PROBES.items():
        model = Config.fromfile(repo_root / 'configs' / f'{name}.py').model
        model.backbone_2d.init_cfg = None
        torch.manual_seed(len(task))
        torch.save({'state_dict': MODELS.build(model).state_dict()}, folder / f'{task}.pth')
    return {task: folder / f'{task}.pth' for task in PROBES}


def _encoders(checkpoints: dict[str, Path]) -> list[str | Path]:
    """Two encoders on the command line."""
    return [word for task in PROBES
            for word in ('--encoder', task, PROBES[task], checkpoints[task])]


def test_tsne_writes_the_picture_and_its_numbers(run_here, minidrive_tiny, tmp_path, checkpoints):
    out = tmp_path / 'new' / 'tsne.png'
    status, printed = run_here(
        'visualization/vis_tsne.py', PROBES['seg'], *_encoders(checkpoints), '--num', '6',
        '--data-root', minidrive_tiny, '--out', out, '--conditions', 'night', 'day-rain')
    assert status == 0 and str(out) in printed
    told = json.loads(out.with_suffix('.json').read_text())
    assert told['conditions'] == ['night', 'day-rain'] and told['images'] == 12
    assert set(told['encoders']) == {'seg', 'depth'}
    for values in told['encoders'].values():
        assert 0 <= values['linear_separability'] <= 1 and values['centroid_distance'] > 0
    assert cv2.imread(str(out)).shape[1] > 1000


def test_pca_of_a_data_set_and_of_files(run_here, minidrive_tiny, tmp_path, checkpoints):
    out, files = tmp_path / 'pca.png', sorted((minidrive_tiny / 'samples/CAM_FRONT').iterdir())
    run_here('visualization/vis_pca.py', PROBES['seg'], *_encoders(checkpoints),
             '--data-root', minidrive_tiny, '--out', out)
    three_rows = cv2.imread(str(out)).shape[0]
    status, _ = run_here('visualization/vis_pca.py', '--images', files[0], *_encoders(checkpoints),
                         '--out', out)
    assert status == 0 and 2 * cv2.imread(str(out)).shape[0] < three_rows
    assert run_here('visualization/vis_pca.py', *_encoders(checkpoints), '--out', out)[0] == 2


@pytest.mark.parametrize('task', PROBES)
def test_strips_of_both_tasks(run_here, minidrive_tiny, tmp_path, checkpoints, task):
    out = tmp_path / 'strips.png'
    status, _ = run_here(
        'visualization/vis_strips.py', task, PROBES['seg'], '--probe', 'mine', PROBES[task],
        checkpoints[task], '--data-root', minidrive_tiny, '--out', out)
    assert status == 0 and cv2.imread(str(out)).std() > 20


def test_the_viewer_serves_keyframes_until_interrupted(
        run_here, repo_root, minidrive_tiny, tmp_path, monkeypatch):
    model = Config.fromfile(repo_root / 'configs/cd/minidrive_stage1.py').model
    model.backbone_2d.init_cfg = None
    torch.save({'state_dict': MODELS.build(model).state_dict()}, tmp_path / 'stage1.pth')
    seen = {}

    def interrupt(server):
        """Look at the running page, then end it as Ctrl+C does."""
        address = f'http://{server.get_host()}:{server.get_port()}'
        seen[address] = urllib.request.urlopen(address, timeout=20).status
        raise KeyboardInterrupt

    monkeypatch.setattr('viser.ViserServer.sleep_forever', interrupt)
    status, printed = run_here(
        'visualization/viewer.py', 'cd/minidrive_stage2', tmp_path / 'stage1.pth', '--data',
        PROBES['seg'], '--data-root', minidrive_tiny, '--num', '2', '--port', '18090')
    (address, served), = seen.items()
    assert status == 0 and served == 200 and address in printed


def test_similarity_of_a_query_on_voxels(run_here, repo_root, minidrive_tiny, tmp_path):
    model = Config.fromfile(repo_root / 'configs/slidr/minidrive_slidr.py').model
    model.backbone_2d.init_cfg = None
    torch.save({'state_dict': MODELS.build(model).state_dict()}, tmp_path / 'slidr.pth')
    out = tmp_path / 'similarity.png'
    status, printed = run_here(
        'visualization/vis_similarity.py', 'slidr/minidrive_slidr', tmp_path / 'slidr.pth',
        '--data-root', minidrive_tiny, '--rows', '0', '1', '--pixel', '128', '90', '--out', out)
    assert status == 0 and printed.count(': point ') == 2
    picture = cv2.imread(str(out))
    assert picture.std() > 20 and picture.shape[1] > 1000


def test_similarity_through_both_pairs_of_heads(run_here, repo_root, minidrive_tiny, tmp_path):
    model = Config.fromfile(repo_root / 'configs/olivine/minidrive_olivine.py').model
    model.backbone_2d.init_cfg = None
    torch.save({'state_dict': MODELS.build(model).state_dict()}, tmp_path / 'olivine.pth')
    data = 'slidr/minidrive_slidr', '--data-root', minidrive_tiny
    words = ['olivine/minidrive_olivine', tmp_path / 'olivine.pth', '--data', *data, '--pixel',
             '128', '90', '--out']
    widths = []
    for stages in (['projector'], ['projector', 'semantic']):
        out = tmp_path / f'{len(stages)}.png'
        status, printed = run_here(
            'visualization/vis_similarity.py', *words, out, '--stages', *stages)
        assert status == 0 and printed.count(': point ') == 1
        widths.append(cv2.imread(str(out)).shape[1])
    assert widths[1] > 1.5 * widths[0]
    both = cv2.imread(str(tmp_path / '2.png'))
    half = both.shape[1] // 2
    assert np.abs(both[:, :half].astype(int) - both[:, -half:]).mean() > 1, 'the heads differ'


def test_codebook_of_two_models(run_here, repo_root, tmp_path):
    model = Config.fromfile(repo_root / 'configs/cmcr/minidrive_cmcr.py').model
    codebook = MODELS.build(model.codebook)
    codebook.counts[0, :200] = 1.0
    codebook.counts[1, 100:240] = 1.0
    torch.save({'state_dict': {f'codebook.{name}': value for name, value in
                               codebook.state_dict().items()}}, tmp_path / 'cmcr.pth')
    out = tmp_path / 'new' / 'codebook.png'
    words = [word for title in ('one', 'other') for word in (
        '--model', title, 'cmcr/minidrive_cmcr', tmp_path / 'cmcr.pth')]
    status, printed = run_here('visualization/vis_codebook.py', *words, '--out', out)
    assert status == 0 and str(out) in printed
    told = json.loads(out.with_suffix('.json').read_text())
    assert told['one'] == told['other'] == {
        'used': 240 / 512, 'images': 100 / 240, 'points': 40 / 240, 'both': 100 / 240}
    assert cv2.imread(str(out)).shape[1] > 1000
    with pytest.raises(ValueError, match='has no codebook'):
        run_here('visualization/vis_codebook.py', '--model', 'one', 'slidr/minidrive_slidr',
                 tmp_path / 'cmcr.pth', '--out', out)


def test_points_by_class(run_here, repo_root, minidrive_tiny, tmp_path):
    probe = 'simple_remedies/benchmarks/minidrive_lp_10cm'
    encoder = MODELS.build(
        Config.fromfile(repo_root / f'configs/{probe}.py').model.backbone_3d | {'init_cfg': None})
    # A pre-training leaves its projector, too, which the probe has not.
    torch.save({'state_dict': {f'backbone_3d.{name}': value for name, value in
                               encoder.state_dict().items()} | {
        'projector_3d.linear.weight': torch.zeros(64, 96)}}, tmp_path / 'encoder.pth')
    out = tmp_path / 'points.png'
    status, _ = run_here(
        'visualization/vis_tsne_points.py', '--encoder', 'random', probe, tmp_path / 'encoder.pth',
        '--data-root', minidrive_tiny, '--scans', '2', '--per-class', '4', '--out', out)
    told = json.loads(out.with_suffix('.json').read_text())
    assert status == 0 and 20 < told['points'] <= 2 * 16 * 4
    assert 0 <= told['neighbour_accuracy']['random'] <= 1
    assert cv2.imread(str(out)).std() > 5


def test_a_page_on_objects(run_here, minidrive_tiny, repo_root, tmp_path):
    model = Config.fromfile(repo_root / 'configs/panoptic/minidrive_quick.py').model
    torch.save({'state_dict': MODELS.build(model).state_dict()}, tmp_path / 'epoch_1.pth')
    out = tmp_path / 'new' / 'panoptic.html'
    status, printed = run_here(
        'visualization/vis_panoptic.py', 'panoptic/minidrive_quick',
        *[tmp_path / 'epoch_1.pth'] * 2, '--titles', 'first', 'second',
        '--data-root', minidrive_tiny, '--scans', '1', '--no-cameras', '--device', 'cpu',
        '--out', out)
    assert status == 0 and str(out) in printed
    page = out.read_text()
    assert page.count('data:image/png') == 2
    assert 'first: classes, %' in page and 'second: classes, %' in page
