"""Features by one call: against the model itself, batched, and as the guide shows it."""
from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.config import Config

from mmcrossdistill.apis import FeatureInferencer
from mmcrossdistill.datasets.transforms import FindNeighbors
from mmcrossdistill.datasets.transforms.image_aug import resize_image
from mmcrossdistill.registry import MODELS
from mmcrossdistill.structures import Correspondence, DistillDataSample
from mmcrossdistill.testing.tiny import tiny_distiller_cfg


def test_features_are_those_of_the_distiller(tiny_cfg, tiny_checkpoint, two_views):
    # Points apart by more than a voxel, so that the reference need not thin them.
    grid = np.stack(np.meshgrid(np.arange(-8, 8.), np.arange(-5, 5.), [0., 1.]), -1).reshape(-1, 3)
    points = np.concatenate([grid, np.ones((len(grid), 1))], axis=1).astype(np.float32)
    features = FeatureInferencer(tiny_cfg, tiny_checkpoint, 'cpu')(
        two_views | dict(points=points))['predictions'][0]

    model = MODELS.build(tiny_distiller_cfg()).eval()
    model.load_state_dict(torch.load(tiny_checkpoint, weights_only=True)['state_dict'])
    neighbors = FindNeighbors(4)(dict(points=points))['neighbors']
    sample = DistillDataSample()
    sample.corr = Correspondence.empty()
    images = np.stack([resize_image(image, (32, 64)) for image in two_views['imgs']])
    batch = model.data_preprocessor(dict(
        inputs=dict(points=[torch.tensor(points)], neighbors=[torch.tensor(neighbors)],
                    imgs=[torch.tensor(images).permute(0, 3, 1, 2)]), data_samples=[sample]))
    with torch.no_grad():
        maps = model.extract_2d(batch['inputs']['imgs'])
        rows = model.extract_3d(batch['inputs']['points'])
    torch.testing.assert_close(features.feats_2d, maps)
    assert features.valid_points.all()
    # Ties between neighbours of a regular grid may fall otherwise: compare where they do not.
    close = torch.isclose(features.feats_3d, rows, rtol=1e-3, atol=1e-4).all(dim=1)
    assert close.float().mean() > 0.9


def test_a_batch_of_different_frames_equals_its_frames(tiny_cfg, tiny_checkpoint, two_views):
    inferencer = FeatureInferencer(tiny_cfg, tiny_checkpoint, 'cpu')
    frames = [two_views, two_views['imgs'][1], dict(points=two_views['points'][:50]),
              two_views | dict(points=two_views['points'][50:])]
    together = inferencer(frames, batch_size=3)['predictions']
    assert [item.feats_2d is None for item in together] == [False, False, True, False]
    assert [item.feats_3d is None for item in together] == [False, True, False, False]
    for frame, item in zip(frames, together, strict=True):
        alone = inferencer(frame)['predictions'][0]
        for name in ('feats_2d', 'global_2d', 'feats_3d'):
            if getattr(item, name) is not None:
                torch.testing.assert_close(
                    getattr(item, name), getattr(alone, name), rtol=1e-4, atol=1e-5)


def test_rows_follow_the_points_and_stop_at_the_range(tiny_cfg, tiny_checkpoint, two_views):
    inferencer = FeatureInferencer(tiny_cfg, tiny_checkpoint, 'cpu')
    points = np.concatenate([two_views['points'], [[25., 0, 0, 0, 0]]])
    order = np.random.default_rng(1).permutation(201)
    straight = inferencer(dict(points=points))['predictions'][0]
    assert not straight.valid_points[200] and not straight.feats_3d[200].any()
    assert straight.valid_points[:200].float().mean() > 0.9
    assert straight.feats_3d.shape == (201, 32)
    backbone = inferencer(dict(points=points), stage='backbone')['predictions'][0]
    assert backbone.feats_3d.shape == (201, 16)
    mixed = inferencer(dict(points=points[order]))['predictions'][0]
    assert mixed.valid_points.equal(straight.valid_points[order])


def test_pictures_are_drawn_on_request(tiny_cfg, tiny_checkpoint, two_views):
    inferencer = FeatureInferencer(tiny_cfg, tiny_checkpoint, 'cpu')
    same_size = two_views | dict(imgs=[two_views['imgs'][0]] * 2)
    frames = [same_size, two_views['imgs'][0], dict(points=two_views['points'])]
    results = inferencer(frames, return_vis=True)
    assert inferencer(frames[0])['visualization'] == []
    for picture in results['visualization']:
        assert picture.dtype == np.uint8 and len(np.unique(picture.reshape(-1, 3), axis=0)) > 50


