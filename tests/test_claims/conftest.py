"""A registry of three runs and three claims, for the tests of the ledger."""
from __future__ import annotations

import json
from pathlib import Path

import pytest

from mmcrossdistill.claims.claim import Claim, Quantity, Term
from mmcrossdistill.claims.recipe import Recipe

# Acts as tools/train.py and as the tools that test a probe. Results depend on seed and config.
_TOOL = """
import json, pathlib, sys, time
time.sleep(0.06)  # run times are kept to a tenth of a second
words = sys.argv[1:]
open('journal.txt', 'a').write(' '.join(words) + chr(10))
if pathlib.Path('fail').exists() and words[0].endswith('b.py'):
    sys.exit('a cause that helps')
if '--work-dir' in words:
    folder = pathlib.Path(words[words.index('--work-dir') + 1])
    seed = int(next(w for w in words if w.startswith('randomness.seed=')).split('=')[1])
    value = {'a': 10.0, 'b': 12.0 + seed, 'c': 7.0}[pathlib.Path(words[0]).stem]
    logs = folder / '20260101_000000/vis_data'
    logs.mkdir(parents=True)
    line = {'seg/night/miou': value, 'depth/night/rmse': 20 - value}
    (logs / 'scalars.json').write_text(json.dumps(line) + chr(10))
    (folder / 'epoch_1.pth').write_text('x')
else:
    out = pathlib.Path(words[words.index('--out') + 1])
    if out.suffix:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(json.dumps({'variance': {'full': 0.5}}))
    else:
        out.mkdir(parents=True, exist_ok=True)
        cells = [{'corruption': name, 'severity': s, 'metrics': {'seg/full/miou': 2.0 * s}}
                 for name, s in (('clean', 9), ('fog', 1), ('fog', 2))]
        (out / 'results.json').write_text(json.dumps({'cells': cells}))
"""
WORLD = ['world_reference', 'infos_reference', 'world_clear', 'infos_clear', 'world', 'infos']
RECIPES = {recipe.name: recipe for recipe in (
    Recipe('a', 'run a', 'configs/a.py', options=('x=1',), quick_options=('x=2',)),
    Recipe('b', 'run b', 'configs/b.py', weights={'model.w': 'a'}, resumable=True),
    Recipe('later', 'run of tomorrow', 'configs/later.py', weights={'model.w': 'b'}),
    Recipe('fog/b', 'test of b', 'configs/b.py', 'corruptions', {'checkpoint': 'b'},
           ('--severities', '3')),
    Recipe('features/b', 'features of b', 'configs/b.py', 'features', {'checkpoint': 'b'}))}


def _side(recipe: str, metric: str) -> Quantity:
    """One metric of one run."""
    return Quantity(recipe, (Term(recipe, metric),))


CLAIMS = (
    Claim('T-01', 'Table 1', 'b sees more at night than a', _side('a', 'seg/night/miou'),
          _side('b', 'seg/night/miou'), 'mIoU (%)', paper=(27.7, 33.4)),
    Claim('T-02-depth', 'Table 2', 'a measures depth better than b', _side('b', 'depth/night/rmse'),
          _side('a', 'depth/night/rmse'), 'RMSE (m)', True, (8.0, 7.5), 'A remark.'),
    Claim('T-02-later', 'Table 3', 'later is better', _side('b', 'seg/night/miou'),
          _side('later', 'seg/night/miou'), 'mIoU (%)'),
    Claim('T-03', 'Table 4', 'nobody knows', note='Needs a data set.'))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with fake tools and configs."""
    for tool in ('train.py', 'create_data.py', 'analysis_tools/test_corruptions.py',
                 'analysis_tools/encoder_numbers.py'):
        path = tmp_path / 'tools' / tool
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_TOOL)
    (tmp_path / 'tools/create_data.py').write_text(
        'import pathlib, sys\n'
        'folder = pathlib.Path("data")\n'
        'if "--out" in sys.argv:\n'
        '    folder = pathlib.Path(sys.argv[sys.argv.index("--out") + 1])\n'
        'folder.mkdir(parents=True, exist_ok=True)\n'
        'for name in ("v1.0-trainval", "splits.json", "nuscenes_infos_train.pkl", '
        '"nuscenes_infos_val.pkl"):\n'
        '    (folder / name).write_text("x")\n')
    for name in 'ab':
        path = tmp_path / f'configs/{name}.py'
        path.parent.mkdir(exist_ok=True)
        path.write_text('train_cfg = dict(max_epochs=1)\ndata_root = "data"\n'
                        'test_dataloader = dict(dataset=dict(data_root="elsewhere"))\n')
    return tmp_path


@pytest.fixture
def journal(root: Path):
    """The trainings and tests that ran, in order, by their config."""
    return lambda: [line.split()[0].split('/')[-1]
                    for line in (root / 'journal.txt').read_text().splitlines()]


@pytest.fixture
def read():
    """Read a ledger by claim."""
    return lambda path: {
        entry['id']: entry for entry in json.loads(path.read_text())['claims']}
