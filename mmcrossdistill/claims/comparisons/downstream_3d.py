"""Pre-trainings of 3D encoders compared on MiniDrive by detection and panoptic segmentation."""
from __future__ import annotations

from mmcrossdistill.claims.papers.downstream_recipes import METHODS, TASKS

from .method_benchmark import Evaluation, MethodBenchmark
from .method_pictures import show_detections, show_objects

_DETECTION = ('voxelnet',)

BENCHMARK = MethodBenchmark(
    name='downstream_3d',
    title='Detection and panoptic segmentation on MiniDrive',
    methods={method: (title, tuple(f'{method}_{network}' for network in TASKS))
             for method, (title, *_) in METHODS.items()},
    networks={'voxelnet': "SECOND's encoder", 'cylinder3d': 'Cylinder3D'},
    evaluations=(
        *(Evaluation(f'{name.lower()}_{metric.lower()}', name, f'{name.lower()}_5',
                     f'det3d/full/{metric}', f'{metric} (%)', _DETECTION, 100.0,
                     show_detections if metric == 'mAP' else None)
          for name in ('CenterPoint', 'SECOND') for metric in ('mAP', 'NDS')),
        Evaluation('panoptic_pq', 'panoptic segmentation', 'panoptic_5', 'panoptic/full/pq',
                   'PQ (%)', ('cylinder3d',), show=show_objects)),
    order=(('slidr', 'olivine'), ('slidr', 'cmcr')),
    measured='Fine-tuning on 5 % of the labels, scored on the validation frames by the definitions '
             'of nuScenes')
