"""Every encoder of CD's configs goes from stage 1 to stage 2 to its probes."""
from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from mmengine.config import Config

from mmcrossdistill.registry import MODELS
from mmcrossdistill.testing.tiny import random_batch

CD = Path(__file__).resolve().parents[2] / 'configs' / 'cd'
ENCODERS = sorted(path.stem.removeprefix('stage1_') for path in CD.glob('stage1_*.py'))
THIN = dict(depth=1, embed_dim=96, num_heads=2, patch_size=8)


def run(config: str, folder: Path, **files: Any) -> set[str]:
    """Run the model of a config, made small, on one batch and save its weights.

    Args:
        config: path below configs/cd, without suffix.
        folder: where the weights are saved.
        files: options that name the weights to start from, merged into the model.

    Returns:
        The parts of the model that got a gradient.
    """
    cfg = Config(dict(model=Config.fromfile(CD / f'{config}.py').model))
    options: dict[str, Any] = {}
    if cfg.model.backbone_2d.type == 'ViT':
        options['model.backbone_2d.arch_overrides'] = THIN
    if 'projector_3d' in cfg.model:
        options |= {
            'model.projector_3d.in_channels': 16, 'model.backbone_2d.checkpoint': None,
            'model.projector_3d.out_channels': 96 if 'r50' not in config else 2048,
            'model.backbone_3d': dict(_delete_=True, type='WaffleIron', arch='test_tiny')}
    cfg.merge_from_dict(options | files)
    model = MODELS.build(cfg.model)
    model.init_weights()
    losses = model.train()(**model.data_preprocessor(random_batch(), True), mode='loss')
    loss, _ = model.parse_losses(losses)
    assert loss.isfinite() and loss > 0
    loss.backward()
    torch.save(dict(state_dict=model.state_dict()), folder / f'{Path(config).name}.pth')
    return {name.split('.')[0] for name, parameter in model.named_parameters()
            if parameter.grad is not None and parameter.grad.abs().sum() > 0}


@pytest.mark.parametrize('encoder', ENCODERS)
def test_encoder_goes_through_all_its_configs(encoder: str, tmp_path: Path) -> None:
    assert run(f'stage1_{encoder}', tmp_path) == {'backbone_3d', 'projector_3d'}
    assert run(f'stage2_{encoder}', tmp_path, **{
        'model.stage1_checkpoint': str(tmp_path / f'stage1_{encoder}.pth')}) == {'backbone_2d'}
    probes = sorted(path.stem for task in ('depth', 'seg')
                    for path in (CD / 'benchmarks').glob(f'{task}_[lf][pt]_{encoder}.py'))
    kinds = ('lp',) if 'r50' in encoder else ('ft', 'lp')
    assert probes == [f'{task}_{kind}_{encoder}' for task in ('depth', 'seg') for kind in kinds]
    for probe in probes:
        learning = run(f'benchmarks/{probe}', tmp_path, **{
            'model.backbone_2d.init_cfg.checkpoint': str(tmp_path / f'stage2_{encoder}.pth')})
        assert learning == ({'head'} if '_lp_' in probe else {'head', 'backbone_2d'})
