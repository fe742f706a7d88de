"""The comparison of pre-trainings: which encoders and evaluations, and what the results say."""
from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from mmcrossdistill.chain.runner import ChainRunner
from mmcrossdistill.claims.comparisons import method_benchmark
from mmcrossdistill.claims.comparisons.method_benchmark import (
    MethodBenchmark,
    list_rows,
    page_path,
    plan_benchmark,
    read_results,
    run_benchmark,
    summarise,
)
from mmcrossdistill.claims.comparisons.method_page import Trained
from mmcrossdistill.claims.comparisons.method_report import (
    compare,
    results_block,
    spread,
    write_report,
)
from mmcrossdistill.claims.comparisons.pretraining_3d import BENCHMARK
from mmcrossdistill.claims.options import RunOptions

ROOT = Path(__file__).resolve().parents[2]
VALUES = {'random_cylindrical': (20.0, 22.0), 'ppkt': (30.0, 31.0), 'slidr': (30.5, 34.5)}


def leave_results(folder: Path) -> None:
    """What finished evaluations of two seeds leave."""
    for encoder, values in VALUES.items():
        for run, shift in (('lp3d', 0.0), ('ft3d_5', 5.0)):
            for seed, value in enumerate(values):
                logs = folder / f'seed{seed}/{run}/{encoder}/1/vis_data'
                logs.mkdir(parents=True)
                line = {'seg3d/full/miou': value + shift}
                (logs / 'scalars.json').write_text(json.dumps(line) + '\n')


@pytest.fixture(autouse=True)
def configs(tmp_path: Path) -> None:
    """A folder of results whose configs are those of the repository."""
    (tmp_path / 'configs').symlink_to(ROOT / 'configs')


def summary_of(benchmark: MethodBenchmark, options: RunOptions, root: Path) -> dict:
    """Summary of the results of :func:`leave_results`."""
    methods = ['random', 'ppkt', 'slidr']
    times = {f'seed{seed}/lp3d/slidr': 61.0 for seed in options.all_seeds}
    return summarise(benchmark, read_results(benchmark, methods, options, root, times), False)


def test_each_network_has_its_own_random_start():
    rows = list_rows(BENCHMARK, ['slidr', 'simple_remedies', 'random', 'ppkt'])
    assert [row.encoder for row in rows] == [
        'random_cylindrical', 'ppkt', 'slidr', 'random_cartesian_5cm', 'ppm']
    assert [row.title for row in list_rows(BENCHMARK, ['scalr'])] == ['ScaLR']


def test_ablations_are_probed_alone_and_only_if_named(tmp_path):
    rows = list_rows(BENCHMARK, ['cartesian_10cm', 'simple_remedies', 'slidr'])
    assert [(row.encoder, [entry.key for entry in row.evaluations]) for row in rows] == [
        ('slidr', ['lp', 'ft5']), ('cartesian_10cm', ['lp']), ('ppm', ['lp', 'ft5'])]
    assert {'ego', 'olivine_wcd', 'cmcr_codebook'} <= set(BENCHMARK.ablations)
    assert not set(BENCHMARK.methods) & set(BENCHMARK.ablations)

    def result(value: float) -> dict:
        return dict(settings='x', runs=[dict(
            seed=0, values=dict(lp=value, ft5=value + 5), run_times_s={}, versions={})])

    both = {'slidr': result(30.0), 'cartesian_10cm': result(32.0)}
    summary = summarise(BENCHMARK, both, False)
    (entry,) = summary['comparisons']
    assert (entry['worse'], entry['difference'], entry['evaluation']) == ('SLidR', 2.0, 'lp')
    write_report(summary, tmp_path / 'both.json')
    assert '| 32.0 | – |' in (tmp_path / 'both.md').read_text()
    assert '32.0' not in results_block(summary) and '30.0' in results_block(summary)
    write_report(summarise(BENCHMARK, {'cartesian_10cm': result(32.0)}, False),
                 tmp_path / 'one.json')
    assert (tmp_path / 'one.png').is_file()


@pytest.mark.parametrize('methods,message', [
    (['moco'], "unknown methods .'moco'"), (['random'], "name a method besides 'random'")])
def test_what_cannot_be_compared(methods, message):
    with pytest.raises(ValueError, match=message):
        list_rows(BENCHMARK, methods)


