"""Random numbers that belong to a sample, whoever loads it and when."""
from __future__ import annotations

import hashlib
from typing import Any

import numpy as np


def sample_generator(results: dict[str, Any], seed: int, *names: str) -> np.random.Generator:
    """Make the generator of one sample.

    It depends on its arguments alone, not on the worker, the order of the samples or the epoch.

    Args:
        results: data dict with ``token``.
        seed: of the whole data set.
        names: tell apart what is drawn for one sample, e.g. the corruption and the camera.

    Returns:
        A fresh generator.

    Raises:
        KeyError: if the sample has no token.
    """
    if 'token' not in results:
        raise KeyError(
            "the sample has no 'token', by which its random numbers are found; rebuild the infos "
            'with tools/create_data.py')
    identity = '\0'.join([str(results['token']), *names])
    digest = hashlib.blake2b(identity.encode(), digest_size=16).digest()
    return np.random.default_rng([seed, *np.frombuffer(digest, dtype=np.uint32).tolist()])