def test_semantic_features_need_semantic_heads(tiny_cfg, tiny_checkpoint, two_views):
    inferencer = FeatureInferencer(tiny_cfg, tiny_checkpoint, 'cpu')
    with pytest.raises(ValueError, match='no semantic heads'):
        inferencer(two_views, stage='semantic')


def test_what_cannot_be_encoded_is_refused(tiny_cfg, tiny_checkpoint, two_views):
    inferencer = FeatureInferencer(tiny_cfg, tiny_checkpoint, 'cpu')
    with pytest.raises(ValueError, match='stage must be one of'):
        inferencer(two_views, stage='head')
    with pytest.raises(ValueError, match='unknown argument'):
        inferencer(two_views, level=3)
    probe = Config(dict(
        model=dict(type='PixelSegmentor', num_classes=3,
                   backbone_2d=dict(type='ViT', arch='test_tiny')),
        train_dataloader=tiny_cfg.train_dataloader))
    with pytest.raises(ValueError, match='neither images nor points that this model encodes'):
        FeatureInferencer(probe, tiny_checkpoint, 'cpu')(dict(points=two_views['points']))


def test_the_guide_runs_as_it_stands(repo_root, minidrive_tiny, tmp_path, monkeypatch):
    cfg = Config.fromfile(repo_root / 'configs/cd/minidrive_stage2.py').model
    cfg.update(stage1_checkpoint=None, require_stage1=False)
    cfg.backbone_2d.init_cfg = None
    checkpoint = tmp_path / 'work_dirs/demo/stage2/epoch_1.pth'
    checkpoint.parent.mkdir(parents=True)
    torch.save({'state_dict': MODELS.build(cfg).state_dict()}, checkpoint)
    (tmp_path / 'data').mkdir()
    (tmp_path / 'data/minidrive').symlink_to(minidrive_tiny)
    monkeypatch.chdir(tmp_path)
    guide = (repo_root / 'docs/user_guides/features.md').read_text()
    blocks = re.findall(r'```python\n(.*?)```', guide, re.DOTALL)
    assert len(blocks) == 4
    names: dict = {}
    for block in blocks:
        exec(compile(block, 'features.md', 'exec'), names)
    assert names['heat'].shape == names['image'].shape[:2]
    assert names['dense'].shape == (*names['image'].shape[:2], 128)
    torch.testing.assert_close(
        names['by_array']['predictions'][0].feats_2d, names['by_path']['predictions'][0].feats_2d)
    assert len(names['many']) == 3 and names['picture'].ndim == 3
    assert names['similarity'].points[names['near'][0]] == pytest.approx(1)


@pytest.mark.gpu
def test_a_gpu_gives_the_same_features(tiny_cfg, tiny_checkpoint, two_views):
    on_gpu, on_cpu = (FeatureInferencer(tiny_cfg, tiny_checkpoint, device)(
        two_views)['predictions'][0] for device in ('cuda', 'cpu'))
    assert on_gpu.feats_2d.device.type == 'cpu'
    torch.testing.assert_close(on_gpu.feats_2d, on_cpu.feats_2d, rtol=1e-3, atol=1e-3)
    torch.testing.assert_close(on_gpu.feats_3d, on_cpu.feats_3d, rtol=1e-3, atol=1e-3)


@pytest.mark.real_data
def test_real_keyframes(tiny_cfg, tiny_checkpoint, real_data: Path):
    folder = real_data / 'nuscenes' / 'scene-0061_000'
    told = json.loads((folder / 'frame.json').read_text())
    cameras = told['cameras']
    features = FeatureInferencer(tiny_cfg, tiny_checkpoint, 'cpu')(dict(
        imgs=[folder / camera['file'] for camera in cameras.values()],
        points=folder / told['lidar']['file'], num_pts_feats=told['lidar']['num_feats'],
        cam2img=[camera['cam2img'] for camera in cameras.values()],
        lidar2cam=[camera['lidar2cam'] for camera in cameras.values()],
        view_names=list(cameras)))['predictions'][0]
    assert features.feats_3d.shape == (34688, 32) and features.feats_2d.shape == (6, 32, 4, 8)
    pairs = features.pairs()
    assert len(pairs) > 10000 and set(pairs.view_idx.tolist()) == set(range(6))
    assert features.pixel_features(5, [(1599.5, 899.5)]).isfinite().all()