def test_results_and_order(tmp_path):
    leave_results(tmp_path / 'work')
    options = RunOptions(Path('work'), Path('data'), seeds=2)
    summary = summary_of(BENCHMARK, options, tmp_path)
    slidr = next(row for row in summary['rows'] if row['method'] == 'slidr')
    assert slidr['lp'] == dict(values=[30.5, 34.5], mean=32.5, std=pytest.approx(8 ** 0.5))
    assert slidr['ft5']['mean'] == 37.5
    found = {(entry['better'], entry['worse'], entry['evaluation']): entry
             for entry in summary['comparisons']}
    assert len(found) == 6
    ppkt = found['PPKT', 'random', 'lp']
    assert ppkt['difference'] == 9.5 and ppkt['more_than_two_std'] and ppkt['verdict'] == 'holds'
    order = found['SLidR', 'PPKT', 'lp']
    assert order['difference'] == 2.0 and not order['more_than_two_std']
    assert order['verdict'] == 'within noise'

    out = tmp_path / 'out/results.json'
    write_report(summary, out)
    assert json.loads(out.read_text())['evidence'] == 'minidrive'
    page = out.with_suffix('.md').read_text()
    assert '| SLidR | sparse U-Net, cylindrical 10 cm | 32.5 ± 2.8 | 37.5 ± 2.8 |' in page
    assert '| SLidR > PPKT |' in page and '| +2.0 | no | **within noise** |' in page
    assert out.with_suffix('.png').read_bytes().startswith(b'\x89PNG')


def test_one_seed_has_no_spread():
    rows = [dict(method=method, title=method, network='n', seeds=[0],
                 **dict.fromkeys(('lp', 'ft5'), dict(values=[value], **spread([value]))))
            for method, value in (('random', 1.0), ('slidr', 2.0))]
    assert all(entry['more_than_two_std'] is None and entry['verdict'] == 'one seed only'
               for entry in compare(rows, BENCHMARK))


def test_quick_numbers_stay_in_their_work_directory(tmp_path):
    options = RunOptions(Path('work'), Path('data'), quick=True)
    with pytest.raises(ValueError, match='mean nothing'):
        run_benchmark(BENCHMARK, ['slidr'], options, tmp_path, tmp_path / 'docs/results.json')


def test_evaluations_belong_to_networks(tmp_path):
    """Detectors read one network, panoptic segmentors another."""
    only = replace(BENCHMARK.evaluations[1], networks=('waffleiron',))
    benchmark = replace(BENCHMARK, evaluations=(BENCHMARK.evaluations[0], only))
    options = RunOptions(Path('work'), Path('data'), seeds=2)
    names = [step.name for step in plan_benchmark(
        benchmark, ['random', 'slidr', 'scalr'], options, ROOT)]
    assert 'seed1/ft3d_5/scalr' in names and 'seed1/lp3d/slidr' in names
    assert not any('ft3d_5/slidr' in name or 'ft3d_5/random_cyl' in name for name in names)

    leave_results(tmp_path / 'work')
    summary = summary_of(benchmark, options, tmp_path)
    assert all('ft5' not in row for row in summary['rows'])
    assert {entry['evaluation'] for entry in summary['comparisons']} == {'lp'}
    out = tmp_path / 'out/results.json'
    write_report(summary, out)
    assert '| SLidR | sparse U-Net, cylindrical 10 cm | 32.5 ± 2.8 | – |' in (
        out.with_suffix('.md').read_text())


def without_pictures(benchmark: MethodBenchmark) -> MethodBenchmark:
    """The same comparison; its page shows no network."""
    return replace(benchmark, evaluations=tuple(
        replace(evaluation, show=None) for evaluation in benchmark.evaluations))


def test_the_page_shows_the_networks_of_the_first_seed(tmp_path, monkeypatch):
    monkeypatch.setattr(ChainRunner, 'run', lambda runner: {'seed0/lp3d/slidr': 1.0})
    leave_results(tmp_path / 'work')
    seen = []

    def show(trained: dict[str, Trained], data: Path) -> list[str]:
        """Note what there is to show."""
        seen.append((trained, data))
        return ['<p>what they see</p>']

    lp, ft5 = without_pictures(BENCHMARK).evaluations
    benchmark = replace(BENCHMARK, evaluations=(replace(lp, show=show), ft5))
    options = RunOptions(Path('work'), Path('data'), seeds=2)
    run_benchmark(benchmark, ['random', 'ppkt', 'slidr'], options, tmp_path, tmp_path / 'x.json')
    (trained, data), = seen
    assert list(trained) == ['random', 'PPKT', 'SLidR'] and data == tmp_path / 'data'
    assert trained['SLidR'].config.name == 'minidrive_lp.py'
    assert trained['SLidR'].checkpoint.parent == tmp_path / 'work/seed0/lp3d/slidr'
    page = page_path(benchmark, options, tmp_path).read_text()
    assert page.count('what they see') == 1 and 'linear probe, all labels</h2>' in page
    assert 'seeds 0, 1 of all trainings' in page and '<td>SLidR &gt; PPKT</td>' in page
    assert '<span class="good">holds</span>' in page and '<td>within noise</td>' in page
    assert '**' not in page


