"""Pre-trainings of 3D encoders compared on MiniDrive: linear probe and few labels."""
from __future__ import annotations

from mmcrossdistill.claims.papers.registry import NETWORK_OF, RECIPES

from .method_benchmark import Evaluation, MethodBenchmark
from .method_pictures import show_classes

_METRIC, _UNIT = 'seg3d/full/miou', 'mIoU (%)'
_METHODS = {
    'ppkt': ('PPKT', ('ppkt',)), 'slidr': ('SLidR', ('slidr',)),
    'simple_remedies': ('Simple Remedies', ('ppm',)), 'scalr': ('ScaLR', ('scalr',)),
    'olivine': ('OLIVINE', ('olivine',)), 'cmcr': ('CMCR', ('cmcr',))}
_NETWORKS = {
    'cylindrical': 'sparse U-Net, cylindrical 10 cm',
    'cartesian_10cm': 'sparse U-Net, Cartesian 10 cm',
    'cartesian_5cm': 'sparse U-Net, Cartesian 5 cm', 'waffleiron': 'WaffleIron'}
_METHOD_ENCODERS = [encoder for _, encoders in _METHODS.values() for encoder in encoders]

BENCHMARK = MethodBenchmark(
    name='pretraining_3d',
    title='Pre-training of 3D encoders on MiniDrive',
    methods=_METHODS,
    networks=_NETWORKS,
    evaluations=(
        Evaluation('lp', 'linear probe, all labels', 'lp3d', _METRIC, _UNIT, show=show_classes),
        Evaluation('ft5', 'fine-tuning, 5 % of the labels', 'ft3d_5', _METRIC, _UNIT)),
    order=(('ppkt', 'slidr'), ('slidr', 'simple_remedies'), ('ppkt', 'olivine'),
           ('slidr', 'olivine'), ('ppkt', 'cmcr'), ('slidr', 'cmcr'),
           ('point_contrast', 'ppkt'), ('depth_contrast', 'ppkt'), ('point_contrast', 'slidr'),
           ('depth_contrast', 'slidr'), ('slidr_context_head', 'slidr'),
           ('slidr', 'cartesian_10cm'), ('cartesian_10cm', 'cartesian_5cm'),
           ('nearest', 'synced_x2'), ('nearest', 'simple_remedies'), ('ego', 'simple_remedies'),
           ('synced_x2', 'simple_remedies'), ('cartesian_5cm', 'simple_remedies')),
    measured='mIoU at every point of the validation clouds',
    ablations={encoder: (RECIPES[encoder].title, (encoder,))
               for encoder, network in NETWORK_OF.items()
               if network in _NETWORKS and encoder not in _METHOD_ENCODERS})
