"""Arguments are collected through **kwargs, and no further than can be seen."""
from __future__ import annotations

import pytest
import torch

from mmcrossdistill.utils.signatures import accepted_arguments, nearest


class _Base:
    def __init__(self, width, depth=2):
        self.width, self.depth = width, depth


class _Closed(_Base):
    def __init__(self, height, **kwargs):
        super().__init__(1, **kwargs)


class _Plain(_Base):
    """Inherits its initialiser."""


class _Open(torch.nn.Module):
    def __init__(self, name, **kwargs):
        super().__init__()
        self.inner = torch.nn.Linear(**kwargs)


@pytest.mark.parametrize(('target', 'names', 'required', 'is_open'), [
    (_Closed, {'height', 'width', 'depth'}, {'height'}, False),
    (_Plain, {'width', 'depth'}, {'width'}, False),
    (_Open, {'name'}, {'name'}, True),
    (torch.nn.ReLU, {'inplace'}, set(), False),
    (nearest, {'name', 'candidates'}, {'name', 'candidates'}, False),
])
def test_what_is_accepted(target, names, required, is_open):
    accepted = accepted_arguments(target)
    assert (accepted.names, accepted.required, accepted.is_open) == (names, required, is_open)


def test_a_class_without_initialiser_takes_nothing():
    accepted = accepted_arguments(type('Empty', (), {}))
    assert (accepted.names, accepted.is_open) == (frozenset(), False)


def test_the_nearest_names_are_suggested_and_far_ones_are_not():
    assert nearest('batchsize', ['batch_size', 'sampler']) == "; did you mean 'batch_size'?"
    assert nearest('adamw', ['AdamW']) == "; did you mean 'AdamW'?"
    assert nearest('zzz', ['batch_size']) == ''
