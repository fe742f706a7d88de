"""Names of configs."""
from __future__ import annotations

import pytest

from mmcrossdistill.apis import find_config, list_models


def test_a_path_a_place_and_a_metafile_name_find_one_config(repo_root):
    expected = repo_root / 'configs/cd/stage2_vits.py'
    for name in (expected, 'cd/stage2_vits', 'configs/cd/stage2_vits.py', 'cd_stage2_vits'):
        assert find_config(name).samefile(expected)


def test_names_are_filtered_and_bases_are_no_models():
    names = list_models('*stage2_vit?')
    assert {'cd/stage2_vits', 'cd_stage2_vits'} <= set(names)
    assert not any('stage1' in name for name in names)
    assert not any('_base_' in name for name in list_models())


def test_a_wrong_name_shows_names_like_it():
    with pytest.raises(FileNotFoundError, match='cd/stage2_vits'):
        find_config('cd/stage2_vit_s')
    with pytest.raises(FileNotFoundError, match='list_models'):
        find_config('###')
