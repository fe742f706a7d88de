"""Time the way from a scan to packed pairs: the projection, and a stage-1 sample by transform.

Without --ann-file a synthetic 32-beam scan and six cameras are used, without image decoding.

Example:
    OMP_NUM_THREADS=1 python tools/benchmarks/data_pairs.py --out docs/benchmarks/data_pairs.json
"""
from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from measure import median_ms, print_report, time_ms
from mmengine.config import Config
from mmengine.registry import init_default_scope

from mmcrossdistill.datasets.transforms import CorrespondencePipeline, LoadImages, LoadPoints
from mmcrossdistill.datasets.transforms.geometry import lidar2img_matrix, project_points
from mmcrossdistill.registry import DATASETS, TRANSFORMS

CONFIG = Path(__file__).parents[2] / 'configs' / '_base_' / 'datasets' / 'nuscenes_cd_stage1.py'
IMAGE_SIZE = (900, 1600)


def make_scan(columns: int = 1085) -> np.ndarray:
    """Make a scan of 32 beams over a flat ground between walls.

    Args:
        columns: azimuth steps; the default gives nuScenes' number of points.

    Returns:
        (32 * columns, 4) float32: x, y, z in metres, intensity.
    """
    azimuth = np.linspace(-np.pi, np.pi, columns, endpoint=False)
    elevation = np.radians(np.linspace(-30.7, 10.7, 32))[:, None]
    ground = np.where(elevation < 0, 1.8 / -np.tan(np.minimum(elevation, -1e-3)), np.inf)
    wall = 12 + 25 * np.abs(np.sin(3 * azimuth))
    reach = np.minimum(ground, wall) + np.random.normal(0, 0.02, (32, columns))
    scan = np.stack([reach * np.cos(azimuth), reach * np.sin(azimuth), reach * np.tan(elevation),
                     np.random.uniform(0, 60, reach.shape)], axis=-1)
    return scan.reshape(-1, 4).astype(np.float32)


def make_cameras() -> dict[str, dict[str, Any]]:
    """Make a ring of six nuScenes-like cameras.

    Returns:
        Entries as in the infos.
    """
    cameras = {}
    for index in range(6):
        angle = index * np.pi / 3
        forward = np.array([np.cos(angle), np.sin(angle), 0])
        lidar2cam = np.eye(4)
        lidar2cam[:3, :3] = np.stack([np.cross(forward, (0, 0, 1)), (0, 0, -1), forward])
        cameras[f'CAM_{index}'] = dict(
            cam2img=[[1260.0, 0, 800], [0, 1260, 450], [0, 0, 1]], lidar2cam=lidar2cam.tolist())
    return cameras


def time_projection(points: np.ndarray, cameras: dict[str, dict[str, Any]], repeats: int) -> float:
    """Time projecting one scan into every camera.

    Args:
        points ((N, 4) float32): scan.
        cameras: entries of the infos.
        repeats: runs.

    Returns:
        Median, milliseconds.
    """
    matrices = [
        lidar2img_matrix(np.array(camera['cam2img']), np.array(camera['lidar2cam']))
        for camera in cameras.values()]
    return median_ms({'all': lambda: [
        project_points(points, matrix, IMAGE_SIZE) for matrix in matrices]}, repeats)['all']


def time_sample(
    pipeline: list[Any], samples: list[dict[str, Any]], repeats: int,
) -> dict[str, float]:
    """Time a pipeline by transform.

    Args:
        pipeline: transforms.
        samples: data dicts to start from, in turn.
        repeats: runs.

    Returns:
        Median of each transform, milliseconds.
    """
    elapsed: dict[str, list[float]] = {}
    for run in range(repeats):
        results = dict(samples[run % len(samples)])
        for transform in pipeline:
            spent, results = time_ms(partial(transform, results))
            elapsed.setdefault(type(transform).__name__, []).append(spent)
    return {name: float(np.median(values)) for name, values in elapsed.items()}


def main() -> None:
    """Run the benchmark and print json."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--config', type=Path, default=CONFIG)
    parser.add_argument('--ann-file', help='infos of real frames (tools/create_data.py frames)')
    parser.add_argument('--data-root', help='their root')
    parser.add_argument('--repeats', type=int, default=50)
    parser.add_argument('--out', type=Path, help='json file')
    args = parser.parse_args()
    init_default_scope('mmcrossdistill')
    np.random.seed(0)
    dataset_cfg = Config.fromfile(args.config).train_dataloader.dataset
    if args.ann_file:
        dataset_cfg.update(
            ann_file=str(Path(args.ann_file).resolve()), data_root=args.data_root,
            data_prefix=dict(pts='', img=''), conditions=None)
        dataset = DATASETS.build(dataset_cfg)
        pipeline = dataset.pipeline.transforms
        samples = [dataset.get_data_info(index) for index in range(len(dataset))]
        points = LoadPoints()(dict(samples[0]))['points']
        cameras = samples[0]['images']
    else:
        points, cameras = make_scan(), make_cameras()
        images = [np.random.randint(0, 256, (*IMAGE_SIZE, 3), dtype=np.uint8)]
        samples = [dict(points=points, images=cameras, view_names=list(cameras))]
        pipeline = [TRANSFORMS.build(step) for step in dataset_cfg.pipeline]
        pipeline = [step for step in pipeline if not isinstance(step, LoadPoints)]
        # A decoded image stands in for the decoder.
        place = next(i for i, step in enumerate(pipeline) if isinstance(step, LoadImages))
        pipeline[place] = _GiveImages(images)
        assert isinstance(pipeline[place + 1], CorrespondencePipeline)
    transforms = time_sample(pipeline, samples, args.repeats)
    total = sum(transforms.values())
    print_report(dict(
        points=len(points), projection_ms=time_projection(points, cameras, args.repeats),
        transforms_ms=transforms, sample_ms=total,
        sample_without_decode_ms=total - transforms.get('LoadImages', 0.0)), 'cpu', args.out)


class _GiveImages:
    """Adds images that are already decoded.

    Args:
        images (list of (H, W, 3) uint8): one per view.
    """

    def __init__(self, images: list[np.ndarray]) -> None:
        self.images = images

    def __call__(self, results: dict[str, Any]) -> dict[str, Any]:
        """Add them.

        Args:
            results: data dict.
        """
        results['imgs'] = list(self.images)
        return results


if __name__ == '__main__':
    main()
