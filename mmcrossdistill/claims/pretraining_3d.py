"""Pre-trainings of 3D encoders compared on MiniDrive: linear probe and few labels."""
from __future__ import annotations

from .method_benchmark import Evaluation, MethodBenchmark
from .method_pictures import show_classes

_METRIC, _UNIT = 'seg3d/full/miou', 'mIoU (%)'

BENCHMARK = MethodBenchmark(
    name='pretraining_3d',
    title='Pre-training of 3D encoders on MiniDrive',
    methods={
        'ppkt': ('PPKT', ('ppkt',)), 'slidr': ('SLidR', ('slidr',)),
        'simple_remedies': ('Simple Remedies', ('ppm',)), 'scalr': ('ScaLR', ('scalr',)),
        'olivine': ('OLIVINE', ('olivine',)), 'cmcr': ('CMCR', ('cmcr',))},
    networks={
        'cylindrical': 'sparse U-Net, cylindrical 10 cm',
        'cartesian_10cm': 'sparse U-Net, Cartesian 10 cm',
        'cartesian_5cm': 'sparse U-Net, Cartesian 5 cm', 'waffleiron': 'WaffleIron'},
    evaluations=(
        Evaluation('lp', 'linear probe, all labels', 'lp3d', _METRIC, _UNIT, show=show_classes),
        Evaluation('ft5', 'fine-tuning, 5 % of the labels', 'ft3d_5', _METRIC, _UNIT)),
    order=(('ppkt', 'slidr'), ('slidr', 'simple_remedies'), ('ppkt', 'olivine'),
           ('slidr', 'olivine'), ('ppkt', 'cmcr'), ('slidr', 'cmcr')),
    measured='mIoU at every point of the validation clouds')
