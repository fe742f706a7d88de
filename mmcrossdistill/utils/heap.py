"""Freed memory stays with the process that will need it again."""
from __future__ import annotations

import ctypes
import os

# Numbers of the GNU C library's mallopt (malloc.h), whose values are of C's type int.
_TRIM_THRESHOLD, _TOP_PAD, _MMAP_MAX = -1, -2, -4
_VALUES = {_MMAP_MAX: 0, _TOP_PAD: 64 * 2 ** 20, _TRIM_THRESHOLD: 2 ** 31 - 1}


def keep_freed_memory() -> bool:
    """Let the C library keep large blocks for the next training step.

    By default it hands every block of more than 32 MiB, and the free end of its heap, back to the
    kernel when tensors are freed, so that the next step pays for the pages anew: a page fault and
    4 KiB of zeros each. Results stay the same to the last bit. The process may hold more memory
    than its tensors, as blocks of different sizes leave gaps; processes that it forks, such as data
    workers, do likewise.

    Nothing happens where the library has no ``mallopt``, or where the user has chosen by a variable
    of the environment (``MALLOC_...``, or ``glibc.malloc`` in ``GLIBC_TUNABLES``).

    Returns:
        Whether the library took it.
    """
    chosen = any(name.startswith('MALLOC_') for name in os.environ)
    if chosen or 'glibc.malloc' in os.environ.get('GLIBC_TUNABLES', ''):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):  # not Linux, or another C library
        return False
    return all([mallopt(name, value) == 1 for name, value in _VALUES.items()])
