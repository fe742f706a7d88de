"""Out-of-domain segmentation: our encoder in mmseg, on data sets in their own layout."""
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from mmengine.config import Config
from mmengine.registry import DefaultScope
from mmengine.runner import Runner

from mmcrossdistill.registry import MODELS
from mmcrossdistill.testing.tiny import tiny_distiller_cfg
from mmcrossdistill.utils.config_check import check_config

SIZE = (48, 96)
# Config, image and label files of its layout with {split} to fill in, label of the left half, and
# the split names.
LAYOUTS = {
    'cityscapes_lp_vits': (
        'leftImg8bit/{split}/aachen/a_leftImg8bit.png',
        'gtFine/{split}/aachen/a_gtFine_labelTrainIds.png', 11, ('train', 'val')),
    'ade20k_lp_vits': (
        'images/{split}/a.jpg', 'annotations/{split}/a.png', 12, ('training', 'validation')),
    'acdc_fog_lp_vitg': (
        'rgb_anon/fog/{split}/GP01/a_rgb_anon.png',
        'gt/fog/{split}/GP01/a_gt_labelTrainIds.png', 11, ('train', 'val')),
}


@pytest.fixture(autouse=True)
def scope() -> Iterator[None]:
    """A runner of mmseg leaves its scope behind; other tests must not find it."""
    with DefaultScope.overwrite_default_scope('mmcrossdistill'):
        yield


@pytest.fixture
def encoder(tmp_path: Path) -> tuple[str, dict[str, torch.Tensor]]:
    """A distilled checkpoint and its 2D weights."""
    state = MODELS.build(tiny_distiller_cfg('lidar_to_image')).state_dict()
    path = tmp_path / 'epoch_1.pth'
    torch.save(dict(state_dict=state), path)
    prefix = 'backbone_2d.'
    return str(path), {
        key.removeprefix(prefix): value for key, value in state.items() if key.startswith(prefix)}


def write_data(root: Path, name: str) -> None:
    """Two images, dark left and bright right, with one class each and an unlabelled row."""
    image_name, label_name, left, splits = LAYOUTS[name]
    for split in splits:
        image = np.full((*SIZE, 3), 40, np.uint8)
        label = np.full(SIZE, left, np.uint8)
        image[:, SIZE[1] // 2:], label[:, SIZE[1] // 2:] = 220, left + 1
        label[0] = 0 if 'ade' in name else 255
        for file_name, content in ((image_name, image), (label_name, label)):
            path = root / file_name.format(split=split)
            path.parent.mkdir(parents=True)
            assert cv2.imwrite(str(path), content)


def tiny_config(repo_root: Path, root: Path, name: str, checkpoint: str) -> Config:
    """The real config, with a tiny encoder and images."""
    cfg = Config.fromfile(repo_root / 'configs' / 'cd' / 'benchmarks' / f'{name}.py')
    assert cfg.model.backbone.frozen and cfg.model.backbone.feature == 'norm'
    cfg.merge_from_dict({
        'work_dir': str(root / 'work'), 'visualizer': dict(vis_backends=[]),
        'model.backbone.arch': 'test_tiny', 'model.backbone.init_cfg.checkpoint': checkpoint,
        'model.neck.channels': 32, 'model.decode_head.in_channels': 32,
        'model.decode_head.channels': 32, 'model.data_preprocessor.size': (40, 68),
        'train_cfg.max_iters': 12, 'train_cfg.val_interval': 12, 'param_scheduler': [],
        'optim_wrapper.optimizer.lr': 3e-2})
    if cfg.model.test_cfg.mode == 'slide':
        cfg.model.test_cfg.update(crop_size=(36, 36), stride=(20, 20))
    for loader in (cfg.train_dataloader, cfg.val_dataloader, cfg.test_dataloader):
        loader.update(num_workers=0, persistent_workers=False)
        loader.dataset.data_root = str(root)
        # Photometric distortion would make dark and bright alike.
        loader.dataset.pipeline = [
            step for step in loader.dataset.pipeline if step.type != 'PhotoMetricDistortion']
        for step in loader.dataset.pipeline:
            if step.type in ('Resize', 'RandomResize'):
                step.scale = SIZE[::-1]
            if step.type == 'RandomCrop':
                step.crop_size = (40, 68)
    cfg.train_dataloader.batch_size = 2
    assert check_config(cfg) == []
    return cfg


@pytest.mark.parametrize('name', LAYOUTS)
def test_learns_and_evaluates_with_a_frozen_encoder(
    repo_root: Path, tmp_path: Path, encoder: tuple, name: str,
) -> None:
    checkpoint, weights = encoder
    write_data(tmp_path, name)
    runner = Runner.from_cfg(tiny_config(repo_root, tmp_path, name, checkpoint))
    runner.train()
    kept = runner.model.backbone.state_dict()
    assert kept.keys() == weights.keys()
    assert all(torch.equal(kept[key], weights[key]) for key in kept)
    runner.model.train()
    assert not runner.model.backbone.training and runner.model.neck.training
    result = runner.val_loop.run()
    assert result['aAcc'] > 80 and result['mIoU'] > 60


def test_the_head_is_batch_norm_and_one_linear_layer(
    repo_root: Path, tmp_path: Path, encoder: tuple,
) -> None:
    write_data(tmp_path, 'cityscapes_lp_vits')
    cfg = tiny_config(repo_root, tmp_path, 'cityscapes_lp_vits', encoder[0])
    model = Runner.from_cfg(cfg).model
    trained = [key for key, value in model.named_parameters() if value.requires_grad]
    assert trained == ['neck.norm.weight', 'neck.norm.bias', 'decode_head.conv_seg.weight',
                       'decode_head.conv_seg.bias']
    imgs = torch.randn(2, 3, 40, 72)
    model.eval()
    rows = model.backbone(imgs)[-1]
    conv = model.decode_head.conv_seg
    expected = torch.einsum('bchw,kc->bkhw', rows / (1 + 1e-5) ** 0.5, conv.weight[..., 0, 0])
    torch.testing.assert_close(
        model(imgs, mode='tensor'), expected + conv.bias.view(1, -1, 1, 1), rtol=1e-4, atol=1e-5)


def test_weights_that_do_not_fit_stop_mmseg_too(
    repo_root: Path, tmp_path: Path, encoder: tuple,
) -> None:
    write_data(tmp_path, 'cityscapes_lp_vits')
    state = torch.load(encoder[0])['state_dict']
    del state['backbone_2d.model.pos_embed']
    torch.save(dict(state_dict=state), tmp_path / 'other.pth')
    cfg = tiny_config(repo_root, tmp_path, 'cityscapes_lp_vits', str(tmp_path / 'other.pth'))
    model = Runner.from_cfg(cfg).model
    with pytest.raises(ValueError, match='missing keys .*pos_embed'):
        model.init_weights()
