"""Reading checkpoint files of other code bases, and loading them without silent gaps."""
from __future__ import annotations

import argparse
from pathlib import Path

import torch
from mmengine.logging import print_log
from mmengine.runner.checkpoint import CheckpointLoader
from torch import Tensor, nn

from mmcrossdistill.utils.compat.checkpoint_loading import load_from_local

from .script_archive import is_script_archive, read_script_archive
from .voxel_backbone import TrainedOnGrid

# Keys under which files hold the state dict; the first present one is opened, none means that the
# file is the state dict itself.
CONTAINERS = (
    'state_dict',  # MMEngine, MoCo, iBOT
    'teacher', 'student',  # full checkpoints of DINO and iBOT; the teacher is the better one
    'model',  # DeiT and others
    'model_point', 'model_points', 'net',  # ScaLR, its older files, WaffleIron
)


def read_state_dict(path: str | Path) -> dict[str, Tensor]:
    """Read the tensors of a checkpoint; nothing in the file is executed.

    Args:
        path: ``.safetensors`` file, TorchScript archive (OpenAI's CLIP), or a file of
            ``torch.save``, which is opened in torch's safe mode.

    Returns:
        Tensors by name. A ``module.`` prefix, left by data-parallel wrappers, is removed.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if it holds no state dict, or a TorchScript archive asks for more than tensors.
        pickle.UnpicklingError: if it holds a type that torch's safe mode refuses.
        RuntimeError: if it is damaged.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(
            f'checkpoint {path} does not exist; download it and give its path, or set '
            'checkpoint=None for random weights')
    if path.suffix == '.safetensors':
        from safetensors.torch import load_file
        content = load_file(path)
    elif is_script_archive(path):
        content = read_script_archive(path)
    else:
        # Full checkpoints of DINO hold the command line they were trained with.
        with torch.serialization.safe_globals([argparse.Namespace]):
            content = load_from_local(path, map_location='cpu')
    for name in CONTAINERS:
        if isinstance(content, dict) and isinstance(content.get(name), dict):
            content = content[name]
            break
    if not isinstance(content, dict) or not content or not all(
            isinstance(value, Tensor) for value in content.values()):
        found = sorted(map(str, content))[:8] if isinstance(content, dict) else type(content)
        raise ValueError(
            f'{path} holds no state dict, neither at the top nor under {list(CONTAINERS)}; '
            f'found {found}')
    return {name.removeprefix('module.'): value for name, value in content.items()}


def load_exactly(module: nn.Module, state: dict[str, Tensor], source: str | Path) -> None:
    """Load a state dict whose names and shapes must all match.

    Args:
        module: the network to fill.
        state: tensors by name.
        source: file name for the message.

    Raises:
        ValueError: if keys are missing, left over or of another shape; the message lists them.
    """
    own = module.state_dict()
    # Files written before PyTorch 0.4.1 lack these counters, which only an average of all batches
    # would read.
    counters = {name: own[name] for name in own if name.endswith('num_batches_tracked')}
    state = counters | state
    missing = sorted(own.keys() - state.keys())
    unexpected = sorted(state.keys() - own.keys())
    misfit = [
        f'{name} {tuple(state[name].shape)} instead of {tuple(own[name].shape)}'
        for name in sorted(own.keys() & state.keys()) if state[name].shape != own[name].shape]
    if missing or unexpected or misfit:
        raise ValueError(
            f'{source} does not fit {type(module).__name__}: missing keys {missing}, '
            f'left-over keys {unexpected}, wrong shapes {misfit}; '
            'is it the checkpoint of another size?')
    module.load_state_dict(state)


def load_pretrained(module: nn.Module) -> None:
    """Load the weights of an ``init_cfg`` of type 'Pretrained' and insist that they fit.

    MMEngine itself only warns when keys are missing or shapes differ, and an encoder of random
    weights looks like a bad encoder. Parts that only pre-training has (``pretraining_parts`` of the
    module) may be left over in the file; the log says what was loaded. A module that reads points
    or voxels is told how the file's input was made, which is compared with its own.

    Args:
        module: an MMEngine module.

    Raises:
        FileNotFoundError: if the file does not exist.
        ValueError: if the file lacks weights or has others.
    """
    cfg = getattr(module, 'init_cfg', None)
    if not isinstance(cfg, dict) or cfg.get('type') != 'Pretrained':
        return
    path, prefix = cfg['checkpoint'], cfg.get('prefix') or ''
    source = f'{path} (prefix {prefix!r})'
    loaded = CheckpointLoader.load_checkpoint(path, map_location='cpu')
    meta = loaded.get('meta', {})
    loaded = loaded.get('state_dict', loaded)
    state = {name.removeprefix(prefix): value for name, value in loaded.items()
             if name.startswith(prefix)}
    if not state:
        found = sorted({name.split('.')[0] + '.' for name in loaded})
        raise ValueError(
            f'{source} holds nothing for {type(module).__name__}: its names begin with {found}; '
            'correct init_cfg.prefix')
    own = module.state_dict()
    left_out = [name for name in state if name not in own
                and name.startswith(getattr(module, 'pretraining_parts', ()))]
    fitting = {name: value for name, value in state.items() if name not in left_out}
    load_exactly(module, fitting, source)
    if isinstance(module, TrainedOnGrid):
        for key, name in (('voxel_grid', 'trained_grid'), ('intensity', 'trained_intensity')):
            if key in meta:
                setattr(module, name, (meta[key], str(path)))
    sizes = {name: parameter.numel() for name, parameter in module.named_parameters()}
    share = sum(size for name, size in sizes.items() if name in fitting) / max(
        sum(sizes.values()), 1)
    rest = f'; left out: {", ".join(left_out)}' if left_out else ''
    print_log(
        f'{type(module).__name__}: loaded {len(fitting)} of {len(state)} tensors of {source}, '
        f'{share:.1%} of its {sum(sizes.values())} parameters{rest}', logger='current')
