"""Distributed runs on machines without CUDA.

MMEngine 0.10.7 calls ``torch.cuda.set_device`` for every launcher and hands ``device_ids`` to
DistributedDataParallel; both fail on CPU. The group is therefore opened here, before the runner,
which then keeps it.
"""
from __future__ import annotations

import torch.distributed as dist
from mmengine.config import Config


def use_cpu_group(cfg: Config) -> None:
    """Open the gloo group of a torchrun launch and make the runner's wrapper fit the CPU.

    Args:
        cfg: config of the run, changed in place.

    Raises:
        RuntimeError: if the processes were not started by torchrun.
    """
    if cfg.launcher != 'pytorch':
        raise RuntimeError(
            f'--launcher {cfg.launcher} needs CUDA devices; on CPU start the processes by torchrun '
            f'(tools/dist_train.sh) with --launcher pytorch')
    cfg.env_cfg.dist_cfg = dict(backend='gloo')
    wrapper = cfg.get('model_wrapper_cfg') or dict(
        type='MMDistributedDataParallel', broadcast_buffers=False,
        find_unused_parameters=cfg.get('find_unused_parameters', False))
    cfg.model_wrapper_cfg = dict(wrapper, device_ids=None)
    if not dist.is_initialized():
        dist.init_process_group('gloo')