def test_networks_of_several_layouts_have_titles_of_their_own(tmp_path, monkeypatch):
    monkeypatch.setattr(ChainRunner, 'run', lambda runner: {})
    monkeypatch.setattr(method_benchmark, 'read_metric', lambda *_: 1.0)
    titles = []
    lp = replace(BENCHMARK.evaluations[0], show=lambda trained, data: titles.extend(trained) or [])
    options = RunOptions(Path('work'), Path('data'), seeds=1)
    run_benchmark(replace(BENCHMARK, evaluations=(lp,)), ['random', 'slidr', 'scalr'], options,
                  tmp_path, tmp_path / 'x.json')
    assert titles == [
        'random, sparse U-Net, cylindrical 10 cm', 'SLidR, sparse U-Net, cylindrical 10 cm',
        'random, WaffleIron', 'ScaLR, WaffleIron']


def test_seeds_of_two_runs_are_joined(tmp_path, monkeypatch):
    """As if the second seed had been measured on another machine."""
    monkeypatch.setattr(ChainRunner, 'run', lambda runner: {'seed0/lp3d/slidr': 1.0})
    leave_results(tmp_path / 'work')
    out = tmp_path / 'results.json'

    def seeds_of(*methods: str, **options) -> dict[str, list[int]]:
        """Seeds in the file by encoder, after another run."""
        chosen = RunOptions(Path('work'), Path('data'), **options)
        run_benchmark(without_pictures(BENCHMARK), methods, chosen, tmp_path, out)
        encoders = json.loads(out.read_text())['encoders']
        return {name: [run['seed'] for run in encoder['runs']]
                for name, encoder in encoders.items()}

    three = ('random', 'ppkt', 'slidr')
    encoders = ('random_cylindrical', 'ppkt', 'slidr')
    assert seeds_of(*three, seeds=2, skip=1) == dict.fromkeys(encoders, [1])
    assert 'one seed only' in out.with_suffix('.md').read_text()
    assert seeds_of(*three, seeds=1) == dict.fromkeys(encoders, [0, 1])
    slidr = next(row for row in json.loads(out.read_text())['rows'] if row['method'] == 'slidr')
    assert slidr['lp']['values'] == [30.5, 34.5]
    page = out.with_suffix('.md').read_text()
    assert 'seeds 0, 1 of all' in page and '0:01 of training' in page

    # Methods, too, join; what was made with other settings goes.
    out.unlink()
    assert seeds_of('random', 'ppkt', seeds=2) == dict.fromkeys(encoders[:2], [0, 1])
    assert seeds_of('slidr', seeds=1) == dict.fromkeys(encoders[:2], [0, 1]) | dict(slidr=[0])
    page = out.with_suffix('.md').read_text()
    assert '| SLidR (seed 0 only) |' in page and '| PPKT |' in page
    found = {(entry['worse'], entry['better']): entry
             for entry in json.loads(out.read_text())['comparisons']}
    assert found['PPKT', 'SLidR']['verdict'] == 'one seed only'
    assert found['PPKT', 'SLidR']['difference'] == 0.5
    known = json.loads(out.read_text())
    known['encoders']['ppkt']['settings'] = 'others'
    out.write_text(json.dumps(known))
    assert seeds_of('slidr', seeds=1) == dict(random_cylindrical=[0, 1], slidr=[0])


def test_many_commits_are_counted(tmp_path):
    def words(commits: str) -> str:
        runs = [dict(seed=seed, values=dict(lp=30.0, ft5=35.0), run_times_s={},
                     versions=dict(commit=commit)) for seed, commit in enumerate(commits)]
        return results_block(summarise(BENCHMARK, {'slidr': dict(settings='x', runs=runs)}, False))

    assert '; commit a and b and c; ' in words('abca')
    assert '; 4 values of commit, each beside its runs in the JSON file; ' in words('abcda')


def test_numbers_of_two_precisions_are_not_mixed(tmp_path, monkeypatch):
    monkeypatch.setattr(ChainRunner, 'run', lambda runner: {})
    leave_results(tmp_path / 'work')
    benchmark, out = without_pictures(BENCHMARK), tmp_path / 'results.json'
    options = RunOptions(Path('work'), Path('data'), seeds=2, amp=True)
    run_benchmark(benchmark, ['random', 'slidr'], options, tmp_path, out)
    assert 'seeds 0, 1 of all trainings in mixed precision; ' in out.with_suffix('.md').read_text()
    kept = out.read_bytes()
    with pytest.raises(ValueError, match='trainings in mixed precision, these are in float32'):
        run_benchmark(benchmark, ['ppkt'], replace(options, amp=False), tmp_path, out)
    assert out.read_bytes() == kept
    run_benchmark(benchmark, ['ppkt'], options, tmp_path, out)
    assert list(json.loads(out.read_text())['encoders']) == ['random_cylindrical', 'ppkt', 'slidr']
