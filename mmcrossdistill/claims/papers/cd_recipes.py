"""The runs that the claims on Collaborative Distillation need on MiniDrive."""
from __future__ import annotations

from mmcrossdistill.claims.recipe import Recipe

ENCODER_2D = 'model.backbone_2d.init_cfg.checkpoint'
ENCODER_3D = 'model.backbone_3d.init_cfg.checkpoint'
HEAD_3D = 'model.projector_3d.init_cfg.checkpoint'
STAGE1 = 'model.stage1_checkpoint'
# Every tenth scene of the probes' 60: of so few, the 1 % of the paper would be none.
_FEW = 'train_dataloader.dataset.fraction=0.1'
_ALL = 'train_dataloader.dataset.fraction=1.0'


def _train(name: str, title: str, config: str, weights: dict[str, str], minutes: float,
           part: str = '') -> Recipe:
    """Make a pre-training."""
    return Recipe(name, title, f'configs/cd/{config}.py', weights=weights, resumable=True,
                  part=part, typical_s=60 * minutes)


def _stages(name: str, title: str, folder: str) -> list[Recipe]:
    """Make both stages of a variant: ``stage1_<name>`` and ``stage2_<name>``."""
    return [
        _train(f'stage1_{name}', f'stage 1 {title}', f'{folder}/minidrive_stage1_{name}',
               {ENCODER_2D: 'reference'}, 14.7),
        _train(f'stage2_{name}', f'stage 2 {title}', f'{folder}/minidrive_stage2_{name}',
               {STAGE1: f'stage1_{name}'}, 4)]


_TRAININGS = [
    _train('reference', 'the 2D encoder before distillation', 'minidrive_reference', {}, 5.5,
           'reference'),
    _train('stage1', 'stage 1', 'minidrive_stage1', {ENCODER_2D: 'reference'}, 14.7, 'clear'),
    _train('stage2', 'stage 2', 'minidrive_stage2', {STAGE1: 'stage1'}, 4),
    _train('stage1_all', 'stage 1 on all conditions', 'table_5/minidrive_stage1_all',
           {ENCODER_2D: 'reference'}, 15),
    _train('seg3d_supervised', 'the 3D encoder by supervised segmentation',
           'table_8/minidrive_seg3d_supervised', {}, 10),
    _train('stage2_no_stage1', 'stage 2 without stage 1', 'table_8/minidrive_stage2_no_stage1',
           {ENCODER_2D: 'reference', ENCODER_3D: 'seg3d_supervised', HEAD_3D: 'seg3d_supervised'},
           4),
    _train('stage2_2e', 'two epochs of stage 2', 'table_g/minidrive_stage2_2e',
           {STAGE1: 'stage1'}, 8),
    _train('stage2_no_stage1_strong', 'stage 2 without stage 1 on a stronger encoder',
           'table_8/minidrive_stage2_no_stage1',
           {ENCODER_2D: 'stage2_2e', ENCODER_3D: 'seg3d_supervised', HEAD_3D: 'seg3d_supervised'},
           4),
    *_stages('2d_head', 'with a 2D head', 'table_j'),
    *_stages('noise1', 'with noisy LiDAR', 'table_b'),
    *_stages('thin2', 'with thin LiDAR', 'table_b'),
    _train('onestage_l2', 'one stage', 'table_k/minidrive_onestage_l2',
           {ENCODER_2D: 'reference'}, 6),
    _train('onestage_contrastive', 'one stage, contrastive',
           'table_k/minidrive_onestage_contrastive', {ENCODER_2D: 'reference'}, 6),
    _train('onestage_contrastive_2e', 'one stage, contrastive, two epochs',
           'table_k/minidrive_onestage_contrastive_2e', {ENCODER_2D: 'reference'}, 12),
    _train('dinov2plus', 'continued self-supervision on images', 'minidrive_dinov2plus',
           {ENCODER_2D: 'reference'}, 8.5),
    _train('dinov2plus_3e', 'three epochs of it', 'table_h/minidrive_dinov2plus_3e',
           {ENCODER_2D: 'reference'}, 25)]
# Every one of these leaves a 2D encoder.
_ENCODERS = [recipe for recipe in _TRAININGS
             if not recipe.name.startswith('stage1') and recipe.name != 'seg3d_supervised']


def _probe(task: str, source: Recipe, *options: str, quick: tuple[str, ...] = ()) -> Recipe:
    """Make a linear probe or a fine-tuning of a 2D encoder."""
    return Recipe(
        f'{task}/{source.name}', f'{task} of {source.title}',
        f'configs/cd/benchmarks/minidrive_{task}.py', weights={ENCODER_2D: source.name},
        options=options, quick_options=quick,
        typical_s={'seg_ft': 50, 'depth_ft': 150}.get(task, 90))


def _tests(task: str, name: str) -> Recipe:
    """Make the test of a probe on corrupted images."""
    return Recipe(
        f'{task}_corrupted/{name}', f'{task} of {name} on corrupted images',
        f'configs/cd/benchmarks/minidrive_{task}.py', 'corruptions',
        {'checkpoint': f'{task}/{name}'}, ('--severities', '3'), typical_s=75)


_PROBES = [
    *(_probe(task, source) for task in ('seg_lp', 'depth_lp', 'depth_ft')
      for source in _ENCODERS),
    *(_probe('seg_ft', source, _FEW, quick=(_ALL,)) for source in _ENCODERS),
    *(Recipe(f'seg3d_lp/{name}', f'linear probe of the 3D encoder, {name}',
             'configs/cd/benchmarks/minidrive_seg3d_lp.py', weights={ENCODER_3D: name},
             typical_s=200) for name in ('stage1', 'stage1_all')),
    *(Recipe(f'petr/{name}', f'PETR on {title}', f'configs/petr/{config}.py',
             weights={ENCODER_2D: name}, typical_s=1200)
      for name, title, config in (
          ('reference', 'the encoder before distillation', 'minidrive_petr_reference'),
          ('stage2', 'the encoder after distillation', 'minidrive_petr')))]
_TESTS = [
    *(_tests(task, source.name) for task in ('seg_lp', 'depth_lp') for source in _ENCODERS),
    *(Recipe(f'features/{source.name}', f'features of {source.title}',
             'configs/cd/benchmarks/minidrive_seg_lp.py', 'features',
             {'checkpoint': f'seg_lp/{source.name}'}, typical_s=25) for source in _ENCODERS)]

RECIPES: dict[str, Recipe] = {
    recipe.name: recipe for recipe in (*_TRAININGS, *_PROBES, *_TESTS)}
